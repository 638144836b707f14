"""A store that lives as long as its process: everybody's fake in tests, and a scratch pad.

It keeps what the canonical text says, as the other backends do, so that what cannot be written elsewhere cannot be kept here.
"""

import bisect
import dataclasses
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar, cast

from index.codec import decode, encode, same_content
from index.documents import Document, Filters, build_document
from index.erasing import refuse_erased
from index.errors import (
    RecordConflictError,
    RecordNotFoundError,
    RevisionConflictError,
    StoreUnavailableError,
)
from index.features import FeatureTable, PackedWords, check_words, pack_words, rank_hits
from index.fingerprints import FingerprintRow, FingerprintTable, check_codes, iter_rows
from index.model import Bank, BankEntry, Claim, Post, Record, Revised, TextVector, Verdict
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
from index.ranking import Entry, Posting, Ranking, count, search
from index.spelling import TermUse, find_near
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
from index.vectors import Codes, Near, SignTable, check_vector, pack_signs, pack_vector, rank_near


class MemoryStore:
    """Keeps records in dictionaries. Documented at :class:`index.store.Store`."""

    url = "memory:"
    atomic_add = True

    def __init__(self) -> None:
        self._shelves: dict[str, _Shelf] = defaultdict(_Shelf)
        self._claims = self._shelves[Claim.KIND] = _ClaimShelf(self._shelves[Verdict.KIND])
        self._banks: dict[tuple[str, str], FingerprintTable] = {}
        self._words: dict[str, _Words] = defaultdict(_Words)
        self._vectors: dict[tuple[str, int], _Vectors] = defaultdict(_Vectors)
        self._log: list[bytes] = []
        self._lock = threading.RLock()
        self._closed = False

    def add(self, records: Iterable[Record]) -> frozenset[str]:
        given = [_read_back(require_immutable(record)) for record in records]
        with self._opened():
            new: dict[tuple[str, str], _Prepared] = {}
            for record in given:
                known = self._shelves[record.KIND].histories.get(record.id)
                earlier = known[-1] if known else getattr(new.get((record.KIND, record.id)), "record", None)
                if earlier is None:
                    new[record.KIND, record.id] = _prepare(record)
                elif not earlier.is_stub and not same_content(earlier, record):
                    raise RecordConflictError(record.KIND, record.id)
            for prepared in new.values():
                self._keep(prepared)
            return frozenset(prepared.record.id for prepared in new.values())

    def revise(self, record: AnyRevised, *, expected_revision: int, entry: bytes = b"") -> AnyRevised:
        entries = check_entries([entry] if entry else [])
        following = dataclasses.replace(require_history(record), revision=expected_revision + 1)
        given = _prepare(_read_back(following))
        with self._opened():
            history = self._shelves[record.KIND].histories.get(record.id, [])
            if len(history) > expected_revision >= 0 and same_content(history[expected_revision], given.record):
                return cast("AnyRevised", history[expected_revision])
            if len(history) != expected_revision:
                raise RevisionConflictError(record.KIND, record.id, expected_revision, len(history))
            if history and given.record.erased is None:
                refuse_erased(history[-1])
            self._keep(given)
            self._log += entries
            return cast("AnyRevised", given.record)

    def add_revisions(self, records: Iterable[Revised]) -> int:
        with self._opened():
            return sum(self._add_revision(record) for record in records)

    def _add_revision(self, record: Revised) -> bool:
        there = self._shelves[record.KIND].histories.get(record.id, ())[require_history(record).revision - 1 :]
        if not (there and there[0].erased):
            self.revise(record, expected_revision=record.revision - 1)
        return not there

    def erase(self, stubs: Sequence[Record], entries: Sequence[bytes]) -> None:
        given = [_prepare(_read_back(require_erased(stub))) for stub in stubs]
        checked = check_entries(entries)
        with self._opened():
            for prepared in given:
                self.get(type(prepared.record), prepared.record.id, revision=prepared.revision or None)
            for prepared in given:
                self._shelves[prepared.record.KIND].replace(prepared)
            if any(isinstance(prepared.record, BankEntry | TextVector) for prepared in given):
                self._find_anew()
            self._log += checked

    def get(self, kind: type[AnyRecord], record_id: str, *, revision: int | None = None) -> AnyRecord:
        with self._opened():
            history = self._shelves[kind.KIND].histories.get(record_id, [])
            if revision is None and history:
                return cast("AnyRecord", history[-1])
            if revision is not None and 1 <= revision <= len(history) and issubclass(kind, Revised):
                return cast("AnyRecord", history[revision - 1])
            raise RecordNotFoundError(kind.KIND, record_id, revision)

    def get_many(self, kind: type[AnyRecord], record_ids: Collection[str]) -> Mapping[str, AnyRecord]:
        with self._opened():
            histories = self._shelves[kind.KIND].histories
            return {key: cast("AnyRecord", histories[key][-1]) for key in record_ids if key in histories}

    def get_history(self, kind: type[AnyRevised], record_id: str) -> tuple[AnyRevised, ...]:
        with self._opened():
            history = self._shelves[kind.KIND].histories.get(record_id)
            if not history or not issubclass(kind, Revised):
                raise RecordNotFoundError(kind.KIND, record_id)
            return cast("tuple[AnyRevised, ...]", tuple(history))

    def find_linked(
        self, kind: type[AnyRecord], by: str, values: Collection[str], *, after: str = "", limit: int | None = None
    ) -> tuple[AnyRecord, ...]:
        with self._opened():
            shelf = self._shelves[kind.KIND]
            ids = set().union(*(shelf.links.get((by, value), ()) for value in values))
            chosen = islice(sorted(record_id for record_id in ids if record_id > after), limit)
            return tuple(cast("AnyRecord", shelf.histories[record_id][-1]) for record_id in chosen)

    def iter_records(self, kind: type[AnyRecord], *, after: str = "") -> Iterator[AnyRecord]:
        with self._opened():
            shelf = self._shelves[kind.KIND]
            newest = [shelf.histories[key][-1] for key in shelf.ids[bisect.bisect_right(shelf.ids, after) :]]
        return iter(cast("list[AnyRecord]", newest))

    def iter_revisions(self, kind: type[AnyRevised], *, after: str = "") -> Iterator[AnyRevised]:
        with self._opened():
            shelf = self._shelves[kind.KIND]
            ids = shelf.ids[bisect.bisect_right(shelf.ids, after) :]
            revisions = [revision for key in ids for revision in shelf.histories[key]]
        return iter(cast("list[AnyRevised]", revisions))

    def find_claims(self, query: ClaimQuery) -> Page[ClaimHit]:
        with self._opened():
            ranking = search(self._claims, query)
            claims = self.get_many(Claim, [hit.record_id for hit in ranking.hits])
        hits = (ClaimHit(claim=claims[h.record_id], score=h.score, matched_terms=h.matched_terms) for h in ranking.hits)
        return _build_page(tuple(hits), ranking)

    def find_claims_each(self, queries: Sequence[ClaimQuery]) -> tuple[Page[ClaimHit], ...]:
        return tuple(map(self.find_claims, queries))

    def count_claims(self, query: ClaimQuery) -> ClaimCounts:
        with self._opened():
            return count(self._claims, query)

    def find_posts(self, query: PostQuery) -> Page[PostHit]:
        with self._opened():
            ranking = search(self._shelves[Post.KIND], query)
            posts = self.get_many(Post, [hit.record_id for hit in ranking.hits])
        hits = (PostHit(post=posts[h.record_id], score=h.score, matched_terms=h.matched_terms) for h in ranking.hits)
        return _build_page(tuple(hits), ranking)

    def count_holders(self, terms: Collection[str]) -> Mapping[str, int]:
        with self._opened():
            return self._claims.count_holders(terms)

    def find_near_terms(self, terms: Collection[str], *, edits: int) -> Mapping[str, TermUse]:
        with self._opened():
            return self._claims.find_near_terms(terms, edits)

    def find_fingerprints(
        self, algorithm: str, codes: Sequence[str], *, radius_bits: int, bank: Bank
    ) -> tuple[FingerprintHit, ...]:
        checked = check_codes(algorithm, codes, radius_bits)
        with self._opened():
            table = self._banks.get((algorithm, bank))
            return table.search(checked, radius_bits) if table else ()

    def find_features(self, words: Collection[str], *, limit: int, bank: Bank) -> tuple[FeatureHit, ...]:
        checked = check_words(words, limit)
        with self._opened():
            return self._words[bank].find(checked, limit)

    def find_vectors(self, encoder: str, codes: Codes, *, limit: int) -> tuple[VectorHit, ...]:
        checked = check_vector(codes, limit)
        with self._opened():
            near = self._vectors[encoder, len(checked)].nominate(checked, self._claims)
        return rank_near(checked, near, limit)

    def count(self, kind: type[Record]) -> int:
        with self._opened():
            return len(self._shelves[kind.KIND].histories)

    def count_by(self, kind: type[Record], by: str) -> Mapping[str, int]:
        with self._opened():
            links = self._shelves[kind.KIND].links
            return {value: len(ids) for (name, value), ids in links.items() if name == by and ids}

    def append_log(self, entries: Sequence[bytes]) -> int:
        with self._opened():
            self._log += check_entries(entries)
            return len(self._log) - len(entries)

    def read_log(self, start: int, limit: int) -> tuple[bytes, ...]:
        with self._opened():
            return tuple(islice(self._log, max(start, 0), max(start, 0) + max(limit, 0)))

    def count_log(self) -> int:
        with self._opened():
            return len(self._log)

    def iter_refused(self) -> Iterator[Refused]:
        with self._opened():
            return iter(())

    def describe(self) -> Engine:
        with self._opened():
            return Engine(name="memory", version="", health="", size_bytes=0)

    def close(self) -> None:
        self._closed = True

    @contextmanager
    def _opened(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise StoreUnavailableError("the store memory: was closed")
            yield

    def _keep(self, prepared: "_Prepared") -> None:
        self._shelves[prepared.record.KIND].put(prepared)
        self._find_by(prepared)

    def _find_anew(self) -> None:
        """Make anew what media and vectors are found by."""
        for found_by in (self._banks, self._words, self._vectors):
            found_by.clear()
        for kind in (BankEntry, TextVector):
            shelf = self._shelves[kind.KIND]
            for record_id in shelf.ids:
                self._find_by(_prepare(shelf.histories[record_id][-1]))

    def _find_by(self, prepared: "_Prepared") -> None:
        for algorithm, row in prepared.fingerprints:
            bank = (algorithm, cast("BankEntry", prepared.record).bank)
            self._banks.setdefault(bank, FingerprintTable(algorithm)).extend([row])
        if prepared.words is not None:
            entry = cast("BankEntry", prepared.record)
            self._words[entry.bank].add(entry, prepared.words)
        if prepared.signs is not None:
            vector, (dimensions, signs) = cast("TextVector", prepared.record), prepared.signs
            self._vectors[vector.encoder, dimensions].add(vector, signs)


@dataclasses.dataclass(frozen=True)
class _Prepared:
    """A record with everything that can be refused already worked out."""

    record: Record
    document: Document | None
    fingerprints: tuple[tuple[str, FingerprintRow], ...]
    words: PackedWords | None
    signs: tuple[int, bytes] | None

    @property
    def revision(self) -> int:
        """Its revision number; 0 for what has no history."""
        return self.record.revision if isinstance(self.record, Revised) else 0


class _Words:
    """The local-feature words of one bank."""

    def __init__(self) -> None:
        self._table = FeatureTable()
        self._entries: list[BankEntry] = []

    def add(self, entry: BankEntry, words: PackedWords) -> None:
        self._table.extend([words])
        self._entries.append(entry)

    def find(self, words: PackedWords, limit: int) -> tuple[FeatureHit, ...]:
        found = self._table.search(words, limit)
        entries = ((self._entries[row], score) for row, score in zip(*found, strict=True))
        hits = (FeatureHit(entry_id=entry.id, media_id=entry.media_id, score=score) for entry, score in entries)
        return rank_hits(hits, limit)


class _Vectors:
    """The vectors of one encoder."""

    def __init__(self) -> None:
        self._table = SignTable()
        self._vectors: list[TextVector] = []

    def add(self, vector: TextVector, signs: bytes) -> None:
        self._table = self._table.extend([len(self._vectors)], [signs])
        self._vectors.append(vector)

    def nominate(self, codes: Codes, claims: "_Shelf") -> list[Near]:
        def choose(numbers: list[int]) -> Iterator[int]:
            """Those whose passage the claim still has."""
            for number in numbers:
                vector = self._vectors[number]
                if vector.claim_id in claims.links.get(("text", vector.digest), ()):
                    yield number

        nominated = (self._vectors[number] for number in self._table.nominate(pack_signs(codes), choose))
        return [Near(vector.claim_id, vector.codes) for vector in nominated]


class _Shelf:
    """The records of one kind; also the :class:`index.ranking.TextIndex` of their newest revisions."""

    def __init__(self) -> None:
        self.histories: dict[str, list[Record]] = {}
        self.ids: list[str] = []
        self.links: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.documents: dict[str, Document] = {}
        self._postings: dict[str, dict[tuple[str, str], Posting]] = defaultdict(dict)
        self._languages: Counter[str] = Counter()
        self._length = 0

    def put(self, prepared: _Prepared) -> None:
        record = prepared.record
        history = self.histories.setdefault(record.id, [])
        if history:
            self._forget_links(history[-1])
        else:
            bisect.insort(self.ids, record.id)
        history.append(record)
        self._show(prepared)

    def replace(self, prepared: _Prepared) -> None:
        """Put a stub in the place of what it is of."""
        history, place = self.histories[prepared.record.id], max(prepared.revision, 1) - 1
        earlier, history[place] = history[place], prepared.record
        if place == len(history) - 1:
            self._forget_links(earlier)
            self._forget_document(self.documents.pop(prepared.record.id, None))
            self._show(prepared)

    def _show(self, prepared: _Prepared) -> None:
        for name, values in prepared.record.found_by().items():
            for value in values:
                self.links[name, value].add(prepared.record.id)
        self._put_document(prepared.document)

    def _forget_links(self, record: Record) -> None:
        for name, values in record.found_by().items():
            for value in values:
                self.links[name, value].discard(record.id)

    def _put_document(self, document: Document | None) -> None:
        if document is None:
            return
        self._forget_document(self.documents.get(document.id))
        self.documents[document.id] = document
        for passage in document.passages:
            self._languages[passage.language] += 1
            self._length += passage.length
            for term, frequency in Counter(filter(None, passage.terms)).items():
                posting = Posting(document.id, passage.language, frequency, passage.length)
                self._postings[term][document.id, passage.language] = posting

    def _forget_document(self, document: Document | None) -> None:
        for passage in document.passages if document else ():
            self._languages[passage.language] -= 1
            self._length -= passage.length
            for term in set(filter(None, passage.terms)):
                held = self._postings[term]
                del held[cast("Document", document).id, passage.language]
                if not held:
                    del self._postings[term]

    def measure(self) -> tuple[int, int]:
        return self._languages.total(), self._length

    def get_languages(self) -> Collection[str]:
        return [language for language, count in self._languages.items() if count]

    def get_postings(self, term: str) -> Sequence[Posting]:
        return list(self._postings[term].values()) if term in self._postings else []

    def count_holders(self, terms: Collection[str]) -> Mapping[str, int]:
        return {term: len(self._list_holders(term)) for term in self._postings.keys() & set(terms)}

    def find_near_terms(self, terms: Collection[str], edits: int) -> Mapping[str, TermUse]:
        near = ((term, self._list_holders(term)) for term in find_near(terms, self._postings, edits=edits))
        return {term: TermUse(len(holders), min(holders)) for term, holders in near}

    def _list_holders(self, term: str) -> Collection[str]:
        return {name for name, _ in self._postings[term]}

    def get_passages(self, record_ids: Collection[str], language: str) -> Mapping[str, Sequence[str]]:
        documents = (self.documents[record_id] for record_id in record_ids)
        passages = ((document.id, passage) for document in documents for passage in document.passages)
        return {record_id: passage.terms for record_id, passage in passages if passage.language == language}

    def get_entries(self, filters: Filters, record_ids: Collection[str] | None) -> Sequence[Entry]:
        wanted = self.documents if record_ids is None else record_ids
        documents = (self.documents[record_id] for record_id in wanted)
        return [Entry(document.id, document.newest) for document in documents if filters.let_pass(document)]


class _ClaimShelf(_Shelf):
    """The claims; also the :class:`index.ranking.CountedIndex` of them and of the verdicts on them."""

    def __init__(self, verdicts: _Shelf) -> None:
        super().__init__()
        self._verdicts = verdicts

    def get_entries(self, filters: Filters, record_ids: Collection[str] | None) -> Sequence[Entry]:
        entries = super().get_entries(filters, record_ids)
        if not filters.ratings and not filters.publishers:
            return entries
        return [entry for entry in entries if any(_says(v, filters) for v in self._iter_verdicts(entry.record_id))]

    def count_facets(self, record_ids: Collection[str]) -> Mapping[tuple[str, str], int]:
        return Counter(held for record_id in record_ids for held in self._list_facets(record_id))

    def count_days(self, record_ids: Collection[str]) -> Mapping[tuple[str, str], int]:
        documents = (self.documents[record_id] for record_id in record_ids)
        return Counter((document.first_day, document.last_day) for document in documents)

    def _list_facets(self, record_id: str) -> set[tuple[str, str]]:
        facets = {(name, value) for name, values in self.documents[record_id].facets.items() for value in values}
        for verdict in self._iter_verdicts(record_id):
            links = verdict.links()
            facets |= {(name, value) for name in ("rating", "publisher") for value in links[name]}
        return facets

    def _iter_verdicts(self, claim_id: str) -> Iterator[Verdict]:
        """Yield those that stand on a claim."""
        for verdict_id in self._verdicts.links.get(("claim", claim_id), ()):
            verdict = cast("Verdict", self._verdicts.histories[verdict_id][-1])
            if verdict.stands:
                yield verdict


def _says(verdict: Verdict, filters: Filters) -> bool:
    return (not filters.ratings or verdict.rating in filters.ratings) and (
        not filters.publishers or verdict.publisher in filters.publishers
    )


Hit = TypeVar("Hit")


def _build_page(hits: tuple[Hit, ...], ranking: Ranking) -> Page[Hit]:
    return Page(hits=hits, total=ranking.total, next_cursor=ranking.next_cursor)


def _read_back(record: AnyRecord) -> AnyRecord:
    return decode(type(record), encode(record))


def _prepare(record: Record) -> _Prepared:
    fingerprints = tuple(iter_rows(record)) if isinstance(record, BankEntry) else ()
    words = pack_words(record) if isinstance(record, BankEntry) else None
    signs = pack_vector(record) if isinstance(record, TextVector) and not record.is_stub else None
    return _Prepared(record, build_document(record), fingerprints, words, signs)
