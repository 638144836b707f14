from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis_characters import fold
from index.names.gazetteer import Gazetteer, load_gazetteer
from index.names.rows import parse_rows

NAMES = load_gazetteer()
PLAIN = sorted({s for name in NAMES.names.values() if not name.ordinary for s in name.spellings})
ANY_TEXT = st.text(st.characters(), max_size=200)


def found(text: str) -> list[tuple[str, str]]:
    return [(mention.name_id, mention.spelling) for mention in NAMES.find_mentions(text)]


def ids(text: str) -> list[str]:
    return [mention.name_id for mention in NAMES.find_mentions(text)]


@pytest.mark.parametrize(
    "text",
    [
        "L’armée malienne a pris Aguelhoc à la CSP.",
        "Malian army takes Aguelhok from the Permanent Strategic Framework",
        "LES FAMA ONT REPRIS AGUEL-HOC A LA CSP-DPA",
        "الجيش المالي يسيطر على أجلهوك من الإطار الاستراتيجي",
        "#FAMa #AguelhokTombé #CSP",
        "القوات المسلحة المالية تدخل Aguelhok وتطرد CSP",
    ],
)
def test_the_same_names_are_found_in_each_language(text: str) -> None:
    assert NAMES.name_terms(text) == ("@fama", "@ml-aguelhok", "@csp-dpa")
    assert NAMES.find_places(text) == ("ml-aguelhok",)
    assert NAMES.find_actors(text) == ("fama", "csp-dpa")


@pytest.mark.parametrize(
    "spelling", ["N'Djamena", "Ndjamena", "N’Djaména", "N-DJAMENA", "n djamena", "نجامينا", "وبإنجمينا", "#NDjamena"]
)
def test_a_town_is_found_however_it_is_written(spelling: str) -> None:
    assert ids(f"à {spelling}, hier") == ["td-ndjamena"]


@pytest.mark.parametrize("spelling", ["Ti-n-Zaouâtene", "Tin Zaouatine", "tinzaouaten", "TIN-ZAOUATENE", "تينزواتين"])
def test_particles_are_joined_or_not(spelling: str) -> None:
    assert ids(spelling) == ["ml-tinzaouaten"]


def test_the_longest_name_wins() -> None:
    assert ids("l'armée du Mali au Mali") == ["fama", "mali"]
    assert ids("le fleuve Niger au Niger") == ["niger-river", "niger"]
    assert ids("South Sudan and Sudan") == ["south-sudan", "sudan"]


def test_signs_between_two_words_part_a_name() -> None:
    assert ids("Africa Corps") == ["africa-corps"]
    assert ids("en Africa. Corps expéditionnaire") == []


def test_what_arabic_attaches_belongs_to_the_mention() -> None:
    assert found("هجوم وبكيدال") == [("ml-kidal", "وبكيدال")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'attaque de Ber a fait dix morts", ["ml-ber"]),
        ("Ber, le 12 novembre", ["ml-ber"]),
        ("#Ber est tombée", ["ml-ber"]),
        ("Ber", ["ml-ber"]),
        ("il faut le dire à tous", []),
        ("Dire la vérité. Dire tout", []),
        ("la route de Diré", ["ml-dire"]),
        ("IL FAUT LE DIRE", []),
        ("les rebelles du FACT", ["fact"]),
        ("a fact, in Fact", []),
        ("FACT CHECK", []),
        ("FACT", ["fact"]),
        ("دعم مالي كبير للتعليم", []),
        ("الوضع في مالي", ["mali"]),
    ],
)
def test_a_spelling_that_is_a_word_too_is_found_where_it_is_written_as_a_name(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


def test_a_spelling_that_two_names_share_mentions_both() -> None:
    table = ["id,kind,fr\n", "ml-lere,place,Léré\n", "td-lere,place,Léré\n"]

    mentions = Gazetteer(parse_rows(table, "own.csv")).find_mentions("à Léré")

    assert [(m.name_id, m.start, m.end) for m in mentions] == [("ml-lere", 2, 6), ("td-lere", 2, 6)]


def test_addresses_mention_nobody() -> None:
    assert ids("https://example.org/kidal/mali www.example.org/gao") == []


@given(ANY_TEXT)
def test_any_text_is_read_and_mentions_lie_within_it(text: str) -> None:
    mentions = NAMES.find_mentions(text)

    assert all(text[m.start : m.end] == m.spelling and m.spelling for m in mentions)
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    for term in NAMES.name_terms(text):
        assert term == fold(term)
        assert term[0] == "@"


@given(
    st.lists(st.one_of(st.sampled_from(PLAIN), ANY_TEXT.filter(lambda text: text.isascii())), max_size=6).map(
        " | ".join
    )
)
def test_case_accents_and_vowel_signs_change_no_plain_name(text: str) -> None:
    plain = [mention.name_id for mention in NAMES.find_mentions(text) if not NAMES.names[mention.name_id].ordinary]
    folded = [
        mention.name_id for mention in NAMES.find_mentions(fold(text)) if not NAMES.names[mention.name_id].ordinary
    ]

    assert [name_id for name_id in plain if name_id not in folded] == []


def tag(text: str) -> str:
    return "#" + text.replace(" ", "")


@pytest.mark.parametrize("change", [str, str.upper, str.lower, fold, tag, "«{}»".format])
def test_every_plain_spelling_is_found(change: Callable[[str], str]) -> None:
    missing = [
        (name.id, spelling)
        for name in NAMES.names.values()
        for spelling in name.spellings
        if fold(spelling) not in {fold(word) for word in name.ordinary} and name.id not in ids(change(spelling))
    ]

    assert missing == []
