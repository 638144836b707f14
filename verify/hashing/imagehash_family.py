"""The 64-bit hashes of the `imagehash` package behind the port: second opinions, and for exchange.

Source: https://github.com/JohannesBuchner/imagehash (README.rst; phash, dhash and whash at hash_size 8).
"""

from collections.abc import Callable
from dataclasses import dataclass

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

from verify.hashing.base import Fingerprint
from verify.hashing.symmetry import SYMMETRIES, apply_symmetry, turn_pixels

_WORKING_SIDE = 256
"""Pictures of twice this longer side are averaged down first: all three look at 64 pixels a side at most."""

_WAVELET_SCALE = 64
"""Picture side of the wavelet hash; its own default would follow the size of the picture."""


_TRANSPOSING = frozenset({"rotate-90", "rotate-270", "transpose", "transverse"})

Pixels = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ImagehashHasher:
    """One hash of the family. `looks_at` is the width and height that its function scales every picture to.

    The picture is scaled to that size here, as the function itself would: so it is scaled once (twice where width and
    height differ) for all eight symmetries, and the function does the rest. `together`, where there is one, gives the
    bits (n, 8, 8) of scaled pictures (n, height, width) as the function does, in a fraction of the time.
    """

    name: str
    threshold_bits: int
    function: Callable[[Image.Image], imagehash.ImageHash]
    looks_at: tuple[int, int]
    together: Callable[[Pixels], Bits] | None = None
    bits: int = 64

    def compute(self, image: Image.Image) -> Fingerprint:
        """Fingerprint of the picture as it stands."""
        return self._build(self._hash(_scale(_reduce(image), self.looks_at)), SYMMETRIES[0])

    def compute_symmetries(self, image: Image.Image) -> tuple[Fingerprint, ...]:
        """The scaled picture is turned eight times and hashed each time."""
        reduced = _reduce(image)
        width, height = self.looks_at
        upright = _scale(reduced, (width, height))
        sideways = upright if width == height else _scale(reduced, (height, width))
        if self.together is None:
            bases = [(sideways if s in _TRANSPOSING else upright, s) for s in SYMMETRIES]
            hashes = [self._hash(apply_symmetry(base, s)) for base, s in bases]
        else:
            across, down = np.asarray(upright), np.asarray(sideways)
            turned = [turn_pixels(down if s in _TRANSPOSING else across, s) for s in SYMMETRIES]
            hashes = list(self.together(np.stack(turned)))
        return tuple(self._build(bits, symmetry) for bits, symmetry in zip(hashes, SYMMETRIES, strict=True))

    def _hash(self, scaled: Image.Image) -> Bits:
        return np.asarray(self.function(scaled).hash, dtype=np.bool_)

    def _build(self, bits: Bits, symmetry: str) -> Fingerprint:
        return Fingerprint(self.name, np.packbits(bits.ravel()).tobytes().hex(), symmetry=symmetry)


def _scale(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image.resize(size, Image.Resampling.LANCZOS)


def _reduce(image: Image.Image) -> Image.Image:
    grey = image if image.mode == "L" else image.convert("L")
    factor = max(grey.size) // _WORKING_SIDE
    return grey.reduce(factor) if factor > 1 else grey


def _whash(image: Image.Image) -> imagehash.ImageHash:
    return imagehash.whash(image, image_scale=_WAVELET_SCALE)


_COSINES = np.cos(np.pi / 64 * np.arange(8)[:, None] * (2 * np.arange(32) + 1))
"""(8, 32): the first rows of the discrete cosine transform."""


def _phash_together(pictures: Pixels) -> Bits:
    low = _COSINES @ pictures @ _COSINES.T
    return np.asarray(low > np.median(low, axis=(1, 2), keepdims=True), dtype=np.bool_)


def _dhash_together(pictures: Pixels) -> Bits:
    return pictures[:, :, 1:] > pictures[:, :, :-1]


PHASH = ImagehashHasher("phash", 9, imagehash.phash, (32, 32), _phash_together)
"""Threshold: own measurement, no wrong pair at <= 9 bits in 19.6 million of different photographs."""

DHASH = ImagehashHasher("dhash", 4, imagehash.dhash, (9, 8), _dhash_together)
"""Threshold: own measurement, no wrong pair at <= 4 bits in 19.6 million of different photographs."""

WHASH = ImagehashHasher("whash", 0, _whash, (_WAVELET_SCALE, _WAVELET_SCALE))
"""Threshold 0: a wrong pair was seen at distance 0, so it is kept for exchange and never a witness."""
