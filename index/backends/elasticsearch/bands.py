"""Which codes can lie within a radius at all: a code is cut into bands of 16 bits, and one of them must nearly agree.

Source: pigeonhole; of two codes within r bits that are cut into m bands, one band differs in at most r // m bits (M. Norouzi
et al., Fast Exact Search in Hamming Space with Multi-Index Hashing, 2014).
"""

from collections.abc import Sequence
from functools import cache
from itertools import combinations

_BAND_BITS = 16
_BAND_DIGITS = _BAND_BITS // 4
_COLUMN_DIGITS = 16
_MOST_FLIPS = 2
"""Bits that a band may differ in before there are more terms than it pays to ask for."""


def list_bands(code: str) -> list[str]:
    """The bands of a code (hex), each with its place."""
    return [f"{place}.{value:04x}" for place, value in enumerate(_cut(code))]


def list_near_bands(code: str, radius_bits: int) -> list[str] | None:
    """One of these is among the bands of every code within the radius; None where all codes must be looked at."""
    values = _cut(code)
    flips = radius_bits // len(values)
    if flips > _MOST_FLIPS:
        return None
    return [f"{place}.{value ^ mask:04x}" for place, value in enumerate(values) for mask in _list_masks(flips)]


def cut_code(code: str) -> list[int]:
    """A code (hex) as signed numbers of 64 bits, as the engine keeps and compares them."""
    parts = [int(code[start : start + _COLUMN_DIGITS], 16) for start in range(0, len(code), _COLUMN_DIGITS)]
    return [part - (part >> 63 << 64) for part in parts]


def join_code(parts: Sequence[int]) -> str:
    """What :func:`cut_code` was given."""
    return "".join(f"{part % 2**64:0{_COLUMN_DIGITS}x}" for part in parts)


def _cut(code: str) -> list[int]:
    return [int(code[start : start + _BAND_DIGITS], 16) for start in range(0, len(code), _BAND_DIGITS)]


@cache
def _list_masks(flips: int) -> tuple[int, ...]:
    """All values of 16 bits with at most so many ones."""
    return tuple(
        sum(1 << bit for bit in bits) for count in range(flips + 1) for bits in combinations(range(_BAND_BITS), count)
    )
