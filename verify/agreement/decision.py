"""What the map of agreement means: the same picture, a part of one, a shared layout, a shared element, or nothing.

Thresholds were chosen on one half of the designs of `python -m bench siblings`, which reports the other half.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from verify.agreement.alignment import Alignment
from verify.agreement.boxes import CellBox, Mask, fill_box, find_patches, find_rectangle, merge_boxes
from verify.agreement.maps import CellMaps, Plane
from verify.hashing.base import Region


class Outcome(StrEnum):
    """What two aligned pictures have in common."""

    SAME = "same-picture"
    """Both frames show the same, to a tenth."""
    PART = "part-of-known"
    """The query shows a part of the known picture, alone or inside something larger."""
    CONTAINS = "contains-known"
    """The whole known picture is a part of the query: behind bars, in a screenshot, in a collage."""
    SAME_LAYOUT = "same-layout"
    """One letterhead, template or card with other content, or a text that was not compared."""
    SHARED_ELEMENT = "shared-element"
    """A logo, a frame or a banner in both, and no more."""
    NONE = "none"

    @property
    def is_same_picture(self) -> bool:
        """Whether the known picture, or a part of it, is in the query."""
        return self in {Outcome.SAME, Outcome.PART, Outcome.CONTAINS}


class TextState(StrEnum):
    """What became of the text of a picture that is mostly text."""

    NOT_NEEDED = "not-needed"
    NOT_COMPARED = "not-compared"
    AGREES = "agrees"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class AgreementNumbers:
    """What the outcome rests on, all shares from 0 to 1.

    `rectangle_share`: cells of the best agreeing rectangle among the cells with texture; `rectangle_cells` their
    number. `agreeing_share`: of the cells with texture; `photo_share`: of the photographic cells, `photo_cells`
    their number. `drawn_share`: how much of the known picture's texture is drawn on plain ground. `texture_share`: of
    the overlap. `tone`: correlation of the brightness of the cells, -1 to 1; `tone_error`: how far (grey levels) the plain
    cells in and around the rectangle are from the tone that the agreeing ones lead to expect.
    `kept_share`: how much of the known picture is shown; `filled_share`: how much of the query's frame it fills.
    """

    rectangle_share: float = 0.0
    rectangle_cells: int = 0
    agreeing_share: float = 0.0
    photo_share: float = 0.0
    photo_cells: int = 0
    drawn_share: float = 0.0
    texture_share: float = 0.0
    tone: float = 0.0
    tone_error: float = 0.0
    kept_share: float = 0.0
    filled_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """The outcome with its evidence. Boxes are fractions of the known picture.

    `agreeing` and `differing`: where the two pictures show the same and where they do not (drawn content first).
    `shown`: the part of the known picture that the query shows; None unless they are the same picture or share a layout.
    `outline`: its corners, in order. `same_photograph`: the photographic part is the same whatever the words around
    it say. `as_shown`: the outcome if the text of a mostly-text picture turns out to agree.
    """

    outcome: Outcome
    alignment: Alignment
    numbers: AgreementNumbers
    agreeing: tuple[Region, ...] = ()
    differing: tuple[Region, ...] = ()
    shown: Region | None = None
    outline: tuple[tuple[float, float], ...] = ()
    same_photograph: bool = False
    text: TextState = TextState.NOT_NEEDED
    as_shown: Outcome = Outcome.NONE


@dataclass(frozen=True, slots=True)
class Findings:
    """What is read off the map before the outcome is settled; boxes in cells.

    `other_ink` are boxes of drawn content that is not the same; `differs` the other cells in which the two differ.
    """

    agrees: Mask
    rectangle: CellBox
    agreeing: tuple[CellBox, ...]
    other_ink: tuple[CellBox, ...]
    differs: Mask
    numbers: AgreementNumbers
    same_picture: bool
    same_layout: bool
    same_photograph: bool


AGREES, DIFFERS = 0.8, 0.65
"""Correlations of a cell from which it agrees, and below which it differs."""

_COVERED = 0.95
_TEXTURE = 5.0
"""Contrast (grey levels) from which a cell has texture."""

_RECTANGLE_SHARE, _RECTANGLE_CELLS = 0.45, 12
_PHOTO_SHARE, _PHOTO_CELLS, _PHOTO_PAPER = 0.72, 50, 0.15
_AGREEING_PATCH, _DIFFERING_PATCH, _SHARED_CELLS = 4, 2, 4

_INK_CONTRAST = 15.0
_INK_GROUND = (0.5, 0.4)
_INK_DROP = 0.15
"""Words on plain ground correlate with other words, but not as well as what is the same: this much below its median."""

_USUAL_CORRELATION = 0.9
_INK_PATCH, _INK_PATCH_OF_DOCUMENT, _DOCUMENT_SHARE = 4, 3, 0.35

_TONE_TOLERANCE = 20.0
_TONE_PRIOR = 150.0
"""Variance (grey levels squared) up to which the contrast is rather taken to be unchanged than fitted."""

_FLAT_TEXTURE, _FLAT_TONE, _FLAT_ERROR = 0.35, 0.9, 7.0
_AROUND = 3
"""Cells beyond the rectangle whose tone counts: an emblem says nothing of the stripes behind it."""

_WHOLE = 0.9


def read_maps(maps: CellMaps) -> Findings:
    """Boxes and numbers of a map, and whether they speak for one picture."""
    covered = maps.covered > _COVERED
    known_texture, query_texture = maps.known_contrast > _TEXTURE, maps.query_contrast > _TEXTURE
    texture = covered & (known_texture | query_texture)
    agrees = texture & (maps.correlation > AGREES)
    error = measure_tone_error(maps, agrees)
    other_tone = covered & ~agrees & (error > _TONE_TOLERANCE)
    cells, rectangle = find_rectangle(agrees, texture | other_tone)
    inside = fill_box(agrees.shape, [box for box, _ in find_patches(agrees, _AGREEING_PATCH)])
    other_ink = _find_other_ink(maps, texture, agrees) & inside
    ink = find_patches(other_ink, _DIFFERING_PATCH)
    patches = [box for box, _ in find_patches(agrees & ~other_ink, _AGREEING_PATCH)]
    differs = known_texture & query_texture & (maps.correlation < DIFFERS)
    plain = int(texture.sum()) < _FLAT_TEXTURE * int(covered.sum())
    other_tone |= covered & ~agrees & plain & (error > _FLAT_ERROR)
    photo = covered & known_texture & (maps.paper < _PHOTO_PAPER)
    numbers = AgreementNumbers(
        rectangle_share=cells / max(1, int(texture.sum())),
        rectangle_cells=cells,
        agreeing_share=int(agrees.sum()) / max(1, int(texture.sum())),
        photo_share=int((photo & agrees).sum()) / max(1, int(photo.sum())),
        photo_cells=int(photo.sum()),
        drawn_share=float(maps.paper[known_texture].mean()) if known_texture.any() else 0.0,
        texture_share=int(texture.sum()) / max(1, int(covered.sum())),
        tone=_correlate_tones(maps, _fill(rectangle, agrees.shape) & covered),
        tone_error=_percentile(error[_fill(_widen(rectangle), agrees.shape) & covered & ~agrees]),
    )
    same_photograph = numbers.photo_share >= _PHOTO_SHARE and numbers.photo_cells >= _PHOTO_CELLS
    same = (cells >= _RECTANGLE_CELLS and numbers.rectangle_share >= _RECTANGLE_SHARE) or same_photograph
    same = same and not _is_other_flat(numbers)
    least = _INK_PATCH_OF_DOCUMENT if numbers.drawn_share >= _DOCUMENT_SHARE else _INK_PATCH
    return Findings(
        agrees=agrees,
        rectangle=rectangle,
        agreeing=tuple(patches),
        other_ink=tuple(box for box, _ in ink),
        differs=covered & (differs | other_tone) & ~agrees,
        numbers=numbers,
        same_picture=same,
        same_layout=same and any(count >= least for _, count in ink),
        same_photograph=same_photograph,
    )


def box_differing(found: Findings, within: Mask | None = None) -> tuple[CellBox, ...]:
    """Boxes of what differs, drawn content first; only in the cells of *within* where the query shows no more."""
    if within is None:
        within = np.ones_like(found.differs)
    ink = [box for box in found.other_ink if within[box[1] : box[3], box[0] : box[2]].any()]
    rest = [box for box, _ in find_patches(found.differs & within, _DIFFERING_PATCH)]
    return tuple(merge_boxes([*ink, *rest]))


def measure_tone_error(maps: CellMaps, agrees: Mask) -> Plane:
    """For each cell how far (grey levels) its brightness is from what the agreeing cells lead to expect."""
    known, query = maps.known_mean[agrees], maps.query_mean[agrees]
    slope, offset = 1.0, 0.0
    if len(known) >= _RECTANGLE_CELLS:
        shared = float(np.mean((query - query.mean()) * (known - known.mean())))
        slope = float(np.clip((shared + _TONE_PRIOR) / (query.var() + _TONE_PRIOR), 0.2, 5.0))
        offset = float(np.median(known - slope * query))
    return np.asarray(np.abs(maps.known_mean - slope * maps.query_mean - offset), dtype=np.float32)


def _find_other_ink(maps: CellMaps, texture: Mask, agrees: Mask) -> Mask:
    """Cells with something drawn on plain ground in both pictures, and not the same thing."""
    strong = texture & (maps.known_contrast > _INK_CONTRAST) & (maps.query_contrast > _INK_CONTRAST)
    sure = maps.correlation[strong & agrees]
    usual = float(np.median(sure)) if len(sure) else _USUAL_CORRELATION
    drawn = strong & (maps.known_ground > _INK_GROUND[0]) & (maps.query_ground > _INK_GROUND[1])
    return np.asarray(drawn & (maps.correlation < usual - _INK_DROP), dtype=np.bool_)


def _is_other_flat(numbers: AgreementNumbers) -> bool:
    """Flags and plain drawings have few textured cells: their tones must be the same as well."""
    if numbers.texture_share >= _FLAT_TEXTURE:
        return False
    return numbers.tone < _FLAT_TONE or numbers.tone_error > _FLAT_ERROR


def _fill(box: CellBox, shape: tuple[int, ...]) -> Mask:
    return fill_box(shape, [box])


def _correlate_tones(maps: CellMaps, cells: Mask) -> float:
    """Correlation of the cells' brightness; 1 where there is nothing to compare."""
    known, query = maps.known_mean[cells], maps.query_mean[cells]
    if len(known) < 5 or known.std() < 2 or query.std() < 2:
        return 1.0
    return float(np.corrcoef(known, query)[0, 1])


def _percentile(values: Plane) -> float:
    return float(np.percentile(values, 75)) if len(values) else 0.0


def _widen(box: CellBox) -> CellBox:
    left, top, right, bottom = box
    return max(0, left - _AROUND), max(0, top - _AROUND), right + _AROUND, bottom + _AROUND


def settle(found: Findings, kept: float, filled: float) -> Outcome:
    """The outcome, with the shares of the known picture and of the query that are shown."""
    if found.same_layout:
        return Outcome.SAME_LAYOUT
    if found.same_picture:
        return judge_shape(kept, filled)
    shared = found.agreeing and found.numbers.rectangle_cells >= _SHARED_CELLS
    return Outcome.SHARED_ELEMENT if shared else Outcome.NONE


def judge_shape(kept: float, filled: float) -> Outcome:
    """Which of the two is a part of the other."""
    if kept < _WHOLE:
        return Outcome.PART
    return Outcome.SAME if filled >= _WHOLE else Outcome.CONTAINS
