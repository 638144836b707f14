"""Connections to one store's file, and what SQLite's errors mean to the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from index.errors import StoreFormatError, StoreFullError, StoreLockedError, StoreUnavailableError

LEAST_SQLITE = (3, 51, 3)
"""Earlier versions can corrupt a WAL file that several connections use. Source: https://sqlite.org/wal.html"""

_ALWAYS = """
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA secure_delete = ON;
"""


def open_writer(path: Path, busy_seconds: float) -> apsw.Connection:
    """Open the connection that writes, and set the file to write-ahead logging."""
    refuse_old_sqlite(apsw.sqlite_lib_version())
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(int(busy_seconds * 1000))
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.execute(_ALWAYS)
    return connection


def open_reader(path: Path, busy_seconds: float) -> apsw.Connection:
    """Open a connection that can only read."""
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(int(busy_seconds * 1000))
    connection.execute(_ALWAYS + "PRAGMA query_only = ON;")
    return connection


def refuse_old_sqlite(version: str) -> None:
    """Refuse a SQLite with the WAL-reset bug.

    Raises:
        StoreUnavailableError: *version* is older than :data:`LEAST_SQLITE`.
    """
    if tuple(int(part) for part in version.split(".")) < LEAST_SQLITE:
        least = ".".join(map(str, LEAST_SQLITE))
        raise StoreUnavailableError(
            f"SQLite {version} can corrupt a store that is shared: install apsw {least} or newer"
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except apsw.FullError as error:
        raise StoreFullError(
            f"no space is left for {path}; nothing of this was kept: free some and do it again"
        ) from error
    except apsw.BusyError as error:
        raise StoreLockedError(f"{path} is locked by another program: close it and do this again") from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise StoreFormatError(f"{path} is damaged ({error}): restore it from a backup") from error
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError, apsw.AuthError) as error:
        raise StoreUnavailableError(
            f"{path} cannot be opened for writing ({error}): check its folder's rights"
        ) from error
    except (apsw.IOError, apsw.ConnectionClosedError) as error:
        raise StoreUnavailableError(f"{path} cannot be read or written: {error}") from error
