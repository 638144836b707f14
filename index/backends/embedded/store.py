"""The store in one SQLite file: many readers, one writer, everything acknowledged is durable."""

import errno
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import apsw

from index.backends.embedded import erasing, log
from index.backends.embedded.banks import Banks
from index.backends.embedded.cache import Cache
from index.backends.embedded.check import find_problem
from index.backends.embedded.connections import Readers, open_writer, translated
from index.backends.embedded.counts import Counts
from index.backends.embedded.files import check_version, create, inspect, is_missing
from index.backends.embedded.lock import WriterLock
from index.backends.embedded.rows import Prepared, prepare, write_record
from index.backends.embedded.schema import is_current, migrate, read_version
from index.backends.embedded.texts import Texts
from index.backends.embedded.vectors import Vectors
from index.backends.embedded.words import WordBanks
from index.backends.embedded.writer import Writer
from index.codec import decode, encode, is_text, same_content
from index.erasing import refuse_erased
from index.errors import (
    RecordConflictError,
    RecordNotFoundError,
    RevisionConflictError,
    StoreFormatError,
    StoreFullError,
    StoreUnavailableError,
)
from index.features import check_words
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
from index.ranking import Ranking
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

_NEWEST = " FROM head JOIN record USING (kind, id, revision) WHERE head.kind = ?"
_ALL = " FROM record WHERE kind = ?"
_OF_FOUND = (
    "SELECT record.body FROM ({}) AS found CROSS JOIN head ON head.kind = ?1 AND head.id = found.id"
    " CROSS JOIN record ON record.kind = ?1 AND record.id = found.id AND record.revision = head.revision ORDER BY found.id"
)
# By the key of links, whose values are few: SQLite would rather go through all of a kind in order, and look at each.
FIND_LINKED = _OF_FOUND.format(
    "SELECT DISTINCT id FROM link WHERE kind = ?1 AND name = ?2 AND value IN (SELECT value FROM json_each(?3))"
    " AND +id > ?4 ORDER BY +id LIMIT ?5"
)
FIND_LINKED_TO_ONE = _OF_FOUND.format(
    "SELECT id FROM link WHERE kind = ?1 AND name = ?2 AND value = (SELECT value FROM json_each(?3))"
    " AND id > ?4 ORDER BY id LIMIT ?5"
)
_PAGE = 500
_LARGEST_INTEGER = 2**63 - 1


def open_embedded(
    path: str | Path, *, lock_timeout_seconds: float = 10, create: bool = True, max_size_bytes: int | None = None
) -> "EmbeddedStore":
    """Open the store in the file *path*; one that does not exist is made, with its folders, unless *create* is false.

    The file grows to at most *max_size_bytes*, if given; what would not fit is refused as on a full disk.

    Raises:
        StoreFormatError: The file is not ours, damaged or newer; it was left as it is.
        StoreLockedError: Another process wrote for longer than *lock_timeout_seconds*.
        StoreUnavailableError: It cannot be opened.
        StoreFullError: There is no space to make it.
    """
    file = Path(os.path.realpath(path))  # SQLite's log lies beside the file itself, whatever link leads there
    if not is_missing(file):
        inspect(file)
    elif not create:
        message = f"there is no store at {file}: say another place with --home or --store, or collect first"
        raise StoreUnavailableError(message)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = WriterLock(file, lock_timeout_seconds)
    except OSError as error:
        raise StoreUnavailableError(f"{file} cannot be opened for writing: {error.strerror}") from error
    try:
        connection = _open_latest(file, lock, lock_timeout_seconds, max_size_bytes)
    except BaseException:
        lock.close()
        raise
    return EmbeddedStore(file, Writer(file, connection, lock), Readers(file, lock_timeout_seconds))


def _open_latest(file: Path, lock: WriterLock, busy_seconds: float, max_size_bytes: int | None) -> apsw.Connection:
    """Make the file if it is still missing, and bring it to the latest version."""
    with translated(file), lock.hold():
        _create_if_missing(file)
        connection = open_writer(file, busy_seconds, max_size_bytes)
        try:
            check_version(file, read_version(connection))
            if not is_current(connection):
                migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _create_if_missing(file: Path) -> None:
    if is_missing(file):
        try:
            create(file)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise StoreFullError(f"no space is left to make {file}: free some and do it again") from error
            raise StoreUnavailableError(f"{file} cannot be made: {error.strerror}") from error


