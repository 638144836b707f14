"""Stand-in pictures: parts of real photographs from the scikit-image wheel, and what is done to them."""

import functools
import importlib.util
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from sankofa.demo.errors import DemoPicturesMissingError
from sankofa.demo.record import Box, Change

STILL_SIDE = 480
"""Longer side of a stand-in picture, in pixels."""

_BORDER_COLOUR = (214, 120, 20)
_BANNER_COLOUR = (150, 20, 24)
_LETTER_SHARE = 0.55  # of the banner's height


def find_photographs() -> Path:
    """Return the folder of the photographs.

    Raises:
        DemoPicturesMissingError: scikit-image is not installed, or came without its pictures.
    """
    spec = importlib.util.find_spec("skimage")
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else None
    if folder is None or not (folder / "coffee.png").is_file():
        raise DemoPicturesMissingError("the demonstration's pictures are missing: pip install 'sankofa[demo]'")
    return folder


def open_part(photo: str, box: Box, size: tuple[int, int]) -> Image.Image:
    """Return the part *box* of a photograph as RGB, scaled to *size*.

    Raises:
        DemoPicturesMissingError: The photograph is not installed.
    """
    left, top, width, height = box
    part = _load_photo(photo).crop((left, top, left + width, top + height))
    return part.resize(size, Image.Resampling.LANCZOS)


@functools.lru_cache(maxsize=4)  # a film asks for one photograph twenty times
def _load_photo(photo: str) -> Image.Image:
    path = find_photographs() / photo
    if not path.is_file():
        raise DemoPicturesMissingError(f"the photograph {photo} is missing: pip install 'sankofa[demo]'")
    with Image.open(path) as picture:
        return picture.convert("RGB")


def fit_still(box: Box) -> tuple[int, int]:
    """Return the size of a stand-in picture made of *box*: the longer side is ``STILL_SIDE``."""
    scale = STILL_SIDE / max(box[2], box[3])
    return round(box[2] * scale), round(box[3] * scale)


def alter(image: Image.Image, change: Change) -> Image.Image:
    """Return the picture after *change*; ``mute`` leaves a picture as it is."""
    match change.op:
        case "mirror":
            return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        case "trim":
            across, down = round(change.amount * image.width), round(change.amount * image.height)
            return image.crop((across, down, image.width - across, image.height - down))
        case "resize":
            size = (round(change.amount * image.width), round(change.amount * image.height))
            return image.resize(size, Image.Resampling.LANCZOS)
        case "border":
            across, down = round(change.amount * image.width), round(change.amount * image.height)
            framed = Image.new("RGB", (image.width + 2 * across, image.height + 2 * down), _BORDER_COLOUR)
            framed.paste(image, (across, down))
            return framed
        case "banner":
            return _add_banner(image, round(change.amount * image.height), change.text)
        case "mute":
            return image


def _add_banner(image: Image.Image, height: int, text: str) -> Image.Image:
    out = Image.new("RGB", (image.width, image.height + height), _BANNER_COLOUR)
    out.paste(image, (0, 0))
    draw = ImageDraw.Draw(out)
    letters = _LETTER_SHARE * height
    font = ImageFont.load_default(letters)
    if draw.textlength(text, font) > 0.94 * image.width:
        font = ImageFont.load_default(letters * 0.94 * image.width / draw.textlength(text, font))
    draw.text((image.width / 2, image.height + height / 2), text, fill="white", font=font, anchor="mm")
    return out


def encode_still(image: Image.Image, quality: int) -> bytes:
    """Return the picture as JPEG; the same picture gives the same bytes."""
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
