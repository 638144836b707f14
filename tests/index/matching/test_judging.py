"""The order of candidates, their probability and why they were found."""

from dataclasses import replace
from datetime import date

import pytest

from index.matching import SUGGESTED_FROM, Asked, Candidate, judge
from tests.index.matching.builders import build_candidate, build_claim

PASSAGES = 10_000
ASKED = Asked(text="Un tunnel sous Kidal", published_on=date(2023, 11, 20))


def test_nothing_nominated_is_nothing_judged() -> None:
    assert judge(ASKED, [], passages=0) == ()


def test_the_best_words_come_first_and_ties_follow_the_identifier() -> None:
    judged = judge(
        ASKED, [build_candidate(3, 9.0), build_candidate(2, 9.0), build_candidate(1, 4.0)], passages=PASSAGES
    )

    assert [found.claim_id for found in judged] == ["C-2023-0002", "C-2023-0003", "C-2023-0001"]


def test_meaning_brings_a_claim_before_one_that_shares_more_words() -> None:
    judged = judge(ASKED, [build_candidate(1, 9.0, cosine=0.2), build_candidate(2, 6.0, cosine=0.9)], passages=PASSAGES)

    assert judged[0].claim_id == "C-2023-0002"


def test_a_claim_that_meaning_did_not_bring_is_no_nearer_than_the_last_that_it_brought() -> None:
    known = judge(ASKED, [build_candidate(1, 9.0, cosine=0.3), build_candidate(2, 6.0, cosine=0.3)], passages=PASSAGES)
    absent = judge(ASKED, [build_candidate(1, 9.0), build_candidate(2, 6.0, cosine=0.3)], passages=PASSAGES)

    assert [found.score for found in absent] == [found.score for found in known]


@pytest.mark.parametrize("cosine", [None, 0.8])
def test_a_lead_over_the_next_makes_a_claim_more_likely(cosine: float | None) -> None:
    alone = judge(
        ASKED, [build_candidate(1, 40.0, cosine=cosine), build_candidate(2, 10.0, cosine=0.1)], passages=PASSAGES
    )
    beside = judge(
        ASKED, [build_candidate(1, 40.0, cosine=cosine), build_candidate(2, 39.0, cosine=cosine)], passages=PASSAGES
    )

    assert 0.0 < beside[0].probability < alone[0].probability < 1.0


def test_a_score_that_no_search_gives_still_has_a_probability() -> None:
    judged = judge(ASKED, [build_candidate(1, 1e9), build_candidate(2, -1e9)], passages=1)

    assert [round(found.probability, 6) for found in judged] == [1.0, 0.0]


def test_reasons_tell_words_names_and_numbers_apart_and_say_each_once() -> None:
    terms = ("fr:tunnel", "tunnel", "en:tunnel", "2023", "@ml-kidal")
    candidate = Candidate(claim=build_claim("Un tunnel"), lexical=5.0, matched_terms=terms, shared_media=2)

    reasons = judge(ASKED, [candidate], passages=PASSAGES)[0].reasons

    assert (reasons.words, reasons.numbers, reasons.names) == (("tunnel",), ("2023",), ("ml-kidal",))
    assert (reasons.shared_media, reasons.by_meaning_alone) == (2, False)


def test_shared_words_are_said_as_the_post_writes_them_first() -> None:
    asked = Asked(text="#TunnelsDeKidal : l'armée a trouvé les tunnels")
    terms = ("fr:tunnel", "tunnels", "fr:arme", "armee")
    candidate = Candidate(claim=build_claim("Tunnels de l'armée"), lexical=5.0, matched_terms=terms)

    assert judge(asked, [candidate], passages=PASSAGES)[0].reasons.words == ("Tunnels", "l'armée")


def test_a_claim_without_a_word_in_common_was_found_by_meaning_alone() -> None:
    reasons = judge(ASKED, [build_candidate(1, 0.0, cosine=0.7)], passages=PASSAGES)[0].reasons

    assert (reasons.by_meaning_alone, reasons.cosine) == (True, 0.7)


@pytest.mark.parametrize(
    ("appeared", "days"),
    [("2023-11-14", 6), ("2023-11", 0), ("2023-12", 11), ("2023-11-25T08:00:00Z", 5), ("2023", None), (None, None)],
)
def test_days_apart_are_those_to_the_nearest_day_that_the_claim_may_be_of(
    appeared: str | None, days: int | None
) -> None:
    candidate = Candidate(claim=build_claim("Un tunnel", appeared=appeared), lexical=5.0, matched_terms=())

    assert judge(ASKED, [candidate], passages=PASSAGES)[0].reasons.days_apart == days


def test_a_claim_that_was_nominated_alone_is_not_sure_for_that() -> None:
    alone = judge(ASKED, [build_candidate(1, 8.0, text="Une école a rouvert à Gao")], passages=PASSAGES)

    assert alone[0].probability < 0.5


@pytest.mark.parametrize("cosine", [None, 0.5])
def test_a_medium_in_common_speaks_for_a_claim_and_is_not_enough(cosine: float | None) -> None:
    plain = build_candidate(1, 0.0, cosine=cosine, text="Une école a rouvert à Gao")
    shared = replace(plain, shared_media=1)
    others = [build_candidate(2, 6.0, cosine=cosine), build_candidate(3, 5.0, cosine=cosine)]

    before, after = (
        {found.claim_id: found.probability for found in judge(ASKED, [one, *others], passages=PASSAGES)}["C-2023-0001"]
        for one in (plain, shared)
    )

    assert before < after < SUGGESTED_FROM
