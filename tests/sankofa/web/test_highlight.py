import pytest

from index.analysis import analyse_query
from index.model import Claim, Wording
from sankofa.web.highlight import find_snippet, mark_terms


def test_words_are_marked_whatever_their_ending() -> None:
    snippet = mark_terms(Wording("fr", "Le tunnel de Kidal"), analyse_query("tunnels"))
    assert snippet.html == "Le <mark>tunnel</mark> de Kidal"
    assert snippet.hits == 1


def test_arabic_words_are_marked_with_their_article() -> None:
    snippet = mark_terms(Wording("ar", "الأنفاق والجماعات في كيدال"), analyse_query("أنفاق"))
    assert "<mark>الأنفاق</mark>" in snippet.html


def test_text_around_the_marks_is_escaped() -> None:
    snippet = mark_terms(Wording("fr", "<b>Kidal</b> & <i>tunnel</i>"), analyse_query("Kidal tunnel"))
    assert snippet.html == "&lt;b&gt;<mark>Kidal</mark>&lt;/b&gt; &amp; &lt;i&gt;<mark>tunnel</mark>&lt;/i&gt;"


def test_a_long_text_is_cut_around_the_first_found_word() -> None:
    text = "mot " * 300 + "Kidal " + "mot " * 300
    html = mark_terms(Wording("fr", text), analyse_query("Kidal")).html
    assert html.startswith("… ")
    assert html.endswith(" …")
    assert "<mark>Kidal</mark>" in html
    assert len(html) < 400


def test_a_long_arabic_text_is_cut_between_words() -> None:
    text = "الجماعات " * 60 + "أنفاق " + "المتحدثون " * 60
    html = mark_terms(Wording("ar", text), analyse_query("أنفاق")).html
    assert set(html.split()) == {"…", "الجماعات", "<mark>أنفاق</mark>", "المتحدثون"}


def test_a_text_without_blanks_is_cut_somewhere() -> None:
    html = mark_terms(Wording("und", "x" * 900), ()).html
    assert 300 < len(html) < 340


def test_the_wording_that_holds_most_is_shown_and_among_equals_the_readers() -> None:
    claim = Claim(id="C", wordings=(Wording("fr", "Kidal tunnel"), Wording("en", "Kidal"), Wording("ar", "كيدال")))
    assert find_snippet(claim, analyse_query("Kidal tunnel"), "en").language == "fr"
    assert find_snippet(claim, analyse_query("Kidal"), "en").language == "en"
    assert find_snippet(claim, (), "ar").language == "ar"


def test_a_name_that_was_asked_for_in_another_script_is_marked() -> None:
    snippet = mark_terms(Wording("fr", "La ville d'Aguelhoc est prise"), analyse_query("أجلهوك"))

    assert "<mark>d&#39;Aguelhoc</mark>" in snippet.html
    assert snippet.hits == 1


def test_a_word_is_read_in_the_language_of_the_wording() -> None:
    assert mark_terms(Wording("en", "Tunnelling under Kidal"), analyse_query("tunnels")).hits == 1
    assert mark_terms(Wording("ha", "tunnel"), analyse_query("tunnels")).hits == 0


@pytest.mark.parametrize("tag", ["#CamionCiterne", "@camion_citerne", "#CAMIONCITERNE", "#ducamion"])
def test_a_tag_is_marked_whose_words_were_found(tag: str) -> None:
    snippet = mark_terms(Wording("fr", f"Vu hier : {tag}, #AUTRECHOSE, à #Gao"), analyse_query("camion"))

    assert snippet.html == f"Vu hier : <mark>{tag}</mark>, #AUTRECHOSE, à #Gao"
