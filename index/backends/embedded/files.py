"""A store's file, before SQLite opens it: a new one is made whole, and what is not ours is refused and left as it is."""

import os
import secrets
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import apsw

from index.backends.embedded.schema import APPLICATION_ID, get_latest_version, migrate, read_version
from index.errors import StoreFormatError, StoreUnavailableError

_LEFT = "it was left as it is: give another file with --store"
_READ_THROUGH_BYTES = 32 * 1024 * 1024
"""Files up to this size are read through whenever they are opened (about 50 ms); larger ones are checked on demand."""


def is_missing(path: Path) -> bool:
    """Tell whether a store has still to be made at *path*; an empty file counts as none.

    Raises:
        StoreUnavailableError: There is something that is no file, or one cannot look.
    """
    try:
        if path.is_dir():
            message = f"{path} is a folder: a store is a file, for instance {path / 'sankofa.db'}"
            raise StoreUnavailableError(message)
        if not path.exists():
            return True
        if not path.is_file():
            raise StoreUnavailableError(f"{path} is no ordinary file: a store is a file, for instance sankofa.db")
        return path.stat().st_size == 0
    except OSError as error:
        raise StoreUnavailableError(f"{path} cannot be opened: {error.strerror}") from error


def create(path: Path) -> None:
    """Make an empty store: it appears with all its tables or not at all. The caller holds the writer's lock."""
    name = str(path.with_name(f".{path.name}.{secrets.token_hex(4)}.new"))
    try:
        connection = apsw.Connection(name)
        try:
            migrate(connection)
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        _sync(Path(name))
        Path(name).replace(path)
    finally:
        for leftover in (name, f"{name}-journal", f"{name}-wal", f"{name}-shm"):
            Path(leftover).unlink(missing_ok=True)
    _sync(path.parent)


def inspect(path: Path) -> None:
    """Refuse what is no store of ours, reading only.

    Everything is read through SQLite: closing the file by ourselves would drop the locks of other connections of this
    process. Source: https://sqlite.org/howtocorrupt.html, section 2.2.

    Raises:
        StoreFormatError: Another program's file, a damaged one, or one of a newer version.
        StoreUnavailableError: It cannot be read or written.
    """
    if not os.access(path, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise StoreUnavailableError(f"{path} cannot be read and written: check the rights on it")
    before = _look(path)
    try:
        damage = _read(path, is_whole=before.size_bytes <= _READ_THROUGH_BYTES and not before.in_use)
    except apsw.NotADBError as error:
        raise StoreFormatError(f"{path} is no store of Sankofa; {_LEFT}") from error
    except apsw.CorruptError as error:
        damage = str(error)
    except apsw.Error as error:
        raise StoreUnavailableError(f"{path} cannot be opened: {error}") from error
    if damage and not before.in_use and _look(path) == before:
        raise StoreFormatError(f"{path} is damaged ({damage}); it was left as it is: restore it from a backup")


def open_immutable(path: Path) -> apsw.Connection:
    """Open a file that nobody writes to, for reading; no file is made beside it."""
    uri = f"file:{quote(str(path))}?immutable=1"
    return apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)


def check_version(path: Path, version: int) -> None:
    """Refuse a file of a newer version."""
    latest = get_latest_version()
    if version > latest:
        message = f"{path} was written by a newer version (schema {version}, this one knows {latest})"
        raise StoreFormatError(f"{message}; it was left as it is: update Sankofa")


class _Look(NamedTuple):
    """What tells whether somebody is writing: then only SQLite with its locks can read rightly."""

    in_use: bool
    size_bytes: int
    changed_at: int


def _look(path: Path) -> _Look:
    state = path.stat()
    return _Look(Path(f"{path}-wal").exists(), state.st_size, state.st_mtime_ns)


def _read(path: Path, *, is_whole: bool) -> str:
    """Check whose it is, and return what SQLite finds wrong."""
    connection = open_immutable(path)
    try:
        if connection.pragma("application_id") != APPLICATION_ID:
            raise StoreFormatError(f"{path} belongs to another program; {_LEFT}")
        check_version(path, read_version(connection))
        check = "PRAGMA quick_check(1)" if is_whole else "SELECT 'ok' FROM sqlite_schema LIMIT 1"
        result = str(connection.execute(check).get)
    finally:
        connection.close()
    return "" if result == "ok" else result.splitlines()[-1]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
