"""A desk for tests: memory store, vault in a folder, a clock that stands still, an outside world without a network."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.errors import AddressForbiddenError, SourceUnknownError
from crawlers.fact_checks import ClaimsAsked, SavedAnswers
from crawlers.source import Batch, Collected, CollectRequest, FetchedMedia, Source
from index.backends.memory import MemoryStore
from index.identifiers import name_by_content
from index.model import Attachment, ClaimReview, Event, Post, Verdict
from index.numbering import create_numbered
from index.ratings import Rating
from index.vaults import open_vault
from sankofa.desk import Desk
from verify.sandbox.decoder import InProcessDecoder

NOW = datetime(2023, 11, 20, 12, tzinfo=UTC)


class ClosedWorld:
    """No sources and no network."""

    @contextmanager
    def open_source(self, name: str) -> Iterator[Source]:
        raise SourceUnknownError(name)
        yield  # the generator that the decorator needs

    def find_event(self, name: str) -> Event | None:
        return None

    def iter_names(self) -> Iterator[str]:
        return iter(())

    def fetch_file(self, url: str, folder: Path) -> Path:
        raise AddressForbiddenError(url, "no network in this test")

    def send(self, url: str, content: bytes, media_type: str) -> bytes:
        raise AddressForbiddenError(url, "no network in this test")

    def fetch_answers(self, asked: ClaimsAsked, folder: Path) -> SavedAnswers:
        raise AddressForbiddenError(asked.query, "no network in this test")


def open_test_desk(folder: Path, *, person_id: str = "") -> Desk:
    """Open a desk whose vault lies in *folder*."""
    return Desk(
        store=MemoryStore(),
        vault=open_vault(str(folder / "vault")),
        outside=ClosedWorld(),
        decoder=InProcessDecoder(),  # these tests draw their own pictures
        clock=lambda: NOW,
        home=folder,
        person_id=person_id,
    )


def keep_verdict(desk: Desk, claim_id: str, **fields: Any) -> Verdict:
    """Keep a verdict as it stands once two persons had it in their hands."""
    given: dict[str, Any] = {
        "publisher": "Desk",
        "rating": Rating.FALSE,
        "textual_rating": "Faux",
        "review_date": NOW.date(),
    }
    return create_numbered(
        desk.store, "V", NOW.year, lambda name: Verdict(**given | {"id": name, "claim_id": claim_id} | fields)
    )


@dataclass
class ListSource:
    """A source that holds its posts in a list, one batch each; the position is how many were read."""

    items: Sequence[Collected]
    name: str = "list"
    tool: str = "test 1"
    asked_from: list[str] = field(default_factory=list)

    def iter_batches(self, request: CollectRequest, position: str) -> Iterator[Batch]:
        self.asked_from.append(position)
        for number in range(int(position or 0), len(self.items)):
            yield Batch(items=(self.items[number],), position=str(number + 1))


def collected(
    name: str, *pictures: Path, text: str = "tunnels", reviews: tuple[ClaimReview, ...] = (), bank: str = "seen"
) -> Collected:
    """Make a post called *name* with these pictures."""
    attachments = tuple(Attachment(url=f"https://media.example/{path.name}", kind="image") for path in pictures)
    post = Post(
        id=name_by_content("P", "test", name),
        platform="test",
        native_id=name,
        url=f"https://social.example/{name}",
        author="compte-1",
        text=text,
        language="fr",
        published_at=datetime(2023, 11, 15, 10, tzinfo=UTC),
        attachments=attachments,
    )
    media = tuple(
        FetchedMedia(attachment=attachment, path=path, bank="known" if bank == "known" else "seen")
        for attachment, path in zip(attachments, pictures, strict=True)
    )
    return Collected(
        post=post, retrieved_at=NOW, capture_url=post.url, media=media, claim_reviews=reviews, metrics={"likes": 3}
    )
