"""How far a check looks: by which methods, within which radius, among how many known media."""

import shutil
from dataclasses import dataclass

from index.model import BankEntry
from sankofa.desk import Desk
from sankofa.workflows.features import list_methods
from verify.evidence import CANDIDATE_RADIUS_BITS
from verify.hashing.pdq import SAME_PICTURE_BITS
from verify.metadata.words import PROGRAM
from verify.recognition import METHOD

SAME_FILE = "sha-256"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What was searched, and how far.

    Every known PDQ hash within ``radius_bits`` is found, without exception; up to ``same_picture_bits`` it may count as the
    same picture, beyond that it is only looked at. ``compares_text``: whether words in pictures that are mostly text are read.
    """

    methods: tuple[str, ...]
    known_media: int
    compares_text: bool
    radius_bits: int = CANDIDATE_RADIUS_BITS
    same_picture_bits: int = SAME_PICTURE_BITS

    @property
    def looks_inside(self) -> bool:
        """Whether known pictures are found inside others, by local features."""
        return METHOD in self.methods


def measure_reach(desk: Desk) -> Reach:
    """Say how far a check at this desk looks now."""
    reads = desk.reads_text and shutil.which(PROGRAM) is not None
    return Reach(methods=(SAME_FILE, *list_methods()), known_media=count_known(desk), compares_text=reads)


def count_known(desk: Desk) -> int:
    """Count the known media: what a check compares with."""
    return desk.store.count_by(BankEntry, "bank").get("known", 0)
