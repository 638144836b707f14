"""Vectors that no encoder made: two that one did are mixed, and a random one is added. A million texts would take hours."""

import numpy as np

from index.meaning.encoder import Vectors
from index.vectors import Codes, quantise


def mix(base: Vectors, count: int, random: np.random.Generator) -> Codes:
    """Mix *count* vectors from those of *base*."""
    one, other = base[random.integers(0, len(base), (2, count))]
    noise = random.standard_normal((count, base.shape[1]), dtype=np.float32) / np.sqrt(base.shape[1])
    return quantise(0.7 * one + 0.7 * other + 0.4 * noise)
