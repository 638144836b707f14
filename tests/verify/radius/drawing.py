"""Codes to search among, and the search that cannot be wrong."""

import numpy as np
import numpy.typing as npt

from verify.radius.scan import Hits, Words

Codes = npt.NDArray[np.uint8]


def draw_words(random: np.random.Generator, count: int, width: int) -> Words:
    """Codes of `width` bytes (a multiple of 8), half of them in crowds of near ones."""
    codes = random.integers(0, 256, (count, width), dtype=np.uint8)
    crowded = np.flatnonzero(random.random(count) < 0.5)
    centres = random.integers(0, 256, (3, width), dtype=np.uint8)
    flips = np.packbits(random.random((len(crowded), 8 * width)) < random.uniform(0, 0.3, (len(crowded), 1)), axis=1)
    codes[crowded] = centres[random.integers(0, 3, len(crowded))] ^ flips
    return codes.view(np.uint64)


def near(random: np.random.Generator, code: Codes, bits: int) -> Codes:
    flips = np.zeros(code.size * 8, dtype=np.uint8)
    flips[random.choice(flips.size, bits, replace=False)] = 1
    return np.asarray(code ^ np.packbits(flips), dtype=np.uint8)


def brute_force(words: Words, queries: Words, radius_bits: int) -> set[tuple[int, int, int]]:
    """(query, row, distance) of every pair within the radius, by counting bits one by one."""
    ones = np.unpackbits((words[None, :, :] ^ queries[:, None, :]).view(np.uint8), axis=2).sum(axis=2)
    return {(q, r, int(ones[q, r])) for q, r in np.argwhere(ones <= radius_bits).tolist()}


def as_set(hits: Hits) -> set[tuple[int, int, int]]:
    return set(zip(*(column.tolist() for column in hits), strict=True))
