"""What pages read: a record with everything that stands around it, gathered from the store; nothing here changes anything."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from index.dates import first_day
from index.erasing import refuse_erased
from index.errors import RecordNotFoundError
from index.identifiers import number
from index.merged import find_merged, resolve
from index.model import (
    STANDING,
    Appearance,
    Claim,
    ClaimMatch,
    ClaimMedia,
    ClaimReview,
    Event,
    Evidence,
    Match,
    MediaFacts,
    MediaItem,
    Narrative,
    Post,
    Record,
    Report,
    Serial,
    Verdict,
)
from index.releases import PUBLIC, hide, list_releases
from index.sensitive import find_sensitive
from index.store import AnyRecord
from sankofa.desk import Desk
from sankofa.workflows.claims import ClaimWithVerdicts, find_claims_of_media, read_claims, with_verdicts
from sankofa.workflows.posts import ClaimMatchView, find_posts_of, read_claim_matches
from sankofa.workflows.reach import count_known

_COUNTED: tuple[type[Record], ...] = (Post, MediaItem, Claim, Match, Report)
_LATEST_SERIES = 3
_AHEAD = 8  # a series' record may lag a little behind what was numbered (index.numbering)
_REPORTS_SHOWN = 5
_TOLD_WITH_SHOWN = 50
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class MediumCard:
    """A medium with what the engine read in it and where it was seen, oldest appearance first.

    ``sensitive``: it is hard to look at, or may show the same as one that is.
    """

    item: MediaItem
    facts: MediaFacts | None
    appearances: tuple[Appearance, ...]
    sensitive: bool = False

    def first(self, role: str | None = None) -> Appearance | None:
        """Return the earliest appearance, of one role if named."""
        return next((place for place in self.appearances if role in (None, place.role)), None)


@dataclass(frozen=True, kw_only=True)
class MatchView:
    """A match with its two media: ``subject`` is the later use, ``target`` the known medium."""

    match: Match
    subject: MediumCard
    target: MediumCard


@dataclass(frozen=True, kw_only=True)
class HomeView:
    """What the desk holds and what changed last; ``latest`` are claims by their newest verdicts."""

    counts: Mapping[str, int]
    known_media: int
    waiting: int
    latest: tuple[ClaimWithVerdicts, ...]
    reports: tuple[Report, ...]


@dataclass(frozen=True, kw_only=True)
class ClaimView:
    """A claim with everything that is tied to it. ``matches`` are those between its media, rejected ones left out.

    What is tied to claims that were ``merged`` into it stands here too; ``read_as`` is the one that it was merged into itself.
    ``posts`` are those that speak of it, suggested or confirmed; ``told_with`` are other claims of its narratives.
    """

    claim: Claim
    merged: tuple[Claim, ...]
    read_as: Claim | None
    posts: tuple[ClaimMatchView, ...]
    verdicts: tuple[Verdict, ...]
    media: tuple[tuple[ClaimMedia, MediumCard], ...]
    matches: tuple[MatchView, ...]
    appearances: tuple[Appearance, ...]
    evidence: tuple[Evidence, ...]
    events: tuple[Event, ...]
    narratives: tuple[Narrative, ...]
    told_with: tuple[ClaimWithVerdicts, ...]
    about: tuple[Claim, ...]
    history: tuple[Claim, ...]


@dataclass(frozen=True, kw_only=True)
class MediumView:
    """A medium with its matches, both ways, and the claims made with it or with what it is confirmed to show."""

    card: MediumCard
    matches: tuple[MatchView, ...]
    claims: tuple[ClaimWithVerdicts, ...]


@dataclass(frozen=True, kw_only=True)
class InboxView:
    """Suggested matches in the order of their identifiers, of media and of posts with claims.

    ``after`` and ``claims_after`` continue behind the last of each, empty at the end.
    """

    matches: tuple[MatchView, ...]
    total: int
    claims: tuple[ClaimMatchView, ...]
    claims_total: int
    after: str = ""
    claims_after: str = ""


@dataclass(frozen=True, kw_only=True)
class VerdictView:
    """One revision of a verdict, with its history (oldest first) and what it rests on; a suppressed one as a stub.

    ``releases`` are the revisions that readers were given, ``others`` the verdicts that stand beside it on the same claim.
    """

    verdict: Verdict
    history: tuple[Verdict, ...]
    releases: tuple[Verdict, ...]
    others: tuple[Verdict, ...]
    claim: Claim | None
    review: ClaimReview | None
    evidence: tuple[Evidence, ...]
    media: Mapping[str, MediumCard]

    @property
    def newest(self) -> Verdict:
        """The revision that stands now, or the newest of one that never was public."""
        return self.releases[-1] if self.releases else self.history[-1]

    @property
    def is_ours_and_public(self) -> bool:
        """Whether this desk gave readers this revision, and they may still read it."""
        is_given = any(one.revision == self.verdict.revision for one in self.releases)
        return is_given and not self.verdict.external and self.newest.status != "suppressed"


@dataclass(frozen=True, kw_only=True)
class UnpublishedView:
    """Verdicts on their way, each with its claim: those that wait for a second person, and drafts; by number."""

    in_review: tuple[tuple[Verdict, Claim | None], ...]
    corrections: tuple[tuple[Verdict, Claim | None], ...]
    drafts: tuple[tuple[Verdict, Claim | None], ...]


def list_unpublished(desk: Desk) -> UnpublishedView:
    """Read what nobody outside the desk sees yet."""
    found = {
        "in_review": desk.store.find_linked(Verdict, "status", ["in_review"]),
        "corrections": desk.store.find_linked(Verdict, "proposed", ["yes"]),
        "drafts": desk.store.find_linked(Verdict, "status", ["draft"]),
    }
    claims = desk.store.get_many(Claim, {verdict.claim_id for group in found.values() for verdict in group})
    return UnpublishedView(
        **{name: tuple((verdict, claims.get(verdict.claim_id)) for verdict in group) for name, group in found.items()}
    )


def holds_demo(desk: Desk) -> bool:
    """Tell whether the desk holds the demonstration's data."""
    return bool(desk.store.find_linked(Event, "demo", ["yes"], limit=1))


