"""The media engine over a handful of known pictures in memory, stage by stage, for the benches."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from verify.agreement import Alignment, measure_agreement
from verify.description import describe_media
from verify.evidence import CANDIDATE_RADIUS_BITS, compare
from verify.features import (
    CANDIDATES,
    NOMINATING_SPREAD_INLIERS,
    LocalFeatures,
    describe_known,
    describe_query,
    verify_geometry,
)
from verify.hashing.base import Fingerprint, pack_codes
from verify.media import open_image

_THUMBNAIL_SIDE = 448


@dataclass
class WordIndex:
    """Words and the pictures that have them; the score is the sum of the rarity of the words that are shared."""

    _pictures: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _count: int = 0

    def add(self, words: tuple[str, ...]) -> int:
        """Add a picture's distinct words; pictures are numbered from 0."""
        number = self._count
        for word in words:
            self._pictures[word].append(number)
        self._count += 1
        return number

    def score(self, words: tuple[str, ...]) -> Counter[int]:
        """Score of every picture that shares a word."""
        scores: Counter[int] = Counter()
        for word in words:
            pictures = self._pictures.get(word, ())
            rarity = log(1 + (self._count - len(pictures) + 0.5) / (len(pictures) + 0.5))
            for number in pictures:
                scores[number] += rarity  # type: ignore[assignment]  # a Counter adds fractions as well
        return scores


@dataclass(frozen=True)
class Known:
    """What is kept of a known picture."""

    name: str
    fingerprints: tuple[Fingerprint, ...]
    features: LocalFeatures
    thumbnail: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Answer:
    """What each stage found, by the names of the known pictures.

    `nominated`: spread inliers; `agreed`: those whose pixels agree as well; `engine`: hash or agreed.
    """

    by_hash: frozenset[str]
    nominated: Mapping[str, int]
    agreed: frozenset[str]
    candidates: frozenset[str]

    @property
    def engine(self) -> frozenset[str]:
        """What would be suggested."""
        return self.by_hash | self.agreed


class Engine:
    """Add known pictures, then ask."""

    def __init__(self) -> None:
        self._known: list[Known] = []
        self._words = WordIndex()

    def __len__(self) -> int:
        return len(self._known)

    def add(self, path: Path) -> None:
        """Remember the picture under its name. Raises MediaRefusedError."""
        image = open_image(path)
        features = describe_known(image)
        self._words.add(features.words)
        self._known.append(Known(path.name, describe_media(path).fingerprints, features, _to_thumbnail(image)))

    def ask(self, path: Path) -> Answer:
        """What the picture may show. Raises MediaRefusedError."""
        image = open_image(path)
        query = describe_query(image)
        order = sorted(
            (
                (score, number, mirrored)
                for mirrored in (False, True)
                for number, score in self._words.score(query.words(mirrored)).items()
            ),
            key=lambda row: (-row[0], row[1], row[2]),
        )[:CANDIDATES]
        nominated: dict[str, int] = {}
        agreed = set()
        grey = np.asarray(image.convert("L"))
        for _, number, mirrored in order:
            known = self._known[number]
            geometry = verify_geometry(query, known.features, mirrored, NOMINATING_SPREAD_INLIERS)
            if geometry is None or geometry.spread_inliers <= nominated.get(known.name, 0):
                continue
            nominated[known.name] = geometry.spread_inliers
            agreement = measure_agreement(known.thumbnail, grey, Alignment.from_affine(geometry.affine))
            if agreement.outcome.is_same_picture:
                agreed.add(known.name)
        candidates = frozenset(self._known[number].name for _, number, _ in order)
        return Answer(frozenset(self._ask_hashes(path)), nominated, frozenset(agreed), candidates)

    def _ask_hashes(self, path: Path) -> list[str]:
        probes = describe_media(path).probes
        asked = pack_codes([p.code for p in probes if p.algorithm == "pdq"])
        kept = pack_codes([f.code for known in self._known for f in known.fingerprints if f.algorithm == "pdq"])
        distances = np.bitwise_count(asked[:, None, :] ^ kept[None, :, :]).sum(axis=2, dtype=np.int64).min(axis=0)
        near = np.flatnonzero(distances <= CANDIDATE_RADIUS_BITS).tolist()
        return [self._known[i].name for i in near if compare(probes, self._known[i].fingerprints) is not None]


def _to_thumbnail(image: Image.Image) -> npt.NDArray[np.uint8]:
    small = image.convert("L")
    small.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return np.asarray(small)
