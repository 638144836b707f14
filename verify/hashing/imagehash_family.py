"""The 64-bit hashes of the `imagehash` package behind the port: second opinions, and for exchange.

Source: https://github.com/JohannesBuchner/imagehash (README.rst; phash, dhash and whash at hash_size 8).
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import imagehash
import numpy as np
from PIL import Image

from verify.hashing.base import Fingerprint
from verify.hashing.symmetry import SYMMETRIES, apply_symmetry

_WORKING_SIDE = 256
"""Pictures of twice this longer side are averaged down first: all three look at 64 pixels a side at most."""

_WAVELET_SCALE = 64
"""Picture side of the wavelet hash; its own default would follow the size of the picture."""


@dataclass(frozen=True)
class ImagehashHasher:
    """One hash of the family."""

    name: str
    threshold_bits: int
    function: Callable[[Image.Image], imagehash.ImageHash]
    bits: int = 64

    def compute(self, image: Image.Image) -> Fingerprint:
        """Fingerprint of the picture as it stands."""
        return self._hash(_reduce(image))

    def compute_symmetries(self, image: Image.Image) -> tuple[Fingerprint, ...]:
        """The reduced picture is turned eight times and hashed each time."""
        small = _reduce(image)
        return tuple(
            dataclasses.replace(self._hash(apply_symmetry(small, symmetry)), symmetry=symmetry)
            for symmetry in SYMMETRIES
        )

    def _hash(self, small: Image.Image) -> Fingerprint:
        bits = np.asarray(self.function(small).hash, dtype=np.uint8)
        return Fingerprint(self.name, np.packbits(bits.ravel()).tobytes().hex())


def _reduce(image: Image.Image) -> Image.Image:
    grey = image if image.mode == "L" else image.convert("L")
    factor = max(grey.size) // _WORKING_SIDE
    return grey.reduce(factor) if factor > 1 else grey


def _whash(image: Image.Image) -> imagehash.ImageHash:
    return imagehash.whash(image, image_scale=_WAVELET_SCALE)


PHASH = ImagehashHasher("phash", 9, imagehash.phash)
"""Threshold: own measurement, no wrong pair at <= 9 bits in 19.6 million of different photographs."""

DHASH = ImagehashHasher("dhash", 4, imagehash.dhash)
"""Threshold: own measurement, no wrong pair at <= 4 bits in 19.6 million of different photographs."""

WHASH = ImagehashHasher("whash", 0, _whash)
"""Threshold 0: a wrong pair was seen at distance 0, so it is kept for exchange and never a witness."""
