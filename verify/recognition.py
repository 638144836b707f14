"""Find a known picture inside another by local features, and let the agreement of the two decide.

Three steps: words nominate candidates (any text index can add their rarity up), geometry lays the query over each of them,
and :mod:`verify.agreement` says whether what lies there is the same picture, a part of it, or only a shared element. Only
the same picture, or a part of it, is a match. What hashes have found is laid over each other in the same way
(:mod:`verify.confirmation`).

OpenCV is needed when the first picture is looked at (:func:`verify.features.is_available`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from verify.agreement import Agreement, Alignment, Outcome, TextState, measure_agreement, settle_text
from verify.errors import HashFormatError
from verify.evidence import MediaEvidence
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
from verify.rules import GEOMETRY, HASH_AND_GEOMETRY
from verify.transformation import PictureLook, describe_transformation, look_at_image, name_alterations

METHOD = "local-features"
REMEMBERED_SIDE = 448
"""The longer side of the thumbnail that is kept of a known picture, for the agreement with it."""

ReadText = Callable[[], str | None]
"""The words in a picture; None where nobody can read them. Asked only when the answer depends on them."""


def _read_nothing() -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Look:
    """A picture that is asked about, looked at once."""

    features: QueryFeatures
    grey: npt.NDArray[np.uint8]
    picture: PictureLook
    read_text: ReadText = _read_nothing


@dataclass(frozen=True, slots=True)
class KnownPicture:
    """What is kept of a known picture: a thumbnail (JPEG, ours), the original's width and height, the words read in it."""

    thumbnail: bytes
    size: tuple[int, int]
    text: str | None = None

    def open_thumbnail(self) -> Image.Image:
        """The thumbnail in RGB."""
        with Image.open(BytesIO(self.thumbnail), formats=("JPEG",)) as thumbnail:
            return thumbnail.convert("RGB")


def look_at(frame: Frame, *, jpeg_quality: int | None = None, read_text: ReadText = _read_nothing) -> Look:
    """Look at a frame. Raises MissingExtraError without OpenCV."""
    picture = replace(look_at_image(frame.image, jpeg_quality), size=(frame.width, frame.height))
    return Look(describe_query(frame.image), np.asarray(frame.image.convert("L")), picture, read_text)


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
    """Decide whether a candidate is in the picture; ``None`` if it is not, or shares only an element.

    Where the two have one layout and other content, or words that nobody compared, the evidence says so and is no match.
    *open_known* is asked only when the geometry holds.
    """
    geometry = verify_geometry(look.features, known, mirrored, NOMINATING_SPREAD_INLIERS)
    if geometry is None:
        return None
    remembered = open_known()
    agreement = lay_over(look, remembered, Alignment.from_affine(geometry.affine))
    if agreement.outcome.is_same_picture:
        return build_evidence(look, remembered, agreement, geometry.spread_inliers)
    if agreement.outcome is Outcome.SAME_LAYOUT:
        alike = build_evidence(look, remembered, agreement, geometry.spread_inliers)
        return replace(alike, rule="", alterations=())
    return None


def lay_over(look: Look, known: KnownPicture, alignment: Alignment) -> Agreement:
    """Compare the two where the alignment lays them, and what is written in them where they are mostly text."""
    thumbnail = np.asarray(known.open_thumbnail().convert("L"))
    agreement = measure_agreement(thumbnail, look.grey, alignment)
    if agreement.text is not TextState.NOT_COMPARED or known.text is None:
        return agreement
    asked = look.read_text()
    if asked is None or not (asked.strip() or known.text.strip()):
        return agreement
    return settle_text(agreement, known.text, asked)


def join(by_hash: MediaEvidence, by_features: MediaEvidence) -> MediaEvidence:
    """Join two reasons for one pair: the geometry says what was done, the hashes stand as witnesses."""
    return replace(
        by_features,
        method=f"{by_hash.method}+{METHOD}",
        distance_bits=by_hash.distance_bits,
        witnesses=by_hash.witnesses,
        rule=HASH_AND_GEOMETRY,
    )


def build_evidence(look: Look, known: KnownPicture, agreement: Agreement, points: int) -> MediaEvidence:
    """The evidence of a pair that agrees; *points* is how many local features fit."""
    small = replace(look_at_image(known.open_thumbnail()), size=known.size)
    said = describe_transformation(agreement, look.picture, small)
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
        alignment=agreement.alignment.matrix,
        rule=GEOMETRY,
        text=name_text(agreement),
    )


def name_text(agreement: Agreement) -> str:
    """What became of the words, for :class:`verify.evidence.MediaEvidence`; empty where they did not count."""
    return "" if agreement.text is TextState.NOT_NEEDED else agreement.text.value
