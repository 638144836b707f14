"""PDQ, the 256-bit hash of ThreatExchange, as two matrix products, with quality and eight symmetries.

Up to the median PDQ is linear and separable: box filter twice, sample 64 x 64, keep 16 x 16 cosine
coefficients. So one cached matrix per axis length does all of an axis, and the symmetries are sign changes
and transpositions of the coefficients. Bit for bit equal to the `pdqhash` package on the same luma. Of that matrix only a
narrow band is not zero, and it can be folded for a picture that was decoded smaller.

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
_CALM = np.uint8(2)
_FLAT_LINES = 96


@functools.lru_cache(maxsize=2048)
def _axis_bands(length: int, factor: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """The box filter applied twice, then 64 evenly spaced samples, of an axis of `length` pixels averaged by `factor`.

    Each sample is a weighted mean of few neighbours: places (64, n) and weights (64, 1, n). A box window at i covers
    [i - (w - half), i + half), cut at the ends, w = ceil(length / 128), half = w // 2 + 1.
    """
    width = -(-length // _WINDOWS)
    half = (width + 2) // 2
    pixels = np.arange(length)
    starts = np.maximum(0, pixels - (width - half))
    stops = np.minimum(length, pixels + half)
    rows = []
    for centre in ((np.arange(_SAMPLES) + 0.5) * length / _SAMPLES).astype(int):
        inner = np.arange(starts[centre], stops[centre])
        covered = [np.arange(starts[i], stops[i]) for i in inner]
        shares = np.repeat([1 / (len(inner) * len(c)) for c in covered], [len(c) for c in covered])
        rows.append(np.bincount(np.concatenate(covered) // factor, weights=shares).astype(np.float64))
    return _pack_bands(rows, -(-length // factor))


def _pack_bands(rows: list[npt.NDArray[np.float64]], count: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Rows of weights from place 0 on, as bands of one width: what is zero on both sides is left out."""
    firsts = np.array([int(row.nonzero()[0][0]) for row in rows])
    span = max(len(row) - first for row, first in zip(rows, firsts.tolist(), strict=True))
    firsts = np.minimum(firsts, count - span)
    weights = np.zeros((_SAMPLES, 1, span), dtype=np.float32)
    for band, row, first in zip(weights[:, 0], rows, firsts.tolist(), strict=True):
        band[: len(row) - first] = row[first:]
    return firsts[:, None] + np.arange(span), weights


def _cosine_matrix() -> Floats:
    """(16, 64): rows 1 to 16 of the orthonormal discrete cosine transform."""
    k = np.arange(1, _COEFFICIENTS + 1)[:, None]
    j = np.arange(_SAMPLES)[None, :]
    return np.asarray(np.sqrt(2 / _SAMPLES) * np.cos(np.pi / 2 / _SAMPLES * k * (2 * j + 1)), dtype=np.float32)


_COSINES = _cosine_matrix()
# Mirroring negates the odd cosines; k runs from 1.
_SIGNS = np.where(np.arange(_COEFFICIENTS) % 2 == 0, -1, 1).astype(np.float32)
_TRANSPOSING = frozenset({"rotate-90", "rotate-270", "transpose", "transverse"})
_SIGNS_OF = {
    symmetry: (_SIGNS[None, :] if symmetry in ("mirror", "rotate-90", "rotate-180", "transverse") else np.float32(1))
    * (_SIGNS[:, None] if symmetry in ("flip", "rotate-270", "rotate-180", "transverse") else np.float32(1))
    * np.ones((_COEFFICIENTS, _COEFFICIENTS), dtype=np.float32)
    for symmetry in SYMMETRIES
}


def _sample(luma: npt.NDArray[np.uint8], size: tuple[int, int], factor: int) -> Floats:
    """(64, 64) smoothed samples of the picture of that (height, width), of which `luma` is the average by `factor`.

    Stacks of tiny products instead of one large one: a sixth of the work, and no threads that wait for each other.
    """
    places, weights = _axis_bands(size[0], factor)
    down = np.matmul(weights, luma[places].astype(np.float32))[:, 0]
    places, weights = _axis_bands(size[1], factor)
    across = np.matmul(weights, np.ascontiguousarray(down.T)[places])[:, 0]
    return np.ascontiguousarray(across.T)


def _measure_quality(samples: Floats) -> int:
    """0 to 100: sum of the whole-number gradients between neighbouring samples, over 90."""
    down = np.abs(((samples[:-1] - samples[1:]) * 100 / 255).astype(int)).sum()
    across = np.abs(((samples[:, :-1] - samples[:, 1:]) * 100 / 255).astype(int)).sum()
    return min(100, int((down + across) / 90))


