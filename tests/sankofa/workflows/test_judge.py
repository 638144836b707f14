"""Judging: who may, and that nothing is overwritten."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import RecordNotFoundError
from index.model import Claim, ClaimMatch, ClaimMedia, Match, MatchReasons, Wording
from sankofa.desk import Desk
from sankofa.errors import InputError, PersonRequiredError, PersonUnknownError
from sankofa.workflows.ingest import collect
from sankofa.workflows.judge import (
    add_claim,
    add_person,
    change_person,
    judge_claim_match,
    judge_match,
)
from sankofa.workflows.known import add_known
from tests.pictures import draw_picture, save_picture
from tests.sankofa.desks import NOW, ListSource, collected, open_test_desk
from tests.sankofa.workflows.test_ingest import REQUEST

CLAIM = Claim(id="", wordings=(Wording("fr", "Un tunnel à Kidal"),), first_appeared_on="2023-11")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path, person_id="awa")
    add_person(desk, "awa", name="Awa Diarra", organisation="Desk")
    return desk


def suggest(desk: Desk, folder: Path) -> Match:
    add_known(desk, save_picture(folder, "a.jpg", draw_picture(1)))
    collect(desk, ListSource([collected("p1", save_picture(folder, "b.jpg", draw_picture(1), quality=40))]), REQUEST)
    (match,) = desk.store.iter_records(Match)
    return match


def test_a_confirmed_match_says_who_and_when_and_keeps_the_suggestion(desk: Desk, tmp_path: Path) -> None:
    match = suggest(desk, tmp_path)

    judged = judge_match(desk, match.id, "confirmed", reason="same wall")

    assert (judged.status, judged.judged_by, judged.judged_at, judged.reason) == ("confirmed", "awa", NOW, "same wall")
    assert [revision.status for revision in desk.store.get_history(Match, match.id)] == ["suggested", "confirmed"]


def test_a_judgement_can_be_taken_back(desk: Desk, tmp_path: Path) -> None:
    match = suggest(desk, tmp_path)
    judge_match(desk, match.id, "rejected")

    undone = judge_match(desk, match.id, "suggested")

    assert (undone.status, undone.judged_by, undone.revision) == ("suggested", None, 3)


def test_judging_twice_the_same_adds_no_revision(desk: Desk, tmp_path: Path) -> None:
    match = suggest(desk, tmp_path)
    judge_match(desk, match.id, "confirmed")

    assert judge_match(desk, match.id, "confirmed").revision == 2


@pytest.mark.parametrize(("person_id", "error"), [("", PersonRequiredError), ("nobody", PersonUnknownError)])
def test_nothing_is_judged_without_a_person_whom_the_desk_knows(
    desk: Desk, tmp_path: Path, person_id: str, error: type[Exception]
) -> None:
    match = suggest(desk, tmp_path)

    with pytest.raises(error):
        judge_match(replace(desk, person_id=person_id), match.id, "confirmed")

    assert desk.store.get(Match, match.id).status == "suggested"


def test_an_unknown_match_is_told(desk: Desk) -> None:
    with pytest.raises(RecordNotFoundError):
        judge_match(desk, "X-NONE", "confirmed")


def test_claims_are_numbered_by_the_year_in_which_they_appeared(desk: Desk) -> None:
    assert [add_claim(desk, CLAIM).id, add_claim(desk, replace(CLAIM, first_appeared_on="2022")).id] == [
        "C-2023-0001",
        "C-2022-0001",
    ]


def test_a_claim_without_words_or_with_unknown_media_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError):
        add_claim(desk, replace(CLAIM, wordings=(Wording("fr", "  "),)))
    with pytest.raises(RecordNotFoundError):
        add_claim(desk, replace(CLAIM, media=(ClaimMedia("M-NONE", "shown"),)))

    assert desk.store.count(Claim) == 0


def test_a_person_is_added_once_under_a_plain_name(desk: Desk) -> None:
    with pytest.raises(InputError, match="already"):
        add_person(desk, "awa", name="Somebody Else")
    with pytest.raises(InputError, match="lower-case"):
        add_person(desk, "Awa Diarra")


def test_what_is_known_of_a_person_can_change_and_stays_in_their_history(desk: Desk) -> None:
    changed = change_person(desk, "awa", roles=("editor",))

    assert (changed.name, changed.roles, changed.revision) == ("Awa Diarra", ("editor",), 2)
    assert change_person(desk, "awa", name="Awa Diarra").revision == 2
    with pytest.raises(RecordNotFoundError):
        change_person(desk, "nobody", name="Nobody")


def keep_claim_match(desk: Desk) -> ClaimMatch:
    match = ClaimMatch(
        id="XC-1",
        post_id="P-1",
        claim_id="C-2023-0001",
        status="suggested",
        stance="unclear",
        probability=0.93,
        reasons=MatchReasons(words=("kidal",)),
        engine="test 1",
        suggested_at=NOW,
    )
    return desk.store.revise(match, expected_revision=0)


def test_a_post_is_confirmed_to_repeat_a_claim_and_what_was_suggested_stays(desk: Desk) -> None:
    suggested = keep_claim_match(desk)

    judged = judge_claim_match(desk, suggested.id, "confirmed", stance="repeats", reason="word for word")

    assert (judged.status, judged.stance, judged.judged_by, judged.judged_at) == ("confirmed", "repeats", "awa", NOW)
    assert judged.is_repetition
    assert desk.store.get_history(ClaimMatch, suggested.id) == (suggested, judged)


def test_what_denies_or_stays_unclear_is_no_repetition_even_where_it_is_confirmed(desk: Desk) -> None:
    match_id = keep_claim_match(desk).id

    assert not judge_claim_match(desk, match_id, "confirmed").is_repetition
    assert not judge_claim_match(desk, match_id, "confirmed", stance="denies").is_repetition


def test_taking_a_judgement_back_takes_the_persons_stance_back(desk: Desk) -> None:
    suggested = keep_claim_match(desk)
    judge_claim_match(desk, suggested.id, "confirmed", stance="denies")

    undone = judge_claim_match(desk, suggested.id, "suggested")

    assert (undone.status, undone.stance, undone.judged_by, undone.judged_at) == ("suggested", "unclear", None, None)
    assert (undone.revision, undone.revised_by) == (3, "awa")


def test_judging_a_post_and_a_claim_needs_a_person_and_the_same_again_adds_nothing(desk: Desk) -> None:
    match_id = keep_claim_match(desk).id

    with pytest.raises(PersonRequiredError):
        judge_claim_match(replace(desk, person_id=""), match_id, "rejected")
    judge_claim_match(desk, match_id, "rejected")

    assert judge_claim_match(desk, match_id, "rejected").revision == 2