def count_waiting(desk: Desk) -> int:
    """Count the matches that nobody has judged yet, of both kinds, and the verdicts that wait for a second person."""
    return _count_suggested(desk, Match) + _count_suggested(desk, ClaimMatch) + count_in_review(desk)


def count_in_review(desk: Desk) -> int:
    """Count the verdicts and corrections that wait for a second person."""
    proposed = desk.store.count_by(Verdict, "proposed").get("yes", 0)
    return desk.store.count_by(Verdict, "status").get("in_review", 0) + proposed


def read_home(desk: Desk, *, limit: int = 10) -> HomeView:
    """Read what the first page shows."""
    reports = sorted(desk.store.iter_records(Report), key=lambda report: report.built_at, reverse=True)
    return HomeView(
        counts={kind.KIND: desk.store.count(kind) for kind in _COUNTED} | {Verdict.KIND: _count_standing(desk)},
        known_media=count_known(desk),
        waiting=_count_suggested(desk, Match) + _count_suggested(desk, ClaimMatch),
        latest=_find_latest(desk, limit),
        reports=tuple(reports[:_REPORTS_SHOWN]),
    )


def _count_standing(desk: Desk) -> int:
    by_status = desk.store.count_by(Verdict, "status")
    return sum(by_status.get(status, 0) for status in STANDING)


