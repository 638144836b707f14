"""The way of a verdict: every act from every state, by every role, and what happens when two act at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from index.errors import RevisionConflictError
from index.model import STANDING, Checked, Claim, Evidence, Verdict, Wording
from index.ratings import Rating
from index.releases import list_releases
from sankofa.desk import Desk
from sankofa.errors import ActRefusedError, InputError, PersonRequiredError, RoleMissingError
from sankofa.workflows.attach import build_note
from sankofa.workflows.claims import with_verdicts
from sankofa.workflows.judge import add_claim, add_person
from sankofa.workflows.states import TABLE, Act, State, list_acts, list_open, state_of
from sankofa.workflows.verdicts import (
    Written,
    approve,
    correct,
    draft_verdict,
    redraft,
    send_back,
    submit,
    suppress,
    withdraw,
)
from tests.sankofa.desks import NOW, keep_verdict, open_test_desk

WHY = (Wording("fr", "La photo est de 2016."),)
SAID = Written(rating=Rating.FALSE, textual_rating="Faux", explanation=WHY)
OTHER = Written(rating=Rating.MISLEADING, textual_rating="Trompeur", explanation=(Wording("fr", "Elle est de 2017."),))
REASON = "new source"

ACTS: dict[Act, Callable[[Desk, str], Verdict]] = {
    "draft": lambda desk, name: redraft(desk, name, OTHER),
    "submit": lambda desk, name: submit(desk, name),
    "approve": lambda desk, name: approve(desk, name),
    "return": lambda desk, name: send_back(desk, name, reason=REASON),
    "correct": lambda desk, name: _say_the_other(desk, name),
    "withdraw": lambda desk, name: withdraw(desk, name, reason=REASON),
    "suppress": lambda desk, name: suppress(desk, name, reason=REASON),
}
PATHS: dict[State, tuple[Act, ...]] = {
    "draft": (),
    "in_review": ("submit",),
    "published": ("submit", "approve"),
    "correcting": ("submit", "approve", "correct"),
    "corrected": ("submit", "approve", "correct", "approve"),
    "withdrawn": ("submit", "approve", "withdraw"),
    "suppressed": ("submit", "approve", "suppress"),
}


def _say_the_other(desk: Desk, name: str) -> Verdict:
    says = desk.store.get(Verdict, name).rating
    return correct(desk, name, SAID if says is OTHER.rating else OTHER, reason=REASON)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Awa drafts, Inès is an editor, Moussa a checker, Nina has no role."""
    desk = open_test_desk(tmp_path)
    add_person(desk, "awa", organisation="Le Jalon", roles=("checker", "editor"))
    add_person(desk, "ines", roles=("editor",))
    add_person(desk, "moussa", roles=("checker",))
    add_person(desk, "nina")
    return replace(desk, person_id="awa")


def act_as(desk: Desk, person_id: str) -> Desk:
    return replace(desk, person_id=person_id)


def bring_to(desk: Desk, state: State, written: Written = SAID) -> Verdict:
    claim = add_claim(desk, Claim(id="", wordings=(Wording("fr", "Un tunnel à Kidal"),)))
    verdict = draft_verdict(desk, claim.id, written)
    for act in PATHS[state]:
        verdict = ACTS[act](act_as(desk, "awa" if act in ("submit", "correct") else "ines"), verdict.id)
    assert state_of(verdict) == state
    return verdict


@pytest.mark.parametrize("state", get_args(State))
def test_what_the_table_does_not_hold_is_refused_and_changes_nothing(desk: Desk, state: State) -> None:
    allowed = {rule.act for rule in TABLE if rule.before == state}
    for act in get_args(Act):
        verdict = bring_to(desk, state)
        if act in allowed:
            ACTS[act](act_as(desk, "ines"), verdict.id)
            assert desk.store.get(Verdict, verdict.id).revision == verdict.revision + 1
        else:
            with pytest.raises(ActRefusedError, match="is possible"):
                ACTS[act](act_as(desk, "ines"), verdict.id)
            assert desk.store.get(Verdict, verdict.id) == verdict


def test_who_may_do_what(desk: Desk) -> None:
    may = {
        (person, act)
        for person, act in product(("awa", "ines", "moussa", "nina"), get_args(Act))
        for rule in TABLE[:11]
        if rule.act == act and _succeeds(desk, rule.before, person, act)
    }

    everybody = {
        (person, act) for person in ("awa", "ines", "moussa", "nina") for act in ("draft", "submit", "correct")
    }
    reviewers = {(person, act) for person in ("ines", "moussa") for act in ("approve", "return")} | {("awa", "return")}
    assert may == everybody | reviewers | {("awa", "withdraw"), ("ines", "withdraw")}


