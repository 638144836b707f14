"""Read everything that a report needs from the store, in a few questions for all cases together."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from index.merged import find_merged, resolve
from index.model import (
    Appearance,
    Capture,
    Claim,
    ClaimReview,
    Evidence,
    Match,
    MediaFacts,
    MediaItem,
    Narrative,
    Post,
    Record,
    Verdict,
)
from index.releases import list_releases
from index.sensitive import find_sensitive
from index.store import Store
from reports.membership import Door, find_doors, find_first_appearance
from reports.period import Month

AnyRecord = TypeVar("AnyRecord", bound=Record)
Histories = Mapping[str, tuple[tuple[Verdict, ...], ...]]


@dataclass(frozen=True, kw_only=True)
class MonthClaim:
    """A claim that belongs to the month, why, and the public revisions of each verdict on it (oldest first).

    What was said of claims that were ``merged`` into it counts for it.
    """

    claim: Claim
    first_appeared_on: str | None
    doors: tuple[Door, ...]
    histories: tuple[tuple[Verdict, ...], ...]
    merged: tuple[Claim, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClaimsOfMonth:
    """All claims of a country: those of the month, those of which it is not precise enough known, and the others."""

    chosen: tuple[MonthClaim, ...]
    imprecise: tuple[Claim, ...]
    all_claims: tuple[Claim, ...]


@dataclass(frozen=True, kw_only=True)
class CaseRecords:
    """Everything that hangs on the claims of the month, by identifier or by what it hangs on.

    ``unfetched`` are the captures, made while following the claims' events, of which media could not be had; ``sensitive`` the
    media that are hard to look at.
    """

    items: Mapping[str, MediaItem]
    facts: Mapping[str, MediaFacts]
    matches: Mapping[str, tuple[Match, ...]]
    appearances: Mapping[str, tuple[Appearance, ...]]
    posts: Mapping[str, Post]
    unfetched: tuple[Capture, ...]
    captures: Mapping[str, tuple[Capture, ...]]
    evidence: Mapping[str, Evidence]
    reviews: Mapping[str, ClaimReview]
    narratives: Mapping[str, Narrative]
    sensitive: frozenset[str]


def read_claims(store: Store, country: str, month: Month) -> ClaimsOfMonth:
    """Read the claims of *country* and choose those of *month*; ordered by first appearance, then by identifier.

    A claim that was merged stands in the one that it is read as.
    """
    claims = _read_as(store, store.find_linked(Claim, "country", [country]))
    merged = find_merged(store, [claim.id for claim in claims])
    parts = {claim.id: (claim, *merged[claim.id]) for claim in claims}
    every = [part for group in parts.values() for part in group]
    histories = _read_histories(store, every)
    appearances = _group(_find(store, Appearance, "subject", [part.id for part in every]), lambda a: a.subject_id)
    chosen, imprecise = [], []
    for claim in claims:
        seen = [place for part in parts[claim.id] for place in appearances.get(part.id, ())]
        verdicts = tuple(history for part in parts[claim.id] for history in histories.get(part.id, ()))
        first = find_first_appearance(claim, seen, country)
        doors = find_doors(claim, verdicts, seen, month, country)
        if doors:
            case = MonthClaim(
                claim=claim, first_appeared_on=first, doors=doors, histories=verdicts, merged=merged[claim.id]
            )
            chosen.append(case)
        elif first is not None and month.may_contain(first, country):
            imprecise.append(claim)
    chosen.sort(key=lambda case: (case.first_appeared_on or "9999", case.claim.id))
    return ClaimsOfMonth(chosen=tuple(chosen), imprecise=tuple(imprecise), all_claims=claims)


def read_case_records(store: Store, cases: Iterable[MonthClaim]) -> CaseRecords:
    """Read what hangs on the chosen claims."""
    cases = tuple(cases)
    named = {media_id for case in cases for media_id in media_of(case)}
    matches = [match for match in _find(store, Match, "media", named) if match.status != "rejected"]
    media = named | {media_id for match in matches for media_id in (match.subject_id, match.target_id)}
    events = {event_id for case in cases for event_id in case.claim.event_ids}
    unfetched = tuple(capture for capture in _find(store, Capture, "event", events) if capture.missing_media)
    appearances = _find(store, Appearance, "subject", {*media, *(case.claim.id for case in cases)})
    post_ids = {seen.post_id for seen in appearances if seen.post_id}
    verdicts = [revision for case in cases for history in case.histories for revision in history]
    evidence_ids = {evidence_id for case in cases for evidence_id in case.claim.evidence_ids}
    evidence_ids.update(evidence_id for verdict in verdicts for evidence_id in verdict.evidence_ids)
    return CaseRecords(
        items=_read(store, MediaItem, media),
        facts=_newest_facts(_find(store, MediaFacts, "media", media)),
        matches=_group_by_media(matches),
        appearances=_group(appearances, lambda seen: seen.subject_id),
        posts=_read(store, Post, post_ids | {capture.subject_id for capture in unfetched}),
        unfetched=unfetched,
        captures=_group(_find(store, Capture, "subject", post_ids), lambda capture: capture.subject_id),
        evidence=_read(store, Evidence, evidence_ids),
        reviews=_read(store, ClaimReview, {verdict.claim_review_id for verdict in verdicts if verdict.claim_review_id}),
        sensitive=find_sensitive(store, media),
        narratives=_read(store, Narrative, {each for case in cases for each in narratives_of(case)}),
    )


def _read(store: Store, kind: type[AnyRecord], record_ids: Collection[str]) -> Mapping[str, AnyRecord]:
    """Read those that exist and were not erased."""
    return {name: one for name, one in store.get_many(kind, record_ids).items() if not one.is_stub}


def standing_verdicts(case: MonthClaim) -> tuple[Verdict, ...]:
    """Return the verdicts on the claim that stand, at their newest public revision; those that were taken back do not."""
    newest = (history[-1] for history in case.histories)
    return tuple(verdict for verdict in newest if verdict.stands)


def media_of(case: MonthClaim) -> tuple[str, ...]:
    """Return the media that the claim or a standing verdict on it names, each once, in their order."""
    claims = (case.claim, *case.merged)
    named = [medium.media_id for claim in claims for medium in claim.media]
    named.extend(about for claim in claims for about in claim.about_ids if about.startswith("M-"))
    for verdict in standing_verdicts(case):
        for review in verdict.media_reviews:
            named.extend(media_id for media_id in (review.original_media_id, review.media_id) if media_id)
    return tuple(dict.fromkeys(named))


def narratives_of(case: MonthClaim) -> tuple[str, ...]:
    """Return the narratives that the claim tells, each once."""
    claims = (case.claim, *case.merged)
    return tuple(dict.fromkeys(each for claim in claims for each in claim.narrative_ids))


def _read_as(store: Store, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims that these are read as, each once, by identifier."""
    read = {claim.id: claim for claim in resolve(store, claims).values()}
    return tuple(read[claim_id] for claim_id in sorted(read))


