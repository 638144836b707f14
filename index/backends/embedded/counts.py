"""How many records each value of a link leads to, counted anew only where the file has changed: that reads every one of them."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import apsw

_COUNT = "SELECT value, count(*) FROM link WHERE kind = ? AND name = ? GROUP BY value"

Key = tuple[str, str]


class Counts:
    """Counts of one file, kept for each connection, which has a number of its own for the state that it sees.

    Source: https://www.sqlite.org/pragma.html#pragma_data_version
    """

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[apsw.Connection, tuple[int, dict[Key, Mapping[str, int]]]] = WeakKeyDictionary()

    def count(self, connection: apsw.Connection, kind: str, name: str) -> Mapping[str, int]:
        """Count the records of a kind by their values of a link; *connection* reads one state of the file, and is ours alone."""
        version = connection.pragma("data_version")
        counted_at, counts = self._kept.get(connection, (None, {}))
        if counted_at != version:
            counts = {}
            self._kept[connection] = version, counts
        if (kind, name) not in counts:
            counts[kind, name] = dict(list(connection.execute(_COUNT, (kind, name))))
        return dict(counts[kind, name])