def _succeeds(desk: Desk, state: State, person: str, act: Act) -> bool:
    verdict = bring_to(desk, state)
    offered = act in {rule.act for rule in list_acts(act_as(desk, person).require_person("to act"), verdict)}
    try:
        ACTS[act](act_as(desk, person), verdict.id)
    except RoleMissingError:
        assert not offered
        return False
    assert offered
    return True


def test_two_persons_publish_and_it_says_who(desk: Desk) -> None:
    verdict = bring_to(desk, "published")

    assert (verdict.publisher, verdict.drafted_by, verdict.approved_by) == ("Le Jalon", ("awa",), "ines")
    assert (verdict.published_at, verdict.review_date, verdict.release) == (NOW, NOW.date(), 3)
    history = desk.store.get_history(Verdict, verdict.id)
    assert [(one.status, one.revised_by) for one in history] == [
        ("draft", "awa"), ("in_review", "awa"), ("published", "ines"),
    ]  # fmt: skip
    assert list_releases(history) == (verdict,)


def test_whoever_wrote_on_at_a_draft_is_an_author_too(desk: Desk) -> None:
    draft = bring_to(desk, "draft")
    redraft(act_as(desk, "ines"), draft.id, Written(explanation=(Wording("en", "It is of 2016."),)))
    submit(desk, draft.id)

    for author in ("awa", "ines"):
        with pytest.raises(RoleMissingError, match="second person"):
            approve(act_as(desk, author), draft.id)

    agreed = approve(act_as(desk, "moussa"), draft.id)
    assert [wording.language for wording in agreed.explanation] == ["fr", "en"]


def test_a_correction_changes_nothing_before_another_agrees(desk: Desk) -> None:
    published = bring_to(desk, "published")
    waiting = correct(desk, published.id, OTHER, reason=REASON)

    assert (waiting.rating, waiting.status, waiting.cited_as) == (Rating.FALSE, "published", f"{published.id}.3")
    with pytest.raises(RoleMissingError, match="nobody approves"):
        approve(desk, published.id)
    agreed = approve(act_as(desk, "moussa"), published.id)

    assert (agreed.rating, agreed.textual_rating, agreed.status) == (Rating.MISLEADING, "Trompeur", "corrected")
    assert (agreed.reason, agreed.drafted_by, agreed.approved_by) == (REASON, ("awa",), "moussa")
    assert agreed.explanation == OTHER.explanation
    assert agreed.cited_as == f"{published.id}.5"
    assert [one.revision for one in list_releases(desk.store.get_history(Verdict, published.id))] == [3, 5]


def test_a_correction_that_is_turned_down_was_never_before_readers(desk: Desk) -> None:
    waiting = bring_to(desk, "correcting")

    returned = send_back(act_as(desk, "moussa"), waiting.id, reason="Where is it said?")

    assert (returned.status, returned.rating, returned.proposed) == ("published", Rating.FALSE, None)
    assert returned.cited_as == f"{waiting.id}.3"
    assert [one.revision for one in list_releases(desk.store.get_history(Verdict, waiting.id))] == [3]


def test_a_verdict_from_before_there_were_reviews_can_be_corrected(desk: Desk) -> None:
    claim = add_claim(desk, Claim(id="", wordings=(Wording("fr", "Un tunnel"),)))
    old = keep_verdict(desk, claim.id)
    correct(desk, old.id, OTHER, reason=REASON)
    approve(act_as(desk, "ines"), old.id)

    assert [one.revision for one in list_releases(desk.store.get_history(Verdict, old.id))] == [1, 3]


@pytest.mark.parametrize("state", get_args(State))
def test_a_claim_is_shown_with_what_stands_only(desk: Desk, state: State) -> None:
    verdict = bring_to(desk, state)

    (shown,) = with_verdicts(desk, [desk.store.get(Claim, verdict.claim_id)])

    assert [one.id for one in shown.verdicts] == ([verdict.id] if state in (*STANDING, "correcting") else [])


