"""Tags in one case, parted into words that claims hold."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import analyse_query
from index.matching.tags import MOST_TAGS, list_hidden, list_terms, part, write_out

CLAIMS = 200
HELD = {
    word: count
    for count, words in ((40, "Mali armée"), (9, "Kidal tunnels soldats français"), (2, "libre Bazoum fyre festival كيدال أنفاق"))
    for word in words.split()
}  # fmt: skip
HOLDERS = {term: count for word, count in HELD.items() for term in analyse_query(word)}


def part_all(text: str) -> list[Sequence[str]]:
    """The words of each tag of a text."""
    return [part(hidden, HOLDERS, CLAIMS) for hidden in list_hidden(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#KIDALTUNNELS", ["kidal", "tunnels"]),
        ("#kidaltunnels", ["kidal", "tunnels"]),
        ("#Kidaltunnels", ["kidal", "tunnels"]),
        ("@ARMÉEMALI", ["armée", "mali"]),
        ("#TUNNELSDANSKIDAL", ["tunnels", "dans", "kidal"]),
        ("#2023FYREFESTIVAL", ["fyre", "festival"]),
        ("#أنفاقكيدال", ["أنفاق", "كيدال"]),
        ("#أَنفاقكِيدال", ["أنفاق", "كيدال"]),
    ],
)
def test_a_tag_in_one_case_is_parted_into_words_that_claims_hold(text: str, words: list[str]) -> None:
    assert [list(found) for found in part_all(text)] == [words]


def test_an_inflected_word_is_one_that_claims_hold() -> None:
    assert part_all("#SOLDATFRANÇAISE") == [("soldat", "française")]


@pytest.mark.parametrize(
    ("text", "words"), [("#LIBÉREZBAZOUM", ("bazoum",)), ("@KIDALXY", ("kidal",)), ("#TUNNELSXKIDAL", ("tunnels", "kidal"))]
)  # fmt: skip
def test_what_no_claim_holds_may_stay_between_words(text: str, words: tuple[str, ...]) -> None:
    assert part_all(text) == [words]


@pytest.mark.parametrize("text", ["#FESTIVAL", "#WXYZWXYZ", "#DEPUIS", "#DEPUISXYZ", "#INTOX2023", "#mensonges"])
def test_a_word_that_claims_hold_and_what_holds_none_stays_whole(text: str) -> None:
    assert not any(part_all(text))


def test_what_refutes_is_a_word_though_no_claim_holds_it() -> None:
    assert part_all("#FAUXTUNNELS #FAKETUNNELS") == [("faux", "tunnels"), ("fake", "tunnels")]


def test_of_two_ways_that_of_the_more_frequent_words_is_taken() -> None:
    holders = {"tunnels": 50, "kidal": 50, "kidalt": 1, "unnels": 1}

    assert part("kidaltunnels", holders, CLAIMS) == ("kidal", "tunnels")


def test_few_claims_make_no_word_of_a_few_letters_in_a_long_one() -> None:
    assert part("sycophant", {"ant": 3}, claims=5) == ()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "kidaltunnels",
            "#KidalTunnels",
            "#kidal_tunnels",
            "#Mali",
            "#2023",
            "https://example.org/#KIDALTUNNELS",
            "#",
        ),
        f"#{'A' * 40}",
    ],
)
def test_what_is_no_tag_or_is_parted_already_hides_nothing(text: str) -> None:
    assert list_hidden(text) == ()


def test_no_more_tags_are_parted_than_a_search_can_bear() -> None:
    tags = " ".join(f"#KIDALTUNNELS{letter * 3}" for letter in "ABCDEFGHIJKLMNOPQRST")

    assert len(list_hidden(tags)) == MOST_TAGS
    assert sum(len(list_terms(hidden)) for hidden in list_hidden(f"#{'KIDAL' * 6} {tags}")) < 10_000


def test_the_words_stand_behind_their_tag() -> None:
    text = "Vu : #KIDALTUNNELS, et @Kidaltunnels ! #Mali #2023KIDALTUNNELS"
    words = {hidden: part(hidden, HOLDERS, CLAIMS) for hidden in list_hidden(text)}

    assert write_out(text, words) == (
        "Vu : #KIDALTUNNELS kidal tunnels, et @Kidaltunnels kidal tunnels ! #Mali #2023KIDALTUNNELS kidal tunnels"
    )


@given(st.text(alphabet=st.sampled_from("kidaltunelsKIDALTUNELS#@_ 2éأنفاقكيدال\u064e\ud800İß"), max_size=60))
def test_any_text_is_parted_into_pieces_of_it(text: str) -> None:
    for hidden in list_hidden(text):
        place = 0
        for word in part(hidden, HOLDERS, CLAIMS):
            place = hidden.index(word, place) + len(word)
