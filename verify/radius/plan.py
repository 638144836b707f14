"""Into which bands codes are cut, and how far each band is searched: the plan behind an exact answer.

Two codes that differ in at most r bits agree, up to a_i bits, in at least one of their bands, whenever the sum of
(a_i + 1) over the bands is at least r + 1; otherwise the bands alone would differ in more than r bits. A band of w
bits is found in a table with 2^w buckets, by trying every value within a_i bits of the query's. Wide bands have
emptier buckets but more values to try, so the best widths and radii depend on the number of codes.

Source: multi-index hashing, Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index Hashing", CVPR
2012; radii that differ between the bands follow from the same argument.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import comb, inf
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# Measured with `python -m bench radius` on one core of an AMD EPYC; only their ratios matter.
PROBE_SECONDS = 25e-9  # one value looked up in a table
CANDIDATE_SECONDS = 45e-9  # one code fetched and compared
SCAN_SECONDS = 7e-9  # one code compared in a scan of all
FIXED_SECONDS = 120e-6  # one search, however small
TABLE_BYTES = 1.25  # one bucket: see verify.radius.bands
ID_BYTES = 4

SKIPPED = -1
"""Radius of a band that need not be searched."""

_WIDTHS = range(4, 29)
_RADII = range(5)
_MOST_PROBES = 200_000
_PRICES = (0.0, *(10.0**exponent for exponent in np.arange(-17.0, -8.0, 0.25)))


class Layout(NamedTuple):
    """Widths in bits of the bands, which follow each other from bit 0; the sum is the width of a code."""

    widths: tuple[int, ...]
    codes: int  # how many there are


def can_band(width_bits: int, count: int) -> bool:
    """Whether there are so many codes that bands can be better than comparing with all of them."""
    return count * SCAN_SECONDS > FIXED_SECONDS and width_bits >= 2 * _WIDTHS.start


def plan_layout(count: int, width_bits: int, radius_bits: int, bytes_per_code: float) -> Layout | None:
    """Return the bands that answer fastest within a budget of memory, or None where a scan is faster.

    `bytes_per_code` is for the tables alone. The first band costs no ids: the codes lie in its order.
    """
    if not can_band(width_bits, count):
        return None
    step = 10 ** max(len(str(count)) - 2, 0)  # two digits of the count are enough to plan with
    widths = _plan_widths(count // step * step, width_bits, radius_bits, bytes_per_code)
    return Layout(widths, count) if widths else None


@lru_cache(maxsize=64)
def _plan_widths(count: int, width_bits: int, radius_bits: int, bytes_per_code: float) -> tuple[int, ...]:
    best: tuple[int, ...] = ()
    best_seconds = count * SCAN_SECONDS
    for price in _PRICES:
        widths, seconds = _plan_at_price(count, width_bits, radius_bits, price)
        if widths and seconds < best_seconds and count_bytes(widths, count) <= bytes_per_code * count:
            best, best_seconds = widths, seconds
    return best


def count_bytes(widths: Sequence[int], count: int) -> float:
    """Bytes of the tables of a layout."""
    return sum(TABLE_BYTES * (1 << width) for width in widths) + ID_BYTES * count * (len(widths) - 1)


def count_values(width: int, radius: int) -> int:
    """How many values lie within `radius` bits of one of `width` bits."""
    return sum(comb(width, bits) for bits in range(radius + 1))


def estimate_seconds(width: int, radius: int, count: int) -> float:
    """Time that a search spends in one band, were the codes random."""
    return count_values(width, radius) * (PROBE_SECONDS + CANDIDATE_SECONDS * count / (1 << width))


def _plan_at_price(count: int, width_bits: int, radius_bits: int, price: float) -> tuple[tuple[int, ...], float]:
    """Return the widths that cost least when a byte costs `price` seconds, and the seconds of a search alone.

    Dynamic programming: the cheapest way to use b bits for r steps of radius is the cheapest band on top of the
    cheapest way to use what is left. Nothing for an impossible radius.
    """
    bands = [(width, radius) for width in _WIDTHS for radius in _RADII if radius < width]
    steps = np.array([radius + 1 for _, radius in bands])
    seconds = np.array([estimate_seconds(width, radius, count) for width, radius in bands])
    cost = seconds + price * np.array([TABLE_BYTES * (1 << width) + ID_BYTES * count for width, _ in bands])
    widths = np.array([width for width, _ in bands])
    cheapest = np.full((width_bits + 1, radius_bits + 2), inf)
    cheapest[0, 0] = 0.0
    choice = np.zeros(cheapest.shape, dtype=np.intp)
    left = np.maximum(np.arange(radius_bits + 2)[None, :] - steps[:, None], 0)
    for bits in range(_WIDTHS.start, width_bits + 1):
        usable = np.flatnonzero(widths <= bits)
        totals = cheapest[(bits - widths[usable])[:, None], left[usable]] + cost[usable, None]
        choice[bits] = usable[np.argmin(totals, axis=0)]
        cheapest[bits] = totals.min(axis=0)
    return _read_back(width_bits, cheapest, choice, bands, seconds)


def _read_back(
    width_bits: int,
    cheapest: npt.NDArray[np.float64],
    choice: npt.NDArray[np.intp],
    bands: list[tuple[int, int]],
    seconds: npt.NDArray[np.float64],
) -> tuple[tuple[int, ...], float]:
    bits, steps = width_bits, cheapest.shape[1] - 1
    if cheapest[bits, steps] == inf:
        return (), inf
    chosen = []
    while bits:
        band = int(choice[bits, steps])
        chosen.append(band)
        bits, steps = bits - bands[band][0], max(steps - bands[band][1] - 1, 0)
    total = FIXED_SECONDS + float(seconds[chosen].sum())
    return tuple(sorted((bands[band][0] for band in chosen), reverse=True)), total


@lru_cache(maxsize=256)
def plan_radii(layout: Layout, radius_bits: int) -> tuple[int, ...] | None:
    """Return how far each band is searched so that nothing within the radius is missed; None: scan, it is faster.

    A radius is :data:`SKIPPED` where the other bands suffice.
    """
    need = radius_bits + 1
    ways: list[tuple[float, tuple[int, ...]]] = [(0.0, ()), *((inf, ()) for _ in range(need))]
    for width in layout.widths:
        options = [(0, 0.0), *((radius + 1, estimate_seconds(width, radius, layout.codes)) for radius in range(width))]
        affordable = [option for option in options if option[1] < layout.codes * SCAN_SECONDS]
        ways = [
            min(
                (ways[max(got - step, 0)][0] + cost, (*ways[max(got - step, 0)][1], step - 1))
                for step, cost in affordable
            )
            for got in range(need + 1)
        ]
    seconds, radii = ways[need]
    if FIXED_SECONDS + seconds >= layout.codes * SCAN_SECONDS:
        return None
    values = sum(count_values(width, radius) for width, radius in zip(layout.widths, radii, strict=True))
    return radii if values <= _MOST_PROBES else None
