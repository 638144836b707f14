"""The fingerprints of the file in indexes for the radius search, one for each hash type and bank.

They hold codes and places only; who a code belongs to is read for those that are found.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import apsw
import numpy as np

from index.backends.embedded.cache import Cache
from index.backends.embedded.erasing import CODES, read_edition
from index.backends.embedded.saved import SavedIndex
from index.fingerprints import CodeTable, get_width_bits, name_hits
from index.model import Bank
from index.query import FingerprintHit
from verify.radius import RadiusIndex, read_stamp

_BEHIND = "SELECT place, code FROM fingerprint WHERE algorithm = ? AND bank = ? AND place > ? ORDER BY place"
_NAMES = "SELECT place, entry_id, media_id FROM fingerprint WHERE place IN (SELECT value FROM json_each(?))"
_CHUNK_ROWS = 50_000


class Banks:
    """All of them, each begun when it is first asked."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._tables: dict[tuple[str, str], _Codes] = {}
        self._lock = threading.Lock()

    def search(
        self, connection: apsw.Connection, algorithm: str, bank: Bank, codes: Sequence[str], radius_bits: int
    ) -> tuple[FingerprintHit, ...]:
        """Answer for checked codes. Nothing may have been read through *connection* in this transaction."""
        with self._lock:
            table = self._tables.setdefault((algorithm, bank), _Codes(self._cache, algorithm, bank))
        hits = table.ask(connection, lambda index: index.search(codes, radius_bits))
        places = json.dumps(list({hit.number for hit in hits}))
        rows = connection.execute(_NAMES, (places,))
        return name_hits(hits, {place: (entry_id, media_id) for place, entry_id, media_id in rows})


class _Codes(SavedIndex[CodeTable]):
    """The codes of one hash type in one bank, under their places."""

    def __init__(self, cache: Cache, algorithm: str, bank: str) -> None:
        super().__init__(cache, f"{algorithm}-{bank}")
        self._algorithm = algorithm
        self._bank = bank

    def read_edition(self, connection: apsw.Connection) -> str:
        return read_edition(connection, CODES)

    def make(self) -> CodeTable:
        return CodeTable(self._algorithm)

    def load(self, folder: Path) -> tuple[CodeTable, str]:
        index: RadiusIndex[int] = RadiusIndex.open(folder, get_width_bits(self._algorithm) // 8)
        return CodeTable(self._algorithm, index), index.stamp

    def read_stamp(self, folder: Path) -> str:
        return read_stamp(folder)

    def catch_up(self, connection: apsw.Connection, index: CodeTable, last: int) -> Iterator[tuple[int, int]]:
        """Rows are never changed and their places only grow, so none is missed."""
        cursor = connection.execute(_BEHIND, (self._algorithm, self._bank, last))
        while chunk := list(islice(cursor, _CHUNK_ROWS)):
            places = [place for place, _ in chunk]
            joined = np.frombuffer(b"".join(code for _, code in chunk), dtype=np.uint8)
            index.extend(places, joined.reshape(len(chunk), -1))
            yield places[-1], len(chunk)

    def take_snapshot(self, index: CodeTable, stamp: str) -> Callable[[Path], None]:
        return index.index.take_snapshot(stamp).write
