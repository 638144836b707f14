"""The local-feature words of the file, held in memory as an inverted index and caught up at every question.

In memory stand only the words and the places of the rows; who they belong to is read for those that are found.
"""

import json
import threading
from array import array
from collections.abc import Iterator
from itertools import islice

import apsw

from index.features import Candidates, FeatureTable, PackedWords, rank_hits
from index.model import Bank
from index.query import FeatureHit

_BEHIND = "SELECT place, words, others FROM feature WHERE bank = ? AND place > ? ORDER BY place"
_NAMES = "SELECT place, entry_id, media_id FROM feature WHERE place IN (SELECT value FROM json_each(?))"
_CHUNK_ROWS = 65_536
"""As many as fill a segment of the index."""


class WordBanks:
    """One index in memory for each bank, filled when it is first asked."""

    def __init__(self) -> None:
        self._tables: dict[str, _Table] = {}
        self._lock = threading.Lock()

    def search(self, connection: apsw.Connection, bank: Bank, words: PackedWords, limit: int) -> tuple[FeatureHit, ...]:
        """Answer for checked words. Nothing may have been read through *connection* in this transaction."""
        with self._lock:
            table = self._tables.setdefault(bank, _Table(bank))
        found = table.search(connection, words, limit)
        return rank_hits(_name(connection, found), limit)


class _Table:
    def __init__(self, bank: str) -> None:
        self._bank = bank
        self._lock = threading.Lock()
        self._words = FeatureTable()
        self._places = array("q")

    def search(self, connection: apsw.Connection, words: PackedWords, limit: int) -> Candidates:
        """Find the places of rows, all of which the transaction of *connection* can see: it begins in here."""
        with self._lock:
            self._catch_up(connection)
            found = self._words.search(words, limit)
        return Candidates([self._places[row] for row in found.rows], found.scores)

    def _catch_up(self, connection: apsw.Connection) -> None:
        """Add what was committed since; rows are never changed and their places only grow, so none is missed."""
        cursor = connection.execute(_BEHIND, (self._bank, self._places[-1] if self._places else 0))
        while chunk := list(islice(cursor, _CHUNK_ROWS)):
            self._words.extend([PackedWords(packed, tuple(others.split())) for _, packed, others in chunk])
            self._places.extend(place for place, _, _ in chunk)


def _name(connection: apsw.Connection, found: Candidates) -> Iterator[FeatureHit]:
    scores = dict(zip(*found, strict=True))
    for place, entry_id, media_id in connection.execute(_NAMES, (json.dumps(found.rows),)):
        yield FeatureHit(entry_id=entry_id, media_id=media_id, score=scores[place])
