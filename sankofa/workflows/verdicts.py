"""The desk's own verdicts on their way: drafted, reviewed by a second person, published, corrected, taken back.

Each act is checked by the one table of :mod:`sankofa.workflows.states`, makes one revision, and is kept whole or not at all.
*seen* is the revision that the person had before them: if the verdict moved on since, nothing is kept and they are told.

Raises (every act):
    RecordNotFoundError: There is no such verdict.
    RevisionConflictError, ActRefusedError, RoleMissingError, InputError: see :func:`sankofa.workflows.states.check_act`.
    PersonRequiredError, PersonUnknownError: Nobody whom the desk knows acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from index.model import Checked, Claim, Correction, Evidence, MediaReview, Person, Verdict, Wording
from index.ratings import Rating
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import commit, commit_numbered
from sankofa.workflows.adopt import adopt_basis
from sankofa.workflows.states import Act, check_act


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a person writes into a verdict: what is left empty stays as it was.

    A wording takes the place of that in its language, an answer that of its point, a finding that on its medium; evidence is
    added, and what ``dropped`` names (``E-…``) taken out. ``published_at`` is for what the desk had published before it was
    kept here.
    """

    rating: Rating | None = None
    textual_rating: str = ""
    rating_scale_id: str = ""
    explanation: tuple[Wording, ...] = ()
    review_date: date | None = None
    published_at: datetime | None = None
    url: str = ""
    media_reviews: tuple[MediaReview, ...] = ()
    checklist: tuple[Checked, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    dropped: tuple[str, ...] = ()


def draft_verdict(desk: Desk, claim_id: str, written: Written) -> Verdict:
    """Begin a verdict of the desk on a claim, under the next number; nothing of it is public."""
    person = desk.require_person("to draft a verdict")
    desk.get(Claim, claim_id)
    desk.store.add(written.evidence)
    today = desk.clock().date()
    empty = Verdict(
        id="", claim_id=claim_id, publisher=person.organisation or person.name, rating=None, textual_rating="",
        status="draft", review_date=today, drafted_by=(person.id,),
    )  # fmt: skip
    drafted = _write(empty, written)
    year = (drafted.review_date or today).year
    return commit_numbered(desk, "V", year, lambda verdict_id: replace(drafted, id=verdict_id), act="draft")


def redraft(desk: Desk, verdict_id: str, written: Written, *, seen: int | None = None) -> Verdict:
    """Write on at a draft; who does so is one of its authors from then on."""
    verdict, person = _begin(desk, verdict_id, "draft", seen)
    desk.store.add(written.evidence)
    authors = tuple(dict.fromkeys((*verdict.drafted_by, person.id)))
    return _keep(desk, verdict, replace(_write(verdict, written), drafted_by=authors), "draft")


def submit(desk: Desk, verdict_id: str, *, seen: int | None = None) -> Verdict:
    """Send a draft to review."""
    verdict, _ = _begin(desk, verdict_id, "submit", seen)
    if verdict.rating is None:
        raise InputError(f"{verdict_id} has no rating yet: give it one of {', '.join(Rating)}")
    if not verdict.explanation:
        raise InputError(f"{verdict_id} does not say why yet: give it an explanation")
    return _keep(desk, verdict, replace(verdict, status="in_review"), "submit")


def approve(desk: Desk, verdict_id: str, *, seen: int | None = None) -> Verdict:
    """Agree to what somebody else wrote: a draft is published, a proposed correction takes the place of what stood."""
    verdict, person = _begin(desk, verdict_id, "approve", seen)
    if verdict.proposed:
        agreed = _release(_apply(verdict, verdict.proposed), approved_by=person.id)
        reason = verdict.proposed.reason
    else:
        published_at = verdict.published_at or desk.clock()
        agreed = _release(verdict, status="published", approved_by=person.id, published_at=published_at)
        reason = ""
    adopt_basis(desk, agreed)
    return _keep(desk, verdict, agreed, "approve", reason)


def send_back(desk: Desk, verdict_id: str, *, reason: str, seen: int | None = None) -> Verdict:
    """Return a draft to its author, or turn a proposed correction down; the reason says what is missing."""
    verdict, _ = _begin(desk, verdict_id, "return", seen, reason)
    status = verdict.status if verdict.proposed else "draft"
    return _keep(desk, verdict, replace(verdict, status=status, proposed=None), "return", reason)


def correct(desk: Desk, verdict_id: str, written: Written, *, reason: str, seen: int | None = None) -> Verdict:
    """Propose what a published verdict is to say instead; readers see it once a second person approves."""
    verdict, person = _begin(desk, verdict_id, "correct", seen, reason)
    to_be = _write(verdict, written)
    said = [(each.rating, each.textual_rating, each.explanation, each.evidence_ids) for each in (verdict, to_be)]
    if said[0] == said[1]:
        raise InputError(f"this changes nothing in {verdict_id}: give another rating, explanation or source")
    desk.store.add(written.evidence)
    proposed = Correction(
        by=person.id,
        reason=reason,
        rating=to_be.rating,
        textual_rating=to_be.textual_rating,
        rating_scale_id=to_be.rating_scale_id,
        explanation=to_be.explanation,
        review_date=written.review_date or desk.clock().date(),
        evidence_ids=to_be.evidence_ids,
    )
    known_as = verdict.release or verdict.revision
    return _keep(desk, verdict, replace(verdict, proposed=proposed, release=known_as), "correct", reason)


def withdraw(desk: Desk, verdict_id: str, *, reason: str, seen: int | None = None) -> Verdict:
    """Take a published verdict back; what it said stays readable, marked as withdrawn."""
    verdict, _ = _begin(desk, verdict_id, "withdraw", seen, reason)
    return _keep(desk, verdict, _release(verdict, status="withdrawn", proposed=None), "withdraw", reason)


def suppress(desk: Desk, verdict_id: str, *, reason: str, seen: int | None = None) -> Verdict:
    """Let nobody read a verdict any more; that it was there, and why it is not shown, stays."""
    verdict, _ = _begin(desk, verdict_id, "suppress", seen, reason)
    return _keep(desk, verdict, _release(verdict, status="suppressed", proposed=None), "suppress", reason)


def _begin(desk: Desk, verdict_id: str, act: Act, seen: int | None, reason: str = "") -> tuple[Verdict, Person]:
    person = desk.require_person(f"to {act} a verdict")
    verdict = desk.get(Verdict, verdict_id)
    check_act(person, verdict, act, reason=reason, seen=seen)
    return verdict, person


def _release(verdict: Verdict, **changes: Any) -> Verdict:
    """Change a verdict in what readers see: they have it from the revision on that is about to be kept."""
    return replace(verdict, release=verdict.revision + 1, **changes)


def _keep(desk: Desk, verdict: Verdict, changed: Verdict, act: Act, reason: str = "") -> Verdict:
    stated = replace(changed, reason=reason.strip())
    return commit(desk, stated, expected_revision=verdict.revision, act=act)


def _write(verdict: Verdict, written: Written) -> Verdict:
    strangers = set(written.dropped) - set(verdict.evidence_ids)
    if strangers:
        raise InputError(f"{verdict.id} does not rest on {', '.join(sorted(strangers))}")
    rating = written.rating or verdict.rating
    rests_on = (each for each in verdict.evidence_ids if each not in written.dropped)
    kept = verdict.textual_rating if rating == verdict.rating else ""
    return replace(
        verdict,
        rating=rating,
        textual_rating=written.textual_rating or kept or (rating.value if rating else ""),
        rating_scale_id=written.rating_scale_id or (verdict.rating_scale_id if kept else ""),
        explanation=_replace_by(verdict.explanation, written.explanation, "language"),
        review_date=written.review_date or verdict.review_date,
        published_at=written.published_at or verdict.published_at,
        url=written.url or verdict.url,
        media_reviews=_replace_by(verdict.media_reviews, written.media_reviews, "media_id"),
        checklist=_replace_by(verdict.checklist, written.checklist, "point"),
        evidence_ids=tuple(dict.fromkeys((*rests_on, *(item.id for item in written.evidence)))),
    )


def _replace_by(old: Sequence[Any], new: Sequence[Any], name: str) -> tuple[Any, ...]:
    """Put each of *new* into the place of the one whose *name* is the same, or behind."""
    return tuple(({getattr(each, name): each for each in old} | {getattr(each, name): each for each in new}).values())


def _apply(verdict: Verdict, proposed: Correction) -> Verdict:
    return replace(
        verdict,
        status="corrected",
        rating=proposed.rating,
        textual_rating=proposed.textual_rating,
        rating_scale_id=proposed.rating_scale_id,
        explanation=proposed.explanation,
        review_date=proposed.review_date,
        evidence_ids=proposed.evidence_ids,
        drafted_by=tuple(dict.fromkeys((*verdict.drafted_by, proposed.by))),
        proposed=None,
    )
