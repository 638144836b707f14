"""Which codes can lie within a radius at all: a code is cut into bands, and one of them must nearly agree.

The radius is spread over the bands so that as few terms as possible are asked for. Source: pigeonhole; where every band i of two
codes differed in more than r_i bits, with the sum of (r_i + 1) above the radius, the two would lie outside of it (M. Norouzi et
al., Fast Exact Search in Hamming Space with Multi-Index Hashing, 2014; J. Qin et al., GPH, 2018).
"""

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from math import comb
from typing import NamedTuple

_BAND_BITS = 23
"""Wide enough that of ten million codes few are compared, narrow enough that there are few terms for 31 bits.

Source: docs/reference/measurements.md."""
_FEWEST_BANDS = 4
_MOST_TERMS = 10_000
"""More cost about what comparing with every code costs, and the engine takes 65,536 at most."""
_COLUMN_DIGITS = 16


class _Band(NamedTuple):
    place: int
    shift: int
    bits: int

    def read(self, code: int) -> int:
        return code >> self.shift & (1 << self.bits) - 1


def list_bands(code: str) -> list[str]:
    """The bands of a code (hex), each with its place."""
    value = int(code, 16)
    return [term for band in _cut(4 * len(code)) for term in _list_near(band, band.read(value), 0)]


def list_near_bands(code: str, radius_bits: int) -> list[str] | None:
    """One of these is among the bands of every code within the radius; None where all codes must be looked at."""
    bits, value = 4 * len(code), int(code, 16)
    if not is_narrowed(bits, radius_bits):
        return None
    plan = zip(_cut(bits), _spread(bits, radius_bits), strict=True)
    return [term for band, flips in plan for term in _list_near(band, band.read(value), flips)]


@cache
def is_narrowed(bits: int, radius_bits: int) -> bool:
    """Whether bands say which codes of so many bits can lie within the radius."""
    plan = zip(_cut(bits), _spread(bits, radius_bits), strict=True)
    return sum(comb(band.bits, count) for band, flips in plan for count in range(flips + 1)) <= _MOST_TERMS


def cut_code(code: str) -> list[int]:
    """A code (hex) as signed numbers of 64 bits, as the engine keeps and compares them."""
    parts = [int(code[start : start + _COLUMN_DIGITS], 16) for start in range(0, len(code), _COLUMN_DIGITS)]
    return [part - (part >> 63 << 64) for part in parts]


def join_code(parts: Sequence[int]) -> str:
    """What :func:`cut_code` was given."""
    return "".join(f"{part % 2**64:0{_COLUMN_DIGITS}x}" for part in parts)


def _list_near(band: _Band, value: int, flips: int) -> list[str]:
    place = f"{band.place:x}."
    return [f"{place}{value ^ mask:x}" for mask in _list_masks(band.bits, flips)]


@cache
def _cut(bits: int) -> tuple[_Band, ...]:
    """The bands of a code, the wider ones first."""
    count = max(_FEWEST_BANDS, bits // _BAND_BITS)
    ends = [bits * (place + 1) // count for place in range(count)]
    widths = sorted((end - start for start, end in zip([0, *ends], ends, strict=False)), reverse=True)
    return tuple(_Band(place, sum(widths[place + 1 :]), width) for place, width in enumerate(widths))


def _spread(bits: int, radius_bits: int) -> list[int]:
    """How many bits each band may differ in, most of them in narrow bands; -1 for one that nobody looks at."""
    count = len(_cut(bits))
    each, more = divmod(radius_bits + 1, count)
    return [each - 1 + (place >= count - more) for place in range(count)]


@cache
def _list_masks(width: int, flips: int) -> tuple[int, ...]:
    """All values of so many bits with at most so many ones."""
    return tuple(
        sum(1 << bit for bit in bits) for count in range(flips + 1) for bits in combinations(range(width), count)
    )
