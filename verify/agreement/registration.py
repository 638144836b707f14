"""Lay the query over the known picture: warp it, bring both to one sharpness, and correct the alignment twice."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from verify.agreement.alignment import Alignment, Matrix
from verify.agreement.maps import (
    CELL_PIXELS,
    CellMaps,
    Grey,
    Plane,
    average_cells,
    find_shifts,
    measure_ground,
    measure_paper,
)
from verify.vision import load_opencv

LONGER_SIDE = 448
"""Of the known picture as it is compared; thumbnails of this size are what a store keeps."""

_HALF_CELL = 12
_REACH = (5, 3)
"""Shifts tried at half resolution in the first and the second correction."""

_GOOD_CORRELATION = 0.65
_LEAST_CONTRASTS = (4.0, 3.0)
_RANSAC_PIXELS = 3.0
_CELLS_FOR_AFFINE, _CELLS_FOR_PERSPECTIVE = 6, 14
_AREA_CHANGE = (0.6, 1.7)
_MOST_PERSPECTIVE = 2e-3
_BASE_BLUR = 1.0
_MOST_BLUR = 4.0
_FINER = 0.7
"""A query whose pixels are smaller than this on the known picture, or larger than its pixels, is resized first."""

_LEAST_SCALE, _MOST_ENLARGED = 0.05, 6.0
_FINAL_REACH = 2


@dataclass(frozen=True, slots=True)
class Registered:
    """Both pictures in the frame of the known one, equally sharp, with the corrected alignment.

    `covered` (height, width): 1 where the query has a pixel.
    """

    known: Grey
    known_soft: Plane
    query_soft: Plane
    covered: Plane
    alignment: Alignment


def register(known: Grey, query: Grey, alignment: Alignment) -> Registered:
    """Warp the query onto the known picture, whose longer side is brought to 448 pixels."""
    known = _resize(known, LONGER_SIDE / max(known.shape))
    height, width = known.shape
    matrix = alignment.to_pixels(query_size=_size(query), known_size=(width, height))
    scale = _measure_scale(matrix, _size(query))
    if not _FINER <= scale <= 1.0:
        query = _resize(query, min(max(scale, _LEAST_SCALE), _MOST_ENLARGED))
        matrix = alignment.to_pixels(query_size=_size(query), known_size=(width, height))
    known_soft, query_soft = _soften(known, _blur_to_match(scale)), _soften(query, _BASE_BLUR)
    matrix = _correct(known_soft, query_soft, matrix)
    warped, covered = _warp(query_soft, matrix, (width, height))
    refined = Alignment.from_pixels(matrix, query_size=_size(query), known_size=(width, height))
    return Registered(known, known_soft, warped, covered, refined)


def map_cells(pair: Registered) -> CellMaps:
    """Correlate the two, cell by cell."""
    shifts = find_shifts(pair.known_soft, pair.query_soft, CELL_PIXELS, _FINAL_REACH)
    return CellMaps(
        correlation=shifts.correlation,
        known_contrast=shifts.known_contrast,
        query_contrast=shifts.query_contrast,
        known_mean=average_cells(pair.known_soft, CELL_PIXELS),
        query_mean=average_cells(pair.query_soft, CELL_PIXELS),
        covered=average_cells(pair.covered, CELL_PIXELS),
        paper=measure_paper(pair.known),
        known_ground=measure_ground(pair.known.astype(np.float32)),
        query_ground=measure_ground(pair.query_soft),
    )


def _size(picture: Grey) -> tuple[int, int]:
    return picture.shape[1], picture.shape[0]


def _resize(picture: Grey, factor: float) -> Grey:
    size = (max(8, round(picture.shape[1] * factor)), max(8, round(picture.shape[0] * factor)))
    if size == _size(picture):
        return picture
    cv = load_opencv()
    way = cv.INTER_AREA if factor < 1 else cv.INTER_CUBIC
    return np.asarray(cv.resize(picture, size, interpolation=way), dtype=np.uint8)


def _measure_scale(matrix: Matrix, size: tuple[int, int]) -> float:
    """Pixels of the known picture per pixel of the query, in the middle of the query."""
    x, y = size[0] / 2, size[1] / 2
    depth = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    return float(np.sqrt(abs(np.linalg.det(matrix)) / max(abs(depth) ** 3, 1e-9)))


def _blur_to_match(scale: float) -> float:
    """The blur of a known picture that is `scale` times finer than the query."""
    return float(np.hypot(_BASE_BLUR, min(0.5 * np.sqrt(max(scale * scale - 1, 0)), _MOST_BLUR)))


def _soften(picture: Grey, blur: float) -> Plane:
    soft = load_opencv().GaussianBlur(picture.astype(np.float32), (0, 0), blur)
    return np.asarray(soft, dtype=np.float32)


def _warp(query: Plane, matrix: Matrix, size: tuple[int, int]) -> tuple[Plane, Plane]:
    cv = load_opencv()
    warped = cv.warpPerspective(query, matrix, size, flags=cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)
    covered = cv.warpPerspective(np.ones_like(query), matrix, size, flags=cv.INTER_LINEAR)
    return np.asarray(warped, dtype=np.float32), np.asarray(covered, dtype=np.float32)


def _correct(known: Plane, query: Plane, matrix: Matrix) -> Matrix:
    """Shifts of cells at half resolution, then the transformation most of them agree on, kept where it helps."""
    small = _halve(known)
    other, shown = _lay_over(query, matrix, known)
    for reach in _REACH:
        shifts = find_shifts(small, other, _HALF_CELL, reach)
        good = (shifts.correlation > _GOOD_CORRELATION) & (shown > 0.9)
        good &= (shifts.known_contrast > _LEAST_CONTRASTS[0]) & (shifts.query_contrast > _LEAST_CONTRASTS[1])
        rows, columns = np.nonzero(good)
        goal = (np.column_stack([columns, rows]) * 2.0 + 1.0) * _HALF_CELL
        moves = np.column_stack([shifts.across[good], shifts.down[good]])
        change = _fit(goal + 2.0 * moves, goal)
        if change is None:
            break
        moved, moved_shown = _lay_over(query, change @ matrix, known)
        still = good & (moved_shown > 0.9)
        if not still.any() or _score(small, moved, still) <= _score(small, other, still):
            break
        matrix, other, shown = change @ matrix, moved, moved_shown
    return matrix


def _lay_over(query: Plane, matrix: Matrix, known: Plane) -> tuple[Plane, Plane]:
    """The warped query at half resolution, and for each cell how much of it the query shows."""
    warped, covered = _warp(query, matrix, (known.shape[1], known.shape[0]))
    return _halve(warped), average_cells(_halve(covered), _HALF_CELL)


def _halve(plane: Plane) -> Plane:
    cv = load_opencv()
    small = cv.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv.INTER_AREA)
    return np.asarray(small, dtype=np.float32)


def _score(known: Plane, query: Plane, cells: npt.NDArray[np.bool_]) -> float:
    """Mean correlation of those cells as they lie."""
    return float(find_shifts(known, query, _HALF_CELL, 0).correlation[cells].mean())


def _fit(start: npt.NDArray[np.floating], goal: npt.NDArray[np.floating]) -> Matrix | None:
    """The small correction that takes most of the points to their goals; None where it would not be small."""
    cv = load_opencv()
    if len(start) < _CELLS_FOR_AFFINE:
        return None
    if len(start) >= _CELLS_FOR_PERSPECTIVE:
        found, _ = cv.findHomography(start.astype(np.float32), goal.astype(np.float32), cv.RANSAC, _RANSAC_PIXELS)
    else:
        found, _ = cv.estimateAffine2D(
            start.astype(np.float32), goal.astype(np.float32), method=cv.RANSAC, ransacReprojThreshold=_RANSAC_PIXELS
        )
        found = None if found is None else np.vstack([found, [0.0, 0.0, 1.0]])
    if found is None:
        return None
    change = np.asarray(found, dtype=np.float64)
    area = float(np.linalg.det(change[:2, :2]))
    small = _AREA_CHANGE[0] < area < _AREA_CHANGE[1] and float(np.abs(change[2, :2]).max()) <= _MOST_PERSPECTIVE
    return change if small else None
