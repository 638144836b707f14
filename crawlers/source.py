"""The port of a source: it reads the outside world in batches and says how far it came.

A source never writes. The workflow keeps a batch (posts, originals, published checks), then the batch's ``position``;
a run that is cut re-reads from the last kept position, and what it meets again is recognised by its identifier. So
nothing is lost and nothing doubled.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from index.model import Attachment, Bank, ClaimReview, Post


@dataclass(frozen=True, kw_only=True)
class CollectRequest:
    """What to look for. Empty words, accounts or languages restrict nothing; the bounds are inclusive."""

    words: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    country: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class FetchedMedia:
    """The original bytes of one attachment, in a temporary file that lives until the next batch is asked for.

    ``bank`` is ``known`` where the source itself says that this is the original of something (MediaReview's
    ``originalMediaLink``), ``seen`` otherwise. ``path`` is ``None`` where the bytes could not be had; ``failure`` says
    why.
    """

    attachment: Attachment
    path: Path | None
    failure: str = ""
    bank: Bank = "seen"
    caption: str = ""
    appeared_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class Collected:
    """One post with its media, the checks published in it, and how it was fetched."""

    post: Post
    retrieved_at: datetime
    capture_url: str
    media: tuple[FetchedMedia, ...] = ()
    claim_reviews: tuple[ClaimReview, ...] = ()
    metrics: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Posts that belong together, and the position to keep once they are kept.

    ``refused`` holds what could not be used: (where, why), for instance a row of a file.
    """

    items: tuple[Collected, ...]
    position: str
    refused: tuple[tuple[str, str], ...] = ()


class Source(Protocol):
    """Reads posts from one place.

    Every implementation passes ``tests.contracts.source``.
    """

    @property
    def name(self) -> str:
        """The name in the catalogue, or the file."""

    @property
    def tool(self) -> str:
        """What fetches, with its version: ``tweepy 4.17.0``."""

    def iter_batches(self, request: CollectRequest, position: str) -> Iterator[Batch]:
        """Yield what is new behind *position* (empty: from the beginning), in an order that the source documents.

        A position is good for the request that it came from. With the same outside world and the same position the same
        batches come in the same order.

        Raises:
            SourceUnavailableError, RateLimitedError, CredentialsMissingError, FetchRefusedError, SourceFormatError:
                see :mod:`crawlers.errors`; batches yielded before stay good.
        """
