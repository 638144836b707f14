"""Perceptual hashes behind one small port: `HASHERS["pdq"].compute(image)`.

May import: NumPy, Pillow, imagehash.
"""

from collections.abc import Mapping
from types import MappingProxyType

from verify.hashing.base import PerceptualHasher
from verify.hashing.imagehash_family import DHASH, PHASH, WHASH
from verify.hashing.pdq import PDQ

HASHERS: Mapping[str, PerceptualHasher] = MappingProxyType({h.name: h for h in (PDQ, PHASH, DHASH, WHASH)})
"""Every hash type by its name; the first is the one that is searched for, the others are second opinions."""
