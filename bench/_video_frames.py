"""The keyframes of known clips, found one by one through local features, as stills are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench._engine import WordIndex
from verify.agreement import Alignment, measure_agreement
from verify.features import NOMINATING_SPREAD_INLIERS, LocalFeatures, describe_known, describe_query, verify_geometry
from verify.media import Frame

Meeting = tuple[float | None, float | None]

_CANDIDATES = 12


@dataclass(frozen=True)
class _KnownFrame:
    clip: str
    at_seconds: float | None
    features: LocalFeatures
    grey: npt.NDArray[np.uint8]


class FrameFinder:
    """Frames by their clip's name."""

    def __init__(self) -> None:
        self._words = WordIndex()
        self._known: list[_KnownFrame] = []

    def add(self, clip: str, frames: Sequence[Frame]) -> None:
        """Remember the frames of a clip."""
        for frame in frames:
            features = describe_known(frame.image)
            self._words.add(features.words)
            small = frame.image.convert("L")
            small.thumbnail((448, 448))
            self._known.append(_KnownFrame(clip, frame.at_seconds, features, np.asarray(small)))

    def ask(self, frames: Sequence[Frame]) -> Iterator[tuple[str, Meeting]]:
        """For each frame the known ones that show the same picture or a part of it, the best of each clip."""
        for frame in frames:
            met: dict[str, float | None] = {}
            for known in self._find(frame):
                met.setdefault(known.clip, known.at_seconds)
            for clip, at_seconds in met.items():
                yield clip, (frame.at_seconds, at_seconds)

    def _find(self, frame: Frame) -> list[_KnownFrame]:
        """The known frames that agree, the one with most points first."""
        query = describe_query(frame.image)
        grey = np.asarray(frame.image.convert("L"))
        scored = [
            (score, number, mirrored)
            for mirrored in (False, True)
            for number, score in self._words.score(query.words(mirrored)).items()
        ]
        found: list[tuple[int, int]] = []
        for _, number, mirrored in sorted(scored, reverse=True)[:_CANDIDATES]:
            known = self._known[number]
            geometry = verify_geometry(query, known.features, mirrored, NOMINATING_SPREAD_INLIERS)
            if geometry is not None:
                agreement = measure_agreement(known.grey, grey, Alignment.from_affine(geometry.affine))
                if agreement.outcome.is_same_picture:
                    found.append((-geometry.spread_inliers, number))
        return [self._known[number] for _, number in sorted(found)]
