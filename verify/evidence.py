"""Does a suspect show a known medium? The decision from fingerprints alone, with its reasons.

One table of rules:

    PDQ distance   also needed                                    method
    0 to 31        dHash within 6 bits, where both sides have it   "pdq+dhash", "pdq+phash+dhash"
                   (a side without it: a hash alone)               "pdq"
    32 to 62       dHash within 5 bits                            "pdq+dhash", "pdq+phash+dhash"
    more           never

pHash is named where it agrees and decides nothing: it reads the same low frequencies as PDQ, and quarters of one
round picture agree in both, while dHash, which reads neighbouring brightness, tells them apart.

Both sides must have PDQ quality of 50 or more and must not be mostly flat (paper, plain cards): of two
pages with one letterhead a hash sees the letterhead. Same pictures of that kind are told by their SHA-256
only. A match is a suggestion for a person; it never carries a verdict.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from verify.hashing import HASHERS
from verify.hashing.base import Fingerprint, Region, distance_bits, pack_codes
from verify.hashing.pdq import MINIMUM_QUALITY, SAME_PICTURE_BITS
from verify.hashing.symmetry import SYMMETRIES, compose, invert, is_mirrored, rotation_degrees
from verify.rules import HASH_ONLY, is_confident
from verify.timeline_alignment import Segment

CANDIDATE_RADIUS_BITS = 62
"""What to ask a store for.

Source: own measurement, 4.5e9 wrong pairs of windows of photographs, none at 64 bits or less.
"""

MAXIMUM_FLAT_SHARE = 0.65
"""Photographs measured up to 0.56, drawn pages of text 0.8 and more (tests/verify/test_evidence.py)."""

WITNESS = "dhash"
"""The independent second opinion that every match with two hashes needs."""

WITNESS_BITS_NEAR, WITNESS_BITS_FAR = 6, 5
"""Largest distance of the witness where PDQ is within 31 and within 62 bits.

