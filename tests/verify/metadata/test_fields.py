from hypothesis import given
from hypothesis import strategies as st

from verify.metadata.fields import MAXIMUM_FIELD_BYTES, MAXIMUM_FIELDS, build_facts, clean_text, decode_text


def test_nul_control_and_direction_characters_are_gone() -> None:
    assert clean_text("a\x00b\x1b[31mc\u202etxt.exe\u2066d\x9f\ufeff") == "ab[31mctxt.exed"


def test_arabic_with_its_joiners_stays() -> None:
    assert clean_text("می\u200cخواهم السلام عليكم") == "می\u200cخواهم السلام عليكم"


def test_all_line_ends_become_one_kind() -> None:
    assert clean_text("a\r\nb\rc\u2028d\u2029e") == "a\nb\nc\nd\ne"


def test_a_long_value_is_cut_between_characters_and_says_so() -> None:
    for value in ("x" * 70_000, "é" * 40_000, "𝄞" * 20_000):
        cut = clean_text(value)
        assert len(cut.encode()) <= MAXIMUM_FIELD_BYTES
        assert cut.endswith("…")
        assert value.startswith(cut[:-1])


def test_a_value_of_exactly_the_limit_is_whole() -> None:
    assert clean_text("x" * MAXIMUM_FIELD_BYTES) == "x" * MAXIMUM_FIELD_BYTES


@given(st.text())
def test_cleaned_text_is_encodable_and_cleaning_again_changes_nothing(value: str) -> None:
    clean = clean_text(value)
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert clean_text(clean) == clean


@given(st.binary(max_size=300))
def test_any_bytes_become_plain_text(value: bytes) -> None:
    text = decode_text(value)
    assert clean_text(text) == text


def test_bytes_are_words_in_either_coding_or_a_number() -> None:
    assert decode_text("événement".encode()) == "événement"
    assert decode_text("événement".encode("latin-1")) == "événement"
    assert decode_text(bytes(range(1, 9))) == "8 bytes"


def test_a_long_run_of_bytes_is_cut_within_a_character() -> None:
    text = decode_text("é".encode() * 50_000)
    assert set(text) == {"é", "…"}
    assert len(text.encode()) <= MAXIMUM_FIELD_BYTES


def test_facts_are_few_named_and_not_empty() -> None:
    pairs = [("name" * 100, "value"), ("", "no name"), ("no value", " \x00 "), *((str(n), "v") for n in range(1000))]
    facts = build_facts(pairs)
    assert len(facts) == MAXIMUM_FIELDS
    assert len(facts[0][0]) == 160
    assert facts[1] == ("0", "v")
