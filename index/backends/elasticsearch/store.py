"""The store in Elasticsearch: exact, and nothing that was acknowledged is lost."""

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from index.backends.elasticsearch.access import DEFAULT_PREFIX, Access
from index.backends.elasticsearch.condition import Condition
from index.backends.elasticsearch.connection import connect
from index.backends.elasticsearch.erasing import Eraser
from index.backends.elasticsearch.features import Features
from index.backends.elasticsearch.fingerprints import Fingerprints
from index.backends.elasticsearch.indices import Indices
from index.backends.elasticsearch.letters import DeadLetters
from index.backends.elasticsearch.log import Log
from index.backends.elasticsearch.records import Records
from index.backends.elasticsearch.text import Found, Texts
from index.backends.elasticsearch.vectors import Vectors
from index.backends.elasticsearch.verdicts import Verdicts
from index.backends.elasticsearch.writing import Writer
from index.codec import decode, encode, is_text
from index.errors import StoreUnavailableError
from index.features import check_words, list_words
from index.fingerprints import check_codes
from index.model import Bank, Claim, Post, Record, Revised
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
from index.store import (
    AnyRecord,
    AnyRevised,
    Engine,
    Refused,
    check_entries,
    require_erased,
    require_history,
    require_immutable,
)
from index.vectors import Codes, check_vector, rank_near


def open_elasticsearch(access: Access, *, prefix: str = DEFAULT_PREFIX, create: bool = True) -> "ElasticsearchStore":
    """Open the store whose indices begin with *prefix*; with *create* false it is an error if there are none.

    Raises:
        StoreAccessError: The address, key or certificate cannot be used as it is written.
        StoreUnavailableError: Nobody answers, or not to us, or not all is there; the message says what to do.
        StoreFormatError: What answers is no Elasticsearch of version 9 or newer, or an index is not ours or newer.
    """
    client = connect(access)
    indices = Indices(client, access.describe(), prefix)
    try:
        if not Condition(indices).check() and not create:
            raise StoreUnavailableError(
                f"{access.describe()} holds no store under {prefix} that this key may see: say another place with --store,"
                " or collect first"
            )
    except BaseException:
        client.close()
        raise
    store = ElasticsearchStore(indices)
    try:
        store.settle()
    except BaseException:
        store.close()
        raise
    return store