Source: own measurement. Over 41 photographs and parts of photographs in 39 alterations the pairs that are not the
same and yet within 62 bits of PDQ (1143 views, all quarters of one round picture) have 7 bits and more at PDQ <= 31,
6 and more beyond. Of the true views within 31 bits 99 % have 6 or less.
"""

SECOND_WITNESS = "phash"
"""Named in a match where it agrees within its `threshold_bits`."""

AMBIGUITY_BITS = 8
"""Symmetries this near to the best one are as likely: what they do not share is said to be unknown."""


@dataclass(frozen=True, slots=True)
class Transformation:
    """What was done to the known picture to make the suspect; None is unknown, never a guess.

    Mirroring comes before the rotation, which is clockwise. `placed_in` is where in the suspect's frame the
    known picture lies, `taken_from` which part of the known frame it shows; None there: no part was singled
    out. What follows is known only where the two pictures were laid over each other
    (`verify.transformation`): `scale` in pixels of the suspect per pixel of the known picture; `stretch`, the scale
    along the known picture's rows over that along its columns; `kept_share` of the known picture, 0 to 1; `bars`, the
    sides of the suspect at which something was added ("above", "below", "left", "right"); `laid_over`, boxes of
    the known frame where the suspect shows something else; `jpeg_quality` with which the suspect was last saved,
    1 to 100, None also where it is no JPEG.
    """

    mirrored: bool | None = None
    rotated_degrees: int | None = None
    placed_in: Region | None = None
    taken_from: Region | None = None
    scale: float | None = None
    stretch: float | None = None
    kept_share: float | None = None
    bars: tuple[str, ...] | None = None
    laid_over: tuple[Region, ...] | None = None
    made_grey: bool | None = None
    perspective: bool | None = None
    jpeg_quality: int | None = None


@dataclass(frozen=True, slots=True)
class MediaEvidence:
    """Why two media are taken to show the same: the nearest pair of frames, and where else they meet.

    `symmetry` applied to `query_region` of the query gives `known_region` of the known medium. `witnesses`
    are (algorithm, distance) of those that agree. `time_codes` are (query, known) seconds of each meeting,
    None on the side of a still picture; empty between two stills. `alterations` are stable codes:
    "mirrored", "rotated-90", "rotated-180", "rotated-270", "border-or-caption-added",
    "placed-in-larger-picture", "part-of-known", "re-encoded" (the same picture in another file),
    "content-changed" (a small crop, words or a logo: a hash does not say which), and those of
    :func:`verify.transformation.name_alterations`. `distance_bits` is None where no hash decided. Where the two were
    laid over each other, `outcome` is that of :class:`verify.agreement.Outcome`, `aligned_points` counts the points
    that fit, and `agreeing` and `differing` are boxes of the known picture. `alignment` is the matrix of
    :class:`verify.agreement.Alignment` by which the query lies on the known picture; None where the two were not laid over
    each other. `rule` names the row of the table of rules by which the pair was decided (:mod:`verify.rules`).
    It is empty where none takes them for the same: they have one layout, with other content or with words that nobody
    compared. `text` says what became of the words of pictures that are mostly text (:class:`verify.agreement.TextState`).
    `segments` are the stretches into which the time codes fall; `sound` is what became of the known sound
    (:data:`verify.sound.SoundChange`), empty where one of the two is no video.
    """

    method: str
    distance_bits: int | None
    witnesses: tuple[tuple[str, int], ...]
    symmetry: str
    query_region: Region | None
    known_region: Region | None
    time_codes: tuple[tuple[float | None, float | None], ...]
    transformation: Transformation
    alterations: tuple[str, ...]
    outcome: str = ""
    aligned_points: int = 0
    agreeing: tuple[Region, ...] = ()
    differing: tuple[Region, ...] = ()
    alignment: tuple[tuple[float, float, float], ...] | None = None
    rule: str = HASH_ONLY
    segments: tuple[Segment, ...] = ()
    sound: str = ""
    text: str = ""

    @property
    def is_match(self) -> bool:
        """Whether some rule takes the two for the same."""
        return bool(self.rule)

    @property
    def is_confident(self) -> bool:
        """Whether it rests on more than a hash alone."""
        return is_confident(self.rule)


@dataclass(slots=True)
class _View:
    """All hashes of one region of one frame in one symmetry."""

    symmetry: str
    region: Region | None
    frame_index: int
    at_seconds: float | None
    hashes: dict[str, Fingerprint] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Pair:
    query: _View
    known: _View
    distance: int
    witnesses: tuple[tuple[str, int], ...]

    @property
    def symmetry(self) -> str:
        """What turns the query into the known picture."""
        return compose(self.query.symmetry, invert(self.known.symmetry))

    def rank(self) -> tuple[int, bool, int, int, int]:
        """Nearest first; then whole frames, unturned, early."""
        parts = self.query.region is not None or self.known.region is not None
        return (
            self.distance,
            parts,
            SYMMETRIES.index(self.symmetry),
            self.query.frame_index,
            self.known.frame_index,
        )


def compare(query: Iterable[Fingerprint], known: Iterable[Fingerprint]) -> MediaEvidence | None:
    """The evidence that the suspect (`query`) shows the known medium, or None.

    The eight symmetries must be on one side: `probes` against `fingerprints`, or `seen_fingerprints`
    against `probes` of the known medium. For two different files; equal bytes are told by SHA-256 before
    this is asked.
    """
    pairs = sorted(_find_pairs(_group(query), _group(known)), key=_Pair.rank)
    return _build_evidence(pairs[0], pairs) if pairs else None


def _group(fingerprints: Iterable[Fingerprint]) -> list[_View]:
    """Views whose PDQ may decide; quality and flatness are judged here."""
    views: dict[tuple[str, Region | None, int], _View] = {}
    for f in fingerprints:
        key = (f.symmetry, f.region, f.frame_index)
        views.setdefault(key, _View(*key, f.at_seconds)).hashes[f.algorithm] = f
    return [view for view in views.values() if "pdq" in view.hashes and _may_decide(view.hashes["pdq"])]


def _may_decide(pdq: Fingerprint) -> bool:
    return (pdq.quality or 0) >= MINIMUM_QUALITY and (pdq.flat_share or 0.0) <= MAXIMUM_FLAT_SHARE


def _find_pairs(queries: list[_View], knowns: list[_View]) -> list[_Pair]:
    if not queries or not knowns:
        return []
    distances = _distances(queries, knowns)
    pairs = []
    for i, j in np.argwhere(distances <= CANDIDATE_RADIUS_BITS).tolist():
        witnesses = _hear_witnesses(queries[i], knowns[j], int(distances[i, j]))
        if witnesses is not None:
            pairs.append(_Pair(queries[i], knowns[j], int(distances[i, j]), witnesses))
    return pairs


def _distances(queries: list[_View], knowns: list[_View]) -> npt.NDArray[np.int64]:
    """(queries, knowns) PDQ distances."""
    left = pack_codes([view.hashes["pdq"].code for view in queries])
    right = pack_codes([view.hashes["pdq"].code for view in knowns])
    return np.stack([np.bitwise_count(right ^ row).sum(axis=1, dtype=np.int64) for row in left])


def _hear_witnesses(query: _View, known: _View, distance: int) -> tuple[tuple[str, int], ...] | None:
    """The witnesses that agree, by name and distance; None where the rules refuse the pair."""
    near = distance <= SAME_PICTURE_BITS
    told = _witness_distance(WITNESS, query, known)
    if told is None:
        return () if near else None
    if told > (WITNESS_BITS_NEAR if near else WITNESS_BITS_FAR):
        return None
    second = _witness_distance(SECOND_WITNESS, query, known)
    if second is None or second > HASHERS[SECOND_WITNESS].threshold_bits:
        return ((WITNESS, told),)
    return ((SECOND_WITNESS, second), (WITNESS, told))


def _witness_distance(name: str, query: _View, known: _View) -> int | None:
    if name not in query.hashes or name not in known.hashes:
        return None
    return distance_bits(query.hashes[name], known.hashes[name])


def _build_evidence(best: _Pair, pairs: list[_Pair]) -> MediaEvidence:
    transformation = _say(best, pairs)
    return MediaEvidence(
        method="+".join(("pdq", *(name for name, _ in best.witnesses))),
        distance_bits=best.distance,
        witnesses=best.witnesses,
        symmetry=best.symmetry,
        query_region=best.query.region,
        known_region=best.known.region,
        time_codes=_time_codes(best.symmetry, pairs),
        transformation=transformation,
        alterations=_alterations(transformation, best.distance),
    )


def _time_codes(symmetry: str, pairs: list[_Pair]) -> tuple[tuple[float | None, float | None], ...]:
    """One meeting for each frame of the query, the nearest, in order of time."""
    meetings: dict[int, tuple[float | None, float | None]] = {}
    for pair in pairs:
        codes = (pair.query.at_seconds, pair.known.at_seconds)
        if pair.symmetry == symmetry and codes != (None, None):
            meetings.setdefault(pair.query.frame_index, codes)
    return tuple(meetings[index] for index in sorted(meetings))


def _say(best: _Pair, pairs: list[_Pair]) -> Transformation:
    likely = {
        invert(pair.symmetry)
        for pair in pairs
        if pair.distance <= best.distance + AMBIGUITY_BITS
        and (pair.query.frame_index, pair.known.frame_index) == (best.query.frame_index, best.known.frame_index)
    }
    mirrored = {is_mirrored(symmetry) for symmetry in likely}
    degrees = {rotation_degrees(symmetry) for symmetry in likely}
    return Transformation(
        mirrored=mirrored.pop() if len(mirrored) == 1 else None,
        rotated_degrees=degrees.pop() if len(degrees) == 1 else None,
        placed_in=best.query.region,
        taken_from=best.known.region,
    )


def _alterations(said: Transformation, distance: int) -> tuple[str, ...]:
    codes = []
    if said.mirrored:
        codes.append("mirrored")
    if said.rotated_degrees:
        codes.append(f"rotated-{said.rotated_degrees}")
    if said.placed_in is not None:
        bars = max(said.placed_in.width, said.placed_in.height) > 0.95
        codes.append("border-or-caption-added" if bars else "placed-in-larger-picture")
    if said.taken_from is not None:
        codes.append("part-of-known")
    if distance > SAME_PICTURE_BITS:
        codes.append("content-changed")
    return tuple(codes) or ("re-encoded",)
