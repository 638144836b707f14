"""Find a known picture inside another by local features, and let the agreement of the two decide.

Three steps: words nominate candidates (any text index can add their rarity up), geometry lays the query over each of them,
and :mod:`verify.agreement` says whether what lies there is the same picture, a part of it, or only a shared element. Only
the same picture, or a part of it, is a match.

OpenCV is needed when the first picture is looked at (:func:`verify.features.is_available`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from verify.agreement import Agreement, Alignment, measure_agreement
from verify.errors import HashFormatError
from verify.evidence import MediaEvidence, Transformation
from verify.features import (
    NOMINATING_SPREAD_INLIERS,
    LocalFeatures,
    QueryFeatures,
    describe_known,
    describe_query,
    verify_geometry,
)
from verify.hashing.symmetry import IDENTITY
from verify.media import Frame
from verify.transformation import PictureLook, describe_transformation, look_at_image, name_alterations

METHOD = "local-features"
REMEMBERED_SIDE = 448
"""The longer side of the thumbnail that is kept of a known picture, for the agreement with it."""


@dataclass(frozen=True, slots=True)
class Look:
    """A picture that is asked about, looked at once."""

    features: QueryFeatures
    grey: npt.NDArray[np.uint8]
    picture: PictureLook


@dataclass(frozen=True, slots=True)
class KnownPicture:
    """What is kept of a known picture: features, a thumbnail (JPEG, ours), width and height of the original."""

    features: LocalFeatures
    thumbnail: bytes
    size: tuple[int, int]


def look_at(frame: Frame) -> Look:
    """Look at a frame. Raises MissingExtraError without OpenCV."""
    picture = replace(look_at_image(frame.image), size=(frame.width, frame.height))
    return Look(describe_query(frame.image), np.asarray(frame.image.convert("L")), picture)


def remember(frame: Frame) -> tuple[tuple[str, ...], str]:
    """Return the words by which a picture is found again and the codes by which it is verified, as text to be kept."""
    known = describe_known(frame.image)
    return known.words, f"{known.width}x{known.height}:{known.codes}"


def read_features(words: tuple[str, ...], text: str) -> LocalFeatures:
    """Read what :func:`remember` gave. Raises HashFormatError for anything else."""
    size, _, codes = text.partition(":")
    width, _, height = size.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise HashFormatError(f"these are no features of a picture: {text[:40]!r}")
    return LocalFeatures(words, codes, int(width), int(height))


def may_show(look: Look, known: LocalFeatures, mirrored: bool) -> bool:
    """Tell whether the geometry holds; that nominates, and decides nothing."""
    return verify_geometry(look.features, known, mirrored, NOMINATING_SPREAD_INLIERS) is not None


def recognise(
    look: Look, known: LocalFeatures, mirrored: bool, open_known: Callable[[], KnownPicture]
) -> MediaEvidence | None:
    """Decide whether a candidate is in the picture; ``None`` if it is not, or shares only an element or a layout.

    *open_known* is asked only when the geometry holds.
    """
    geometry = verify_geometry(look.features, known, mirrored, NOMINATING_SPREAD_INLIERS)
    if geometry is None:
        return None
    remembered = open_known()
    with Image.open(BytesIO(remembered.thumbnail), formats=("JPEG",)) as thumbnail:
        small = thumbnail.convert("RGB")
    agreement = measure_agreement(np.asarray(small.convert("L")), look.grey, Alignment.from_affine(geometry.affine))
    if not agreement.outcome.is_same_picture:
        return None
    said = describe_transformation(agreement, look.picture, replace(look_at_image(small), size=remembered.size))
    return _build_evidence(agreement, said, geometry.spread_inliers)


def join(by_hash: MediaEvidence, by_features: MediaEvidence) -> MediaEvidence:
    """Join two reasons for one pair: the geometry says what was done, the hashes stand as witnesses."""
    return replace(
        by_features,
        method=f"{by_hash.method}+{METHOD}",
        distance_bits=by_hash.distance_bits,
        witnesses=by_hash.witnesses,
    )


def _build_evidence(agreement: Agreement, said: Transformation, points: int) -> MediaEvidence:
    return MediaEvidence(
        method=METHOD,
        distance_bits=None,
        witnesses=(),
        symmetry="mirror" if said.mirrored else IDENTITY,
        query_region=said.placed_in,
        known_region=said.taken_from,
        time_codes=(),
        transformation=said,
        alterations=name_alterations(said),
        outcome=agreement.outcome.value,
        aligned_points=points,
        agreeing=agreement.agreeing,
        differing=agreement.differing,
    )
