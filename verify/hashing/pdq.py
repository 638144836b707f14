"""PDQ, the 256-bit hash of ThreatExchange, as two matrix products, with quality and eight symmetries.

Up to the median PDQ is linear and separable: box filter twice, sample 64 x 64, keep 16 x 16 cosine
coefficients. So one cached matrix per axis length does all of an axis, and the symmetries are sign changes
and transpositions of the coefficients. Bit for bit equal to the `pdqhash` package on the same luma.

Source: https://github.com/facebook/ThreatExchange/tree/main/pdq (README.md, and hashing.pdf for the
algorithm).
"""

import functools

import numpy as np
import numpy.typing as npt
from PIL import Image

from verify.hashing.base import Fingerprint
from verify.hashing.symmetry import SYMMETRIES

Floats = npt.NDArray[np.float32]

MINIMUM_QUALITY = 50
"""Below this PDQ never matches by itself. Source: ThreatExchange pdq/README.md, "discard quality <= 49"."""

SAME_PICTURE_BITS = 31
"""Source: ThreatExchange pdq/README.md, recommended match distance <= 31."""

_SAMPLES = 64
_COEFFICIENTS = 16
_WINDOWS = 128
_MINIMUM_SIDE = 5


@functools.lru_cache(maxsize=1024)
def _axis_matrix(length: int) -> Floats:
    """(64, length): the box filter applied twice, then 64 evenly spaced samples.

    A box window at i covers [i - (w - half), i + half), cut at the ends, w = ceil(length / 128), half = w
    // 2 + 1.
    """
    width = -(-length // _WINDOWS)
    half = (width + 2) // 2
    places = np.arange(length)
    starts = np.maximum(0, places - (width - half))
    stops = np.minimum(length, places + half)
    weights = 1.0 / (stops - starts)
    steps = np.zeros((_SAMPLES, length + 1))
    for row, centre in enumerate(((np.arange(_SAMPLES) + 0.5) * length / _SAMPLES).astype(int)):
        inner = slice(starts[centre], stops[centre])
        share = weights[centre] * weights[inner]
        np.add.at(steps[row], starts[inner], share)
        np.add.at(steps[row], stops[inner], -share)
    return np.ascontiguousarray(np.cumsum(steps, axis=1)[:, :length], dtype=np.float32)


def _cosine_matrix() -> Floats:
    """(16, 64): rows 1 to 16 of the orthonormal discrete cosine transform."""
    k = np.arange(1, _COEFFICIENTS + 1)[:, None]
    j = np.arange(_SAMPLES)[None, :]
    return np.asarray(np.sqrt(2 / _SAMPLES) * np.cos(np.pi / 2 / _SAMPLES * k * (2 * j + 1)), dtype=np.float32)


_COSINES = _cosine_matrix()
# Mirroring negates the odd cosines; k runs from 1.
_SIGNS = np.where(np.arange(_COEFFICIENTS) % 2 == 0, -1, 1).astype(np.float32)


def _sample(luma: Floats) -> Floats:
    """(64, 64) smoothed samples; the longer axis first, which is the smaller amount of work."""
    height, width = luma.shape
    down, across = _axis_matrix(height), _axis_matrix(width).T
    samples = (down @ luma) @ across if height >= width else down @ (luma @ across)
    return np.asarray(samples, dtype=np.float32)


def _measure_quality(samples: Floats) -> int:
    """0 to 100: sum of the whole-number gradients between neighbouring samples, over 90."""
    down = np.abs(((samples[:-1] - samples[1:]) * 100 / 255).astype(int)).sum()
    across = np.abs(((samples[:, :-1] - samples[:, 1:]) * 100 / 255).astype(int)).sum()
    return min(100, int((down + across) / 90))


def _encode(coefficients: Floats) -> str:
    """Hexadecimal of the signs against the median (the 128th smallest), last coefficient first."""
    flat = coefficients.ravel()
    bits = flat > np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    return np.packbits(bits[::-1]).tobytes().hex()


def _transform(coefficients: Floats, symmetry: str) -> Floats:
    """The coefficients of the picture after the symmetry."""
    turned = coefficients.T if symmetry in ("rotate-90", "rotate-270", "transpose", "transverse") else coefficients
    if symmetry in ("mirror", "rotate-90", "rotate-180", "transverse"):
        turned = turned * _SIGNS[None, :]
    if symmetry in ("flip", "rotate-270", "rotate-180", "transverse"):
        turned = turned * _SIGNS[:, None]
    return turned


def measure_flat_share(luma: npt.NDArray[np.uint8]) -> float:
    """Share of calm pixels at one of the two commonest grey levels: paper, flags, plain cards.

    Calm: within 2 levels of the neighbours above and to the left. Photographs measured 0 to 0.6, drawn
    pages of text 0.8 and more (tests/verify/test_evidence.py measures both).
    """
    grey = luma.astype(np.int16)
    if min(grey.shape) < 2:
        return 1.0
    here = grey[1:, 1:]
    calm = (np.abs(here - grey[:-1, 1:]) <= 2) & (np.abs(here - grey[1:, :-1]) <= 2)
    near = np.convolve(np.bincount(here[calm], minlength=256), np.ones(7, dtype=np.int64), "same")
    first = int(near.argmax())
    total = int(near[first])
    near[max(0, first - 7) : first + 8] = 0
    return round((total + int(near.max())) / here.size, 3)


class PdqHasher:
    """PDQ with quality."""

    name = "pdq"
    bits = 256
    threshold_bits = SAME_PICTURE_BITS

    def compute(self, image: Image.Image) -> Fingerprint:
        """Fingerprint of the picture as it stands."""
        return self._fingerprints(image, SYMMETRIES[:1])[0]

    def compute_symmetries(self, image: Image.Image) -> tuple[Fingerprint, ...]:
        """All eight from one transform."""
        return self._fingerprints(image, SYMMETRIES)

    def _fingerprints(self, image: Image.Image, symmetries: tuple[str, ...]) -> tuple[Fingerprint, ...]:
        luma = np.asarray(image if image.mode == "L" else image.convert("L"))
        coefficients, quality = hash_luma(luma)
        flat = measure_flat_share(luma)
        return tuple(
            Fingerprint(self.name, _encode(_transform(coefficients, s)), quality, symmetry=s, flat_share=flat)
            for s in symmetries
        )


def hash_luma(luma: npt.NDArray[np.uint8]) -> tuple[Floats, int]:
    """The (16, 16) coefficients and the quality; all zero for a picture with a side under 5 pixels."""
    if min(luma.shape) < _MINIMUM_SIDE:
        return np.zeros((_COEFFICIENTS, _COEFFICIENTS), dtype=np.float32), 0
    samples = _sample(luma.astype(np.float32))
    return np.asarray(_COSINES @ samples @ _COSINES.T, dtype=np.float32), _measure_quality(samples)


PDQ = PdqHasher()
