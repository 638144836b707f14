import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.names.words import SplitText, iter_stripped, iter_ways


def words(text: str) -> list[str]:
    split = SplitText(text)
    return [text[start:end] for start, end in split.spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’armée à N'Djamena.", ["L", "armée", "à", "N", "Djamena"]),
        ("N\u02bcDjamena", ["N", "Djamena"]),
        ("#AguelhokTombé, pas AguelhokTombé", ["Aguelhok", "Tombé", "pas", "AguelhokTombé"]),
        ("#Kidal_2023 @FAMaInfo", ["Kidal", "2023", "FA", "Ma", "Info"]),
        ("https://example.org/Kidal et www.example.org/Gao Ber", ["et", "Ber"]),
        ("وكيـدال، غاو", ["وكيـدال", "غاو"]),
        ("كِيدَال e\u0301te\u0301", ["كِيدَال", "e\u0301te\u0301"]),
        ("Ki\u200bdal", ["Ki\u200bdal"]),
        ("🇲🇱 \udc80", []),
    ],
)
def test_a_text_is_split_into_its_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(st.characters(), max_size=200))
def test_words_stand_in_order_within_any_text(text: str) -> None:
    split = SplitText(text)
    places = [place for span in split.spans for place in span]

    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in split.spans)
    assert len(split.fold_words()) == len(split.spans)


def test_an_endless_word_is_no_name() -> None:
    assert SplitText("a" * 65).fold_words() == [""]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("كيدال", "كيدال"),
        ("وكيدال", "كيدال"),
        ("بكيدال", "كيدال"),
        ("فلكيدال", "كيدال"),
        ("الجيش", "جيش"),
        ("وبالجيش", "جيش"),
        ("للجيش", "جيش"),
        ("وللجيش", "جيش"),
    ],
)
def test_what_arabic_attaches_comes_off(word: str, expected: str) -> None:
    assert expected in iter_stripped(word)


@pytest.mark.parametrize("word", ["kidal", "وغا", ""])
def test_nothing_comes_off_other_words(word: str) -> None:
    assert set(iter_stripped(word)) == {word}


def test_a_name_is_parted_as_people_part_it() -> None:
    assert set(iter_ways(["africa", "corps"])) == {("africacorps",), ("africa", "corps")}
    assert set(iter_ways(["birni", "n", "konni"])) == {
        ("birninkonni",),
        ("birni", "n", "konni"),
        ("birnin", "konni"),
        ("birni", "nkonni"),
    }
