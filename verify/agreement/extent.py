"""Which part of the known picture the query really shows: the query's frame, or the edge where foreign content begins."""

import numpy as np
import numpy.typing as npt

from verify.agreement.alignment import Points, box_corners, clip_polygon, measure_area
from verify.agreement.boxes import CellBox, Mask
from verify.agreement.maps import CELL_PIXELS, Plane
from verify.agreement.registration import Registered
from verify.hashing.base import Region

_STRIP_PIXELS = 2
_RUN_STRIPS = 4
"""Strips that must agree one after another before an edge is believed."""

_LEAST_TOLERANCE = 18.0
_TOLERANCE_SPREADS = 3.0
_BAD_SHARE = 0.35
_COVERED = 0.5
_SNAP_PIXELS = 6
"""An edge this near to the end of the query's frame or of the known picture is that end: blur reaches as far."""

_Span = tuple[int, int]


def find_extent(pair: Registered, agrees: Mask, core: CellBox) -> tuple[Region, Points]:
    """The box of the known picture that the query shows, and the shown part of it as a convex polygon.

    Both in fractions of the known frame. `core` is the box around the agreeing cells, from which the edges are
    looked for outwards.
    """
    height, width = pair.known_soft.shape
    wrong = _find_wrong_pixels(pair, agrees)
    left, top, right, bottom = (value * CELL_PIXELS for value in _take_in(core))
    top, bottom = _find_edges(wrong[:, left:right], pair.covered[:, left:right], (top, bottom))
    left, right = _find_edges(wrong[top:bottom].T, pair.covered[top:bottom].T, (left, right))
    box = (left / width, top / height, right / width, bottom / height)
    polygon = clip_polygon(pair.alignment.outline_in_known(), box)
    if len(polygon) < 3:
        polygon = box_corners(box[0], box[1], box[2] - box[0], box[3] - box[1])
    return _bound(polygon), polygon


def _take_in(core: CellBox) -> CellBox:
    """The core without its outermost cells, where there are others: a cell on the edge may agree by half."""
    left, top, right, bottom = core
    across, down = right - left > 2, bottom - top > 2
    return left + across, top + down, right - across, bottom - down


def measure_filled(pair: Registered, shown: Points) -> float:
    """The share of the query's frame that the shown part fills, 0 to 1."""
    placed = clip_polygon(pair.alignment.to_query(shown), (0.0, 0.0, 1.0, 1.0))
    return min(1.0, measure_area(placed))


def _bound(polygon: Points) -> Region:
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    left, top, right, bottom = (round(float(value), 5) for value in (*low, *high))
    return Region(left, top, round(right - left, 5), round(bottom - top, 5))


def _find_wrong_pixels(pair: Registered, agrees: Mask) -> npt.NDArray[np.bool_]:
    """Pixels whose tone is not the one that the agreeing cells lead to expect."""
    inside = np.zeros(pair.known_soft.shape, dtype=bool)
    spread = agrees.repeat(CELL_PIXELS, axis=0).repeat(CELL_PIXELS, axis=1)
    inside[: spread.shape[0], : spread.shape[1]] = spread
    x, y = pair.query_soft[inside], pair.known_soft[inside]
    slope, offset = _fit_tones(x, y)
    rest = np.abs(pair.known_soft - (slope * pair.query_soft + offset))
    usual = float(np.median(rest[inside])) if inside.any() else 0.0
    return rest > max(_LEAST_TOLERANCE, _TOLERANCE_SPREADS * usual)


def _fit_tones(x: Plane, y: Plane) -> tuple[float, float]:
    """Least squares; the identity where there is nothing to fit."""
    if len(x) < 2 or float(x.std()) < 1.0:
        return 1.0, 0.0
    slope = float(np.clip(np.cov(x, y)[0, 1] / x.var(), 0.2, 5.0))
    return slope, float(y.mean() - slope * x.mean())


def _find_edges(wrong: npt.NDArray[np.bool_], covered: Plane, core: _Span) -> _Span:
    """First and last line (exclusive) of what agrees, along the first axis."""
    lines = len(wrong)
    shown = covered.mean(axis=1) > _COVERED
    places = np.flatnonzero(shown)
    if not len(places):
        return core
    first, last = int(places[0]), int(places[-1]) + 1
    starts = np.arange(0, lines, _STRIP_PIXELS)
    counts = np.diff(starts, append=lines) * wrong.shape[1]
    bad = np.add.reduceat(wrong.sum(axis=1), starts) / np.maximum(counts, 1) > _BAD_SHARE
    begin = _walk(bad, core[0], first)
    end = lines - _walk(bad[::-1], _count_strips(lines) * _STRIP_PIXELS - core[1], lines - last)
    begin = first if begin - first <= _SNAP_PIXELS else begin
    return begin, last if last - end <= _SNAP_PIXELS else min(end, lines)


def _count_strips(lines: int) -> int:
    return -(-lines // _STRIP_PIXELS)


def _walk(bad: npt.NDArray[np.bool_], start: int, limit: int) -> int:
    """From the outer end inwards: the first line from which a run of strips agrees; at the latest the core's."""
    for strip in range(limit // _STRIP_PIXELS, max(0, start) // _STRIP_PIXELS):
        if not bad[strip : strip + _RUN_STRIPS].any():
            return max(limit, strip * _STRIP_PIXELS)
    return max(limit, min(start, len(bad) * _STRIP_PIXELS))