class EmbeddedStore:
    """Keeps records in one SQLite file. Documented at :class:`index.store.Store`."""

    atomic_add = True

    def __init__(self, path: Path, writer: Writer, readers: Readers) -> None:
        self._path = path
        self._writer = writer
        self._readers = readers
        self._counts = Counts()
        self._cache = cache = Cache(path, writer.run)
        self._banks = Banks(cache)
        self._words = WordBanks(cache)
        self._vectors = Vectors(cache)
        self._texts = {kind.KIND: Texts(cache, kind.KIND) for kind in (Claim, Post)}

    @property
    def url(self) -> str:
        return str(self._path)

    def add(self, records: Iterable[Record]) -> frozenset[str]:
        self._readers.check_open()
        prepared = [prepare(require_immutable(record)) for record in records]
        return self._writer.run(lambda connection: _add(connection, prepared)) if prepared else frozenset()

    def revise(self, record: AnyRevised, *, expected_revision: int, entry: bytes = b"") -> AnyRevised:
        self._readers.check_open()
        prepared = prepare(replace(require_history(record), revision=expected_revision + 1))
        entries = check_entries([entry] if entry else [])
        return self._writer.run(lambda connection: _revise(connection, prepared, expected_revision, entries))

    def add_revisions(self, records: Iterable[Revised]) -> int:
        self._readers.check_open()
        prepared = [prepare(require_history(record)) for record in records]
        return self._writer.run(lambda connection: _add_revisions(connection, prepared)) if prepared else 0

    def erase(self, stubs: Sequence[Record], entries: Sequence[bytes]) -> None:
        self._readers.check_open()
        prepared = [prepare(require_erased(stub)) for stub in stubs]
        checked = check_entries(entries)
        self._writer.run(lambda connection: erasing.erase(connection, prepared, checked))
        self._cache.forget(erasing.name_folders(stubs))
        erasing.clear_log(self._path, self._readers.busy_seconds)

    def get(self, kind: type[AnyRecord], record_id: str, *, revision: int | None = None) -> AnyRecord:
        asked = is_text(record_id) and (revision is None or 0 < revision <= _LARGEST_INTEGER)
        with self._readers.borrow() as connection:
            body = _read_body(connection, kind, record_id, revision) if asked else None
        if body is None:
            raise RecordNotFoundError(kind.KIND, record_id, revision)
        return decode(kind, body)

    def get_many(self, kind: type[AnyRecord], record_ids: Collection[str]) -> Mapping[str, AnyRecord]:
        with self._readers.borrow() as connection:
            return _read_many(connection, kind, record_ids)

    def get_history(self, kind: type[AnyRevised], record_id: str) -> tuple[AnyRevised, ...]:
        sql = "SELECT body FROM record WHERE kind = ? AND id = ? AND revision > 0 ORDER BY revision"
        with self._readers.borrow() as connection:
            rows = list(connection.execute(sql, (kind.KIND, record_id))) if is_text(record_id) else []
        if not rows:
            raise RecordNotFoundError(kind.KIND, record_id)
        return tuple(decode(kind, body) for (body,) in rows)

    def find_linked(
        self, kind: type[AnyRecord], by: str, values: Collection[str], *, after: str = "", limit: int | None = None
    ) -> tuple[AnyRecord, ...]:
        given = (kind.KIND, _clean(by), _list(values), _clean(after), -1 if limit is None else limit)
        with self._readers.borrow() as connection:
            rows = list(connection.execute(FIND_LINKED_TO_ONE if len(values) == 1 else FIND_LINKED, given))
        return tuple(decode(kind, body) for (body,) in rows)

    def iter_records(self, kind: type[AnyRecord], *, after: str = "") -> Iterator[AnyRecord]:
        self._readers.check_open()
        sql = f"SELECT id, body{_NEWEST} AND id > ? ORDER BY id LIMIT {_PAGE}"
        return self._iter_pages(kind, sql, (_clean(after),))

    def iter_revisions(self, kind: type[AnyRevised], *, after: str = "") -> Iterator[AnyRevised]:
        self._readers.check_open()
        sql = f"SELECT id, revision, body{_ALL} AND (id, revision) > (?, ?) ORDER BY id, revision LIMIT {_PAGE}"
        return self._iter_pages(kind, sql, (_clean(after), _LARGEST_INTEGER))

    def _iter_pages(self, kind: type[AnyRecord], sql: str, place: tuple[str | int, ...]) -> Iterator[AnyRecord]:
        """Read page by page from behind *place*, so that nothing is held while the caller works."""
        while True:
            with self._readers.borrow() as connection:
                rows = list(connection.execute(sql, (kind.KIND, *place)))
            for *_, body in rows:
                yield decode(kind, body)
            if len(rows) < _PAGE:
                return
            place = rows[-1][:-1]

    def find_claims(self, query: ClaimQuery) -> Page[ClaimHit]:
        ranking, claims = self._search(Claim, query)
        hits = (ClaimHit(claim=claims[h.record_id], score=h.score, matched_terms=h.matched_terms) for h in ranking.hits)
        return Page(hits=tuple(hits), total=ranking.total, next_cursor=ranking.next_cursor)

    def find_claims_each(self, queries: Sequence[ClaimQuery]) -> tuple[Page[ClaimHit], ...]:
        return tuple(map(self.find_claims, queries))

    def count_claims(self, query: ClaimQuery) -> ClaimCounts:
        with self._readers.borrow() as connection:
            return self._texts[Claim.KIND].count(connection, query)

    def find_posts(self, query: PostQuery) -> Page[PostHit]:
        ranking, posts = self._search(Post, query)
        hits = (PostHit(post=posts[h.record_id], score=h.score, matched_terms=h.matched_terms) for h in ranking.hits)
        return Page(hits=tuple(hits), total=ranking.total, next_cursor=ranking.next_cursor)

    def count_holders(self, terms: Collection[str]) -> Mapping[str, int]:
        with self._readers.borrow() as connection:
            return self._texts[Claim.KIND].count_holders(connection, list(filter(is_text, terms)))

    def find_near_terms(self, terms: Collection[str], *, edits: int) -> Mapping[str, TermUse]:
        with self._readers.borrow() as connection:
            return self._texts[Claim.KIND].find_near_terms(connection, list(filter(is_text, terms)), edits)

    def find_fingerprints(
        self, algorithm: str, codes: Sequence[str], *, radius_bits: int, bank: Bank
    ) -> tuple[FingerprintHit, ...]:
        checked = check_codes(algorithm, codes, radius_bits)
        with self._readers.borrow() as connection:
            return self._banks.search(connection, algorithm, bank, checked, radius_bits)

    def find_features(self, words: Collection[str], *, limit: int, bank: Bank) -> tuple[FeatureHit, ...]:
        checked = check_words(words, limit)
        with self._readers.borrow() as connection:
            return self._words.search(connection, bank, checked, limit)

    def find_vectors(self, encoder: str, codes: Codes, *, limit: int) -> tuple[VectorHit, ...]:
        checked = check_vector(codes, limit)
        with self._readers.borrow() as connection:
            near = self._vectors.nominate(connection, _clean(encoder), checked)
        return rank_near(checked, near, limit)

    def count(self, kind: type[Record]) -> int:
        with self._readers.borrow() as connection:
            return self._counts.count(connection, kind.KIND)

    def count_by(self, kind: type[Record], by: str) -> Mapping[str, int]:
        with self._readers.borrow() as connection:
            return self._counts.count_by(connection, kind.KIND, _clean(by))

    def append_log(self, entries: Sequence[bytes]) -> int:
        self._readers.check_open()
        checked = check_entries(entries)
        return self._writer.run(lambda connection: log.append(connection, checked))

    def read_log(self, start: int, limit: int) -> tuple[bytes, ...]:
        with self._readers.borrow() as connection:
            return log.read(connection, start, limit)

    def count_log(self) -> int:
        with self._readers.borrow() as connection:
            return log.count(connection)

    def check(self) -> None:
        """Read the whole file and see whether it is sound, also what records are found through.

        Takes about as long as writing everything anew.

        Raises:
            StoreFormatError: It is damaged; the message names the first thing found.
        """
        self._readers.check_open()
        with translated(self._path):
            problem = find_problem(self._path, self._readers.busy_seconds)
        if problem:
            raise StoreFormatError(f"{self._path} is damaged ({problem}): restore it from a backup")

    def iter_refused(self) -> Iterator[Refused]:
        self._readers.check_open()
        return iter(())

    def describe(self) -> Engine:
        self._readers.check_open()
        files = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        size_bytes = sum(file.stat().st_size for file in files if file.exists())
        return Engine(name="SQLite", version=apsw.sqlite_lib_version(), health="", size_bytes=size_bytes)

    def close(self) -> None:
        self._readers.close()
        self._writer.close()

    def _search(self, kind: type[AnyRecord], query: ClaimQuery | PostQuery) -> tuple[Ranking, Mapping[str, AnyRecord]]:
        with self._readers.borrow() as connection:
            ranking = self._texts[kind.KIND].find(connection, query)
            return ranking, _read_many(connection, kind, [hit.record_id for hit in ranking.hits])


