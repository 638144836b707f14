"""Codes that no longer move, with their keys, their tables, and which of them were removed."""

from collections.abc import Sequence
from typing import Generic

import numpy as np
import numpy.typing as npt

from verify.radius.bands import Tables, build_tables, sort_rows
from verify.radius.engine import Engine
from verify.radius.keys import K, KeyColumn, join_columns
from verify.radius.plan import Layout
from verify.radius.scan import Hits, Words

_LINE_WORDS = 8  # a line of the cache, 64 bytes


class Segment(Generic[K]):
    """Codes and keys, row by row; with tables over them when there is a layout."""

    def __init__(
        self, words: Words, keys: KeyColumn[K], layout: Layout | None = None, tables: Tables | None = None
    ) -> None:
        self.words = words
        self.keys: KeyColumn[K] = keys
        self.layout = layout
        self.tables = tables
        self.removed = 0
        self.settled = False
        """Whether tables were made of it, or found not to be worth it."""
        self._alive: npt.NDArray[np.bool_] | None = None

    @property
    def live(self) -> int:
        """Number of codes that were not removed."""
        return len(self.words) - self.removed

    @property
    def size_bytes(self) -> int:
        """Bytes held."""
        tables = self.tables.size_bytes if self.tables else 0
        return self.words.nbytes + self.keys.size_bytes + tables + (0 if self._alive is None else self._alive.nbytes)

    def search(self, engine: Engine, queries: Words, radius_bits: int) -> Hits:
        """Every pair of a query and a row within the radius, once."""
        if self.layout is None or self.tables is None:
            found = engine.scan(self.words, queries, radius_bits)
        else:
            found = engine.search_bands(self.words, self.tables, self.layout, queries, radius_bits)
            found = self._drop_repeated(found)
        if self._alive is None:
            return found
        alive = self._alive[found.rows]
        return Hits(*(column[alive] for column in found))

    def remove(self, key: K) -> int:
        """Remove the codes of a key and say how many there were."""
        rows: npt.NDArray[np.int64] = self.keys.find(key)
        if not rows.size:
            return 0
        if self._alive is None:
            self._alive = np.ones(len(self.words), dtype=np.bool_)
        count = int(np.count_nonzero(self._alive[rows]))
        self._alive[rows] = False
        self.removed += count
        return count

    def purge(self) -> "Segment[K]":
        """The same without the removed codes, and without tables."""
        if self._alive is None:
            return Segment(self.words, self.keys)
        rows = np.flatnonzero(self._alive)
        return Segment(self.words[rows], self.keys.take(rows))

    def _drop_repeated(self, found: Hits) -> Hits:
        """A row that is near in several bands was found in each of them."""
        if len(found.rows) < 2:
            return found
        pairs = found.queries * len(self.words) + found.rows
        _, first = np.unique(pairs, return_index=True)
        return Hits(*(column[first] for column in found))


def build_segment(segments: Sequence[Segment[K]], layout: Layout | None) -> Segment[K]:
    """Put together what is left of several, with tables when there is a layout."""
    purged = [segment.purge() for segment in segments]
    words = np.concatenate([segment.words for segment in purged]) if len(purged) > 1 else purged[0].words
    keys = join_columns([segment.keys for segment in purged])
    if layout:
        order = sort_rows(words, layout)
        words, keys = _take_aligned(words, order), keys.take(order)
    built = Segment(words, keys, layout, build_tables(words, layout) if layout else None)
    built.settled = True
    return built


def _take_aligned(words: Words, order: npt.NDArray[np.uint32]) -> Words:
    """The codes in this order, so placed that one of 32 bytes never lies on two lines of the cache."""
    room = np.empty(words.size + _LINE_WORDS, dtype=np.uint64)
    skipped = -room.ctypes.data // room.itemsize % _LINE_WORDS
    taken = room[skipped : skipped + words.size].reshape(words.shape)
    return np.take(words, order, axis=0, out=taken, mode="clip")
