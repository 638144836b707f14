"""The entries of the log, each a row under its number."""

from collections.abc import Sequence
from typing import cast

import apsw

from index.errors import StoreFormatError

_LARGEST = 2**63 - 1


def append(connection: apsw.Connection, entries: Sequence[bytes]) -> int:
    """Add entries behind the last one; returns the number of the first."""
    first = count(connection)
    connection.executemany("INSERT INTO log_entry VALUES (?, ?)", enumerate(entries, first))
    return first


def read(connection: apsw.Connection, start: int, limit: int) -> tuple[bytes, ...]:
    """Return at most *limit* entries from number *start* on. Raises StoreFormatError where one is missing."""
    start = min(max(start, 0), _LARGEST)
    sql = "SELECT number, body FROM log_entry WHERE number >= ? ORDER BY number LIMIT ?"
    rows = connection.execute(sql, (start, min(max(limit, 0), _LARGEST))).fetchall()
    if rows and rows[-1][0] != start + len(rows) - 1:
        raise StoreFormatError(f"entries of the log are missing behind number {start}: restore the store from a backup")
    return tuple(cast("bytes", body) for _, body in rows)


def count(connection: apsw.Connection) -> int:
    """Return how many there are, by the number of the last one."""
    return int(connection.execute("SELECT max(number) + 1 FROM log_entry").get or 0)
