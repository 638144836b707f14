"""Everything that a file says about itself, gathered without decoding a pixel."""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from verify.errors import MediaRefusedError
from verify.formats import CONTAINERS, PILLOW_FORMATS
from verify.media import MediaLimits, require_media_type, translate_decoder_errors
from verify.metadata.credentials import NO_CREDENTIALS, Credentials, read_credentials
from verify.metadata.exif import DAMAGED, iter_exif, iter_position_fields, open_exif, read_position
from verify.metadata.fields import Fact, build_facts, clean_text, decode_text
from verify.metadata.iptc import RESOURCE, iter_iptc
from verify.metadata.xmp import DIGITAL_SOURCE_TYPE, UnreadableXmpError, iter_xmp
from verify.video import open_video

_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_NEEDS = (b"IHDR", b"eXIf", b"IEND")
_PNG_SAYS = (*_PNG_NEEDS, b"tEXt", b"zTXt", b"iTXt")
_PNG_CHUNK_BYTES = 1 << 20
_PNG_CHUNKS = 20_000
_PNG_TOTAL_BYTES = 16 << 20
_RAW_PROFILES = ("Raw profile type", "XML:com.adobe.xmp")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the file says, to be shown and indexed as text; none of it is checked but the credentials.

    `other` holds the comments, text chunks and container tags. `position` is latitude and longitude in degrees; EXIF then
    has the field ("GPS", "present"). `digital_source_types` are IPTC codes like "trainedAlgorithmicMedia", from XMP and from
    the credentials. `notes` say in words what was there and was not read.
    """

    exif: tuple[Fact, ...] = ()
    xmp: tuple[Fact, ...] = ()
    iptc: tuple[Fact, ...] = ()
    other: tuple[Fact, ...] = ()
    position: tuple[float, float] | None = None
    digital_source_types: tuple[str, ...] = ()
    credentials: Credentials = NO_CREDENTIALS
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Raw:
    """The blocks of a file before they are read."""

    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    other: list[tuple[str, str]] = field(default_factory=list)


def read_metadata(path: Path, limits: MediaLimits | None = None, *, trust_anchors: str = "") -> FileFacts:
    """Read what the file says about itself. Damaged or hostile fields are noted and refuse nothing.

    `trust_anchors` are the certificates (PEM) of those whose content credentials are trusted. Raises MediaRefusedError for
    what is not media or is not opened at all.
    """
    limits = limits or MediaLimits()
    media_type = require_media_type(path, limits)
    notes: list[str] = []
    raw = _read_container(path, limits) if media_type in CONTAINERS else _read_picture(path, media_type, notes)
    xmp = _read_xmp(raw.xmp, notes)
    exif = open_exif(raw.exif)
    credentials = read_credentials(path, media_type, trust_anchors)
    return FileFacts(
        exif=_read_exif(exif, notes, raw.exif),
        xmp=xmp,
        iptc=build_facts(iter_iptc(raw.iptc)),
        other=build_facts(raw.other),
        position=read_position(exif),
        digital_source_types=_source_types(xmp, credentials),
        credentials=credentials,
        notes=(*notes, *filter(None, [credentials.note])),
    )


def _read_picture(path: Path, media_type: str, notes: list[str]) -> _Raw:
    with path.open("rb") as file:
        if media_type == "image/png":
            return _read_png(file, notes)
        return _build_raw(_read_info(file, media_type))


def _read_png(file: BinaryIO, notes: list[str]) -> _Raw:
    """From the chunks that say something, wherever they stand; a damaged text chunk hides the texts, not the EXIF."""
    try:
        return _build_raw(_read_info(_without_pixels(file, _PNG_SAYS), "image/png"))
    except MediaRefusedError:
        file.seek(0)
        info = _read_info(_without_pixels(file, _PNG_NEEDS), "image/png")
    notes.append("the text chunks of the PNG are not read: one is damaged or unfolds beyond its limit")
    return _build_raw(info)


def _read_info(file: BinaryIO, media_type: str) -> dict[Any, Any]:
    with translate_decoder_errors(), Image.open(file, formats=(PILLOW_FORMATS[media_type],)) as image:
        return dict(image.info)


def _build_raw(info: dict[Any, Any]) -> _Raw:
    raw = _Raw(exif=_bytes(info.get("exif")), xmp=_bytes(info.get("xmp")))
    photoshop = info.get("photoshop")
    if isinstance(photoshop, dict):
        raw.iptc = _bytes(photoshop.get(RESOURCE))
    raw.other.extend(_iter_texts(info))
    return raw


def _without_pixels(file: BinaryIO, kinds: tuple[bytes, ...]) -> BytesIO:
    """The PNG with the chunks of these kinds alone; the others are skipped, not read."""
    parts = [file.read(len(_PNG_START))]
    total = 0
    for _ in range(_PNG_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            break
        size, kind = struct.unpack(">I4s", head)
        if kind in kinds and size <= _PNG_CHUNK_BYTES and total <= _PNG_TOTAL_BYTES:
            parts.append(head + file.read(size + 4))
            total += size
        else:
            file.seek(size + 4, 1)
    return BytesIO(b"".join(parts))


def _iter_texts(info: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    """Comments and text chunks; the ones that carry another block are read as that block."""
    for name, value in info.items():
        if isinstance(name, str) and name not in ("exif", "xmp", "icc_profile") and not name.startswith(_RAW_PROFILES):
            if isinstance(value, bytes) and name == "comment":
                yield name, decode_text(value)
            elif isinstance(value, str):
                yield name, value


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "ignore")
    return bytes(value) if isinstance(value, (bytes, bytearray)) else b""


def _read_container(path: Path, limits: MediaLimits) -> _Raw:
    with open_video(path, limits, {"export_xmp": "1"}) as container:
        said = dict(container.metadata)
        raw = _Raw(xmp=_bytes(said.pop("xmp", "")), other=list(said.items()))
        for stream in container.streams:
            raw.other.extend((f"{stream.type} {name}", str(value)) for name, value in stream.metadata.items())
    return raw


def _read_exif(exif: Image.Exif, notes: list[str], block: bytes) -> tuple[Fact, ...]:
    fields = _gather(lambda: [*iter_exif(exif), *_iter_position(exif)])
    if len(block) > len(b"Exif\x00\x00") and not fields:
        notes.append("EXIF is there but cannot be read: it is damaged or empty")
    return build_facts(fields)


def _iter_position(exif: Image.Exif) -> Iterator[tuple[str, str]]:
    fields = list(iter_position_fields(exif))
    if fields:
        yield "GPS", "present"
        yield from fields


def _gather(read: Callable[[], Iterable[tuple[str, str]]]) -> list[tuple[str, str]]:
    try:
        return list(read())
    except DAMAGED:
        return []


def _read_xmp(packet: bytes, notes: list[str]) -> tuple[Fact, ...]:
    if not packet:
        return ()
    try:
        return build_facts(iter_xmp(packet))
    except UnreadableXmpError as error:
        notes.append(str(error))
        return ()


def _source_types(xmp: tuple[Fact, ...], credentials: Credentials) -> tuple[str, ...]:
    """The last step of each address, each once."""
    said = [value for name, value in xmp if name == DIGITAL_SOURCE_TYPE] + list(credentials.digital_source_types)
    return tuple(dict.fromkeys(clean_text(value).rstrip("/").rpartition("/")[2] for value in said if value))
