"""The eight symmetries of the square, by name: what each does to a picture, and how they combine.

A symmetry is an operation on a picture. Rotations are clockwise. `transpose` swaps rows and columns (top
right becomes bottom left), `transverse` does so along the other diagonal.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from PIL import Image

IDENTITY = "identity"

_Matrix = tuple[int, int, int, int]

# Where the point (x right, y down), seen from the centre, goes: (xx, xy, yx, yy).
_MATRICES: dict[str, _Matrix] = {
    IDENTITY: (1, 0, 0, 1),
    "rotate-90": (0, -1, 1, 0),
    "rotate-180": (-1, 0, 0, -1),
    "rotate-270": (0, 1, -1, 0),
    "mirror": (-1, 0, 0, 1),
    "flip": (1, 0, 0, -1),
    "transpose": (0, 1, 1, 0),
    "transverse": (0, -1, -1, 0),
}
_NAMES = {matrix: name for name, matrix in _MATRICES.items()}
_DEGREES = {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}

SYMMETRIES: tuple[str, ...] = tuple(_MATRICES)

# Pillow turns counter-clockwise.
TRANSPOSES: Mapping[str, Image.Transpose] = MappingProxyType(
    {
        "rotate-90": Image.Transpose.ROTATE_270,
        "rotate-180": Image.Transpose.ROTATE_180,
        "rotate-270": Image.Transpose.ROTATE_90,
        "mirror": Image.Transpose.FLIP_LEFT_RIGHT,
        "flip": Image.Transpose.FLIP_TOP_BOTTOM,
        "transpose": Image.Transpose.TRANSPOSE,
        "transverse": Image.Transpose.TRANSVERSE,
    }
)


def apply_symmetry(image: Image.Image, symmetry: str) -> Image.Image:
    """The picture after the operation; the same object for `identity`."""
    return image if symmetry == IDENTITY else image.transpose(TRANSPOSES[symmetry])


def turn_pixels(pixels: npt.NDArray[np.uint8], symmetry: str) -> npt.NDArray[np.uint8]:
    """As `apply_symmetry` for pixels (rows, columns); a view."""
    xx, xy, yx, yy = _MATRICES[symmetry]
    return (pixels if xx else pixels.T)[:: yx + yy, :: xx + xy]


def build_symmetry_matrix(symmetry: str) -> tuple[tuple[float, float, float], ...]:
    """The operation as a 3 x 3 matrix, by rows, on fractions of the frame: where a point of the picture goes."""
    xx, xy, yx, yy = _MATRICES[symmetry]
    return (xx, xy, (1 - xx - xy) / 2), (yx, yy, (1 - yx - yy) / 2), (0.0, 0.0, 1.0)


def compose(first: str, second: str) -> str:
    """The one symmetry that does `first`, then `second`."""
    a, b, c, d = _MATRICES[second]
    e, f, g, h = _MATRICES[first]
    return _NAMES[(a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)]


def invert(symmetry: str) -> str:
    """The symmetry that undoes this one."""
    xx, xy, yx, yy = _MATRICES[symmetry]
    return _NAMES[(xx, yx, xy, yy)]


def is_mirrored(symmetry: str) -> bool:
    """Whether left and right are swapped, whatever the rotation."""
    xx, xy, yx, yy = _MATRICES[symmetry]
    return xx * yy - xy * yx < 0


def rotation_degrees(symmetry: str) -> int:
    """Clockwise rotation (0, 90, 180, 270) that remains when the mirroring is done first."""
    xx, _, yx, _ = _MATRICES[symmetry]
    sign = -1 if is_mirrored(symmetry) else 1
    return _DEGREES[(sign * xx, sign * yx)]
