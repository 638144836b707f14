"""Open pictures safely: allowed formats only, limits before decoding, upright RGB out."""

import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError

from verify.errors import MediaRefusedError
from verify.formats import CONTAINERS, PILLOW_FORMATS, sniff_media_type

__all__ = [
    "Frame",
    "Luma",
    "MediaLimits",
    "iter_frames",
    "open_image",
    "open_luma",
    "require_media_type",
    "sniff_media_type",
]

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
_SIDEWAYS = (
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
)
_START_OF_SCAN, _END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"
# In coded data 255 is followed by 0 or a restart marker; every other marker ends a scan.
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAME_MARKERS = frozenset({0xC0, 0xC1, 0xC2})
_LARGEST_REDUCTION = 8
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
    measured to cost 6 s of CPU, so scans are counted before decoding. `max_between_seconds` is how much of a video is
    decoded between keyframes that lie far apart.
    """

    max_size_bytes: int = 2_000_000_000
    max_pixels: int = 50_000_000
    max_frames: int = 16
    max_scans: int = 100
    max_keyframes: int = 96
    max_duration_seconds: float = 4 * 3600.0
    open_timeout_seconds: float = 10.0
    max_between_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One upright RGB picture of a file. `width` and `height` are the file's, the image may be smaller."""

    image: Image.Image
    width: int
    height: int
    index: int = 0
    at_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Luma:
    """One upright grey picture, the average of the file's by `factor`; `width` and `height` are the file's."""

    image: Image.Image
    width: int
    height: int
    factor: int


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


def open_luma(path: Path, limits: MediaLimits | None = None, *, least_side: int) -> Luma:
    """The picture, upright and in grey, smaller where its shorter side still is `least_side` or more.

    A JPEG is decoded smaller from the start. Where an eighth of a progressive one is enough, only its first scan is looked at,
    so that damage behind it goes unseen. Raises MediaRefusedError.
    """
    limits = limits or MediaLimits()
    if require_media_type(path, limits) != "image/jpeg":
        whole = open_image(path, limits).convert("L")
        factor = max(1, min(whole.size) // least_side)
        return Luma(whole.reduce(factor) if factor > 1 else whole, whole.width, whole.height, factor)
    _check_scans(path, limits)
    with translate_decoder_errors(), path.open("rb") as file, Image.open(file, formats=("JPEG",)) as image:
        _check_pixels(image, limits)
        if image.info.get("progressive") and min(image.size) >= _LARGEST_REDUCTION * least_side:
            scan = _cut_after_first_scan(path.read_bytes())
            if scan:
                with Image.open(BytesIO(scan), formats=("JPEG",)) as quick:
                    return _decode_luma(quick, least_side)
        return _decode_luma(image, least_side)


def _decode_luma(image: ImageFile.ImageFile, least_side: int) -> Luma:
    width, height = image.size
    turn = _ORIENTATIONS.get(_read_orientation(image))
    _reduce_decoding(image, "L", least_side)
    image.load()
    grey = image if image.mode == "L" else _flatten(image).convert("L")
    factor = next(f for f in (1, 2, 4, 8) if -(-width // f) == image.width and -(-height // f) == image.height)
    if turn is None:
        return Luma(grey, width, height, factor)
    width, height = (height, width) if turn in _SIDEWAYS else (width, height)
    return Luma(grey.transpose(turn), width, height, factor)


def _reduce_decoding(image: ImageFile.ImageFile, mode: str | None, least_side: int) -> None:
    """Let a JPEG be decoded at the smallest fraction that leaves the shorter side at least `least_side`."""
    scale = least_side / min(image.size)
    image.draft(mode, (round(image.width * scale + 0.5), round(image.height * scale + 0.5)))


def _cut_after_first_scan(data: bytes) -> bytes:
    """The JPEG with its first scan alone; empty where that does not hold the mean of every block of brightness."""
    place, first_component = 2, -1
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker, size = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        segment = data[place + 4 : place + 2 + size]
        if marker in _FRAME_MARKERS and len(segment) > 6:
            first_component = segment[6]
        place += 2 + size
        if marker == _START_OF_SCAN[1]:
            end = _SCAN_END.search(data, place)
            means = _holds_means(segment, first_component)
            return data[: end.start()] + _END_OF_IMAGE if end and means else b""
    return b""


def _holds_means(scan_header: bytes, component: int) -> bool:
    """Whether a scan holds the zeroth coefficient of that component and no other."""
    count = scan_header[0] if scan_header else 0
    spectrum = scan_header[1 + 2 * count : 3 + 2 * count]
    return component in scan_header[1 : 1 + 2 * count : 2] and spectrum == b"\x00\x00"


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
        _reduce_decoding(image, None, least_side)
    turn = _ORIENTATIONS.get(_read_orientation(image))
    if turn in _SIDEWAYS:
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
    scans, last = 0, -1
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            row = np.frombuffer(chunk, dtype=np.uint8)
            scans += int(np.count_nonzero((row[:-1] == 0xFF) & (row[1:] == 0xDA))) + ((last, row[0]) == (0xFF, 0xDA))
            last = int(row[-1])
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
