"""What only a person may do: confirm or reject a match, state a claim. Everything is kept with who and when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from index.errors import RecordNotFoundError, RevisionConflictError
from index.model import Claim, ClaimMatch, Match, MatchStatus, MediaItem, Person, Role, Stance
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import commit, commit_numbered, commit_unsigned
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
    return _judge(desk, desk.get(Match, match_id), status, reason)


def judge_claim_match(
    desk: Desk, match_id: str, status: MatchStatus, *, stance: Stance | None = None, reason: str = ""
) -> ClaimMatch:
    """As :func:`judge_match`, between a post and a claim; *stance* is the person's word on what the post does with the claim.

    Taking a judgement back takes that back too.

    Raises:
        RecordNotFoundError: There is no such match.
    """
    match = desk.get(ClaimMatch, match_id)
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


def add_person(
    desk: Desk,
    person_id: str,
    *,
    name: str = "",
    organisation: str = "",
    roles: Sequence[Role] = (),
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
    known = desk.store.get_many(Person, [person_id]).get(person_id)
    if known and _describe(known) == _describe(person):
        return known
    try:
        if known is None:
            return commit_unsigned(desk, person, expected_revision=0, act="add")
    except RevisionConflictError:
        pass  # somebody was added under this name a moment ago
    raise InputError(f"somebody is already called {person_id!r}")


def _describe(person: Person) -> tuple[str, str, tuple[Role, ...]]:
    return person.name, person.organisation, person.roles


def change_person(
    desk: Desk, person_id: str, *, name: str = "", organisation: str = "", roles: Sequence[Role] = ()
) -> Person:
    """Change what is known of a person; what is left empty stays. The same again adds no revision.

    Raises:
        RecordNotFoundError: There is no such person.
    """
    person = desk.get(Person, person_id)
    changed = replace(
        person,
        name=name or person.name,
        organisation=organisation or person.organisation,
        roles=tuple(roles) or person.roles,
    )
    if changed == person:
        return person
    return commit_unsigned(desk, changed, expected_revision=person.revision, act="change")


def _check_media(desk: Desk, media_ids: Sequence[str]) -> None:
    found = desk.store.get_many(MediaItem, media_ids)
    for media_id in media_ids:
        if media_id not in found:
            raise RecordNotFoundError(MediaItem.KIND, media_id)
