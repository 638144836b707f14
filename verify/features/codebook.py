"""Features as words and as short codes, by numbers learned once and shipped with the product.

A word stands for about one millionth of all features: the two halves of the rotated descriptor are replaced by
the nearest of 1024 centres each. Words are plain terms, so any text index can look for pictures that share
them. A code keeps in 12 bytes what a comparison needs later: place, size, direction and a coarse descriptor.

The numbers lie in `codebook-1.npz`; where they come from is said in `codebook-1.json`, and `python -m bench
codebook` makes such a file. Words of two codebooks cannot be compared: its version belongs to the engine's name.

Source: own measurement of twelve ways to make words; two halves of 1024 centres found the right picture among
the first 50 in 99.8 % of altered pictures and touched the shortest lists. Product codes: H. Jégou, M. Douze and
C. Schmid, IEEE TPAMI 33(1), 2011. Balanced rotation: T. Ge, K. He, Q. Ke and J. Sun, CVPR 2013.
"""

import base64
import binascii
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from verify.errors import FeatureFormatError
from verify.features.detection import DESCRIPTOR_LENGTH, Features, Floats, Integers

CODEBOOK = "codebook-1"
"""Version of the shipped numbers, also the name of their files."""

CENTRES = 1024
"""For each half of a descriptor; a word is the pair of two centres."""

CODE_BYTES = 12
NEAREST_KNOWN, NEAREST_QUERY = 1, 3
"""Words for each feature. One is kept; three are asked for, because a feature near a border falls to either side."""

_LETTERS = np.frombuffer(b"0123456789abcdefghijklmnopqrstuv", dtype=np.uint8)
_SHIFTS = np.array([15, 10, 5, 0])
_HALF = DESCRIPTOR_LENGTH // 2
_PARTS, _PART_LENGTH, _PART_CENTRES = 16, 8, 16
_PREFERRED = 8
"""Of each half this many nearest centres are combined: the best pairs lie among them."""

_PIXELS_PER_STEP = 2.0
_STEPS_PER_OCTAVE = 24.0
_DEGREES_PER_STEP = 360 / 256


@dataclass(frozen=True, slots=True)
class Codebook:
    """`rotation` (128, 128), `centres` (2, 1024, 64) of the rotated halves, `parts` (16, 16, 8) of the plain descriptor."""

    rotation: Floats
    centres: Floats
    parts: Floats

    def __post_init__(self) -> None:
        """Raises FeatureFormatError where the numbers have another shape."""
        shapes = (self.rotation.shape, self.centres.shape, self.parts.shape)
        wanted = ((2 * _HALF, 2 * _HALF), (2, CENTRES, _HALF), (_PARTS, _PART_CENTRES, _PART_LENGTH))
        if shapes != wanted:
            raise FeatureFormatError(f"a codebook has numbers of shape {wanted}, not {shapes}")

    def save(self) -> bytes:
        """The file that `read_codebook` reads; the same numbers give the same bytes."""
        output = BytesIO()
        small = {name: getattr(self, name).astype(np.float16) for name in ("rotation", "centres", "parts")}
        np.savez_compressed(output, allow_pickle=False, **small)
        return output.getvalue()


