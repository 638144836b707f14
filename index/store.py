"""THE PORT: what may be asked of any backend.

Every backend passes ``tests.contracts.store.StoreContract``. The port speaks of claims, posts and media, never of a query
language. Nothing joins records across it, and no transaction over several records is promised, except that the records of
one :meth:`Store.add` call are visible together or not at all where :attr:`Store.atomic_add` says so.

What was acknowledged is durable and visible to the next call, of this process and of others.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from index.errors import RecordFormatError
from index.model import Bank, Record, Revised
from index.query import (
    ClaimCounts,
    ClaimHit,
    ClaimQuery,
    FeatureHit,
    FingerprintHit,
    Page,
    PostHit,
    PostQuery,
    VectorHit,
)
from index.spelling import TermUse
from index.vectors import Codes

AnyRecord = TypeVar("AnyRecord", bound=Record)
AnyRevised = TypeVar("AnyRevised", bound=Revised)

_LOG_PAGE = 8_192


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What keeps the records of a store: which program, how it is, and how much room they take.

    `health` is in the engine's own words, empty where it has none.
    """

    name: str
    version: str
    health: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A record that a write could not keep for good: since when, and why. `revision` is 0 where it has no history."""

    kind: str
    record_id: str
    revision: int
    refused_at: datetime
    reason: str


class Store(Protocol):
    """Keeps records and finds them again.

    All methods are synchronous and may be called from several threads.

    Raises (any method):
        StoreUnavailableError: The backend does not answer, or the store was closed.
    """

    @property
    def url(self) -> str:
        """Where the data lie, without secrets."""

    @property
    def atomic_add(self) -> bool:
        """Whether the records of one ``add`` call become visible together."""

    def add(self, records: Iterable[Record]) -> frozenset[str]:
        """Keep immutable records; those that exist with the same content, or were erased, are no error and change nothing.

        Returns:
            The identifiers that are new.

        Raises:
            RecordConflictError: One exists with other content; what existed was kept.
            TypeError: A record has a history; give it to :meth:`revise`.
        """

    def revise(self, record: AnyRevised, *, expected_revision: int, entry: bytes = b"") -> AnyRevised:
        """Add the next revision of a record with a history, if it still stands at *expected_revision* (0: does not exist).

        The record's own ``revision`` is ignored. *entry* goes into the log with it, both or none. Where no transaction spans
        both the entry comes first, and another with the act ``void`` follows where the revision then cannot be made; what was
        interrupted in between is completed or voided when the store is opened the next time.

        Returns:
            The record with its new revision number. Repeating a write that already happened, with the same
            content, returns it again.

        Raises:
            RevisionConflictError: Somebody else was first.
            RecordErasedError: A stub stands there, and nothing comes behind it.
            RecordFormatError: The record or the entry cannot be kept.
        """

    def add_revisions(self, records: Iterable[Revised]) -> int:
        """Keep revisions that were made in another store, under the numbers that they have; those that are here, or were erased
        here, are no error and change nothing.

        Of one record they come in order, and the first follows what is here.

        Returns:
            How many are new.

        Raises:
            RevisionConflictError: One is here with other content, or the one before it is missing. What stood before it may
                have been kept.
            RecordErasedError: One comes behind a stub.
            TypeError: A record has no history; give it to :meth:`add`.
        """

    def erase(self, stubs: Sequence[Record], entries: Sequence[bytes]) -> None:
        """Put stubs (:func:`index.erasing.build_stub`) in the place of what they are of, each in that of its own revision.

        When this returns, nothing of what stood there is kept any more: not in a text that is searched, a fingerprint, a word or
        a vector, nor in any file or segment of the backend. *entries* go into the log with it, all or nothing; where no
        transaction spans both they come first, and what was interrupted is completed when the store is opened the next time.
        The same again is done again.

        Raises:
            RecordNotFoundError: A record or revision is not there; nothing was changed.
            TypeError: One is no stub.
            StoreLockedError: All was erased, but who reads at this moment keeps the engine from clearing its files: do it again.
        """

    def get(self, kind: type[AnyRecord], record_id: str, *, revision: int | None = None) -> AnyRecord:
        """Return a record, at its newest revision unless one is named.

        Raises:
            RecordNotFoundError: There is none.
        """

    def get_many(self, kind: type[AnyRecord], record_ids: Collection[str]) -> Mapping[str, AnyRecord]:
        """Return the newest revisions of those that exist, by identifier."""

    def get_history(self, kind: type[AnyRevised], record_id: str) -> tuple[AnyRevised, ...]:
        """Return all revisions, oldest first.

        Raises:
            RecordNotFoundError: There is none.
        """

    def find_linked(
        self, kind: type[AnyRecord], by: str, values: Collection[str], *, after: str = "", limit: int | None = None
    ) -> tuple[AnyRecord, ...]:
        """Return the records whose link *by* (see ``links()``) holds one of *values*, by their newest revision.

        Ordered by identifier, each once; only those after the identifier *after*, at most *limit*.
        """

    def iter_records(self, kind: type[AnyRecord], *, after: str = "") -> Iterator[AnyRecord]:
        """Yield the newest revision of every record of a kind, ordered by identifier, from behind *after*.

        What is written meanwhile may or may not be seen.
        """

    def iter_revisions(self, kind: type[AnyRevised], *, after: str = "") -> Iterator[AnyRevised]:
        """Yield every revision of every record of a kind, ordered by identifier and then by number, from behind *after*.

        What is written meanwhile may or may not be seen.
        """

    def find_claims(self, query: ClaimQuery) -> Page[ClaimHit]:
        """Search the claims; without words, phrases or exclusions everything that passes the filters, score 0."""

    def find_claims_each(self, queries: Sequence[ClaimQuery]) -> tuple[Page[ClaimHit], ...]:
        """Answer each query as :meth:`find_claims` does, with fewer ways to the backend than one for each."""

    def count_claims(self, query: ClaimQuery) -> ClaimCounts:
        """Count what :meth:`find_claims` finds, by what the claims and their verdicts say; not order, limit and cursor."""

    def find_posts(self, query: PostQuery) -> Page[PostHit]:
        """Search the posts, as :meth:`find_claims` does."""

    def count_holders(self, terms: Collection[str]) -> Mapping[str, int]:
        """Return how many claims hold each of *terms* (:mod:`index.analysis`); one that none holds is not there.

        Of a frequent one what claims said before may count.
        """

    def find_near_terms(self, terms: Collection[str], *, edits: int) -> Mapping[str, TermUse]:
        """Return the terms that claims hold near one of *terms* (:mod:`index.spelling`)."""

    def find_fingerprints(
        self, algorithm: str, codes: Sequence[str], *, radius_bits: int, bank: Bank
    ) -> tuple[FingerprintHit, ...]:
        """Return every fingerprint of *bank* within *radius_bits* of one of *codes* (hex): exact, none is missed.

        Per query code, bank entry and distance once; ordered by query index, distance, entry identifier.

        Raises:
            HashFormatError: A code has not the width of the algorithm.
        """

    def find_features(self, words: Collection[str], *, limit: int, bank: Bank) -> tuple[FeatureHit, ...]:
        """Return the entries of *bank* that share local-feature words with a picture: the best *limit*, none is missed.

        The score is the sum over the words that entry and query share, each once, of ln(1 + (N - n + 0.5) / (n + 0.5)),
        with N the entries of the bank that have words, n those that hold the word. Best first, then by entry
        identifier. What no entry can hold (see :mod:`index.features`) is not found, and no error.

        Source: the idf of Robertson/Spärck Jones as Lucene's BM25 computes it, so that every backend ranks alike.

        Raises:
            QueryError: *limit* is below 1 or above :data:`index.query.MAX_LIMIT`, or there are more than
                :data:`index.features.MAX_QUERY_WORDS`.
        """

    def find_vectors(self, encoder: str, codes: Codes, *, limit: int) -> tuple[VectorHit, ...]:
        """Return the claims with a passage whose vector is nearest to *codes*, made by the same *encoder*; best first.

        Only passages of the newest revision of a claim count, each claim with its best; ties by identifier. Nominated are the
        :data:`index.vectors.NOMINATED` whose signs differ least (above zero or not), and all whose signs differ as little as
        those of the last; the cosine is that of the whole codes. Which claims are found, and each cosine, is the same on every
        backend; a nearer one can be missed where more than so many agree with more of the signs.

        Raises:
            QueryError: *limit* is below 1 or above :data:`index.query.MAX_LIMIT`, or *codes* are no vector.
        """

    def count(self, kind: type[Record]) -> int:
        """Return how many records of a kind there are; exact."""

    def count_by(self, kind: type[Record], by: str) -> Mapping[str, int]:
        """Return how many records of a kind hold each value of the link *by*; exact."""

    def append_log(self, entries: Sequence[bytes]) -> int:
        """Keep *entries* behind the last one of the log, next to each other and all together or none.

        Returns:
            The number of the first one, from 0; of no entries, that of the next.

        Raises:
            RecordFormatError: One is empty, or no UTF-8.
        """

    def read_log(self, start: int, limit: int) -> tuple[bytes, ...]:
        """Return the entries from number *start* on, at most *limit*, in their order.

        Raises:
            StoreFormatError: One that there must be is missing.
        """

    def count_log(self) -> int:
        """Return how many entries the log has."""

    def describe(self) -> Engine:
        """Return what keeps the records, and how it is now."""

    def iter_refused(self) -> Iterator[Refused]:
        """Yield what a write could not keep for good and nobody has written since, by kind and identifier.

        Whoever wrote was told so by an error. A store that is a file or memory keeps none of these.
        """

    def close(self) -> None:
        """Let go of the backend; twice is harmless."""


def iter_everything(store: Store, kind: type[Record]) -> Iterator[Record]:
    """Yield every revision of every record of a kind, ordered by identifier and number; what has no history once."""
    return store.iter_revisions(kind) if issubclass(kind, Revised) else store.iter_records(kind)


def iter_log(store: Store, start: int = 0) -> Iterator[bytes]:
    """Yield the entries of the log from number *start* on, those too that are appended meanwhile."""
    while entries := store.read_log(start, _LOG_PAGE):
        yield from entries
        start += len(entries)


def check_entries(entries: Sequence[bytes]) -> Sequence[bytes]:
    """Return *entries*. Raises RecordFormatError where one is empty, or no UTF-8."""
    for entry in entries:
        try:
            is_text = bool(entry.decode())
        except UnicodeDecodeError:
            is_text = False
        if not is_text:
            raise RecordFormatError("an entry of the log is text in UTF-8, and not empty")
    return entries


def require_erased(record: AnyRecord) -> AnyRecord:
    """Return the record. Raises TypeError where it does not say that something was erased."""
    if record.erased is None:
        raise TypeError(f"the {record.KIND} {record.id} is no stub: build one with index.erasing")
    return record


def require_immutable(record: AnyRecord) -> AnyRecord:
    """Return the record. Raises TypeError where it has a history."""
    if isinstance(record, Revised):
        raise TypeError(f"a {record.KIND} has a history: give it to revise()")
    return record


def require_history(record: AnyRevised) -> AnyRevised:
    """Return the record. Raises TypeError where it has no history."""
    if not isinstance(record, Revised):
        raise TypeError(f"a {record.KIND} has no history: give it to add()")
    return record
