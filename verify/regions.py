"""Where in a screenshot, a post card or behind bars the picture itself may lie.

Three finders: plain bars trimmed from the sides, bands cut off by one edge over the whole width, and
rectangles whose sides are long straight edges. All only propose; a proposal that is no picture costs time and
matches nothing.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from verify.hashing.base import Region

MAXIMUM_REGIONS = 8

_Planes = npt.NDArray[np.uint8]
"""(3, lines, length): the three colours one after the other, which is far faster to compare than side by side."""

_Mask = npt.NDArray[np.bool_]
_Box = tuple[int, int, int, int]

# All lengths are in pixels of the working picture (shorter side up to 512) or fractions of its sides.
_BAR_TOLERANCE = 12
_BAR_SHARES = (0.97, 0.25)  # of a line that has the bar's colour: a plain bar, a bar with words on it
_BAR_LIMIT = 0.45
_BAR_BLOCK = 32  # lines looked at before it is asked whether the bar goes on
_BAND_LENGTH = 0.8
_BAND_STEP = 40
_EDGE_STEP = 10
_EDGE_GAP = 8
_EDGE_LENGTH = 0.15
_LINES = 14
_FRAME_SIDE_SCORE = 0.72  # a side on the frame's own border has no edge to show
_LEAST_SIDES = (0.18, 0.12)
_LEAST_AREA = 0.03
_WHOLE = 0.985
_ASPECTS = (0.33, 3.2)
_SAME_OVERLAP = 0.86
_LEAST_PIXELS = 48


def find_regions(image: Image.Image, limit: int = MAXIMUM_REGIONS) -> tuple[Region, ...]:
    """At most `limit` parts of an RGB picture that may be the picture of interest, never the whole."""
    width, height = image.size
    if min(height, width) < 2 * _LEAST_PIXELS:
        return ()
    rows = np.ascontiguousarray(np.moveaxis(np.asarray(image), 2, 0))
    columns = np.ascontiguousarray(rows.swapaxes(1, 2))
    across = _find_edges(rows)
    kept: list[_Box] = []
    for box in [*_trimmed_boxes(rows, columns), *_band_boxes(across, width, height), *_edge_boxes(across, columns)]:
        if len(kept) < limit and _is_useful(box, width, height) and not any(_overlap(box, k) > 0.97 for k in kept):
            kept.append(box)
    return tuple(_to_region(box, width, height) for box in kept)


def crop_region(image: Image.Image, region: Region | None) -> Image.Image:
    """The part of the picture that the region names; the picture itself for None."""
    if region is None:
        return image
    left, top = round(region.left * image.width), round(region.top * image.height)
    right = left + max(1, round(region.width * image.width))
    return image.crop((left, top, right, top + max(1, round(region.height * image.height))))


def _to_region(box: _Box, width: int, height: int) -> Region:
    left, top, right, bottom = box
    fractions = (left / width, top / height, (right - left) / width, (bottom - top) / height)
    return Region(*(round(value, 5) for value in fractions))


def _is_useful(box: _Box, width: int, height: int) -> bool:
    across, down = box[2] - box[0], box[3] - box[1]
    whole = across >= _WHOLE * width and down >= _WHOLE * height
    return min(across, down) >= _LEAST_PIXELS and not whole


def _overlap(a: _Box, b: _Box) -> float:
    """Intersection over union."""
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def _trimmed_boxes(rows: _Planes, columns: _Planes) -> Iterator[_Box]:
    """The picture without bars: plain ones first, then ones with words on them."""
    for share in _BAR_SHARES:
        top, bottom = _trim(rows, share)
        left, right = _trim(columns[:, :, top:bottom], share)
        yield left, top, right, bottom


def _trim(lines: _Planes, share: float) -> tuple[int, int]:
    """First and last line (exclusive) between the bars at both ends."""
    count = lines.shape[1]
    most = int(count * _BAR_LIMIT)
    return _bar_height(lines[:, :most], share), count - _bar_height(lines[:, ::-1][:, :most], share)


def _bar_height(lines: _Planes, share: float) -> int:
    """Lines up to the last plain one of the first line's colour that is reached over lines with that `share` of it."""
    colour = np.median(lines[:, 0], axis=1)
    low = np.ceil(np.maximum(colour - _BAR_TOLERANCE, 0)).astype(np.uint8)[:, None, None]
    high = np.floor(np.minimum(colour + _BAR_TOLERANCE, 255)).astype(np.uint8)[:, None, None]
    height = 0
    for start in range(0, lines.shape[1], _BAR_BLOCK):
        block = lines[:, start : start + _BAR_BLOCK]
        same = np.asarray(((block >= low) & (block <= high)).all(axis=0).mean(axis=1))
        reached = len(same) if (same >= share).all() else int((same >= share).argmin())
        plain = np.flatnonzero(same[:reached] >= _BAR_SHARES[0])
        height = start + int(plain[-1]) + 1 if len(plain) else height
        if reached < len(same):
            break
    return height


class _Edges(NamedTuple):
    """Between a line and the next: the step's size where it is not `_BAND_STEP` or more, whether it is strong (one line of
    jitter allowed), and the longest run of strong steps; (lines - 1, length) twice, and (lines - 1,).
    """

    steps: npt.NDArray[np.uint8]
    strong: _Mask
    runs: npt.NDArray[np.float64]


