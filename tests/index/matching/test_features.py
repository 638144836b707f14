"""What is measured of a candidate."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.matching import Asked, Candidate
from index.matching.features import build_features, read_words
from index.model import Claim, Wording
from tests.index.matching.builders import build_candidate, build_claim

TOLD = Asked(text="Un TUNNEL de 3 km sous #Kidal https://example.org/2019", published_on=date(2023, 11, 20))


def measure(asked: Asked, claim: Claim, **given: float) -> dict[str, float]:
    candidate = Candidate(claim=claim, lexical=given.get("lexical", 1.0), matched_terms=())
    return dict(build_features(asked, [candidate], 100)[0])


def test_words_are_compared_without_case_accents_and_vowel_signs() -> None:
    assert read_words("Été à N'Djamena, 2023") == {"ete", "a", "n", "djamena", "2023"}
    assert read_words("مَالِي") == read_words("مالي")


def test_a_claim_that_the_post_says_in_full_is_covered() -> None:
    assert measure(TOLD, build_claim("Un tunnel sous Kidal"))["covered"] == 1.0
    assert 0.0 < measure(TOLD, build_claim("Un camp à Kidal"))["covered"] < 1.0
    assert measure(TOLD, build_claim("Gao"))["covered"] == 0.0


def test_the_language_counts_of_which_the_post_says_most() -> None:
    claim = Claim(id="C-1", wordings=(Wording("en", "A tunnel under the camp"), Wording("fr", "Un tunnel sous Kidal")))

    assert measure(TOLD, claim)["covered"] == 1.0


def test_each_claim_is_measured_by_what_it_says_of_the_post() -> None:
    one, other = (Candidate(claim=build_claim(text), lexical=1.0, matched_terms=()) for text in ("Un tunnel", "Kidal"))

    whole, part = build_features(TOLD, [one, other], 100)

    assert whole["covered"] == part["covered"] == 1.0
    assert 1.0 > whole["claimed"] > part["claimed"] > 0.0


def test_what_a_claim_alone_has_in_common_with_a_post_is_no_more_for_that() -> None:
    assert measure(TOLD, build_claim("Kidal"))["claimed"] < 0.5


def test_numbers_of_the_claim_that_the_post_does_not_say_are_counted() -> None:
    assert measure(TOLD, build_claim("Un tunnel de 3 km"))["unsaid_numbers"] == 0
    assert measure(TOLD, build_claim("Un tunnel de 5 km, en 2019"))["unsaid_numbers"] == 2


def test_what_is_read_in_a_picture_is_said_too() -> None:
    asked = Asked(text="Regardez !", picture_text="Un tunnel sous Kidal")

    assert measure(asked, build_claim("Un tunnel sous Kidal"))["covered"] == 1.0


def test_without_dates_there_is_no_nearness() -> None:
    assert "nearness" not in measure(TOLD, build_claim("Un tunnel"))
    assert "nearness" not in measure(Asked(text="Un tunnel"), build_claim("Un tunnel", appeared="2023-11-20"))


def test_dates_speak_for_a_claim_of_the_same_days_and_little_against_an_old_one() -> None:
    near, month, old = (
        measure(TOLD, build_claim("Un tunnel", appeared=day))["nearness"]
        for day in ("2023-11-19", "2023-09", "2003-12-13")
    )

    assert near > month > old == -1.0


def test_there_is_a_cosine_only_where_meaning_was_compared() -> None:
    words = build_features(TOLD, [build_candidate(1, 5.0)], 100)
    both = build_features(TOLD, [build_candidate(1, 5.0), build_candidate(2, 0.0, cosine=0.7)], 100)

    assert "cosine" not in words[0]
    assert [features["cosine"] for features in both] == [0.7, 0.7]


@pytest.mark.parametrize("text", ["", "   ", "!!!", "\ud800"])
def test_a_text_without_words_is_measured_too(text: str) -> None:
    assert measure(Asked(text=text), build_claim(text))["covered"] == 0.0


@given(st.text(max_size=80), st.text(max_size=80))
def test_coverage_is_a_share_whatever_the_texts(post: str, claim: str) -> None:
    assert 0.0 <= measure(Asked(text=post), build_claim(claim))["covered"] <= 1.0
