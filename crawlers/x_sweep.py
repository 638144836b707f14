"""How far a search of X was read: the position of :mod:`crawlers.sources.x`, and how it moves."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from crawlers.errors import SourceFormatError
from crawlers.posts import is_in_period
from crawlers.source import CollectRequest
from crawlers.x_posts import XPage, XPost

BATCH_POSTS = 20
_EPOCH_MS = 1288834974657  # a post's number holds its moment. Source: docs.x.com/fundamentals/x-ids


@dataclass(frozen=True)
class Sweep:
    """How far one query was read: everything to ``floor``, and from ``top`` down to ``below`` (0: no sweep is open)."""

    floor: int = 0
    top: int = 0
    below: int = 0

    def finish(self) -> "Sweep":
        """Close the sweep: its top is the next floor."""
        return Sweep(floor=max(self.floor, self.top))


def is_below(sweep: Sweep, number: int) -> bool:
    """Tell whether a post was not yet kept in the open sweep."""
    return not sweep.below or number < sweep.below


def reaches(page: XPage, request: CollectRequest, floor: int) -> bool:
    """Tell whether *page* reaches what was read before, or the beginning of the period."""
    if not page.posts:
        return False
    oldest = page.posts[-1]
    published_at = oldest.post.published_at
    return oldest.number <= floor or bool(request.since and published_at and published_at < request.since)


def count_wanted(posts: Sequence[XPost], request: CollectRequest) -> int:
    """Count the posts that lie in the period of *request*."""
    return sum(is_in_period(request, post.post) for post in posts)


def cut_posts(posts: Sequence[XPost], request: CollectRequest, left: int | None) -> Iterator[list[XPost]]:
    """Cut *posts* into chunks with at most :data:`BATCH_POSTS` wanted ones, and stop behind the *left*-th wanted one."""
    chunk: list[XPost] = []
    for post in posts:
        chunk.append(post)
        wanted = count_wanted(chunk, request)
        if left is not None and wanted == left:
            break
        if wanted == BATCH_POSTS:
            yield chunk
            left = None if left is None else left - wanted
            chunk = []
    if chunk:
        yield chunk


def descend(sweep: Sweep, chunk: Sequence[XPost], request: CollectRequest) -> Sweep:
    """Open or go on with a sweep; posts behind the period's end are left above the top, for a later period."""
    until = request.until
    inside = [
        post.number for post in chunk if not (until and post.post.published_at and post.post.published_at > until)
    ]
    if not inside:
        return sweep
    return Sweep(sweep.floor, max(sweep.top, *inside), inside[-1])


def read_moment(number: int) -> datetime:
    """Read the moment that a post's number holds."""
    return datetime.fromtimestamp(((number >> 22) + _EPOCH_MS) / 1000, UTC)


def render_moment(moment: datetime) -> str:
    """Write a moment as X wants it: RFC 3339, whole seconds, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def name_query(query: str, request: CollectRequest) -> str:
    """Name a query within a position; another beginning of the period is another query."""
    asked = f"{query}\n{request.since and render_moment(request.since)}"
    return sha256(asked.encode()).hexdigest()[:16]


def parse_position(text: str) -> dict[str, Sweep]:
    """Read a position, sweeps by query; empty text is the beginning.

    Raises:
        SourceFormatError: It is a position of something else.
    """
    try:
        return {key: Sweep(*map(int, numbers)) for key, numbers in json.loads(text).items()} if text else {}
    except (ValueError, TypeError, AttributeError) as error:
        raise SourceFormatError(f"this is no position in X: {text[:80]!r}") from error


def render_position(sweeps: dict[str, Sweep]) -> str:
    """Write a position."""
    return json.dumps({key: [sweep.floor, sweep.top, sweep.below] for key, sweep in sorted(sweeps.items())})
