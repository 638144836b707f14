"""Boxes on the map of cells: the best rectangle, connected patches, and boxes as parts of the picture."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from verify.hashing.base import Region
from verify.vision import load_opencv

Mask = npt.NDArray[np.bool_]
CellBox = tuple[int, int, int, int]
"""Left, top, right, bottom in cells, the last two exclusive."""

_AGREEING = 0.8
_MOST_GROWTH = 1.3


def find_rectangle(agrees: Mask, counts: Mask) -> tuple[int, CellBox]:
    """The rectangle with most agreeing cells, of those in which 80 % of the cells that count agree; their number, and it.

    Of equals the one with the fewest cells that do not agree, then the smallest. (0, an empty box) where there is none.
    """
    rows, columns = agrees.shape
    upper, lower = np.triu_indices(rows + 1, 1)
    first, second = np.triu_indices(columns + 1, 1)
    number = _sum_boxes(agrees, upper, lower, first, second)
    counted = _sum_boxes(counts, upper, lower, first, second)
    number = np.where(number >= _AGREEING * counted, number, 0)
    size = np.outer(lower - upper, second - first)
    worth = (number.astype(np.int64) * (agrees.size + 1) - counted) * (agrees.size + 1) - size
    i, j = divmod(int(worth.argmax()), number.shape[1])
    if not number[i, j]:
        return 0, (0, 0, 0, 0)
    return int(number[i, j]), (int(first[j]), int(upper[i]), int(second[j]), int(lower[i]))


def _sum_boxes(
    mask: Mask,
    upper: npt.NDArray[np.int64],
    lower: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    second: npt.NDArray[np.int64],
) -> npt.NDArray[np.int32]:
    """(bands of rows, bands of columns): how many cells of the mask each box holds."""
    total = np.pad(np.cumsum(np.cumsum(mask.astype(np.int32), axis=0), axis=1), ((1, 0), (1, 0)))
    bands = total[lower] - total[upper]
    return np.asarray(bands[:, second] - bands[:, first], dtype=np.int32)


def find_patches(mask: Mask, least_cells: int) -> list[tuple[CellBox, int]]:
    """Connected patches (corners touch) of at least so many cells: the box around each and its number of cells."""
    count, _, rows, _ = load_opencv().connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    patches = [tuple(int(value) for value in row) for row in rows[1:count]]
    return [((x, y, x + w, y + h), cells) for x, y, w, h, cells in patches if cells >= least_cells]


def merge_boxes(boxes: list[CellBox]) -> list[CellBox]:
    """Boxes joined with those that they meet, where that adds little that is in neither."""
    merged: list[CellBox] = []
    for box in boxes:
        while (other := next((b for b in merged if _belong_together(b, box)), None)) is not None:
            merged.remove(other)
            box = _join(other, box)
        merged.append(box)
    return merged


def drop_inner(boxes: Sequence[CellBox]) -> list[CellBox]:
    """The boxes that lie in no other one, each once."""
    kept = list(dict.fromkeys(boxes))
    return [box for box in kept if not any(_join(box, other) == other for other in kept if other != box)]


def _belong_together(a: CellBox, b: CellBox) -> bool:
    meet = max(a[0], b[0]) <= min(a[2], b[2]) and max(a[1], b[1]) <= min(a[3], b[3])
    return meet and _area(_join(a, b)) <= _MOST_GROWTH * (_area(a) + _area(b))


def _join(a: CellBox, b: CellBox) -> CellBox:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _area(box: CellBox) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def fill_box(shape: tuple[int, ...], boxes: list[CellBox]) -> Mask:
    """The cells inside the one box around all the boxes; none where there are no boxes."""
    mask = np.zeros(shape, dtype=bool)
    if boxes:
        left, top, right, bottom = np.array(boxes).T
        mask[top.min() : bottom.max(), left.min() : right.max()] = True
    return mask


def to_region(box: CellBox, cell: int, width: int, height: int) -> Region:
    """A box of cells as fractions of a picture of that size."""
    left, top, right, bottom = box
    return Region(
        round(left * cell / width, 5),
        round(top * cell / height, 5),
        round((right - left) * cell / width, 5),
        round((bottom - top) * cell / height, 5),
    )
