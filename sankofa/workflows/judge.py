"""What only a person may do: confirm or reject a match, state a claim, give a verdict. Everything is kept with who and when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal, TypeVar

from index.errors import RecordNotFoundError, RevisionConflictError
from index.model import Claim, ClaimMatch, Evidence, Match, MatchStatus, MediaItem, Person, Stance, Verdict, Wording
from index.ratings import Rating
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import commit, commit_numbered
from sankofa.workflows.reviews import revise_until_done
from sankofa.workflows.suggest import suggest_posts

AnyMatch = TypeVar("AnyMatch", Match, ClaimMatch)

_JUDGED: Mapping[MatchStatus, str] = {"confirmed": "confirm", "rejected": "reject", "suggested": "undo"}
_PERSON_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def judge_match(desk: Desk, match_id: str, status: MatchStatus, *, reason: str = "") -> Match:
    """Confirm or reject a suggested match, or take a judgement back (``suggested``).

    Raises:
        RecordNotFoundError: There is no such match.
    """
    return _judge(desk, desk.store.get(Match, match_id), status, reason)


def judge_claim_match(
    desk: Desk, match_id: str, status: MatchStatus, *, stance: Stance | None = None, reason: str = ""
) -> ClaimMatch:
    """As :func:`judge_match`, between a post and a claim; *stance* is the person's word on what the post does with the claim.

    Taking a judgement back takes that back too.

    Raises:
        RecordNotFoundError: There is no such match.
    """
    match = desk.store.get(ClaimMatch, match_id)
    if status == "suggested":
        stance = desk.store.get(ClaimMatch, match_id, revision=1).stance
    return _judge(desk, match, status, reason, **({"stance": stance} if stance else {}))


def _judge(desk: Desk, match: AnyMatch, status: MatchStatus, reason: str, **said: Any) -> AnyMatch:
    person = desk.require_person(f"to judge match {match.id}")
    now = desk.clock()
    judged: dict[str, Any] = {"judged_by": person.id, "judged_at": now}
    if status == "suggested":
        judged = {"judged_by": None, "judged_at": None}

    def judge(current: AnyMatch) -> AnyMatch:
        changed = replace(current, status=status, **said)
        if changed == current:
            return current
        return replace(changed, reason=reason, **judged)

    def keep(judged: AnyMatch, revision: int) -> AnyMatch:
        return commit(desk, judged, expected_revision=revision, act=_JUDGED[status])

    return revise_until_done(desk.store, match, judge, keep)


def add_claim(desk: Desk, claim: Claim) -> Claim:
    """Keep a new claim under the next number of the year in which it appeared; its ``id`` is filled in here.

    The posts that said so before are suggested.
    """
    desk.require_person("to add a claim")
    if not claim.wordings or not claim.wordings[0].text.strip():
        raise InputError("a claim needs its wording: sankofa claim add TEXT")
    _check_media(desk, [medium.media_id for medium in claim.media])
    year = int((claim.first_appeared_on or str(desk.clock().year))[:4])
    kept = commit_numbered(desk, "C", year, lambda claim_id: replace(claim, id=claim_id), act="claim")
    suggest_posts(desk, [kept])
    return kept


def add_verdict(desk: Desk, verdict: Verdict, evidence: Sequence[Evidence] = ()) -> Verdict:
    """Publish the desk's own verdict on a claim under the next number; ``id`` and the stamps are filled in here."""
    person = desk.require_person("to publish a verdict")
    desk.store.get(Claim, verdict.claim_id)
    if verdict.rating is None:
        raise InputError(f"a verdict needs a rating: one of {', '.join(Rating)}")
    desk.store.add(evidence)
    now = desk.clock()
    stamped = replace(
        verdict,
        publisher=verdict.publisher or person.organisation or person.name,
        review_date=verdict.review_date or now.date(),
        published_at=verdict.published_at or now,
        evidence_ids=(*verdict.evidence_ids, *(item.id for item in evidence)),
    )
    year = (stamped.review_date or now.date()).year
    return commit_numbered(desk, "V", year, lambda verdict_id: replace(stamped, id=verdict_id), act="publish")


def correct_verdict(
    desk: Desk,
    verdict_id: str,
    *,
    rating: Rating,
    textual_rating: str,
    reason: str,
    review_date: date | None = None,
    explanation: Sequence[Wording] = (),
    evidence: Sequence[Evidence] = (),
) -> Verdict:
    """Supersede the desk's own verdict by a new revision; the reason is required and stays with it.

    An *explanation* takes the place of the earlier one, *evidence* is added to it.
    """
    desk.require_person("to correct a verdict")
    verdict = desk.store.get(Verdict, verdict_id)
    if verdict.external:
        raise InputError(f"{verdict_id} is the verdict of {verdict.publisher}; only they can change it")
    if not reason.strip():
        raise InputError("a correction needs its reason: --reason TEXT")
    desk.store.add(evidence)
    corrected = replace(
        verdict,
        rating=rating,
        textual_rating=textual_rating or rating.value,
        explanation=tuple(explanation) or verdict.explanation,
        evidence_ids=tuple(dict.fromkeys((*verdict.evidence_ids, *(item.id for item in evidence)))),
        status="corrected",
        review_date=review_date or desk.clock().date(),
        reason=reason,
    )
    return commit(desk, corrected, expected_revision=verdict.revision, act="correct")


def add_person(
    desk: Desk,
    person_id: str,
    *,
    name: str = "",
    organisation: str = "",
    roles: Sequence[Literal["checker", "analyst", "editor"]] = (),
) -> Person:
    """Add somebody who judges or publishes; the same again changes nothing.

    Raises:
        InputError: The identifier is no short lower-case name, or somebody else has it.
    """
    if not _PERSON_ID.fullmatch(person_id):
        raise InputError(
            f"{person_id!r} names no person: lower-case letters, digits, dots and dashes, as in awa.diarra"
        )
    person = Person(id=person_id, name=name or person_id, organisation=organisation, roles=tuple(roles))
    try:
        return desk.store.revise(person, expected_revision=0)
    except RevisionConflictError as error:
        raise InputError(f"somebody is already called {person_id!r}") from error


def _check_media(desk: Desk, media_ids: Sequence[str]) -> None:
    found = desk.store.get_many(MediaItem, media_ids)
    for media_id in media_ids:
        if media_id not in found:
            raise RecordNotFoundError(MediaItem.KIND, media_id)
