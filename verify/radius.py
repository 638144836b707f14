"""Exact search of fixed-width codes within a Hamming radius, in memory.

One index per hash type and width. A blocked scan with hardware popcounts: exact by construction, 32 bytes a
PDQ code.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from verify.errors import HashFormatError

Codes = npt.NDArray[np.uint8]
K = TypeVar("K", str, int, tuple[str, int])

_BLOCK_ROWS = 65_536
_WORD_BYTES = 8


class RadiusIndex(Generic[K]):
    """Codes under keys. A key may carry several codes (the frames of a video); each is found by itself."""

    def __init__(self, width_bytes: int = 32) -> None:
        """For codes of `width_bytes`: 32 for PDQ, 8 for the imagehash family."""
        if width_bytes < 1:
            raise HashFormatError("a code has at least one byte")
        self.width_bytes = width_bytes
        self._keys: list[K] = []
        self._rows: dict[K, list[int]] = {}
        self._words = np.zeros((0, -(-width_bytes // _WORD_BYTES)), dtype=np.uint64)

    def __len__(self) -> int:
        """Number of codes."""
        return len(self._keys)

    def add(self, keys: Sequence[K], codes: Codes) -> None:
        """Add one code for each key; `codes` is uint8 of shape (len(keys), width_bytes)."""
        words = self._as_words(codes, len(keys))
        self._reserve(len(self._keys) + len(keys))
        self._words[len(self._keys) : len(self._keys) + len(keys)] = words
        for row, key in enumerate(keys, start=len(self._keys)):
            self._rows.setdefault(key, []).append(row)
        self._keys.extend(keys)

    def remove(self, key: K) -> int:
        """Remove every code of the key and say how many there were; 0 for an unknown key."""
        rows = self._rows.pop(key, [])
        for row in sorted(rows, reverse=True):
            self._drop_row(row)
        return len(rows)

    def search(self, codes: Codes, radius_bits: int) -> list[list[tuple[K, int]]]:
        """For each query code every (key, distance) within the radius, nearest first, then by key."""
        queries = self._as_words(codes, len(codes))
        hits: list[list[tuple[K, int]]] = [[] for _ in range(len(queries))]
        for start in range(0, len(self._keys), _BLOCK_ROWS):
            stop = min(start + _BLOCK_ROWS, len(self._keys))
            columns = np.ascontiguousarray(self._words[start:stop].T)
            for found, query in zip(hits, queries, strict=True):
                distances = _scan(columns, query)
                for row in np.flatnonzero(distances <= radius_bits):
                    found.append((self._keys[start + int(row)], int(distances[row])))
        for found in hits:
            found.sort(key=lambda hit: (hit[1], hit[0]))
        return hits

    def _as_words(self, codes: Codes, count: int) -> npt.NDArray[np.uint64]:
        if codes.dtype != np.uint8 or codes.ndim != 2 or len(codes) != count:
            raise HashFormatError(f"codes must be uint8 of shape ({count}, {self.width_bytes})")
        if count and codes.shape[1] != self.width_bytes:
            raise HashFormatError(f"codes of {codes.shape[1]} bytes do not go into an index of {self.width_bytes}")
        padded = np.zeros((count, self._words.shape[1] * _WORD_BYTES), dtype=np.uint8)
        padded[:, : self.width_bytes] = codes if count else 0
        return padded.view(np.uint64)

    def _reserve(self, rows: int) -> None:
        if rows > len(self._words):
            grown = np.zeros((max(rows, 2 * len(self._words), 64), self._words.shape[1]), dtype=np.uint64)
            grown[: len(self._keys)] = self._words[: len(self._keys)]
            self._words = grown

    def _drop_row(self, row: int) -> None:
        """Fill the gap with the last row. Rows of the removed key must come from the highest down."""
        last = len(self._keys) - 1
        moved = self._keys.pop()
        if row != last:
            self._keys[row] = moved
            self._words[row] = self._words[last]
            places = self._rows[moved]
            places[places.index(last)] = row


def _scan(columns: npt.NDArray[np.uint64], query: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint16]:
    """Distances of a block, whose words lie in columns (words, rows), to one code."""
    total = np.zeros(columns.shape[1], dtype=np.uint16)
    for column, word in zip(columns, query, strict=True):
        total += np.bitwise_count(column ^ word)
    return total