def read_claim(desk: Desk, claim_id: str) -> ClaimView:
    """Read a claim; raises RecordNotFoundError."""
    claim = desk.get(Claim, claim_id)
    merged = find_merged(desk.store, [claim_id])[claim_id]
    parts = (claim, *merged)
    read_as = resolve(desk.store, [claim])[claim_id]
    shown = list(dict.fromkeys(medium for part in parts for medium in part.media))
    media_ids = [medium.media_id for medium in shown]
    cards = read_cards(desk, media_ids)
    matches = [match for match in desk.store.find_linked(Match, "subject", media_ids) if match.status != "rejected"]
    narrative_ids = [name for part in parts for name in part.narrative_ids]
    together = with_verdicts(desk, [claim]) if read_as != claim else read_claims(desk, [claim])
    return ClaimView(
        claim=claim,
        merged=merged,
        read_as=read_as if read_as != claim else None,
        posts=find_posts_of(desk, parts),
        verdicts=together[0].verdicts,
        media=tuple((medium, cards[medium.media_id]) for medium in shown if medium.media_id in cards),
        matches=_read_matches(desk, matches),
        appearances=_by_time(desk.store.find_linked(Appearance, "subject", [*(p.id for p in parts), *media_ids])),
        evidence=_get_all(desk, Evidence, [name for part in parts for name in part.evidence_ids]),
        events=_get_all(desk, Event, [name for part in parts for name in part.event_ids]),
        narratives=_get_all(desk, Narrative, narrative_ids),
        told_with=_find_told_with(desk, claim_id, narrative_ids),
        about=_get_all(desk, Claim, [name for part in parts for name in part.about_ids]),
        history=desk.store.get_history(Claim, claim_id),
    )


def _find_told_with(desk: Desk, claim_id: str, narrative_ids: Sequence[str]) -> tuple[ClaimWithVerdicts, ...]:
    claims = desk.store.find_linked(Claim, "narrative", narrative_ids, limit=_TOLD_WITH_SHOWN)
    return tuple(told for told in read_claims(desk, claims) if told.claim.id != claim_id)


def read_medium(desk: Desk, media_id: str) -> MediumView:
    """Read a medium; raises RecordNotFoundError."""
    desk.get(MediaItem, media_id)
    matches = desk.store.find_linked(Match, "media", [media_id])
    same = [other for match in matches if match.status == "confirmed" for other in (match.subject_id, match.target_id)]
    return MediumView(
        card=read_cards(desk, [media_id])[media_id],
        matches=_read_matches(desk, matches),
        claims=find_claims_of_media(desk, list(dict.fromkeys([media_id, *same]))),
    )


def read_match(desk: Desk, match_id: str) -> tuple[MatchView, tuple[ClaimWithVerdicts, ...], tuple[Match, ...]]:
    """Read a match, the claims made with its two media, and its history; raises RecordNotFoundError."""
    match = desk.get(Match, match_id)
    claims = find_claims_of_media(desk, [match.subject_id, match.target_id])
    return _read_matches(desk, [match])[0], claims, desk.store.get_history(Match, match_id)


def read_inbox(desk: Desk, *, after: str = "", claims_after: str = "", limit: int = 10) -> InboxView:
    """Read the next *limit* matches of each kind that nobody has judged."""
    matches, rest = _read_suggested(desk, Match, after, limit)
    claims, claims_rest = _read_suggested(desk, ClaimMatch, claims_after, limit)
    return InboxView(
        matches=_read_matches(desk, matches),
        total=_count_suggested(desk, Match),
        claims=read_claim_matches(desk, claims),
        claims_total=_count_suggested(desk, ClaimMatch),
        after=rest,
        claims_after=claims_rest,
    )


def _count_suggested(desk: Desk, kind: type[Record]) -> int:
    return desk.store.count_by(kind, "status").get("suggested", 0)


def _read_suggested(desk: Desk, kind: type[AnyRecord], after: str, limit: int) -> tuple[Sequence[AnyRecord], str]:
    """Read the next of a kind, and the identifier behind which there are more."""
    found = desk.store.find_linked(kind, "status", ["suggested"], after=after, limit=limit + 1)
    return found[:limit], found[limit - 1].id if len(found) > limit else ""


def read_verdict(desk: Desk, verdict_id: str, revision: int | None = None) -> VerdictView:
    """Read a verdict, at what readers were given last unless a revision is named; raises RecordNotFoundError."""
    history = desk.store.get_history(Verdict, verdict_id)
    refuse_erased(history[-1])
    releases = list_releases(history)
    suppressed = history[-1].status == "suppressed"
    shown = tuple(map(hide, history)) if suppressed else history
    verdict = _find_revision(shown, revision or (releases or shown)[-1].revision)
    named = (name for review in verdict.media_reviews for name in (review.media_id, review.original_media_id))
    reviews = _get_all(desk, ClaimReview, [verdict.claim_review_id] if verdict.claim_review_id else [])
    claim = next(iter(_get_all(desk, Claim, [verdict.claim_id])), None)
    beside = read_claims(desk, [claim])[0].verdicts if claim else ()
    return VerdictView(
        verdict=verdict,
        history=shown,
        releases=releases,
        others=tuple(other for other in beside if other.id != verdict_id),
        claim=claim,
        review=next(iter(reviews), None),
        evidence=_get_all(desk, Evidence, verdict.evidence_ids),
        media=read_cards(desk, [name for name in named if name]),
    )


