"""A small picture of a medium, to be shown beside another one. Never evidence: the original is what the vault keeps."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from verify.formats import CONTAINERS
from verify.hashing.pdq import MINIMUM_QUALITY, PDQ
from verify.media import MediaLimits, open_image, require_media_type
from verify.video import read_video

JPEG_QUALITY = 82
_BLURRED_POINTS = 10
"""What is left of the longer side: enough to tell a landscape from a page, too little for a face or a wound."""


@dataclass(frozen=True)
class Thumbnail:
    """A JPEG and its size in pixels."""

    content: bytes
    width: int
    height: int


def build_thumbnail(path: Path, *, max_side: int = 480, limits: MediaLimits | None = None) -> Thumbnail:
    """Build a JPEG whose longer side is at most *max_side*; nothing of the file's metadata comes with it.

    Of a video the first keyframe that shows something (PDQ quality of a picture that may be compared), or else
    the one that shows most. The same file gives the same bytes. Raises MediaRefusedError.
    """
    limits = limits or MediaLimits()
    is_video = require_media_type(path, limits) in CONTAINERS
    image = _choose_frame(path, limits, max_side) if is_video else open_image(path, limits)
    return shrink(image, max_side)


def shrink(image: Image.Image, max_side: int) -> Thumbnail:
    """The same of a picture that is open already; it is left as it is."""
    small = image.copy()
    small.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return Thumbnail(_encode(small), small.width, small.height)


def blur(thumbnail: Thumbnail) -> Thumbnail:
    """The same, as large, with so little left that nobody can make out what it shows. *thumbnail* is one of ours."""
    with Image.open(BytesIO(thumbnail.content), formats=("JPEG",)) as opened:
        points = opened.convert("RGB")
    points.thumbnail((_BLURRED_POINTS, _BLURRED_POINTS), Image.Resampling.BOX, reducing_gap=None)
    size = (thumbnail.width, thumbnail.height)
    return Thumbnail(_encode(points.resize(size, Image.Resampling.BICUBIC)), *size)


def _choose_frame(path: Path, limits: MediaLimits, max_side: int) -> Image.Image:
    frames = [frame.image for frame in read_video(path, limits, least_side=max_side).frames]
    qualities = [PDQ.compute(image).quality or 0 for image in frames]
    good = (image for image, quality in zip(frames, qualities, strict=True) if quality >= MINIMUM_QUALITY)
    return next(good, frames[qualities.index(max(qualities))])


def _encode(image: Image.Image) -> bytes:
    # A new picture from the bare pixels: no EXIF, XMP, colour profile or comment can come along.
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    output = BytesIO()
    bare.save(output, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=False)
    return output.getvalue()
