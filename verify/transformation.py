"""What was done to the known picture, read off the geometry of two pictures that agree. Never guessed.

Numbers are in `Transformation`; `name_alterations` gives the stable codes that are shown in every language.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from verify.agreement.alignment import Alignment, Size, clip_polygon
from verify.agreement.decision import Agreement
from verify.evidence import Transformation
from verify.hashing.base import Region
from verify.regions import crop_region

_LOOK_SIDE = 256
_WHOLE_SHARE = 0.975
"""Of the known picture; what is missing beyond that is a crop, less may be the softness of an edge."""

_BAR_SHARE = 0.02
"""Of the suspect's side; thinner is the softness of an edge."""

_QUARTER_TOLERANCE_DEGREES = 1.5
_STRETCH_TOLERANCE = 0.06
_PERSPECTIVE = 0.06
"""Change of depth over the whole frame."""

_EDGE = 0.03
"""Of the known frame: what differs this near to the end of the shown part may be the edge itself."""

_INSIDE = 0.6
_COLOUR_CHROMA, _GREY_SHARE = 8.0, 0.35


@dataclass(frozen=True, slots=True)
class PictureLook:
    """What must be known of a file to say what was done: size in pixels (upright), a small picture, JPEG quality."""

    size: Size
    small: Image.Image
    jpeg_quality: int | None = None


