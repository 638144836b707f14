"""Comparing a code with all others: exact by construction, and the fallback of everything else."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
"""Codes as rows of 64-bit words, filled up with zero bits."""

_BLOCK_ROWS = 16_384  # a block and its distances stay in the second cache


class Hits(NamedTuple):
    """Pairs within a radius: arrays of one length, in no order."""

    queries: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    distances: npt.NDArray[np.int64]


def join_hits(parts: list[Hits]) -> Hits:
    """One after the other."""
    empty = np.zeros(0, dtype=np.int64)
    if not parts:
        return Hits(empty, empty, empty)
    return Hits(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def scan(words: Words, queries: Words, radius_bits: int) -> Hits:
    """Every pair of a query and a row within the radius."""
    parts = []
    for start in range(0, len(words), _BLOCK_ROWS):
        columns = np.ascontiguousarray(words[start : start + _BLOCK_ROWS].T)
        for number, query in enumerate(queries):
            distances = _measure(columns, query)
            rows = np.flatnonzero(distances <= radius_bits)
            if rows.size:
                parts.append(Hits(np.full(rows.size, number), rows + start, distances[rows].astype(np.int64)))
    return join_hits(parts)


def _measure(columns: Words, query: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint16]:
    """Distances of a block, whose words lie in columns (words, rows), to one code."""
    total = np.zeros(columns.shape[1], dtype=np.uint16)
    for column, word in zip(columns, query, strict=True):
        total += np.bitwise_count(column ^ word)
    return total
