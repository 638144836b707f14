"""How many records there are, in all and by the values of a link; counted anew only where the file has changed, since that reads
every one of them.
"""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import apsw

_ALL = "SELECT count(*) FROM head WHERE kind = ?"
_BY = "SELECT value, count(*) FROM link WHERE kind = ? AND name = ? GROUP BY value"

Key = tuple[str, str | None]


class Counts:
    """Counts of one file, kept for each connection, which has a number of its own for the state that it sees.

    Source: https://www.sqlite.org/pragma.html#pragma_data_version
    """

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[apsw.Connection, tuple[int, dict[Key, Mapping[str, int]]]] = WeakKeyDictionary()

    def count(self, connection: apsw.Connection, kind: str) -> int:
        """Count the records of a kind; *connection* reads one state of the file, and is ours alone."""
        counts = self._read(connection)
        if (kind, None) not in counts:
            counts[kind, None] = {"": int(connection.execute(_ALL, (kind,)).get)}
        return counts[kind, None][""]

    def count_by(self, connection: apsw.Connection, kind: str, name: str) -> Mapping[str, int]:
        """Count the records of a kind by their values of a link, as :meth:`count` does."""
        counts = self._read(connection)
        if (kind, name) not in counts:
            counts[kind, name] = dict(list(connection.execute(_BY, (kind, name))))
        return dict(counts[kind, name])

    def _read(self, connection: apsw.Connection) -> dict[Key, Mapping[str, int]]:
        """What was counted of the state that the connection sees."""
        version = connection.pragma("data_version")
        counted_at, counts = self._kept.get(connection, (None, {}))
        if counted_at != version:
            counts = {}
            self._kept[connection] = version, counts
        return counts
