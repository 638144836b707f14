"""The fingerprints of the file, held in memory for the radius search and caught up at every question.

Whatever any process committed before the question is in the answer: the rows behind the last one read are added first.
"""

import threading
from collections.abc import Sequence
from itertools import islice

import apsw

from index.fingerprints import FingerprintRow, FingerprintTable
from index.model import Bank
from index.query import FingerprintHit

_BEHIND = "SELECT place, code, entry_id, media_id FROM fingerprint WHERE algorithm = ? AND bank = ? AND place > ? ORDER BY place"
_CHUNK_ROWS = 50_000


class Banks:
    """One table in memory for each hash type and bank, filled when it is first asked."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], _Table] = {}
        self._lock = threading.Lock()

    def search(
        self, connection: apsw.Connection, algorithm: str, bank: Bank, codes: Sequence[str], radius_bits: int
    ) -> tuple[FingerprintHit, ...]:
        """Answer for checked codes."""
        with self._lock:
            table = self._tables.setdefault((algorithm, bank), _Table(algorithm, bank))
        with table.rows.lock:
            table.catch_up(connection)
            return table.rows.search(codes, radius_bits)


class _Table:
    def __init__(self, algorithm: str, bank: str) -> None:
        self.rows = FingerprintTable(algorithm)
        self._key = (algorithm, bank)
        self._last = 0

    def catch_up(self, connection: apsw.Connection) -> None:
        """Add what was committed since; rows are never changed and their places only grow, so none is missed."""
        cursor = connection.execute(_BEHIND, (*self._key, self._last))
        while chunk := list(islice(cursor, _CHUNK_ROWS)):
            self.rows.extend([FingerprintRow(code.hex(), entry_id, media_id) for _, code, entry_id, media_id in chunk])
            self._last = chunk[-1][0]
