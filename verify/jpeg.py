"""With what quality was a JPEG last saved? Read off its quantisation table, nothing is decoded."""

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, JpegImagePlugin

_LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
).ravel()
"""Source: ITU-T T.81, table K.1, by rows; libjpeg scales it by its quality setting."""

_MOST_ERROR = 0.25
"""A table further than this (share of the steps) from every scaled one was made by another rule: nothing is said."""


def estimate_jpeg_quality(path: Path) -> int | None:
    """The libjpeg quality, 1 to 100, whose table is nearest to the file's; None for other formats and other tables.

    Cameras and some editors use tables of their own; the number is then the quality that loses about as much. The file
    must be one that may be opened (`verify.media`).
    """
    try:
        with path.open("rb") as file, Image.open(file, formats=("JPEG",)) as image:
            tables = image.quantization if isinstance(image, JpegImagePlugin.JpegImageFile) else {}
    except (OSError, SyntaxError, ValueError):
        return None
    table = np.asarray(tables.get(0, ()))
    if table.shape != _LUMINANCE.shape:
        return None
    errors = [np.abs(build_table(quality) - table).sum() for quality in range(1, 101)]
    best = int(np.argmin(errors))
    return best + 1 if errors[best] <= _MOST_ERROR * table.sum() else None


@cache
def build_table(quality: int) -> npt.NDArray[np.int64]:
    """The 64 luminance steps that libjpeg uses at that quality."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.asarray(np.clip((_LUMINANCE * percent + 50) // 100, 1, 255), dtype=np.int64)
