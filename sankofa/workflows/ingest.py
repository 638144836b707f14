"""Ingest: post → vault → facts → suggested matches and claims, batch by batch, so that a run can be cut anywhere.

A batch's position is kept last. What is met again after a cut is recognised by its identifier and changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from crawlers.source import Batch, Collected, CollectRequest, FetchedMedia, Source
from index.errors import (
    LeaseTakenError,
    RecordConflictError,
    RecordErasedError,
    RecordNotFoundError,
    RevisionConflictError,
)
from index.identifiers import name_by_content
from index.leases import HeldLease, hold
from index.model import Appearance, Capture, Cursor, Event
from sankofa.desk import Desk
from sankofa.workflows.acts import commit_batch
from sankofa.workflows.erased import drop_erased, drop_erased_reviews
from sankofa.workflows.media import keep_medium
from sankofa.workflows.reviews import attach_review, find_or_create_claim
from sankofa.workflows.suggest import suggest_claims, suggest_posts_to

_VERSION = f"sankofa {version('sankofa')}"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a run met and kept; ``claim_matches`` are suggestions between a post and a claim, ``refused`` are (where, why)."""

    posts: int = 0
    new_posts: int = 0
    media: int = 0
    new_media: int = 0
    reviews: int = 0
    matches: int = 0
    claim_matches: int = 0
    missing_media: tuple[tuple[str, str], ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            posts=self.posts + other.posts,
            new_posts=self.new_posts + other.new_posts,
            media=self.media + other.media,
            new_media=self.new_media + other.new_media,
            reviews=self.reviews + other.reviews,
            matches=self.matches + other.matches,
            claim_matches=self.claim_matches + other.claim_matches,
            missing_media=self.missing_media + other.missing_media,
            refused=self.refused + other.refused,
        )


def collect(
    desk: Desk,
    source: Source,
    request: CollectRequest,
    *,
    event: Event | None = None,
    dry_run: bool = False,
    on_batch: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Collect what is new in *source* since the last run of the same request, and keep it; one run at a time on a store.

    With *dry_run* nothing is kept, and the tally counts what would be looked at.

    Raises:
        CrawlError: The source failed; the batches before stay kept, and the next run goes on from there.
        LeaseTakenError: Another run of the same request is at work.
    """
    cursor_id = name_by_content("Q", source.name, repr(replace(request, limit=None)))
    total = Tally()
    if dry_run:
        for batch in source.iter_batches(request, _get_cursor(desk, source, cursor_id).position):
            total += _count(batch)
            on_batch(total)
        return total
    with hold(desk.store, f"collect {source.name} {cursor_id}") as lease:
        cursor = _get_cursor(desk, source, cursor_id)
        for batch in source.iter_batches(request, cursor.position):
            lease.require()
            tally = keep_batch(desk, source, batch, event)
            total += tally
            cursor = _advance(desk, replace(cursor, position=batch.position), tally, lease)
            on_batch(total)
    return total


def keep_batch(desk: Desk, source: Source, batch: Batch, event: Event | None) -> Tally:
    """Keep one batch, its posts at once; doing it twice is the same as doing it once."""
    items = drop_erased(desk, batch.items)
    new = desk.store.add([item.post for item in items])
    _add_captures(desk, [_build_capture(source, item, event) for item in items])
    total = Tally(posts=len(batch.items), new_posts=len(new), refused=batch.refused)
    checked: list[str] = []
    for item in items:
        tally, claim_ids = _keep_what_is_attached(desk, item, event)
        total += tally
        checked += claim_ids
    suggested = suggest_posts_to(desk, checked) + len(suggest_claims(desk, [item.post for item in items]))
    return total + Tally(claim_matches=suggested)


def _keep_what_is_attached(desk: Desk, item: Collected, event: Event | None) -> tuple[Tally, list[str]]:
    tally = Tally(missing_media=_list_missing(item))
    media_ids: dict[str, str] = {}
    for medium in item.media:
        if medium.path is None:
            continue
        try:
            kept = keep_medium(desk, medium.path, medium.bank, _build_appearance(item, medium, event))
        except RecordErasedError as error:
            tally += Tally(media=1, refused=((medium.attachment.url, str(error)),))
            continue
        media_ids[medium.attachment.url] = kept.item.id
        refused = ((medium.attachment.url, kept.refusal),) if kept.refusal else ()
        tally += Tally(media=1, new_media=int(kept.is_new), matches=len(kept.new_matches), refused=refused)
    checked = []
    for review in drop_erased_reviews(desk, item.claim_reviews):
        claim = find_or_create_claim(desk, review, siblings=len(item.claim_reviews), event=event)
        attach_review(desk, review, media_ids, claim=claim)
        checked.append(claim.id)
    return tally + Tally(reviews=len(item.claim_reviews)), checked


def _list_missing(item: Collected) -> tuple[tuple[str, str], ...]:
    return tuple((medium.attachment.url, medium.failure) for medium in item.media if medium.path is None)


def _build_capture(source: Source, item: Collected, event: Event | None) -> Capture:
    event_id = event.id if event else None
    return Capture(
        id=name_by_content("K", item.post.id, source.name, event_id or ""),
        subject_id=item.post.id,
        source=source.name,
        url=item.capture_url,
        retrieved_at=item.retrieved_at,
        tool=f"{_VERSION}, {source.tool}",
        event_id=event_id,
        metrics=tuple(sorted(item.metrics.items())),
        missing_media=_list_missing(item),
    )


def _add_captures(desk: Desk, captures: Sequence[Capture]) -> None:
    """Keep the first capture of each post; one that is there already stays."""
    first = {capture.id: capture for capture in reversed(captures)}
    while missing := first.keys() - desk.store.get_many(Capture, first).keys():
        try:
            desk.store.add([first[capture_id] for capture_id in sorted(missing)])
            return
        except RecordConflictError:
            continue  # another desk captured one of them a moment before


def _build_appearance(item: Collected, medium: FetchedMedia, event: Event | None) -> Appearance:
    post = item.post
    if medium.bank == "known":  # an original that the page names: its origin is the original's own address
        url, appeared_on, account, post_id = medium.attachment.url, medium.appeared_on, "", None
    else:
        moment = post.published_at
        appeared_on = moment.isoformat().replace("+00:00", "Z") if moment else medium.appeared_on
        url, account, post_id = post.url, post.author, post.id
    country = post.country or (event.countries[0] if event and len(event.countries) == 1 else None)
    return Appearance(
        id="",
        subject_id="",
        role="known" if medium.bank == "known" else "checked" if item.claim_reviews else "seen",
        url=url,
        post_id=post_id,
        platform=post.platform,
        account=account,
        appeared_on=appeared_on,
        country=country,
        caption=medium.caption or medium.attachment.alt_text,
    )


def _get_cursor(desk: Desk, source: Source, cursor_id: str) -> Cursor:
    try:
        return desk.store.get(Cursor, cursor_id)
    except RecordNotFoundError:
        return Cursor(id=cursor_id, source=source.name, position="")


def _advance(desk: Desk, cursor: Cursor, tally: Tally, lease: HeldLease) -> Cursor:
    """Move on; whoever was taken over meanwhile is stopped here."""
    try:
        return commit_batch(desk, cursor, posts=tally.posts, new_posts=tally.new_posts)
    except RevisionConflictError as conflict:
        raise LeaseTakenError(lease.work, "another process, which went on from here") from conflict


def _count(batch: Batch) -> Tally:
    return Tally(
        posts=len(batch.items),
        media=sum(len(item.media) for item in batch.items),
        reviews=sum(len(item.claim_reviews) for item in batch.items),
        refused=batch.refused,
    )
