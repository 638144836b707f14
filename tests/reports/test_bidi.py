from hypothesis import given
from hypothesis import strategies as st

from reports.bidi import ISOLATE_END, ISOLATE_START, isolate, remove_controls, remove_isolates, render_isolates


def test_an_isolated_name_becomes_bdi() -> None:
    assert render_isolates(f"نُشر حكم {isolate('FasoCheck')}.") == "نُشر حكم <bdi>FasoCheck</bdi>."


def test_markup_in_a_name_is_escaped() -> None:
    assert render_isolates(isolate("<script>")) == "<bdi>&lt;script&gt;</bdi>"


def test_an_override_that_disguises_a_file_name_is_dropped() -> None:
    assert remove_controls("photo\u202egpj.exe") == "photogpj.exe"


@given(st.text())
def test_isolates_are_always_balanced(name: str) -> None:
    text = isolate(name)
    assert (text.count(ISOLATE_START), text.count(ISOLATE_END)) == (1, 1)
    assert render_isolates(text).count("<bdi>") == render_isolates(text).count("</bdi>") == 1


@given(st.text())
def test_removing_isolates_gives_the_plain_sentence(name: str) -> None:
    assert remove_isolates(f"by {isolate(name)}!") == f"by {remove_controls(name)}!"
