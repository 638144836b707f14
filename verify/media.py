"""Open pictures safely: allowed formats only, limits before decoding, upright RGB out."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError

from verify.errors import MediaRefusedError
from verify.formats import CONTAINERS, PILLOW_FORMATS, sniff_media_type

__all__ = ["Frame", "MediaLimits", "iter_frames", "open_image", "require_media_type", "sniff_media_type"]

# Pillow only warns between one and two times its own limit; the filter is set once, because a temporary one
# would not be safe in the thread pool of a server.
warnings.simplefilter("error", Image.DecompressionBombWarning)
# What Pillow grumbles about damaged EXIF and the like is no news to whoever runs the command.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

_ORIENTATION_TAG = 0x0112
_ORIENTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_START_OF_SCAN = b"\xff\xda"
_CHUNK_BYTES = 1 << 20

# What Pillow's decoders raise on damaged files, found with malformed files of every format.
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    UserWarning,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """How much of an untrusted file is looked at. Beyond `max_frames` and `max_keyframes` nothing is refused.

    Source of the picture limits: Pillow warns at 89 Mpx; a 180 kB progressive JPEG with 900 scans was
    measured to cost 6 s of CPU, so scans are counted before decoding.
    """

    max_size_bytes: int = 2_000_000_000
    max_pixels: int = 50_000_000
    max_frames: int = 16
    max_scans: int = 100
    max_keyframes: int = 96
    max_duration_seconds: float = 4 * 3600.0
    open_timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One upright RGB picture of a file. `width` and `height` are the file's, the image may be smaller."""

    image: Image.Image
    width: int
    height: int
    index: int = 0
    at_seconds: float | None = None


def require_media_type(path: Path, limits: MediaLimits) -> str:
    """The media type of a file that may be opened. Raises MediaRefusedError for every other file."""
    media_type = sniff_media_type(path)
    if media_type is None:
        raise MediaRefusedError("not-media", "this is neither a picture nor a video: give the media file itself")
    if media_type not in PILLOW_FORMATS and media_type not in CONTAINERS:
        raise MediaRefusedError(
            "format-not-allowed",
            f"{media_type} is not opened: save it as PNG or JPEG, or a video as MP4, and give that file",
        )
    if path.stat().st_size > limits.max_size_bytes:
        raise MediaRefusedError("too-large", f"the file is over {limits.max_size_bytes} bytes: give a shorter cut")
    return media_type


def open_image(path: Path, limits: MediaLimits | None = None) -> Image.Image:
    """The picture, upright and in RGB at full size; of an animated one the first frame.

    Transparent parts are shown on white, 16 bits a channel are reduced to 8. Raises MediaRefusedError.
    """
    for frame in iter_frames(path, limits or MediaLimits(), max_frames=1):
        return frame.image
    raise MediaRefusedError("no-frames", "the picture holds no frame: fetch it again")


def iter_frames(
    path: Path, limits: MediaLimits, *, max_frames: int | None = None, least_side: int | None = None
) -> Iterator[Frame]:
    """The frames of a picture from the first, at most `max_frames`, their pixels in all within the limit.

    With `least_side` a JPEG may be decoded smaller, its shorter side still at least that. Raises
    MediaRefusedError.
    """
    media_type = require_media_type(path, limits)
    if media_type not in PILLOW_FORMATS:
        raise MediaRefusedError("format-not-allowed", f"{media_type} is not a picture: open it as a video")
    if media_type == "image/jpeg":
        _check_scans(path, limits)
    with (
        translate_decoder_errors(),
        path.open("rb") as file,
        Image.open(file, formats=(PILLOW_FORMATS[media_type],)) as image,
    ):
        _check_pixels(image, limits)
        budget = limits.max_pixels // (image.width * image.height)
        wanted = 1 if media_type == "image/jpeg" else min(max_frames or limits.max_frames, max(1, budget))
        yield from _decode_frames(image, wanted, least_side)


def _decode_frames(image: ImageFile.ImageFile, wanted: int, least_side: int | None) -> Iterator[Frame]:
    width, height = image.size
    if least_side:
        scale = least_side / min(width, height)
        image.draft(None, (round(width * scale + 0.5), round(height * scale + 0.5)))
    turn = _ORIENTATIONS.get(_read_orientation(image))
    if turn is not None and turn >= Image.Transpose.ROTATE_90 and turn != Image.Transpose.ROTATE_180:
        width, height = height, width
    animated = wanted > 1 and bool(getattr(image, "is_animated", False))
    seconds = 0.0
    for index in range(wanted if animated else 1):
        try:
            image.seek(index)
        except EOFError:
            return
        image.load()
        upright = _flatten(image)
        yield Frame(
            upright if turn is None else upright.transpose(turn),
            width,
            height,
            index,
            seconds if animated else None,
        )
        seconds += float(image.info.get("duration") or 0) / 1000


def _read_orientation(image: Image.Image) -> int:
    """EXIF orientation; damaged EXIF says nothing and refuses nothing."""
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except _DECODER_ERRORS:
        return 1


def _flatten(image: Image.Image) -> Image.Image:
    """A new RGB picture, transparent parts on white, deep greys scaled and not clipped."""
    if image.mode == "I" or image.mode.startswith("I;16"):
        deep = np.asarray(image).astype(np.int64)
        return Image.fromarray(np.clip(deep >> 8, 0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
    return image.copy() if image.mode == "RGB" else image.convert("RGB")


def _check_pixels(image: Image.Image, limits: MediaLimits) -> None:
    if image.width * image.height > limits.max_pixels:
        raise MediaRefusedError(
            "too-many-pixels",
            f"{image.width} x {image.height} pixels are over {limits.max_pixels}: give a smaller copy",
        )


def _check_scans(path: Path, limits: MediaLimits) -> None:
    """Count the scan markers of a JPEG; inside coded data the byte 255 is never followed by 218."""
    scans, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            scans += (tail + chunk).count(_START_OF_SCAN)
            tail = chunk[-1:]
            if scans > limits.max_scans:
                raise MediaRefusedError(
                    "too-many-scans",
                    f"the JPEG has over {limits.max_scans} scans, as bombs have: save it again as PNG",
                )


@contextmanager
def translate_decoder_errors() -> Iterator[None]:
    """Turn what decoders raise into MediaRefusedError."""
    try:
        yield
    except MediaRefusedError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaRefusedError("too-many-pixels", "the picture has too many pixels: give a smaller copy") from error
    except UnidentifiedImageError as error:
        raise MediaRefusedError("damaged", "the file begins like a picture but is none: fetch it again") from error
    except MemoryError as error:
        raise MediaRefusedError("needs-too-much-memory", "needs too much memory: give a smaller copy") from error
    except _DECODER_ERRORS as error:
        cut = "truncated" in str(error).lower()
        what = "the picture ends too early" if cut else "the picture is damaged"
        raise MediaRefusedError("truncated" if cut else "damaged", f"{what}: fetch the original again") from error