def _find_edges(lines: _Planes) -> _Edges:
    here, below = lines[:, :-1], lines[:, 1:]
    steps = (np.maximum(here, below) - np.minimum(here, below)).max(axis=0)
    strong = np.asarray(steps > _EDGE_STEP)
    near = strong.copy()
    near[1:] |= strong[:-1]
    return _Edges(np.minimum(steps, np.uint8(_BAND_STEP)), near, _longest_runs(near))


def _band_boxes(across: _Edges, width: int, height: int) -> Iterator[_Box]:
    """The picture without what lies above, below, or above and below its strongest edges across the width."""
    strength = across.steps.mean(axis=1)
    strength[across.runs < _BAND_LENGTH * width] = 0
    most = int(height * _BAR_LIMIT)
    upper, lower = strength[:most], strength[-most:]
    top = int(upper.argmax()) + 1 if upper.any() else 0
    bottom = height - most + int(lower.argmax()) if lower.any() else height
    for box in ((0, top, width, height), (0, 0, width, bottom), (0, top, width, bottom)):
        if (box[1], box[3]) != (0, height):
            yield box


def _edge_boxes(across: _Edges, lines_down: _Planes) -> list[_Box]:
    """Rectangles with edges along all four sides, best first, near-duplicates dropped."""
    down = _find_edges(lines_down)
    height, width = lines_down.shape[2], lines_down.shape[1]
    rows = np.array(sorted({0, height, *_strong_lines(across)}))
    columns = np.array(sorted({0, width, *_strong_lines(down)}))
    boxes = _candidate_boxes(rows, columns, width, height)
    if not len(boxes):
        return []
    order = np.argsort(-_score(boxes, across.strong, down.strong), kind="stable")[:400]
    kept: list[_Box] = []
    for left, top, right, bottom in boxes[order].tolist():
        box = (left, top, right, bottom)
        if not any(_overlap(box, other) > _SAME_OVERLAP for other in kept):
            kept.append(box)
        if len(kept) == MAXIMUM_REGIONS:
            break
    return kept


def _strong_lines(edges: _Edges) -> Iterator[int]:
    """Positions of the lines with the longest unbroken edges, strongest first, not next to each other."""
    count, length = edges.strong.shape
    lengths = edges.runs / length
    lengths[lengths <= _EDGE_LENGTH] = 0
    apart = max(2, count // 80)
    for _ in range(_LINES):
        line = int(lengths.argmax())
        if lengths[line] <= 0:
            return
        yield line + 1
        lengths[max(0, line - apart) : line + apart + 1] = 0


def _longest_runs(edges: _Mask) -> npt.NDArray[np.float64]:
    """For each line the longest run of edge pixels; gaps of up to `_EDGE_GAP` do not break it."""
    count, length = edges.shape
    apart = length + _EDGE_GAP + 1  # so far apart, that no run goes on in the next line
    places = np.flatnonzero(np.pad(edges, ((0, 0), (0, _EDGE_GAP + 1))))
    runs = np.zeros(count)
    if len(places):
        breaks = np.flatnonzero(np.diff(places) > _EDGE_GAP + 1)
        starts, ends = places[np.append(0, breaks + 1)], places[np.append(breaks, len(places) - 1)]
        np.maximum.at(runs, starts // apart, (ends - starts + 1).astype(np.float64))
    return runs


def _candidate_boxes(
    rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], width: int, height: int
) -> npt.NDArray[np.int64]:
    """(n, 4) boxes between any two rows and two columns that have a plausible size and shape."""
    upper, lower = np.triu_indices(len(rows), 1)
    first, second = np.triu_indices(len(columns), 1)
    top, bottom = np.repeat(rows[upper], len(first)), np.repeat(rows[lower], len(first))
    left, right = np.tile(columns[first], len(upper)), np.tile(columns[second], len(upper))
    across, down = right - left, bottom - top
    aspect = across / down
    useful = (across >= _LEAST_SIDES[0] * width) & (down >= _LEAST_SIDES[1] * height)
    useful &= (across * down >= _LEAST_AREA * width * height) & (aspect > _ASPECTS[0]) & (aspect < _ASPECTS[1])
    useful &= ~((across >= _WHOLE * width) & (down >= _WHOLE * height))
    return np.stack([left, top, right, bottom], axis=1)[useful]


def _score(boxes: npt.NDArray[np.int64], across: _Mask, down: _Mask) -> npt.NDArray[np.float64]:
    """How much of the four sides lies on edges: mean and worst side, and a little for size."""
    left, top, right, bottom = boxes.T
    sides = np.stack(
        [
            _coverage(across, top, left, right),
            _coverage(across, bottom, left, right),
            _coverage(down, left, top, bottom),
            _coverage(down, right, top, bottom),
        ]
    )
    size = np.sqrt((right - left) * (bottom - top) / (across.shape[1] * down.shape[1]))
    return np.asarray(0.5 * sides.mean(axis=0) + 0.5 * sides.min(axis=0) + 0.06 * size)


def _coverage(
    edges: _Mask, line: npt.NDArray[np.int64], start: npt.NDArray[np.int64], stop: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Share of edge pixels along each line between start and stop."""
    inside = (line > 0) & (line <= len(edges))
    few, row = np.unique(np.where(inside, line - 1, 0), return_inverse=True)
    sums = np.pad(np.cumsum(edges[few], axis=1), ((0, 0), (1, 0)))
    share = (sums[row, stop] - sums[row, start]) / (stop - start)
    return np.asarray(np.where(inside, share, _FRAME_SIDE_SCORE), dtype=np.float64)
