"""What a fingerprint is, how two are compared, and the port that every hash type fills."""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from verify.errors import HashFormatError

_HEX = re.compile(r"(?:[0-9a-f]{2})+")


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of a frame, in fractions of its width and height; (0, 0, 1, 1) is the whole frame."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One perceptual hash of one frame, or of a part of it, with what is needed to judge a comparison.

    `code` is lowercase hexadecimal of fixed width, leading zeros kept. `quality` (0 to 100) and
    `flat_share` (0 photograph to 1 blank page: see `verify.hashing.pdq.measure_flat_share`) come with PDQ
    only. `symmetry` is the operation that was applied to the region before it was hashed. `region` None is
    the whole frame.
    """

    algorithm: str
    code: str
    quality: int | None = None
    symmetry: str = "identity"
    region: Region | None = None
    frame_index: int = 0
    at_seconds: float | None = None
    flat_share: float | None = None

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.code):
            raise HashFormatError(f"{self.algorithm} code {self.code!r} is not lowercase hexadecimal of whole bytes")

    @property
    def bits(self) -> int:
        """Width of the code."""
        return 4 * len(self.code)


class PerceptualHasher(Protocol):
    """A hash type: picture in, fixed-width fingerprint out, compared by Hamming distance."""

    @property
    def name(self) -> str:
        """The `algorithm` of its fingerprints."""

    @property
    def bits(self) -> int:
        """Width of its codes, a multiple of 8."""

    @property
    def threshold_bits(self) -> int:
        """Largest distance at which this hash speaks for the same picture."""

    def compute(self, image: Image.Image) -> Fingerprint:
        """Fingerprint of the picture as it stands. The mode may be any that Pillow converts to L."""

    def compute_symmetries(self, image: Image.Image) -> tuple[Fingerprint, ...]:
        """Fingerprints of the picture after each of `SYMMETRIES`, in that order."""


def distance_bits(a: Fingerprint | str, b: Fingerprint | str) -> int:
    """Number of bits in which two hashes differ. Raises HashFormatError where they are not of one kind."""
    if isinstance(a, Fingerprint) and isinstance(b, Fingerprint) and a.algorithm != b.algorithm:
        raise HashFormatError(f"a {a.algorithm} hash cannot be compared with a {b.algorithm} hash")
    left, right = _check_code(a), _check_code(b)
    if len(left) != len(right):
        raise HashFormatError(f"hashes of {4 * len(left)} and {4 * len(right)} bits cannot be compared")
    return (int(left, 16) ^ int(right, 16)).bit_count()


def _check_code(value: Fingerprint | str) -> str:
    code = value.code if isinstance(value, Fingerprint) else value.lower()
    if not _HEX.fullmatch(code):
        raise HashFormatError(f"{code!r} is not hexadecimal of whole bytes: were leading zeros dropped?")
    return code


def pack_codes(codes: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Codes of one width as an array (n, width in bytes), for `RadiusIndex`. Empty in, shape (0, 0) out."""
    if not codes:
        return np.zeros((0, 0), np.uint8)
    if len({len(code) for code in codes}) > 1:
        raise HashFormatError("codes of different widths do not go into one array")
    joined = "".join(codes).lower()
    if len(codes[0]) % 2 or not _HEX.fullmatch(joined):
        for code in codes:
            _check_code(code)
    return np.frombuffer(bytes.fromhex(joined), dtype=np.uint8).reshape(len(codes), -1)


def unpack_code(row: npt.NDArray[np.uint8]) -> str:
    """The code of one row of `pack_codes`."""
    return row.tobytes().hex()


def place(fingerprint: Fingerprint, region: Region | None, frame_index: int, at_seconds: float | None) -> Fingerprint:
    """The same hash, said of a region of a frame."""
    return dataclasses.replace(fingerprint, region=region, frame_index=frame_index, at_seconds=at_seconds)
