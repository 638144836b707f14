"""What pages read of a post: the claims that it speaks of, its media, where it came from; nothing here changes anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import RecordNotFoundError
from index.model import Appearance, Capture, Claim, ClaimMatch, MediaItem, Post
from sankofa.desk import Desk
from sankofa.workflows.claims import ClaimWithVerdicts, read_claims

_MOST_POSTS = 50


@dataclass(frozen=True, kw_only=True)
class ClaimMatchView:
    """A match between a post and a claim, with both; the claim as it is read now, with every verdict on it."""

    match: ClaimMatch
    post: Post
    claim: ClaimWithVerdicts


@dataclass(frozen=True, kw_only=True)
class PostView:
    """A post with what it speaks of, and the media that it shows, by identifier."""

    post: Post
    captures: tuple[Capture, ...]
    media: tuple[tuple[MediaItem, Appearance], ...]
    claims: tuple[ClaimMatchView, ...]


def read_post(desk: Desk, post_id: str) -> PostView:
    """Read a post; raises RecordNotFoundError."""
    post = desk.get(Post, post_id)
    places = {place.subject_id: place for place in desk.store.find_linked(Appearance, "post", [post_id])}
    items = desk.store.get_many(MediaItem, places)
    return PostView(
        post=post,
        captures=desk.store.find_linked(Capture, "subject", [post_id]),
        media=tuple((items[media_id], places[media_id]) for media_id in sorted(items)),
        claims=read_claim_matches(desk, desk.store.find_linked(ClaimMatch, "post", [post_id])),
    )


def find_posts_of(desk: Desk, claims: Sequence[Claim]) -> tuple[ClaimMatchView, ...]:
    """Find the posts that speak of these claims, without those that a person rejected: the confirmed first, then the surest."""
    matches = desk.store.find_linked(ClaimMatch, "claim", [claim.id for claim in claims])
    standing = [match for match in matches if match.status != "rejected"]
    return read_claim_matches(desk, sorted(standing, key=_sort_surest)[:_MOST_POSTS])


def read_claim_match(desk: Desk, match_id: str) -> tuple[ClaimMatchView, tuple[ClaimMatch, ...]]:
    """Read a match between a post and a claim, and its history; raises RecordNotFoundError."""
    match = desk.get(ClaimMatch, match_id)
    view = read_claim_matches(desk, [match])
    if not view:
        raise RecordNotFoundError(Post.KIND, match.post_id)
    return view[0], desk.store.get_history(ClaimMatch, match_id)


def read_claim_matches(desk: Desk, matches: Sequence[ClaimMatch]) -> tuple[ClaimMatchView, ...]:
    """Put to each match its post and its claim, in their order."""
    posts = desk.store.get_many(Post, {match.post_id for match in matches})
    claims = desk.store.get_many(Claim, {match.claim_id for match in matches})
    found = {part.id: read for read in read_claims(desk, list(claims.values())) for part in (read.claim, *read.merged)}
    return tuple(
        ClaimMatchView(match=match, post=posts[match.post_id], claim=found[match.claim_id])
        for match in matches
        if match.post_id in posts and match.claim_id in found
    )


def _sort_surest(match: ClaimMatch) -> tuple[bool, float, str]:
    return match.status != "confirmed", -match.probability, match.id
