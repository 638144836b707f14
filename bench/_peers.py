"""Other ways to find a picture again, as one would use them: each describes a picture and says whether two are the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import imagehash
import numpy as np
from PIL import Image

from verify.hashing.pdq import MINIMUM_QUALITY, PDQ, SAME_PICTURE_BITS

PHASH_BITS = 9
"""The largest distance without a wrong pair in our measurement of 19.6 million pairs; nobody gives a recommended one."""


@dataclass(frozen=True)
class Peer:
    """`describe` one picture; `same` for two descriptions. `is_slow`: for a sample only."""

    name: str
    describe: Callable[[Image.Image], Any]
    same: Callable[[Any, Any], bool]
    is_slow: bool = False


def _describe_pdq(image: Image.Image) -> Any:
    return PDQ.compute(image)


def _same_pdq(one: Any, other: Any) -> bool:
    good = min(one.quality or 0, other.quality or 0) >= MINIMUM_QUALITY
    return good and (int(one.code, 16) ^ int(other.code, 16)).bit_count() <= SAME_PICTURE_BITS


def _same_phash(one: Any, other: Any) -> bool:
    return int(np.count_nonzero(one.hash != other.hash)) <= PHASH_BITS


PEERS = (
    Peer(f"PDQ, {SAME_PICTURE_BITS} bits, quality {MINIMUM_QUALITY}", _describe_pdq, _same_pdq),
    Peer(f"imagehash.phash, {PHASH_BITS} bits", imagehash.phash, _same_phash),
    Peer(
        "imagehash.crop_resistant_hash, its own rule",
        imagehash.crop_resistant_hash,
        lambda one, other: bool(one.matches(other)),
        is_slow=True,
    ),
)