class ElasticsearchStore:
    """Keeps records in Elasticsearch. Documented at :class:`index.store.Store`."""

    atomic_add = False

    def __init__(self, indices: Indices) -> None:
        self._indices = indices
        self._records = Records(indices)
        self._letters = DeadLetters(self._records)
        verdicts = Verdicts(self._records)
        self._log = Log(self._records)
        self._eraser = Eraser(self._records, self._letters, verdicts, self._log)
        self._writer = Writer(self._records, self._letters, verdicts, self._log, self._eraser)
        self._fingerprints = Fingerprints(indices)
        self._features = Features(indices)
        self._texts = Texts(indices, verdicts)
        self._vectors = Vectors(self._records)
        self._closed = threading.Event()

    @property
    def url(self) -> str:
        return f"{self._indices.where}/{self._indices.prefix}"

    def add(self, records: Iterable[Record]) -> frozenset[str]:
        self._require_open()
        return self._writer.add([_read_back(require_immutable(record)) for record in records])

    def revise(self, record: AnyRevised, *, expected_revision: int, entry: bytes = b"") -> AnyRevised:
        self._require_open()
        following = replace(require_history(record), revision=expected_revision + 1)
        check_entries([entry] if entry else [])
        return self._writer.revise(_read_back(following), expected_revision, entry)

    def add_revisions(self, records: Iterable[Revised]) -> int:
        self._require_open()
        return self._writer.add_revisions([_read_back(require_history(record)) for record in records])

    def erase(self, stubs: Sequence[Record], entries: Sequence[bytes]) -> None:
        self._require_open()
        given = [_read_back(require_erased(stub)) for stub in stubs]
        self._writer.settle()
        self._eraser.erase(given, check_entries(entries))

    def get(self, kind: type[AnyRecord], record_id: str, *, revision: int | None = None) -> AnyRecord:
        self._require_open()
        return self._records.get(kind, record_id, revision)

    def get_many(self, kind: type[AnyRecord], record_ids: Collection[str]) -> Mapping[str, AnyRecord]:
        self._require_open()
        return self._records.get_many(kind, record_ids)

    def get_history(self, kind: type[AnyRevised], record_id: str) -> tuple[AnyRevised, ...]:
        self._require_open()
        return self._records.get_history(kind, record_id)

    def find_linked(
        self, kind: type[AnyRecord], by: str, values: Collection[str], *, after: str = "", limit: int | None = None
    ) -> tuple[AnyRecord, ...]:
        self._require_open()
        return self._records.find_linked(kind, by, values, after, limit)

    def iter_records(self, kind: type[AnyRecord], *, after: str = "") -> Iterator[AnyRecord]:
        self._require_open()
        return self._records.iter_records(kind, after)

    def iter_revisions(self, kind: type[AnyRevised], *, after: str = "") -> Iterator[AnyRevised]:
        self._require_open()
        return self._records.iter_revisions(kind, after)

    def find_claims(self, query: ClaimQuery) -> Page[ClaimHit]:
        return self.find_claims_each([query])[0]

    def find_claims_each(self, queries: Sequence[ClaimQuery]) -> tuple[Page[ClaimHit], ...]:
        self._require_open()
        return tuple(map(_build_claims, self._texts.find_each(Claim.KIND, queries)))

    def count_claims(self, query: ClaimQuery) -> ClaimCounts:
        self._require_open()
        return self._texts.count(query)

    def find_posts(self, query: PostQuery) -> Page[PostHit]:
        self._require_open()
        (found,) = self._texts.find_each(Post.KIND, [query])
        hits = (
            PostHit(post=decode(Post, found.bodies[h.record_id]), score=h.score, matched_terms=h.matched_terms)
            for h in found.ranking.hits
        )
        return Page(hits=tuple(hits), total=found.ranking.total, next_cursor=found.ranking.next_cursor)

    def count_holders(self, terms: Collection[str]) -> Mapping[str, int]:
        self._require_open()
        return self._texts.count_holders(list(filter(is_text, terms)))

    def find_near_terms(self, terms: Collection[str], *, edits: int) -> Mapping[str, TermUse]:
        self._require_open()
        return self._texts.find_near_terms(list(filter(is_text, terms)), edits)

    def find_fingerprints(
        self, algorithm: str, codes: Sequence[str], *, radius_bits: int, bank: Bank
    ) -> tuple[FingerprintHit, ...]:
        self._require_open()
        return self._fingerprints.find(algorithm, check_codes(algorithm, codes, radius_bits), radius_bits, bank)

    def find_features(self, words: Collection[str], *, limit: int, bank: Bank) -> tuple[FeatureHit, ...]:
        self._require_open()
        check_words(words, limit)
        return self._features.find(list_words(words), limit, bank)

    def find_vectors(self, encoder: str, codes: Codes, *, limit: int) -> tuple[VectorHit, ...]:
        self._require_open()
        checked = check_vector(codes, limit)
        return rank_near(checked, self._vectors.nominate(encoder, checked), limit)

    def count(self, kind: type[Record]) -> int:
        self._require_open()
        return self._records.count(kind.KIND)

    def count_by(self, kind: type[Record], by: str) -> Mapping[str, int]:
        self._require_open()
        return self._records.count_by(kind.KIND, by)

    def append_log(self, entries: Sequence[bytes]) -> int:
        self._require_open()
        return self._log.append(check_entries(entries))

    def read_log(self, start: int, limit: int) -> tuple[bytes, ...]:
        self._require_open()
        return self._log.read(start, limit)

    def count_log(self) -> int:
        self._require_open()
        return self._log.count()

    def settle(self) -> None:
        """Complete the acts that were interrupted, or void them; done whenever a store is opened."""
        self._writer.settle()

    def describe(self) -> Engine:
        self._require_open()
        return Condition(self._indices).describe()

    def iter_refused(self) -> Iterator[Refused]:
        self._require_open()
        return self._letters.iter_open()

    def close(self) -> None:
        if not self._closed.is_set():
            self._closed.set()
            self._indices.client.close()

    def _require_open(self) -> None:
        if self._closed.is_set():
            raise StoreUnavailableError(f"the store {self.url} was closed")


def _read_back(record: AnyRecord) -> AnyRecord:
    """The record as it will be read."""
    return decode(type(record), encode(record))


def _build_claims(found: Found) -> Page[ClaimHit]:
    hits = (
        ClaimHit(claim=decode(Claim, found.bodies[h.record_id]), score=h.score, matched_terms=h.matched_terms)
        for h in found.ranking.hits
    )
    return Page(hits=tuple(hits), total=found.ranking.total, next_cursor=found.ranking.next_cursor)