def _read_histories(store: Store, claims: Iterable[Claim]) -> Histories:
    verdicts = _find(store, Verdict, "claim", [claim.id for claim in claims])
    public: list[tuple[Verdict, ...]] = []
    for verdict in verdicts:
        history = list_releases(store.get_history(Verdict, verdict.id))
        if history:
            public.append(history)
    return _group(public, lambda history: history[-1].claim_id)


def _find(store: Store, kind: type[AnyRecord], by: str, values: Collection[str]) -> tuple[AnyRecord, ...]:
    return store.find_linked(kind, by, sorted(values)) if values else ()


Item = TypeVar("Item")


def _group(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, tuple[Item, ...]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return {name: tuple(group) for name, group in groups.items()}


def _group_by_media(matches: Iterable[Match]) -> dict[str, tuple[Match, ...]]:
    groups: dict[str, list[Match]] = {}
    for match in matches:
        for media_id in (match.subject_id, match.target_id):
            groups.setdefault(media_id, []).append(match)
    return {media_id: tuple(group) for media_id, group in groups.items()}


def _newest_facts(facts: Iterable[MediaFacts]) -> dict[str, MediaFacts]:
    """Keep one per medium, that of the engine with the highest version name."""
    return {each.media_id: each for each in sorted(facts, key=lambda each: (each.media_id, each.engine))}
