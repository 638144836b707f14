"""Was it said before? Pasted posts, and new claims beside those that are known."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.matching import SUGGESTED_FROM, Asked
from index.model import Wording
from sankofa.desk import Desk
from sankofa.workflows.judge import add_person
from sankofa.workflows.merge import merge
from sankofa.workflows.repeats import find_near, find_repeated, is_pasted
from tests.sankofa.desks import keep_verdict, open_test_desk
from tests.sankofa.said import CLAIM, OTHERS, POST, build_claim, keep, keep_others

DENIAL = "Aucun convoi de cinq mille véhicules de l'armée malienne n'a quitté Gao pour Kidal"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk that knows a dozen claims and the one that this is about."""
    desk = open_test_desk(tmp_path, person_id="awa")
    add_person(desk, "awa", organisation="Desk")
    keep_others(desk)
    keep(desk, build_claim("C-2023-0001", CLAIM))
    return desk


def test_a_pasted_post_finds_the_claim_that_it_repeats_with_its_verdict(desk: Desk) -> None:
    keep_verdict(desk, "C-2023-0001")

    (repeated,) = find_repeated(desk, Asked(text=POST))

    assert repeated.found.claim.text == CLAIM
    assert [one.publisher for one in repeated.found.verdicts] == ["Desk"]
    assert repeated.judged.probability >= SUGGESTED_FROM
    assert repeated.judged.stance == "repeats"


def test_a_denial_does_not_pass_for_the_claim(desk: Desk) -> None:
    (denied,) = find_repeated(desk, Asked(text=DENIAL))

    assert denied.found.claim.id == "C-2023-0001"
    assert denied.judged.stance == "denies"


@pytest.mark.parametrize("text", ["", "   ", "!!!", "Nuit claire au-dessus du fleuve, on compte les étoiles ce soir"])
def test_what_is_not_known_is_an_empty_answer(desk: Desk, text: str) -> None:
    assert find_repeated(desk, Asked(text=text)) == ()


def test_a_text_that_two_merged_claims_say_is_answered_once_with_the_one_that_stays(desk: Desk) -> None:
    keep(desk, build_claim("C-2023-0002", CLAIM + " ce matin"))
    merge(desk, "C-2023-0001", "C-2023-0002")

    found = find_repeated(desk, Asked(text=CLAIM + " ce matin"))

    assert [one.found.claim.id for one in found] == ["C-2023-0001"]


def test_a_new_claim_is_near_one_in_other_words_and_near_its_denial(desk: Desk) -> None:
    same = find_near(desk, build_claim("", "Cinq mille véhicules de l'armée malienne ont quitté Gao pour Kidal"))
    opposite = find_near(desk, build_claim("", DENIAL))

    assert [one.found.claim.id for one in same] == ["C-2023-0001"]
    assert [(one.found.claim.id, one.judged.stance) for one in opposite] == [("C-2023-0001", "denies")]
    assert find_near(desk, build_claim("", "Une girafe blanche a été vue près du fleuve")) == ()


def test_the_very_same_words_are_always_near_whatever_they_are(desk: Desk) -> None:
    keep(desk, build_claim("C-2023-0003", "Un tunnel"))
    keep(desk, build_claim("C-2023-0004", "UN TUNNEL"))

    near = find_near(desk, build_claim("", "un tunnel"))

    assert {one.found.claim.id for one in near} >= {"C-2023-0003", "C-2023-0004"}


def test_any_wording_of_a_new_claim_may_be_near(desk: Desk) -> None:
    claim = build_claim("", "Something else entirely")
    worded = replace(claim, wordings=(*claim.wordings, Wording("fr", OTHERS[0])))

    assert [one.found.claim.text for one in find_near(desk, worded)] == [OTHERS[0]]


@pytest.mark.parametrize(
    ("text", "pasted"),
    [("tunnels de Kidal", False), (POST, True), ("نفق في كيدال اكتشفه الجيش المالي اليوم", True), ("", False)],
)
def test_a_post_is_told_from_a_few_words(text: str, pasted: bool) -> None:
    assert is_pasted(text) is pasted
