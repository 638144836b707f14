"""A store's file, before SQLite opens it: a new one is made whole, and what is not ours is refused and left as it is."""

import os
import secrets
import struct
from pathlib import Path
from urllib.parse import quote

import apsw

from index.backends.embedded.schema import APPLICATION_ID, get_latest_version, migrate
from index.errors import StoreFormatError, StoreUnavailableError

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
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

    Raises:
        StoreFormatError: Another program's file, a damaged one, or one of a newer version.
        StoreUnavailableError: It cannot be read or written.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except OSError as error:
        raise StoreUnavailableError(f"{path} cannot be read: {error.strerror}") from error
    _check_header(path, header)
    if not os.access(path, os.W_OK):
        raise StoreUnavailableError(f"{path} is write-protected: check the rights on it")
    damage = _find_damage(path, header, size)
    if damage:
        raise StoreFormatError(f"{path} is damaged ({damage}); it was left as it is: restore it from a backup")


def check_version(path: Path, version: int) -> None:
    """Refuse a file of a newer version."""
    latest = get_latest_version()
    if version > latest:
        message = f"{path} was written by a newer version (schema {version}, this one knows {latest})"
        raise StoreFormatError(f"{message}; it was left as it is: update Sankofa")


def _check_header(path: Path, header: bytes) -> None:
    other = "it was left as it is: give another file with --store"
    if header[: len(_MAGIC)] != _MAGIC or len(header) < _HEADER_BYTES:
        raise StoreFormatError(f"{path} is no store of Sankofa; {other}")
    version, application = (struct.unpack(">I", header[start : start + 4])[0] for start in (60, 68))
    if application != APPLICATION_ID:
        raise StoreFormatError(f"{path} belongs to another program; {other}")
    check_version(path, version)


def _find_damage(path: Path, header: bytes, size: int) -> str:
    """Say what is wrong with the file; nothing while it is in use, when only SQLite can read it rightly."""
    wal = Path(f"{path}-wal")
    if wal.exists():
        return ""
    before = path.stat()
    page_size, pages = struct.unpack(">H", header[16:18])[0], struct.unpack(">I", header[28:32])[0]
    damage = ""
    if size < pages * (65536 if page_size == 1 else page_size):
        damage = "it is cut off"
    elif size <= _READ_THROUGH_BYTES:
        damage = _read_through(path)
    after = path.stat()
    changed = wal.exists() or (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size)
    return "" if changed else damage


def _read_through(path: Path) -> str:
    """Return what SQLite finds wrong; opened as immutable, so that no file is made beside it."""
    try:
        uri = f"file:{quote(str(path))}?immutable=1"
        connection = apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        try:
            result = str(connection.execute("PRAGMA quick_check(1)").get)
        finally:
            connection.close()
    except (apsw.CorruptError, apsw.NotADBError) as error:
        return str(error)
    except apsw.Error as error:
        raise StoreUnavailableError(f"{path} cannot be opened: {error}") from error
    return "" if result == "ok" else result


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
