"""The signs of the file's vectors in tables of their own, one for each encoder; whole vectors are read for those nominated."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import apsw
import numpy as np

from index.backends.embedded.cache import Cache
from index.backends.embedded.erasing import SIGNS, read_edition
from index.backends.embedded.saved import SavedIndex
from index.identifiers import digest_text
from index.vectors import Codes, Near, SignTable, pack_signs
from verify.arrays import ArraysFileError, map_arrays, read_header, write_arrays

_BEHIND = "SELECT place, signs FROM vector WHERE encoder = ? AND dimensions = ? AND place > ? ORDER BY place"
_CURRENT = (
    "SELECT place, claim_id, json_extract(body, '$.codes') FROM vector JOIN record USING (place)"
    " WHERE place IN (SELECT value FROM json_each(?)) AND EXISTS (SELECT 1 FROM link"
    " WHERE kind = 'claim' AND name = 'text' AND value = vector.digest AND id = vector.claim_id)"
)
_CHUNK_ROWS = 65_536

_FILE_NAME = "signs.index"
_MAGIC = b"SANKOFA\x00SIGNS\x00\x00\x01"  # the last byte is the form


class Vectors:
    """All encoders, each begun when it is first asked."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._tables: dict[tuple[str, int], _Signs] = {}
        self._lock = threading.Lock()

    def nominate(self, connection: apsw.Connection, encoder: str, codes: Codes) -> list[Near]:
        """Answer for checked codes. Nothing may have been read through *connection* in this transaction."""
        with self._lock:
            key = (encoder, len(codes))
            signs = self._tables.setdefault(key, _Signs(self._cache, encoder, len(codes)))
        table = signs.ask(connection, lambda index: index.table)

        read: dict[int, Near] = {}

        def choose(places: list[int]) -> Iterable[int]:
            """Those whose passage the claim still has."""
            rows = connection.execute(_CURRENT, (json.dumps(places),))
            read.update((place, Near(claim_id, text)) for place, claim_id, text in rows)
            return read

        return [read[place] for place in table.nominate(pack_signs(codes), choose)]


@dataclass
class _Growing:
    """The newest table."""

    table: SignTable = field(default_factory=SignTable)


class _Signs(SavedIndex[_Growing]):
    """The signs of one encoder's vectors."""

    def __init__(self, cache: Cache, encoder: str, dimensions: int) -> None:
        super().__init__(cache, f"{SIGNS}-{digest_text(encoder)[:16]}-{dimensions}")
        self._encoder, self._dimensions = encoder, dimensions

    def read_edition(self, connection: apsw.Connection) -> str:
        return read_edition(connection, SIGNS)

    def make(self) -> _Growing:
        return _Growing()

    def load(self, folder: Path) -> tuple[_Growing, str]:
        header, arrays = map_arrays(folder / _FILE_NAME, _MAGIC)
        return _Growing(SignTable([(arrays["words"], arrays["places"])])), str(header["stamp"])

    def read_stamp(self, folder: Path) -> str:
        try:
            return str(read_header(folder / _FILE_NAME, _MAGIC).get("stamp", ""))
        except ArraysFileError:
            return ""

    def catch_up(self, connection: apsw.Connection, index: _Growing, last: int) -> Iterator[tuple[int, int]]:
        """Rows are never changed and their places only grow, so none is missed."""
        cursor = connection.execute(_BEHIND, (self._encoder, self._dimensions, last))
        while chunk := list(islice(cursor, _CHUNK_ROWS)):
            index.table = index.table.extend(*zip(*chunk, strict=True))
            yield chunk[-1][0], len(chunk)

    def take_snapshot(self, index: _Growing, stamp: str) -> Callable[[Path], None]:
        parts = index.table.parts

        def write(folder: Path) -> None:
            words = np.concatenate([words for words, _ in parts], axis=1)
            places = np.concatenate([places for _, places in parts])
            write_arrays(folder / _FILE_NAME, _MAGIC, {"stamp": stamp}, {"words": words, "places": places})

        return write