def _find_revision(history: Sequence[Verdict], number: int) -> Verdict:
    found = next((verdict for verdict in history if verdict.revision == number), None)
    if found is None:
        raise RecordNotFoundError(Verdict.KIND, history[0].id, number)
    return found


def read_cards(desk: Desk, media_ids: Collection[str]) -> dict[str, MediumCard]:
    """Read the media of these identifiers that exist, by identifier."""
    items = desk.store.get_many(MediaItem, media_ids)
    facts = {found.media_id: found for found in desk.store.find_linked(MediaFacts, "media", list(items))}
    places = _by_time(desk.store.find_linked(Appearance, "subject", list(items)))
    sensitive = find_sensitive(desk.store, list(items))
    return {
        media_id: MediumCard(
            item=item,
            facts=facts.get(media_id),
            appearances=tuple(place for place in places if place.subject_id == media_id),
            sensitive=media_id in sensitive,
        )
        for media_id, item in items.items()
    }


def list_reports(desk: Desk) -> tuple[Report, ...]:
    """Return every report at its newest revision: newest month first, then by identifier."""
    reports = sorted(desk.store.iter_records(Report), key=lambda report: report.id)
    return tuple(sorted(reports, key=lambda report: report.month, reverse=True))


def list_countries(desk: Desk) -> tuple[str, ...]:
    """Return the codes of the countries that claims concern, sorted."""
    return tuple(sorted(desk.store.count_by(Claim, "country")))


def _read_matches(desk: Desk, matches: Sequence[Match]) -> tuple[MatchView, ...]:
    cards = read_cards(desk, {media_id for match in matches for media_id in (match.subject_id, match.target_id)})
    for match in matches:
        for media_id in (match.subject_id, match.target_id):
            if media_id not in cards:
                raise RecordNotFoundError(MediaItem.KIND, media_id)
    views = (
        MatchView(match=match, subject=cards[match.subject_id], target=cards[match.target_id]) for match in matches
    )
    return tuple(sorted(views, key=lambda view: (view.match.status != "confirmed", view.match.id)))


def _find_latest(desk: Desk, limit: int) -> tuple[ClaimWithVerdicts, ...]:
    """Find the claims whose verdicts were numbered last, newest change first."""
    series = [found for found in desk.store.iter_records(Serial) if found.id.startswith("V-")]
    names = [
        number("V", int(found.id[2:]), serial)
        for found in series[-_LATEST_SERIES:]
        for serial in range(max(1, found.last - 2 * limit), found.last + _AHEAD)
    ]
    public = [verdict for verdict in desk.store.get_many(Verdict, names).values() if verdict.status in PUBLIC]
    verdicts = sorted(public, key=_changed, reverse=True)
    claim_ids = list(dict.fromkeys(verdict.claim_id for verdict in verdicts))[:limit]
    claims = desk.store.get_many(Claim, claim_ids)
    return tuple(read_claims(desk, [claims[claim_id] for claim_id in claim_ids if claim_id in claims]))


def _changed(verdict: Verdict) -> tuple[datetime, str, str]:
    return verdict.revised_at or verdict.published_at or _LONG_AGO, str(verdict.review_date or ""), verdict.id


def _by_time(places: Iterable[Appearance]) -> tuple[Appearance, ...]:
    return tuple(sorted(places, key=lambda place: (_day(place), place.appeared_on or "", place.id)))


def _day(place: Appearance) -> date:
    return first_day(place.appeared_on) if place.appeared_on else date.max


def _get_all(desk: Desk, kind: type[AnyRecord], record_ids: Sequence[str]) -> tuple[AnyRecord, ...]:
    found = desk.store.get_many(kind, record_ids)
    return tuple(found[record_id] for record_id in dict.fromkeys(record_ids) if record_id in found)
