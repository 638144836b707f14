"""The store in one SQLite file: many readers, one writer, everything acknowledged is durable."""

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import apsw

from index.backends.embedded.banks import Banks
from index.backends.embedded.connections import open_reader, open_writer, translated
from index.backends.embedded.files import check_version, inspect, is_new
from index.backends.embedded.lock import WriterLock
from index.backends.embedded.rows import write_record
from index.backends.embedded.schema import APPLICATION_ID, MIGRATIONS, VERSION
from index.backends.embedded.search import TextTables
from index.backends.embedded.writer import Writer
from index.codec import decode, encode, same_content
from index.errors import (
    RecordConflictError,
    RecordNotFoundError,
    RevisionConflictError,
    StoreUnavailableError,
)
from index.fingerprints import check_codes
from index.model import Bank, Claim, Post, Record, Revised
from index.query import ClaimHit, ClaimQuery, FingerprintHit, Page, PostHit, PostQuery
from index.ranking import Ranking, search
from index.store import AnyRecord, AnyRevised

_NEWEST = " FROM head JOIN record USING (kind, id, revision) WHERE head.kind = ?"
_PAGE = 500


def open_embedded(path: str | Path, *, lock_timeout_seconds: float = 10, create: bool = True) -> "EmbeddedStore":
    """Open the store in the file *path*; one that does not exist is made, with its folders, unless *create* is false.

    Raises:
        StoreFormatError: The file is not ours, damaged or newer; it was left as it is.
        StoreLockedError: Another process held the file for longer than *lock_timeout_seconds*.
        StoreUnavailableError: It cannot be opened.
    """
    file = Path(path).absolute()
    new = is_new(file)
    if new and not create:
        raise StoreUnavailableError(
            f"there is no store at {file}: say another place with --home or --store, or collect first"
        )
    if file.is_dir():
        raise StoreUnavailableError(f"{file} is a folder: a store is a file, for instance {file / 'sankofa.db'}")
    if not new:
        inspect(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = WriterLock(file, lock_timeout_seconds)
    except OSError as error:
        raise StoreUnavailableError(f"{file} cannot be opened for writing: {error.strerror}") from error
    return _open(file, lock, lock_timeout_seconds)


def _open(file: Path, lock: WriterLock, timeout_seconds: float) -> "EmbeddedStore":
    connection = None
    try:
        with translated(file):
            connection = open_writer(file, timeout_seconds)
            with lock.hold():
                _migrate(file, connection)
    except BaseException:
        if connection is not None:
            connection.close()
        lock.close()
        raise
    return EmbeddedStore(file, Writer(file, connection, lock), timeout_seconds)


def _migrate(file: Path, connection: apsw.Connection) -> None:
    (version,) = next(connection.execute("PRAGMA user_version"))
    check_version(file, int(str(version)))
    if version < VERSION:
        connection.execute("BEGIN IMMEDIATE")
        for script in MIGRATIONS[version:]:
            connection.execute(script)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")


class EmbeddedStore:
    """Keeps records in one SQLite file. Documented at :class:`index.store.Store`."""

    atomic_add = True

    def __init__(self, path: Path, writer: Writer, busy_seconds: float) -> None:
        self._path = path
        self._writer = writer
        self._busy_seconds = busy_seconds
        self._banks = Banks()
        self._readers = threading.local()
        self._opened: list[apsw.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @property
    def url(self) -> str:
        return str(self._path)

    def add(self, records: Iterable[Record]) -> frozenset[str]:
        bodies = [(_require_immutable(record), encode(record)) for record in records]
        return self._writer.run(lambda connection: _add(connection, bodies)) if bodies else frozenset()

    def revise(self, record: AnyRevised, *, expected_revision: int) -> AnyRevised:
        if not isinstance(record, Revised):
            raise TypeError(f"a {record.KIND} has no history: give it to add()")
        body = encode(replace(record, revision=expected_revision + 1))
        given = decode(type(record), body)
        return self._writer.run(lambda connection: _revise(connection, given, body, expected_revision))

    def get(self, kind: type[AnyRecord], record_id: str, *, revision: int | None = None) -> AnyRecord:
        with self._reading() as connection:
            body = _read_body(connection, kind, record_id, revision)
        if body is None:
            raise RecordNotFoundError(kind.KIND, record_id, revision)
        return decode(kind, body)

    def get_many(self, kind: type[AnyRecord], record_ids: Collection[str]) -> Mapping[str, AnyRecord]:
        with self._reading() as connection:
            return _read_many(connection, kind, record_ids)

    def get_history(self, kind: type[AnyRevised], record_id: str) -> tuple[AnyRevised, ...]:
        sql = "SELECT body FROM record WHERE kind = ? AND id = ? AND revision > 0 ORDER BY revision"
        with self._reading() as connection:
            bodies = [body for (body,) in connection.execute(sql, (kind.KIND, record_id))]
        if not bodies:
            raise RecordNotFoundError(kind.KIND, record_id)
        return tuple(decode(kind, body) for body in bodies)

    def find_linked(
        self, kind: type[AnyRecord], by: str, values: Collection[str], *, after: str = "", limit: int | None = None
    ) -> tuple[AnyRecord, ...]:
        sql = (
            "SELECT record.body FROM (SELECT DISTINCT id FROM link WHERE kind = ?1 AND name = ?2"
            " AND value IN (SELECT value FROM json_each(?3)) AND id > ?4 ORDER BY id LIMIT ?5) AS found"
            " JOIN head ON head.kind = ?1 AND head.id = found.id"
            " JOIN record ON record.kind = ?1 AND record.id = found.id AND record.revision = head.revision"
            " ORDER BY found.id"
        )
        given = (kind.KIND, by, json.dumps(list(values)), after, -1 if limit is None else limit)
        with self._reading() as connection:
            bodies = [body for (body,) in connection.execute(sql, given)]
        return tuple(decode(kind, body) for body in bodies)

    def iter_records(self, kind: type[AnyRecord], *, after: str = "") -> Iterator[AnyRecord]:
        sql = f"SELECT id, body{_NEWEST} AND id > ? ORDER BY id LIMIT {_PAGE}"
        while True:
            with self._reading() as connection:
                rows = list(connection.execute(sql, (kind.KIND, after)))
            for _, body in rows:
                yield decode(kind, body)
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def find_claims(self, query: ClaimQuery) -> Page[ClaimHit]:
        ranking, claims = self._search(Claim, query)
        hits = (ClaimHit(claim=claims[h.record_id], score=h.score, matched_terms=h.matched_terms) for h in ranking.hits)
        return Page(hits=tuple(hits), total=ranking.total, next_cursor=ranking.next_cursor)

    def find_posts(self, query: PostQuery) -> Page[PostHit]:
        ranking, posts = self._search(Post, query)
        hits = (PostHit(post=posts[h.record_id], score=h.score, matched_terms=h.matched_terms) for h in ranking.hits)
        return Page(hits=tuple(hits), total=ranking.total, next_cursor=ranking.next_cursor)

    def find_fingerprints(
        self, algorithm: str, codes: Sequence[str], *, radius_bits: int, bank: Bank
    ) -> tuple[FingerprintHit, ...]:
        checked = check_codes(algorithm, codes, radius_bits)
        with self._reading() as connection:
            return self._banks.search(connection, algorithm, bank, checked, radius_bits)

    def count(self, kind: type[Record]) -> int:
        with self._reading() as connection:
            ((number,),) = connection.execute("SELECT count(*) FROM head WHERE kind = ?", (kind.KIND,))
        return int(number)

    def count_by(self, kind: type[Record], by: str) -> Mapping[str, int]:
        sql = "SELECT value, count(*) FROM link WHERE kind = ? AND name = ? GROUP BY value"
        with self._reading() as connection:
            return dict(connection.execute(sql, (kind.KIND, by)))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            opened, self._opened = self._opened, []
        self._writer.close()
        for connection in opened:
            connection.close()

    def _search(self, kind: type[AnyRecord], query: ClaimQuery | PostQuery) -> tuple[Ranking, Mapping[str, AnyRecord]]:
        with self._reading() as connection:
            ranking = search(TextTables(connection, kind.KIND), query)
            return ranking, _read_many(connection, kind, [hit.record_id for hit in ranking.hits])

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection]:
        """Give this thread's reading connection, on one state of the file."""
        with translated(self._path):
            connection = self._get_reader()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    def _get_reader(self) -> apsw.Connection:
        with self._lock:
            if self._closed:
                raise StoreUnavailableError(f"the store {self._path} was closed")
            connection: apsw.Connection | None = getattr(self._readers, "connection", None)
            if connection is None:
                connection = self._readers.connection = open_reader(self._path, self._busy_seconds)
                self._opened.append(connection)
            return connection


def _require_immutable(record: Record) -> Record:
    if isinstance(record, Revised):
        raise TypeError(f"a {record.KIND} has a history: give it to revise()")
    return record


def _add(connection: apsw.Connection, bodies: Iterable[tuple[Record, str]]) -> frozenset[str]:
    new = set()
    for record, body in bodies:
        existing = _read_body(connection, type(record), record.id, None)
        if existing is None:
            write_record(connection, decode(type(record), body), body)
            new.add(record.id)
        elif existing != body:
            raise RecordConflictError(record.KIND, record.id)
    return frozenset(new)


def _revise(connection: apsw.Connection, record: AnyRevised, body: str, expected_revision: int) -> AnyRevised:
    sql = "SELECT revision FROM head WHERE kind = ? AND id = ?"
    found = next((int(revision) for (revision,) in connection.execute(sql, (record.KIND, record.id))), 0)
    if found > expected_revision >= 0:
        written = _read_body(connection, type(record), record.id, expected_revision + 1)
        if written is not None and same_content(decode(type(record), written), record):
            return decode(type(record), written)
    if found != expected_revision:
        raise RevisionConflictError(record.KIND, record.id, expected_revision, found)
    write_record(connection, record, body)
    return record


def _read_body(connection: apsw.Connection, kind: type[Record], record_id: str, revision: int | None) -> str | None:
    if revision is None:
        rows = connection.execute(f"SELECT body{_NEWEST} AND id = ?", (kind.KIND, record_id))
    else:
        sql = "SELECT body FROM record WHERE kind = ? AND id = ? AND revision = ? AND revision > 0"
        rows = connection.execute(sql, (kind.KIND, record_id, revision))
    return next((str(body) for (body,) in rows), None)


def _read_many(
    connection: apsw.Connection, kind: type[AnyRecord], record_ids: Collection[str]
) -> Mapping[str, AnyRecord]:
    sql = f"SELECT id, body{_NEWEST} AND id IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants of ours
    rows = connection.execute(sql, (kind.KIND, json.dumps(list(dict.fromkeys(record_ids)))))
    return {record_id: decode(kind, body) for record_id, body in rows}