def _encode(coefficients: Floats) -> list[str]:
    """Hexadecimal of each (16, 16) of a stack: signs against its median (the 128th smallest), last coefficient first."""
    flat = coefficients.reshape(len(coefficients), -1)
    middle = flat.shape[1] // 2 - 1
    bits = flat > np.partition(flat, middle, axis=1)[:, middle, None]
    return [row.tobytes().hex() for row in np.packbits(bits[:, ::-1], axis=1)]


def _transform(coefficients: Floats, symmetries: tuple[str, ...]) -> Floats:
    """The coefficients of the picture after each of the symmetries, in a stack."""
    signs = np.stack([_SIGNS_OF[symmetry] for symmetry in symmetries])
    turned = [coefficients.T if symmetry in _TRANSPOSING else coefficients for symmetry in symmetries]
    return np.asarray(np.stack(turned) * signs, dtype=np.float32)


def measure_flat_share(luma: npt.NDArray[np.uint8]) -> float:
    """Share of calm pixels at one of the two commonest grey levels: paper, flags, plain cards.

    Calm: within 2 levels of the neighbours above and to the left. Photographs measured 0 to 0.6, drawn
    pages of text 0.8 and more (tests/verify/test_evidence.py measures both). Of a high picture evenly spread
    lines are looked at, `_FLAT_LINES` or a few more.
    """
    if min(luma.shape) < 2:
        return 1.0
    step = max(1, (luma.shape[0] - 1) // _FLAT_LINES)
    lines = np.ascontiguousarray(luma[1::step])
    height, width = lines.shape
    here, left = lines.ravel()[1:], lines.ravel()[:-1]
    above = np.ascontiguousarray(luma[:-1:step]).ravel()[1:]
    calm = (np.maximum(here, above) - np.minimum(here, above) <= _CALM) & (
        np.maximum(here, left) - np.minimum(here, left) <= _CALM
    )
    calm[width - 1 :: width] = False  # the first pixel of a line has no neighbour to its left
    levels = np.bincount(here[np.flatnonzero(calm)], minlength=256)
    near = np.convolve(levels, np.ones(7, dtype=np.int64), "same")
    first = int(near.argmax())
    total = int(near[first])
    near[max(0, first - 7) : first + 8] = 0
    return round((total + int(near.max())) / float(height * (width - 1)), 3)


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

    def compute_reduced(self, reduced: Image.Image, size: tuple[int, int], factor: int) -> tuple[Fingerprint, ...]:
        """All eight of a picture of that (width, height), of which only the average by `factor` is at hand.

        `reduced` has ceil(side / factor) pixels a side, as JPEG decoders and `Image.reduce` give it. Nearly the codes of the
        whole picture: its sampling grid is kept, where hashing `reduced` by itself would lay another one.
        """
        return self._fingerprints(reduced, SYMMETRIES, (size[1], size[0]), factor)

    def encode_luma(self, luma: npt.NDArray[np.uint8]) -> str:
        """The code alone of (height, width) brightness."""
        return _encode(hash_luma(luma)[0][None])[0]

    def _fingerprints(
        self, image: Image.Image, symmetries: tuple[str, ...], size: tuple[int, int] | None = None, factor: int = 1
    ) -> tuple[Fingerprint, ...]:
        luma = np.asarray(image if image.mode == "L" else image.convert("L"))
        coefficients, quality = hash_luma(luma, size, factor)
        flat = measure_flat_share(luma)
        codes = _encode(_transform(coefficients, symmetries))
        return tuple(
            Fingerprint(self.name, code, quality, symmetry=symmetry, flat_share=flat)
            for code, symmetry in zip(codes, symmetries, strict=True)
        )


def hash_luma(luma: npt.NDArray[np.uint8], size: tuple[int, int] | None = None, factor: int = 1) -> tuple[Floats, int]:
    """The (16, 16) coefficients and the quality; all zero for a picture with a side under 5 pixels.

    With `size` (height, width) and `factor`, those of the picture of which `luma` is the average by that factor.
    """
    size = size or (luma.shape[0], luma.shape[1])
    if min(size) < _MINIMUM_SIDE:
        return np.zeros((_COEFFICIENTS, _COEFFICIENTS), dtype=np.float32), 0
    samples = _sample(luma, size, factor)
    return np.asarray(_COSINES @ samples @ _COSINES.T, dtype=np.float32), _measure_quality(samples)


def build_axis_matrix(length: int) -> Floats:
    """(16, length): all that PDQ does along one axis, so that its coefficients are `down @ luma @ across.T`."""
    places, weights = _axis_bands(length, 1)
    samples = np.zeros((_SAMPLES, length), dtype=np.float32)
    np.put_along_axis(samples, places, weights[:, 0], axis=1)
    return np.asarray(_COSINES @ samples, dtype=np.float32)


PDQ = PdqHasher()
