"""Cell by cell: how well two aligned pictures correlate, and what is in the cell."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from verify.vision import load_opencv

Grey = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]
"""(height, width) of a picture, or (rows, columns) of cells."""

CELL_PIXELS = 16

_NOISE = 4.0
"""Added to the product of variances (grey levels to the fourth): a plain cell correlates with nothing."""

_SHIFT_COST = 0.002
"""Correlation lost per pixel of shift, so that equals are settled at the nearest place."""

_GROUND_STEP = 6
_GROUND_STEPS = 255 // _GROUND_STEP + 1
"""Steps of six grey levels; three neighbours are one ground."""

_LEVEL_TOLERANCE = 6
_LEVELS_APART = 20


@dataclass(frozen=True, slots=True)
class Shifts:
    """For each cell the best correlation (-1 to 1) over small shifts, the shift, and both contrasts (grey levels)."""

    correlation: Plane
    across: npt.NDArray[np.int64]
    down: npt.NDArray[np.int64]
    known_contrast: Plane
    query_contrast: Plane


@dataclass(frozen=True, slots=True)
class CellMaps:
    """What is known of every cell of the known picture, all of one shape (rows, columns).

    Contrasts and means in grey levels; `covered` is the share of the cell that the query shows; `paper` the share of
    pixels near the two commonest grey levels of the known picture (1 drawn on plain ground, 0 photograph);
    `known_ground` and `query_ground` the share of pixels around the cell near the commonest grey level there.
    """

    correlation: Plane
    known_contrast: Plane
    query_contrast: Plane
    known_mean: Plane
    query_mean: Plane
    covered: Plane
    paper: Plane
    known_ground: Plane
    query_ground: Plane


def average_cells(plane: npt.NDArray[np.generic], cell: int) -> Plane:
    """The mean of every whole cell; what is left over at the right and the bottom is not looked at."""
    rows, columns = plane.shape[0] // cell, plane.shape[1] // cell
    if not rows or not columns:
        return np.zeros((rows, columns), np.float32)
    cv = load_opencv()
    whole = np.asarray(plane[: rows * cell, : columns * cell], dtype=np.float32)
    shrunk = cv.resize(whole, (columns, rows), interpolation=cv.INTER_AREA)
    return np.asarray(shrunk, dtype=np.float32).reshape(rows, columns)


def find_shifts(known: Plane, query: Plane, cell: int, reach: int) -> Shifts:
    """Compare each cell of `known` with `query` (of the same shape) over shifts of up to `reach` pixels."""
    shape, span = (known.shape[0] // cell, known.shape[1] // cell), 2 * reach + 1
    if not all(shape):
        nothing, still = np.zeros(shape, np.float32), np.zeros(shape, np.int64)
        return Shifts(nothing, still, still, nothing, nothing)
    padded = np.pad(query, reach, mode="edge")
    known_mean = average_cells(known, cell)
    known_variance = np.maximum(average_cells(known * known, cell) - known_mean**2, 0)
    mean = _average_shifted(padded, cell, shape, span)
    variance = np.maximum(_average_shifted(padded * padded, cell, shape, span) - mean**2, 0)
    shared = _multiply_shifted(known, padded, cell, shape, span) - known_mean[..., None, None] * mean
    away = np.abs(np.arange(span) - reach)
    cost = _SHIFT_COST * np.hypot(away[:, None], away).astype(np.float32)
    value = (shared / np.sqrt(known_variance[..., None, None] * variance + _NOISE) - cost).reshape(*shape, -1)
    best = value.argmax(axis=2)[..., None]
    return Shifts(
        correlation=np.take_along_axis(value, best, axis=2)[..., 0],
        across=best[..., 0] % span - reach,
        down=best[..., 0] // span - reach,
        known_contrast=np.sqrt(known_variance),
        query_contrast=np.sqrt(np.take_along_axis(variance.reshape(value.shape), best, axis=2)[..., 0]),
    )


def _average_shifted(padded: Plane, cell: int, shape: tuple[int, int], span: int) -> Plane:
    """(rows, columns, span, span): the mean of each cell after each shift down and across."""
    averages = load_opencv().boxFilter(padded, -1, (cell, cell), anchor=(0, 0))
    windows = sliding_window_view(averages, (span, span))[::cell, ::cell]
    return np.asarray(windows[: shape[0], : shape[1]], dtype=np.float32)


def _multiply_shifted(known: Plane, padded: Plane, cell: int, shape: tuple[int, int], span: int) -> Plane:
    """(rows, columns, span, span): the mean product of the two in each cell after each shift down and across."""
    cv = load_opencv()
    height, width = shape[0] * cell, shape[1] * cell
    whole = np.ascontiguousarray(known[:height, :width])
    product, means = np.empty_like(whole), np.empty((span, span, *shape), np.float32)
    for down in range(span):
        for across in range(span):
            cv.multiply(whole, padded[down : down + height, across : across + width], product)
            cv.resize(product, shape[::-1], means[down, across], interpolation=cv.INTER_AREA)
    return means.transpose(2, 3, 0, 1)


def measure_paper(known: Grey) -> Plane:
    """For each cell the share of pixels near one of the picture's two commonest grey levels."""
    levels = np.convolve(np.bincount(known.ravel(), minlength=256), np.ones(2 * _LEVEL_TOLERANCE + 1), "same")
    first = int(levels.argmax())
    levels[max(0, first - _LEVELS_APART) : first + _LEVELS_APART + 1] = 0
    second = int(levels.argmax())
    wide = known.astype(np.int16)
    near = (np.abs(wide - first) <= _LEVEL_TOLERANCE) | (np.abs(wide - second) <= _LEVEL_TOLERANCE)
    return average_cells(near, CELL_PIXELS)


def measure_ground(picture: Plane) -> Plane:
    """For each cell the share of pixels near the commonest grey level in the three by three cells around it."""
    rows, columns = picture.shape[0] // CELL_PIXELS, picture.shape[1] // CELL_PIXELS
    counts = np.pad(_count_levels(picture, rows, columns), ((1, 1), (1, 1), (0, 0)), mode="edge")
    across = counts[:, :-2] + counts[:, 1:-1] + counts[:, 2:]
    around = across[:-2] + across[1:-1] + across[2:]
    near = around[..., :-2] + around[..., 1:-1] + around[..., 2:]
    return np.asarray(near.max(axis=2) / (9 * CELL_PIXELS**2), dtype=np.float32)


def _count_levels(picture: Plane, rows: int, columns: int) -> npt.NDArray[np.int64]:
    """(rows, columns, steps): how many pixels of each cell lie in each step of grey levels."""
    whole = picture[: rows * CELL_PIXELS, : columns * CELL_PIXELS]
    level = np.clip(whole, 0, 255).astype(np.int64) // _GROUND_STEP
    down, across = np.arange(len(whole)) // CELL_PIXELS, np.arange(whole.shape[1]) // CELL_PIXELS
    cell = down[:, None] * columns + across[None, :]
    counts = np.bincount((cell * _GROUND_STEPS + level).ravel(), minlength=rows * columns * _GROUND_STEPS)
    return counts.reshape(rows, columns, _GROUND_STEPS)