def read_codebook(content: bytes) -> Codebook:
    """Read what `Codebook.save` wrote. Raises FeatureFormatError."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as file:
            return Codebook(*(np.asarray(file[name], dtype=np.float32) for name in ("rotation", "centres", "parts")))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise FeatureFormatError("the codebook cannot be read: install the product again") from error


@cache
def load_codebook() -> Codebook:
    """The shipped numbers, read once."""
    return read_codebook((files("verify.features") / f"{CODEBOOK}.npz").read_bytes())


def assign_words(descriptors: Floats, nearest: int, codebook: Codebook | None = None) -> tuple[str, ...]:
    """The `nearest` words of every descriptor, each word once, in order of the alphabet.

    Source for "once": counting repeats let patterns such as fences and windows outweigh everything else, and
    halved the share of pictures that came first.
    """
    if not len(descriptors):
        return ()
    return tuple(_spell(np.unique(assign_numbers(descriptors, nearest, codebook or load_codebook()))))


def assign_numbers(descriptors: Floats, nearest: int, codebook: Codebook) -> Integers:
    """(n, nearest) words as numbers below 2**20, nearest first."""
    turned = descriptors @ codebook.rotation
    first = _measure(turned[:, :_HALF], codebook.centres[0])
    second = _measure(turned[:, _HALF:], codebook.centres[1])
    if nearest == 1:
        best = first.argmin(axis=1) * CENTRES + second.argmin(axis=1)
        return np.asarray(best[:, None], dtype=np.int64)
    return _combine(first, second, nearest)


def _measure(points: Floats, centres: Floats) -> Floats:
    """(points, centres) squared distances, short of what is the same for all centres."""
    return np.asarray((centres**2).sum(axis=1) - 2 * points @ centres.T, dtype=np.float32)


def _combine(first: Floats, second: Floats, nearest: int) -> Integers:
    """The pairs of centres with the least sum of distances."""
    rows = np.arange(len(first))[:, None]
    near_first, near_second = _find_least(first), _find_least(second)
    sums = first[rows, near_first][:, :, None] + second[rows, near_second][:, None, :]
    order = np.argsort(sums.reshape(len(first), -1), axis=1, kind="stable")[:, :nearest]
    pairs = near_first[rows, order // _PREFERRED] * CENTRES + near_second[rows, order % _PREFERRED]
    return np.asarray(pairs, dtype=np.int64)


def _find_least(distances: Floats) -> Integers:
    """The columns of the `_PREFERRED` least of each row, least first; a few minima cost less than a partition."""
    left, rows = distances.copy(), np.arange(len(distances))
    columns = np.empty((len(distances), _PREFERRED), dtype=np.int64)
    for place in range(_PREFERRED):
        columns[:, place] = left.argmin(axis=1)
        left[rows, columns[:, place]] = np.inf
    return columns


def _spell(numbers: Integers) -> list[str]:
    letters = _LETTERS[(numbers[:, None] >> _SHIFTS) & 31]
    spelled: list[str] = letters.view(f"S{len(_SHIFTS)}").ravel().astype(str).tolist()
    return spelled


def pack_features(features: Features, codebook: Codebook | None = None) -> str:
    """Places and coarse descriptors in base64, 12 bytes a feature.

    A feature is x and y in steps of two pixels, size in 24ths of an octave, angle in 256ths of a turn, and 16
    parts of the descriptor of 4 bits each. The picture's longer side must be 510 pixels at most.
    """
    parts = (codebook or load_codebook()).parts
    rows = np.zeros((len(features), CODE_BYTES), dtype=np.uint8)
    rows[:, :2] = _round_byte(features.places[:, :2] / _PIXELS_PER_STEP)
    rows[:, 2] = _round_byte(np.log2(np.maximum(features.places[:, 2], 1)) * _STEPS_PER_OCTAVE)
    rows[:, 3] = np.round(features.places[:, 3] / _DEGREES_PER_STEP).astype(np.int64) % 256
    for part in range(0, _PARTS, 2):
        low, high = (
            _measure(features.descriptors[:, p * _PART_LENGTH : (p + 1) * _PART_LENGTH], parts[p]).argmin(axis=1)
            for p in (part, part + 1)
        )
        rows[:, 4 + part // 2] = low | (high << 4)
    return base64.b64encode(rows.tobytes()).decode("ascii")


def unpack_features(codes: str, width: int, height: int, codebook: Codebook | None = None) -> Features:
    """What `pack_features` kept; descriptors are near the original ones. Raises FeatureFormatError."""
    try:
        content = base64.b64decode(codes, validate=True)
        rows = np.frombuffer(content, dtype=np.uint8).reshape(-1, CODE_BYTES)
    except (binascii.Error, ValueError) as error:
        raise FeatureFormatError("the codes of the features are damaged: make them anew") from error
    scale = np.array([_PIXELS_PER_STEP, _PIXELS_PER_STEP, 1 / _STEPS_PER_OCTAVE, _DEGREES_PER_STEP], np.float32)
    places = rows[:, :4].astype(np.float32) * scale
    places[:, 2] = 2 ** places[:, 2]
    halves = np.stack([rows[:, 4:] & 15, rows[:, 4:] >> 4], axis=2).reshape(len(rows), _PARTS)
    parts = (codebook or load_codebook()).parts
    descriptors = parts[np.arange(_PARTS), halves].reshape(len(rows), DESCRIPTOR_LENGTH)
    return Features(places, descriptors, width, height)


def _round_byte(values: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