def _add(connection: apsw.Connection, given: Iterable[Prepared[Record]]) -> frozenset[str]:
    new = set()
    for prepared in given:
        record = prepared.record
        existing = _read_body(connection, type(record), record.id, None)
        if existing is None:
            write_record(connection, prepared)
            new.add(record.id)
        elif existing != prepared.body and not _is_same(decode(type(record), existing), prepared):
            raise RecordConflictError(record.KIND, record.id)
    return frozenset(new)


def _revise(
    connection: apsw.Connection, given: Prepared[AnyRevised], expected_revision: int, entries: Sequence[bytes] = ()
) -> AnyRevised:
    record = given.record
    found = _read_newest(connection, record)
    if found > expected_revision >= 0:
        body = _read_body(connection, type(record), record.id, expected_revision + 1)
        written = decode(type(record), body or "")
        if same_content(written, record):
            return written
    if found != expected_revision:
        raise RevisionConflictError(record.KIND, record.id, expected_revision, found)
    there = _read_body(connection, type(record), record.id, found) or ""
    if _says_erased(there) and record.erased is None:
        refuse_erased(decode(type(record), there))
    write_record(connection, given)
    log.append(connection, entries)
    return record


def _add_revisions(connection: apsw.Connection, given: Iterable[Prepared[Revised]]) -> int:
    new = 0
    for prepared in given:
        kind, number = type(prepared.record), prepared.revision
        body = _read_body(connection, kind, prepared.record.id, number)
        new += body is None
        if body is None or not _says_erased(body):
            _revise(connection, prepared, number - 1)
    return new


