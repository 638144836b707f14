"""Local features: which known picture is in this one, even as a crop, in a screenshot or in a collage?

A known picture is remembered by about 128 features: their words, which any text index can look for, and their
codes, by which a candidate is then verified. A query has more features and, by permuting, those of its mirrored
picture. Find candidates by the sum of the rarity of shared words, once for each side; then `verify_geometry`.

May import: NumPy, Pillow, and OpenCV (the extra `vision`) in `verify.features.detection` only.
"""

from dataclasses import dataclass

from PIL import Image

from verify.features.codebook import (
    CODEBOOK,
    NEAREST_KNOWN,
    NEAREST_QUERY,
    assign_words,
    pack_features,
    unpack_features,
)
from verify.features.detection import Features, detect_known, detect_query, mirror_features
from verify.features.geometry import (
    MINIMUM_SPREAD_INLIERS,
    NOMINATING_SPREAD_INLIERS,
    Geometry,
    find_geometry,
)
from verify.vision import is_available

FEATURES = f"sift-{CODEBOOK}"
"""Version of words and codes, for the engine's name: those of another version must be made anew."""

CANDIDATES = 50
"""How many candidates, of both sides together, are worth verifying.

Source: own measurement; the right picture was among the first 50 in 99.8 % and among the first 200 in 100 %.
"""

__all__ = [
    "CANDIDATES",
    "FEATURES",
    "MINIMUM_SPREAD_INLIERS",
    "NOMINATING_SPREAD_INLIERS",
    "Geometry",
    "LocalFeatures",
    "QueryFeatures",
    "describe_known",
    "describe_query",
    "is_available",
    "verify_geometry",
]


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """By what a known picture is found and verified; empty for a picture too plain to have features.

    `words` are distinct, in order. `codes` is base64, 12 bytes a feature. `width` and `height` are those of the
    working picture, in whose pixels the codes are.
    """

    words: tuple[str, ...]
    codes: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class QueryFeatures:
    """Features of a picture that is asked about, as they stand and as in a mirror."""

    _plain: Features
    _mirrored: Features
    _words: tuple[tuple[str, ...], tuple[str, ...]]

    def words(self, mirrored: bool) -> tuple[str, ...]:
        """The distinct words to look for, of the picture or of its mirrored picture."""
        return self._words[mirrored]

    def side(self, mirrored: bool) -> Features:
        """The features of the picture or of its mirrored picture."""
        return self._mirrored if mirrored else self._plain


def describe_known(image: Image.Image) -> LocalFeatures:
    """Describe a picture that shall be found again. Raises MissingExtraError without OpenCV."""
    features = detect_known(image)
    words = assign_words(features.descriptors, NEAREST_KNOWN)
    return LocalFeatures(words, pack_features(features), features.width, features.height)


def describe_query(image: Image.Image) -> QueryFeatures:
    """Describe a picture that may show a known one. Raises MissingExtraError without OpenCV."""
    features = detect_query(image)
    mirrored = mirror_features(features)
    words = (assign_words(side.descriptors, NEAREST_QUERY) for side in (features, mirrored))
    return QueryFeatures(features, mirrored, (next(words), next(words)))


def verify_geometry(
    query: QueryFeatures, known: LocalFeatures, mirrored: bool, minimum: int = MINIMUM_SPREAD_INLIERS
) -> Geometry | None:
    """How the query lies on the known picture, or None. Raises FeatureFormatError for damaged codes.

    A geometry nominates: pictures that share a letterhead or a frame have one too. Who asks for the agreement of the
    pixels afterwards may take NOMINATING_SPREAD_INLIERS as `minimum`, and finds smaller parts.
    """
    features = unpack_features(known.codes, known.width, known.height)
    return find_geometry(query.side(mirrored), features, mirrored, minimum)
