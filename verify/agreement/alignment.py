"""Where a point of the query lies in the known picture, in fractions of both frames, so that any size of either will do."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]
"""(n, 2): x and y."""

Size = tuple[int, int]
"""Width and height in pixels."""

_UNIT_SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


@dataclass(frozen=True, slots=True)
class Alignment:
    """`matrix` (3 x 3, by rows) takes fractions of the query's frame to fractions of the known frame.

    Mirroring is inside: the query is meant as it stands. (0, 0) is the outer corner of the first pixel.
    """

    matrix: tuple[tuple[float, float, float], ...]

    @classmethod
    def from_affine(cls, affine: npt.ArrayLike) -> Self:
        """From the (2, 3) map of `verify.features.geometry.Geometry`, which speaks of shares as well."""
        (a, b, c), (d, e, f) = np.asarray(affine, dtype=np.float64).tolist()
        return cls(((a, b, c), (d, e, f), (0.0, 0.0, 1.0)))

    @classmethod
    def from_pixels(cls, matrix: Matrix, *, query_size: Size, known_size: Size) -> Self:
        """From a 3 x 3 matrix between pixels whose centres are whole numbers."""
        unit = np.linalg.inv(_to_pixels(known_size)) @ matrix @ _to_pixels(query_size)
        unit = unit / unit[2, 2]
        return cls(tuple((float(a), float(b), float(c)) for a, b, c in unit))

    def to_pixels(self, *, query_size: Size, known_size: Size) -> Matrix:
        """The 3 x 3 matrix from pixels of a query of that size to pixels of a known picture of that size."""
        matrix = _to_pixels(known_size) @ np.array(self.matrix) @ np.linalg.inv(_to_pixels(query_size))
        return np.asarray(matrix, dtype=np.float64)

    @property
    def mirrored(self) -> bool:
        """Whether one is the other in a mirror, up to a rotation."""
        return bool(np.linalg.det(np.array(self.matrix)[:2, :2]) < 0)

    def outline_in_known(self) -> Points:
        """The query's four corners in fractions of the known frame; from the upper left one clockwise in the query."""
        return _apply(np.array(self.matrix), _UNIT_SQUARE)

    def to_query(self, points: Points) -> Points:
        """Points of the known picture in fractions of the query's frame."""
        return _apply(np.linalg.inv(np.array(self.matrix)), points)


def box_corners(left: float, top: float, width: float, height: float) -> Points:
    """The corners of a box, from the upper left one clockwise."""
    return np.array([[left, top], [left + width, top], [left + width, top + height], [left, top + height]])


def clip_polygon(polygon: Points, box: tuple[float, float, float, float]) -> Points:
    """The part of a convex polygon inside (left, top, right, bottom); shape (0, 2) where there is none.

    Source: I. Sutherland and G. Hodgman, Reentrant polygon clipping, CACM 17(1), 1974.
    """
    left, top, right, bottom = box
    for axis, limit, sign in ((0, left, 1.0), (0, right, -1.0), (1, top, 1.0), (1, bottom, -1.0)):
        if len(polygon):
            polygon = _clip_side(polygon, axis, limit, sign)
    return polygon


def measure_area(polygon: Points) -> float:
    """Area of a polygon without crossings; 0 for fewer than three corners."""
    if len(polygon) < 3:
        return 0.0
    x, y = polygon.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def _clip_side(polygon: Points, axis: int, limit: float, sign: float) -> Points:
    kept = []
    for here, following in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        inside, inside_next = sign * (here[axis] - limit), sign * (following[axis] - limit)
        if inside >= 0:
            kept.append(here)
        if (inside >= 0) != (inside_next >= 0):
            kept.append(here + (following - here) * (inside / (inside - inside_next)))
    return np.array(kept) if kept else np.zeros((0, 2))


def _to_pixels(size: Size) -> Matrix:
    return np.array([[size[0], 0.0, -0.5], [0.0, size[1], -0.5], [0.0, 0.0, 1.0]])


def _apply(matrix: Matrix, points: Points) -> Points:
    out = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(out[:, :2] / out[:, 2:], dtype=np.float64)
