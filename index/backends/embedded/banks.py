"""The fingerprints of the file, held in memory for the radius search and caught up at every question.

Whatever any process committed before the question is in the answer: the rows behind the last one read are added first.
"""

import threading
from collections.abc import Sequence

import apsw

from index.fingerprints import FingerprintRow, FingerprintTable
from index.model import Bank
from index.query import FingerprintHit

_BEHIND = "SELECT place, code, entry_id, media_id FROM fingerprint WHERE algorithm = ? AND bank = ? AND place > ? ORDER BY place"


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
        new = list(connection.execute(_BEHIND, (*self._key, self._last)))
        if new:
            self.rows.extend([FingerprintRow(code, entry_id, media_id) for _, code, entry_id, media_id in new])
            self._last = new[-1][0]