def test_of_what_is_suppressed_readers_keep_the_number_and_the_reason(desk: Desk) -> None:
    gone = suppress(act_as(desk, "ines"), bring_to(desk, "corrected").id, reason="court order")

    stubs = list_releases(desk.store.get_history(Verdict, gone.id))

    assert [(one.revision, one.status, one.rating, one.textual_rating, one.explanation) for one in stubs] == [
        (3, "published", None, "", ()), (5, "corrected", None, "", ()), (6, "suppressed", None, "", ()),
    ]  # fmt: skip
    assert stubs[-1].reason == "court order"


@pytest.mark.parametrize("first", ["approve", "return"])
def test_who_acts_on_what_they_saw_before_somebody_else_acted_is_told(desk: Desk, first: Act) -> None:
    seen = bring_to(desk, "in_review")
    ACTS[first](act_as(desk, "ines"), seen.id)

    with pytest.raises(RevisionConflictError):
        approve(act_as(desk, "moussa"), seen.id, seen=seen.revision)


def test_of_two_who_act_at_once_one_is_first_and_the_other_is_told(desk: Desk) -> None:
    for _ in range(20):
        seen = bring_to(desk, "in_review")
        jobs: list[tuple[Act, str]] = [("approve", "ines"), ("return", "moussa"), ("approve", "moussa")]
        with ThreadPoolExecutor(3) as pool:
            done = list(pool.map(partial(_try, desk, seen.id), jobs))

        history = desk.store.get_history(Verdict, seen.id)
        assert done.count(True) == len(history) - seen.revision == 1
        assert history[-1].status in ("published", "draft")


def _try(desk: Desk, verdict_id: str, job: tuple[Act, str]) -> bool:
    act, person = job
    try:
        ACTS[act](act_as(desk, person), verdict_id)
    except (RevisionConflictError, ActRefusedError):
        return False
    return True


def test_what_readers_are_told_needs_a_rating_and_a_why_and_a_change_its_reason(desk: Desk) -> None:
    claim_id = bring_to(desk, "draft").claim_id
    bare = draft_verdict(desk, claim_id, Written())
    with pytest.raises(InputError, match="no rating"):
        submit(desk, bare.id)
    redraft(desk, bare.id, Written(rating=Rating.FALSE))
    with pytest.raises(InputError, match="does not say why"):
        submit(desk, bare.id)

    published = bring_to(desk, "published")
    changes: list[Callable[[], Verdict]] = [
        lambda: correct(desk, published.id, OTHER, reason=" "),
        lambda: withdraw(desk, published.id, reason=""),
        lambda: suppress(desk, published.id, reason=""),
        lambda: correct(desk, published.id, SAID, reason=REASON),
    ]
    for change in changes:
        with pytest.raises(InputError, match=r"reason|changes nothing"):
            change()
    assert desk.store.get(Verdict, published.id) == published


def test_another_organisations_verdict_is_theirs(desk: Desk) -> None:
    claim_id = bring_to(desk, "draft").claim_id
    theirs = keep_verdict(desk, claim_id, external=True, publisher="FasoCheck")

    for act in get_args(Act):
        with pytest.raises(ActRefusedError, match="FasoCheck"):
            ACTS[act](act_as(desk, "ines"), theirs.id)
    assert list_acts(None, theirs) == ()


def test_a_draft_holds_its_checklist_and_what_it_rests_on(desk: Desk) -> None:
    note = build_note("The mayor says that he was not there.")
    draft = bring_to(desk, "draft", replace(SAID, checklist=(Checked("who", "an account"),), evidence=(note,)))
    more = Written(checklist=(Checked("who", "the mayor"), Checked("when", "2016")), evidence=(build_note("Asked."),))

    written = redraft(desk, draft.id, more)

    assert written.checklist == (Checked("who", "the mayor"), Checked("when", "2016"))
    assert list_open(written) == ("where", "source", "original", "contact")
    assert [item.note for item in desk.store.get_many(Evidence, written.evidence_ids).values()] == [
        "The mayor says that he was not there.", "Asked.",
    ]  # fmt: skip


def test_nothing_is_drafted_by_nobody_and_nothing_of_it_is_kept(desk: Desk) -> None:
    claim_id = bring_to(desk, "draft").claim_id
    before = (desk.store.count(Verdict), desk.store.count(Evidence))

    with pytest.raises(PersonRequiredError):
        draft_verdict(act_as(desk, ""), claim_id, replace(SAID, evidence=(build_note("x"),)))

    assert (desk.store.count(Verdict), desk.store.count(Evidence)) == before
