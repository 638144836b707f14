"""Pictures that let a person see for themselves that two pictures are the same, and where they are not."""

from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from verify.agreement.alignment import Alignment, Points, Size, box_corners
from verify.confirmation import align_by_hash
from verify.errors import HashFormatError
from verify.evidence import MediaEvidence
from verify.hashing.base import Region

PROOF_NAMES = ("known", "query", "overlay", "difference", "side-by-side")

JPEG_QUALITY = 85
_LEAST_AREA = 1e-6
_LARGEST = 2.0
_EMPTY = (128, 128, 128)
"""Where the query shows nothing."""

# Colours that the colour-blind tell apart, and lines that differ without colour. Source: M. Okabe and K. Ito, 2008.
_AGREEING, _DIFFERING = (0, 114, 178), (213, 94, 0)
_DASH = 10
_GAP = 12


@dataclass(frozen=True, slots=True)
class Laid:
    """How the query lies on the known picture, and where the two agree and differ: boxes of the known frame."""

    alignment: Alignment
    agreeing: tuple[Region, ...] = ()
    differing: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """JPEG files, all but the last in the frame of the known picture. Nothing of any file's metadata is in them.

    `known` and `query`: the known picture and the query laid over it, to be shown in turn (blink) or under a slider.
    `overlay`: both at half strength. `difference`: white where they are equal. `side_by_side`: the known picture left, the
    query right as it is, both at one scale, with what agrees (blue, solid) and what differs (orange, dashed).
    """

    known: bytes
    query: bytes
    overlay: bytes
    difference: bytes
    side_by_side: bytes

    def by_name(self) -> dict[str, bytes]:
        """The pictures by the names under which they are shown and written."""
        return dict(
            zip(PROOF_NAMES, (self.known, self.query, self.overlay, self.difference, self.side_by_side), strict=True)
        )


def place(evidence: MediaEvidence) -> Laid:
    """Read off the evidence how the two lie on each other; where only hashes decided, as the hashes say.

    Raises HashFormatError for evidence that lays them nowhere.
    """
    try:
        alignment = Alignment(evidence.alignment) if evidence.alignment else align_by_hash(evidence)
        area = abs(float(np.linalg.det(np.array(alignment.matrix))))
    except np.linalg.LinAlgError:
        area = 0.0
    if not area > _LEAST_AREA:  # also where it is no number
        raise HashFormatError("the evidence does not say how the two pictures lie on each other")
    return Laid(alignment, evidence.agreeing, evidence.differing)


def draw_proof(query: Image.Image, known: Image.Image, laid: Laid) -> Proof:
    """Draw the proof of two RGB pictures; the known one's size is the proof's."""
    over, covered = lay_over(query, known.size, laid.alignment)
    nothing = Image.new("RGB", known.size, _EMPTY)
    difference = ImageChops.invert(ImageChops.difference(known, over))
    return Proof(
        known=_encode(known),
        query=_encode(Image.composite(over, nothing, covered)),
        overlay=_encode(Image.composite(Image.blend(known, over, 0.5), _fade(known), covered)),
        difference=_encode(Image.composite(difference, nothing, covered)),
        side_by_side=_encode(_draw_side_by_side(query, known, laid)),
    )


def lay_over(query: Image.Image, size: Size, alignment: Alignment) -> tuple[Image.Image, Image.Image]:
    """The query in a known frame of that size, and a mask (L, 255 where it shows something)."""
    query = _shrink_to_match(query, size, alignment)
    inward = np.linalg.inv(np.array(alignment.matrix))
    matrix = np.diag([query.width, query.height, 1.0]) @ inward @ np.diag([1 / size[0], 1 / size[1], 1.0])
    numbers = (matrix / matrix[2, 2]).ravel()[:8].tolist()
    laid = query.transform(size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
    full = Image.new("L", query.size, 255)
    covered = full.transform(size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.NEAREST)
    return laid, covered


def _shrink_to_match(query: Image.Image, size: Size, alignment: Alignment) -> Image.Image:
    """A query that is finer than the frame is made smaller first, for the warp takes single pixels."""
    factor = _measure_scale(query, size, alignment)
    if factor >= 0.8:
        return query
    smaller = (max(1, round(query.width * factor)), max(1, round(query.height * factor)))
    return query.resize(smaller, Image.Resampling.BOX)


def _fade(image: Image.Image) -> Image.Image:
    """Grey and light: there, but not in question."""
    return Image.blend(image.convert("L").convert("RGB"), Image.new("RGB", image.size, "white"), 0.5)


def _draw_side_by_side(query: Image.Image, known: Image.Image, laid: Laid) -> Image.Image:
    other = _scale_alike(query, known.size, laid.alignment)
    sheet = Image.new("RGB", (known.width + _GAP + other.width, max(known.height, other.height)), _EMPTY)
    sheet.paste(known, (0, 0))
    sheet.paste(other, (known.width + _GAP, 0))
    pen = ImageDraw.Draw(sheet)
    whole = np.array([other.width, other.height])
    for boxes, colour, dashed in ((laid.agreeing, _AGREEING, False), (laid.differing, _DIFFERING, True)):
        for box in boxes:
            corners = _corners(box)
            _draw_outline(pen, corners * [known.width, known.height], colour, dashed=dashed)
            there = np.clip(laid.alignment.to_query(corners), 0, 1) * whole + np.array([known.width + _GAP, 0])
            _draw_outline(pen, there, colour, dashed=dashed)
    return sheet


def _scale_alike(query: Image.Image, size: Size, alignment: Alignment) -> Image.Image:
    """The query at the scale at which it shows the known picture, as far as it stays within twice that picture's sides."""
    factor = _measure_scale(query, size, alignment)
    factor = min(factor, _LARGEST * size[0] / query.width, _LARGEST * size[1] / query.height)
    width, height = max(1, round(factor * query.width)), max(1, round(factor * query.height))
    return query.resize((width, height), Image.Resampling.LANCZOS)


def _measure_scale(query: Image.Image, size: Size, alignment: Alignment) -> float:
    """Pixels of a known frame of that size per pixel of the query, along each side."""
    area = abs(np.linalg.det(np.array(alignment.matrix)[:2, :2])) * size[0] * size[1]
    return float(np.sqrt(area / (query.width * query.height)))


def _corners(box: Region) -> Points:
    return np.clip(box_corners(box.left, box.top, box.width, box.height), 0, 1)


def _draw_outline(pen: ImageDraw.ImageDraw, corners: Points, colour: tuple[int, int, int], *, dashed: bool) -> None:
    """A closed line of three pixels on a white one of five."""
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        steps = max(1, int(np.hypot(*(end - start)) / _DASH)) if dashed else 1
        places = [start + (end - start) * step / steps for step in range(steps + 1)]
        for index, (a, b) in enumerate(pairwise(places)):
            if index % 2 == 0:
                line = [(float(a[0]), float(a[1])), (float(b[0]), float(b[1]))]
                pen.line(line, fill="white", width=5)
                pen.line(line, fill=colour, width=3)


def _encode(image: Image.Image) -> bytes:
    output = BytesIO()
    image.save(output, "JPEG", quality=JPEG_QUALITY)
    return output.getvalue()