def look_at_image(image: Image.Image, jpeg_quality: int | None = None) -> PictureLook:
    """Look at a picture that is open already; its quality is that of :class:`verify.description.MediaDescription`."""
    small = image.convert("RGB")
    small.thumbnail((_LOOK_SIDE, _LOOK_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return PictureLook(image.size, small, jpeg_quality)


def describe_transformation(agreement: Agreement, query: PictureLook, known: PictureLook) -> Transformation:
    """What was done to the known picture; everything unknown unless the two are the same picture or a part of it."""
    shown = agreement.shown
    if not agreement.outcome.is_same_picture or shown is None:
        return Transformation(jpeg_quality=query.jpeg_quality)
    kept = agreement.numbers.kept_share
    turn = _read_turn(agreement.alignment, query.size, known.size, shown)
    placed = _place(agreement)
    margins = _measure_margins(placed)
    around = any(margin > _BAR_SHARE for margin in margins.values())
    return Transformation(
        mirrored=agreement.alignment.mirrored,
        rotated_degrees=turn.degrees,
        placed_in=placed if around else None,
        taken_from=shown if kept < _WHOLE_SHARE else None,
        scale=turn.scale,
        stretch=turn.stretch,
        kept_share=round(min(kept, 1.0), 3),
        bars=tuple(side for side, margin in margins.items() if margin > _BAR_SHARE),
        laid_over=_find_laid_over(agreement.differing, shown),
        made_grey=_was_made_grey(query.small, placed, known.small, shown),
        perspective=turn.depth > _PERSPECTIVE,
        jpeg_quality=query.jpeg_quality,
    )


def name_alterations(said: Transformation) -> tuple[str, ...]:
    """Stable codes for what was done, in the order in which one would say it; ("re-encoded",) where it was nothing."""
    codes = []
    if said.mirrored:
        codes.append("mirrored")
    if said.rotated_degrees:
        quarter = said.rotated_degrees % 90 == 0
        codes.append(f"rotated-{said.rotated_degrees}" if quarter else "rotated")
    if said.stretch is not None and abs(said.stretch - 1) > _STRETCH_TOLERANCE:
        codes.append("stretched")
    if said.perspective:
        codes.append("perspective-changed")
    if said.taken_from is not None:
        codes.append("part-of-known")
    codes.extend(_name_surroundings(said.bars or ()))
    if said.laid_over:
        codes.append("laid-over")
    if said.made_grey:
        codes.append("made-grey")
    return tuple(codes) or ("re-encoded",)


def _name_surroundings(bars: tuple[str, ...]) -> list[str]:
    """Bars along one direction are bars; something on neighbouring sides is a larger picture around it."""
    upright, across = {"above", "below"} & set(bars), {"left", "right"} & set(bars)
    if upright and across:
        return ["placed-in-larger-picture"]
    return [f"bar-{side}" for side in bars]


@dataclass(frozen=True, slots=True)
class _Turn:
    degrees: int
    scale: float
    stretch: float
    depth: float


def _read_turn(alignment: Alignment, query_size: Size, known_size: Size, shown: Region) -> _Turn:
    """Rotation, scale and stretch in the middle of what is shown."""
    outward = np.linalg.inv(alignment.to_pixels(query_size=query_size, known_size=known_size))
    middle = np.array(
        [(shown.left + shown.width / 2) * known_size[0], (shown.top + shown.height / 2) * known_size[1], 1.0]
    )
    linear = _differentiate(outward, middle)
    if np.linalg.det(linear) < 0:
        linear = linear @ np.diag([-1.0, 1.0])
    left, _, right = np.linalg.svd(linear)
    rotation = left @ right
    degrees = float(np.degrees(np.arctan2(rotation[1, 0], rotation[0, 0]))) % 360
    quarter = 90 * round(degrees / 90)
    degrees = quarter if abs(degrees - quarter) <= _QUARTER_TOLERANCE_DEGREES else degrees
    across, down = np.linalg.norm(linear, axis=0).tolist()
    depth = np.abs(np.array(alignment.matrix)[2, :2]).max()
    scale = float(np.sqrt(abs(np.linalg.det(linear))))
    return _Turn(round(degrees) % 360, round(scale, 3), round(across / down, 3), float(depth))


def _differentiate(matrix: npt.NDArray[np.floating], point: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The (2, 2) linear part of a homography at a point (x, y, 1)."""
    x, y, depth = matrix @ point
    rows = (matrix[:2, :2] * depth - np.outer([x, y], matrix[2, :2])) / depth**2
    return np.asarray(rows, dtype=np.float64)


def _place(agreement: Agreement) -> Region:
    """The box around the shown part in the query's frame."""
    corners = agreement.alignment.to_query(np.array(agreement.outline))
    inside = clip_polygon(corners, (0.0, 0.0, 1.0, 1.0))
    inside = inside if len(inside) else np.clip(corners, 0, 1)
    (left, top), (right, bottom) = inside.min(axis=0).tolist(), inside.max(axis=0).tolist()
    return Region(round(left, 5), round(top, 5), round(right - left, 5), round(bottom - top, 5))


def _measure_margins(placed: Region) -> dict[str, float]:
    """How much of the query's height or width lies beyond each side of the shown part."""
    return {
        "above": placed.top,
        "below": 1 - placed.top - placed.height,
        "left": placed.left,
        "right": 1 - placed.left - placed.width,
    }


def _find_laid_over(differing: tuple[Region, ...], shown: Region) -> tuple[Region, ...]:
    """The differing boxes that lie inside the shown part, clear of its edges."""
    left, top = shown.left + _EDGE, shown.top + _EDGE
    right, bottom = shown.left + shown.width - _EDGE, shown.top + shown.height - _EDGE
    kept = []
    for box in differing:
        across = min(box.left + box.width, right) - max(box.left, left)
        down = min(box.top + box.height, bottom) - max(box.top, top)
        if min(across, down) > 0 and across * down >= _INSIDE * box.width * box.height:
            kept.append(box)
    return tuple(kept)


def _was_made_grey(query: Image.Image, placed: Region, known: Image.Image, shown: Region) -> bool:
    """Whether the known part has colour and what the query shows of it has hardly any."""
    before, after = _measure_chroma(crop_region(known, shown)), _measure_chroma(crop_region(query, placed))
    return before > _COLOUR_CHROMA and after < _GREY_SHARE * before


def _measure_chroma(image: Image.Image) -> float:
    """The distance of the channels in the more colourful tenth of the picture, 0 to 255."""
    pixels = np.asarray(image.convert("RGB")).astype(np.int16)
    return float(np.percentile(pixels.max(axis=2) - pixels.min(axis=2), 90))
