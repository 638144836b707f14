"""Look at a store's file before SQLite touches it: what is not ours, damaged or newer is refused and left as it is."""

import struct
from pathlib import Path
from urllib.parse import quote

import apsw

from index.backends.embedded.schema import APPLICATION_ID, VERSION
from index.errors import StoreFormatError, StoreUnavailableError

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_CHECKED_BYTES = 32 * 1024 * 1024
"""Files up to this size are read through whenever they are opened; ``store check`` reads larger ones."""


def is_new(path: Path) -> bool:
    """Tell whether a store has still to be made at *path*."""
    return not path.exists() or (path.is_file() and path.stat().st_size == 0)


def inspect(path: Path) -> None:
    """Refuse what is no store of ours, reading only.

    Raises:
        StoreFormatError: Another program's file, a damaged one, or one of a newer version.
        StoreUnavailableError: It cannot be read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except OSError as error:
        raise StoreUnavailableError(f"{path} cannot be read: {error.strerror}") from error
    _check_header(path, header, size)
    wal = Path(f"{path}-wal")
    if size <= _CHECKED_BYTES and not wal.exists():
        _read_through(path)


def _check_header(path: Path, header: bytes, size: int) -> None:
    if header[: len(_MAGIC)] != _MAGIC[: len(header)] or len(header) < _HEADER_BYTES:
        raise StoreFormatError(f"{path} is no store of Sankofa; it was left as it is: give another file with --store")
    page_size, pages = struct.unpack(">H", header[16:18])[0], struct.unpack(">I", header[28:32])[0]
    version, application = struct.unpack(">I", header[60:64])[0], struct.unpack(">I", header[68:72])[0]
    if application != APPLICATION_ID:
        raise StoreFormatError(
            f"{path} belongs to another program; it was left as it is: give another file with --store"
        )
    check_version(path, version)
    if size < pages * (65536 if page_size == 1 else page_size):
        raise _damaged(path, "it is cut off")


def check_version(path: Path, version: int) -> None:
    """Refuse a file of a newer version."""
    if version > VERSION:
        message = (
            f"{path} was written by a newer version (schema {version}, this one knows {VERSION}); it was left as it is"
        )
        raise StoreFormatError(f"{message}: update Sankofa")


def _read_through(path: Path) -> None:
    uri = f"file:{quote(str(path.resolve()))}?immutable=1"
    connection = None
    try:
        connection = apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        (result,) = next(connection.execute("PRAGMA quick_check(1)"))
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise _damaged(path, str(error)) from error
    except apsw.Error as error:
        raise StoreUnavailableError(f"{path} cannot be opened: {error}") from error
    finally:
        if connection is not None:
            connection.close()
    if result != "ok":
        raise _damaged(path, str(result))


def _damaged(path: Path, reason: str) -> StoreFormatError:
    return StoreFormatError(f"{path} is damaged ({reason}); it was left as it is: restore it from a backup")
