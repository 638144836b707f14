"""The desk: the ports that every workflow takes, put together once by :mod:`sankofa.bootstrap`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from crawlers.fact_checks import ClaimsAsked, SavedAnswers
from crawlers.source import Source
from index.erasing import refuse_erased
from index.errors import RecordErasedError, RecordNotFoundError
from index.meaning.encoder import Encoder
from index.model import Event, Person
from index.names.gazetteer import Gazetteer, load_gazetteer
from index.store import AnyRecord, Store
from index.vault import Vault
from reports.public_accounts import PublicAccounts, load_public_accounts
from sankofa.errors import PersonRequiredError, PersonUnknownError
from verify.media import MediaLimits
from verify.sandbox.decoder import MediaDecoder


class OutsideWorld(Protocol):
    """What leaves the machine: sources to collect from, and single addresses that a person names."""

    def open_source(self, name: str) -> AbstractContextManager[Source]:
        """Open a source by its name in the catalogue, or a file of posts.

        Raises:
            SourceUnknownError: Neither; the message lists the names.
        """

    def find_event(self, name: str) -> Event | None:
        """Return the catalogue's event of this name."""

    def iter_names(self) -> Iterator[str]:
        """Yield the names that :meth:`open_source` and :meth:`find_event` know, sorted."""

    def fetch_file(self, url: str, folder: Path) -> Path:
        """Fetch one address into *folder*, through the address guard.

        Raises:
            FetchRefusedError, SourceUnavailableError
        """

    def send(self, url: str, content: bytes, media_type: str) -> bytes:
        """Send a few bytes to an address that a person names, and return the answer, through the address guard.

        Raises:
            FetchRefusedError, SourceUnavailableError
        """

    def fetch_answers(self, asked: ClaimsAsked, folder: Path) -> SavedAnswers:
        """Ask the Google Fact Check Tools API, as :meth:`crawlers.fact_checks.FactCheckSearch.fetch_answers` says."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One desk: where it keeps things, what it may fetch, what opens media, who sits there and what time it is.

    `reads_text` says whether words in pictures are read, where tesseract is installed; `encoder` is none where texts are
    compared by their words alone. `public_accounts` says whose accounts reports name, `public_address` is where
    readers find these pages, empty where they do not.
    """

    store: Store
    vault: Vault
    outside: OutsideWorld
    decoder: MediaDecoder
    clock: Callable[[], datetime]
    home: Path
    language: str = "fr"
    person_id: str = ""
    reads_text: bool = False
    encoder: Encoder | None = None
    media_limits: MediaLimits = MediaLimits()  # noqa: RUF009 - frozen
    public_address: str = ""
    public_accounts: PublicAccounts = field(default_factory=load_public_accounts)

    @property
    def names(self) -> Gazetteer:
        """The places, groups and persons that are known here."""
        return load_gazetteer()

    def get(self, kind: type[AnyRecord], record_id: str) -> AnyRecord:
        """Return the newest revision of a record.

        Raises:
            RecordNotFoundError: There is none.
            RecordErasedError: It was erased; only its stub is there.
        """
        return refuse_erased(self.store.get(kind, record_id))

    def require_person(self, act: str) -> Person:
        """Return who acts.

        Raises:
            PersonRequiredError: Nobody was named.
            PersonUnknownError: The person was never added.
        """
        if not self.person_id:
            raise PersonRequiredError(act)
        try:
            return self.get(Person, self.person_id)
        except (RecordNotFoundError, RecordErasedError) as error:
            raise PersonUnknownError(self.person_id) from error