def _says_erased(body: str) -> bool:
    """Whether the text of a record says that something was erased; in what anybody said the quotes are escaped."""
    return '"erased":{' in body


def _is_same(there: Record, given: Prepared[Record]) -> bool:
    return there.is_stub or encode(there) == given.body


def _read_newest(connection: apsw.Connection, record: Revised) -> int:
    """The number of the newest revision; 0 where there is none."""
    sql = "SELECT revision FROM head WHERE kind = ? AND id = ?"
    return int(connection.execute(sql, (record.KIND, record.id)).get or 0)


def _read_body(connection: apsw.Connection, kind: type[Record], record_id: str, revision: int | None) -> str | None:
    if revision is None:
        found = connection.execute(f"SELECT body{_NEWEST} AND id = ?", (kind.KIND, record_id)).get
    else:
        sql = "SELECT body FROM record WHERE kind = ? AND id = ? AND revision = ? AND revision > 0"
        found = connection.execute(sql, (kind.KIND, record_id, revision)).get
    return None if found is None else str(found)


def _read_many(
    connection: apsw.Connection, kind: type[AnyRecord], record_ids: Collection[str]
) -> Mapping[str, AnyRecord]:
    sql = f"SELECT id, body{_NEWEST} AND id IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants of ours
    rows = list(connection.execute(sql, (kind.KIND, _list(record_ids))))
    return {record_id: decode(kind, body) for record_id, body in rows}


def _list(values: Iterable[str]) -> str:
    return json.dumps(list(filter(is_text, dict.fromkeys(values))))


def _clean(value: str) -> str:
    """Replace what cannot be written as UTF-8."""
    return value.encode(errors="replace").decode()
