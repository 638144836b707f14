"""EXIF: what the camera or the program wrote, and where the picture was taken."""

import math
import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from verify.metadata.fields import decode_text

DAMAGED = (
    struct.error,
    SyntaxError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
)
"""What Pillow raises while it reads EXIF that is damaged or hostile."""

_MAXIMUM_VALUES = 64
_MAKER_NOTE = 0x927C
_POINTERS = {0x8769, 0x8825, 0xA005}
_CHARACTER_SETS = {b"ASCII\x00\x00\x00": "ascii", b"UNICODE\x00": "utf-16", b"\x00" * 8: "utf-8"}
_WINDOWS_TAGS = range(0x9C9B, 0x9CA0)


def open_exif(data: bytes) -> Image.Exif:
    """The EXIF block of a picture; empty for one that cannot be read."""
    exif = Image.Exif()
    try:
        exif.load(data)
    except DAMAGED:
        return Image.Exif()
    return exif


def iter_exif(exif: Image.Exif) -> Iterator[tuple[str, str]]:
    """Every field of the main, the camera and the interoperability part that can be read."""
    yield from _iter_part(exif, ExifTags.TAGS)
    for part in (ExifTags.IFD.Exif, ExifTags.IFD.Interop):
        names = ExifTags.TAGS if part is ExifTags.IFD.Exif else {tag.value: tag.name for tag in ExifTags.Interop}
        yield from _iter_part(_read_part(exif, part), names)


def iter_position_fields(exif: Image.Exif) -> Iterator[tuple[str, str]]:
    """The fields of the position part, as they stand; nothing where there is none."""
    for name, value in _iter_part(_read_part(exif, ExifTags.IFD.GPSInfo), ExifTags.GPSTAGS):
        yield (name if name.startswith("GPS") else f"GPS {name}"), value


def read_position(exif: Image.Exif) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, north and east positive; None where they are absent or impossible."""
    part = _read_part(exif, ExifTags.IFD.GPSInfo)
    try:
        latitude = _degrees(part.get(2), part.get(1), "S")
        longitude = _degrees(part.get(4), part.get(3), "W")
    except DAMAGED:
        return None
    possible = abs(latitude) <= 90 and abs(longitude) <= 180  # not a number is never within
    return (round(latitude, 6), round(longitude, 6)) if possible else None


def _degrees(value: Any, side: Any, negative: str) -> float:
    parts = [float(part) for part in value]
    degrees = sum(part / float(60**power) for power, part in enumerate(parts[:3]))
    return -degrees if str(side).strip("\x00 ").upper().startswith(negative) else degrees


def _read_part(exif: Image.Exif, part: ExifTags.IFD) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(part))
    except DAMAGED:
        return {}


def _iter_part(part: Any, names: dict[int, str]) -> Iterator[tuple[str, str]]:
    for tag in list(part):
        if tag in _POINTERS:
            continue
        try:
            value = part[tag]
            yield names.get(tag, f"tag {tag}"), _say(tag, value)
        except DAMAGED:
            yield names.get(tag, f"tag {tag}"), "damaged"


def _say(tag: int, value: Any) -> str:
    if isinstance(value, bytes):
        return _say_bytes(tag, value)
    if isinstance(value, str):
        return value
    if isinstance(value, (tuple, list)):
        if tag in _WINDOWS_TAGS and all(isinstance(v, int) and 0 <= v < 256 for v in value):
            return _say_bytes(tag, bytes(value))
        shown = ", ".join(_say_number(v) for v in value[:_MAXIMUM_VALUES])
        return shown if len(value) <= _MAXIMUM_VALUES else f"{shown} and {len(value) - _MAXIMUM_VALUES} more"
    return _say_number(value)


def _say_bytes(tag: int, value: bytes) -> str:
    if tag == _MAKER_NOTE:
        return f"{len(value)} bytes"
    if tag in _WINDOWS_TAGS:
        return value.decode("utf-16-le", "ignore")
    if value[:8] in _CHARACTER_SETS:
        return value[8:].decode(_CHARACTER_SETS[value[:8]], "ignore")
    return decode_text(value)


def _say_number(value: Any) -> str:
    if isinstance(value, bytes):
        return decode_text(value)
    if isinstance(value, (IFDRational, Fraction, float)):
        number = float(value)
        return f"{number:.10g}" if math.isfinite(number) else "undefined"
    return str(value)
