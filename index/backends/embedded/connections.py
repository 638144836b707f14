"""Connections to one store's file, and what SQLite's errors mean to the desk."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from index.errors import StoreFormatError, StoreFullError, StoreLockedError, StoreUnavailableError

LEAST_SQLITE = (3, 51, 3)
"""Earlier versions can corrupt a WAL file that several connections use. Source: https://sqlite.org/wal.html"""

_ALWAYS = """
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA secure_delete = ON;
"""
_LARGEST_WAL_BYTES = 64 * 1024 * 1024
_IDLE_READERS = 8


def open_writer(path: Path, busy_seconds: float, max_size_bytes: int | None = None) -> apsw.Connection:
    """Open the connection that writes; the file grows to at most *max_size_bytes*, if given."""
    connection = _open(path, busy_seconds)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_WAL_BYTES}")
    if max_size_bytes is not None:
        pages = max(1, max_size_bytes // int(connection.pragma("page_size")))
        connection.execute(f"PRAGMA max_page_count = {pages}")
    return connection


def open_reader(path: Path, busy_seconds: float) -> apsw.Connection:
    """Open a connection that can only read."""
    connection = _open(path, busy_seconds)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _open(path: Path, busy_seconds: float) -> apsw.Connection:
    refuse_old_sqlite(apsw.sqlite_lib_version())
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.set_busy_timeout(int(busy_seconds * 1000))
    connection.execute(_ALWAYS).fetchall()
    return connection


def refuse_old_sqlite(version: str) -> None:
    """Refuse a SQLite with the WAL-reset bug.

    Raises:
        StoreUnavailableError: *version* is older than :data:`LEAST_SQLITE`.
    """
    if tuple(int(part) for part in version.split(".")) < LEAST_SQLITE:
        least = ".".join(map(str, LEAST_SQLITE))
        message = f"SQLite {version} can corrupt a store that is shared: install an apsw that brings {least} or newer"
        raise StoreUnavailableError(message)


class Readers:
    """Connections that read, lent to one caller at a time and kept for the next."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path = path
        self.busy_seconds = busy_seconds
        self._idle: list[apsw.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def borrow(self) -> Iterator[apsw.Connection]:
        """Lend a connection that sees one state of the file.

        Raises:
            StoreUnavailableError: The store was closed, or does not answer.
        """
        with translated(self._path):
            connection = self._take()
            try:
                connection.execute("BEGIN")
                try:
                    yield connection
                finally:
                    connection.execute("ROLLBACK")
            except BaseException:
                # Its state is unknown: a fresh one costs less than an answer from a stale one.
                connection.close(True)
                raise
            self._give_back(connection)

    def check_open(self) -> None:
        """Raise StoreUnavailableError if the store was closed."""
        if self._closed:
            raise StoreUnavailableError(f"the store {self._path} was closed")

    def close(self) -> None:
        """Close what is not lent; what is lent is closed when it comes back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> apsw.Connection:
        with self._lock:
            self.check_open()
            if self._idle:
                return self._idle.pop()
        return open_reader(self._path, self.busy_seconds)

    def _give_back(self, connection: apsw.Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < _IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except apsw.FullError as error:
        message = f"no space is left for {path}; nothing of this was kept: free some and do it again"
        raise StoreFullError(message) from error
    except apsw.BusyError as error:
        raise StoreLockedError(f"{path} is locked by another program: close it and do this again") from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise StoreFormatError(f"{path} is damaged ({error}): restore it from a backup") from error
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError, apsw.AuthError) as error:
        message = f"{path} cannot be opened for writing ({error}): check the rights on it and its folder"
        raise StoreUnavailableError(message) from error
    except apsw.IOError as error:
        if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE:
            message = f"no space is left beside {path}; nothing of this was kept: free some and do it again"
            raise StoreFullError(message) from error
        raise StoreUnavailableError(f"{path} cannot be read or written: {error}") from error
