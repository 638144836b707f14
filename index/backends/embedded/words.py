"""The local-feature words of the file in inverted indexes, one for each bank.

They hold words and the places of the rows only; who a row belongs to is read for those that are found.
"""

import json
import threading
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import apsw
import numpy as np

from index.backends.embedded.cache import Cache
from index.backends.embedded.erasing import WORDS, read_edition
from index.backends.embedded.saved import SavedIndex
from index.features import Candidates, FeatureSnapshot, FeatureTable, PackedWords, rank_hits
from index.model import Bank
from index.query import FeatureHit
from verify.arrays import ArraysFileError, map_arrays, read_header, write_arrays

_BEHIND = "SELECT place, words, others FROM feature WHERE bank = ? AND place > ? ORDER BY place"
_NAMES = "SELECT place, entry_id, media_id FROM feature WHERE place IN (SELECT value FROM json_each(?))"
_CHUNK_ROWS = 65_536
"""As many as fill a segment of the index."""

_FILE_NAME = "words.index"
_MAGIC = b"SANKOFA\x00WORDS\x00\x00\x01"  # the last byte is the form


class WordBanks:
    """All of them, each begun when it is first asked."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._tables: dict[str, _Words] = {}
        self._lock = threading.Lock()

    def search(self, connection: apsw.Connection, bank: Bank, words: PackedWords, limit: int) -> tuple[FeatureHit, ...]:
        """Answer for checked words. Nothing may have been read through *connection* in this transaction."""
        with self._lock:
            table = self._tables.setdefault(bank, _Words(self._cache, bank))
        found = table.ask(connection, lambda index: index.search(words, limit))
        return rank_hits(_name(connection, found), limit)


@dataclass
class _PlacedWords:
    """A table of words, and the place of each of its rows."""

    table: FeatureTable = field(default_factory=FeatureTable)
    places: "array[int]" = field(default_factory=lambda: array("q"))

    def search(self, words: PackedWords, limit: int) -> Candidates:
        found = self.table.search(words, limit)
        return Candidates([self.places[row] for row in found.rows], found.scores)


class _Words(SavedIndex[_PlacedWords]):
    """The words of one bank."""

    def __init__(self, cache: Cache, bank: str) -> None:
        super().__init__(cache, f"{WORDS}-{bank}")
        self._bank = bank

    def read_edition(self, connection: apsw.Connection) -> str:
        return read_edition(connection, WORDS)

    def make(self) -> _PlacedWords:
        return _PlacedWords()

    def load(self, folder: Path) -> tuple[_PlacedWords, str]:
        header, arrays = map_arrays(folder / _FILE_NAME, _MAGIC)
        places = array("q", arrays["places"].tobytes())
        table = FeatureTable.restore(FeatureSnapshot(header["counts"], header["others"], arrays))
        if len(places) != len(table):
            raise ValueError("not as many places as rows")
        return _PlacedWords(table, places), str(header["stamp"])

    def read_stamp(self, folder: Path) -> str:
        try:
            return str(read_header(folder / _FILE_NAME, _MAGIC).get("stamp", ""))
        except ArraysFileError:
            return ""

    def catch_up(self, connection: apsw.Connection, index: _PlacedWords, last: int) -> Iterator[tuple[int, int]]:
        """Rows are never changed and their places only grow, so none is missed."""
        cursor = connection.execute(_BEHIND, (self._bank, last))
        while chunk := list(islice(cursor, _CHUNK_ROWS)):
            index.table.extend([PackedWords(packed, tuple(others.split())) for _, packed, others in chunk])
            index.places.extend(place for place, _, _ in chunk)
            yield chunk[-1][0], len(chunk)

    def take_snapshot(self, index: _PlacedWords, stamp: str) -> Callable[[Path], None]:
        taken = index.table.take_snapshot()
        arrays = {**taken.arrays, "places": np.array(index.places, dtype=np.int64)}
        header = {"stamp": stamp, "counts": taken.counts, "others": taken.others}
        return lambda folder: write_arrays(folder / _FILE_NAME, _MAGIC, header, arrays)


def _name(connection: apsw.Connection, found: Candidates) -> Iterator[FeatureHit]:
    scores = dict(zip(*found, strict=True))
    for place, entry_id, media_id in connection.execute(_NAMES, (json.dumps(found.rows),)):
        yield FeatureHit(entry_id=entry_id, media_id=media_id, score=scores[place])
