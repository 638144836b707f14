"""Which formats are opened, told by their first bytes and never by a name.

Pictures: JPEG, PNG, WebP, GIF, AVIF (what phones, platforms and sites deliver) and BMP (saved screen
grabs). Video: MP4 with its relatives (MOV, 3GP, M4V) and Matroska with WebM. Not opened, though known:
TIFF, HEIC and JPEG 2000 (rare on platforms, decoders with a long record of flaws or not in Pillow), SVG,
PDF and PostScript (programs rather than pictures), playlists and MPEG-TS.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from verify.errors import MediaRefusedError

PILLOW_FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "image/jpeg": "JPEG",
        "image/png": "PNG",
        "image/webp": "WEBP",
        "image/gif": "GIF",
        "image/avif": "AVIF",
        "image/bmp": "BMP",
    }
)
"""Picture types that are opened, and Pillow's name for each."""

CONTAINERS: Mapping[str, str] = MappingProxyType(
    {"video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "matroska", "video/x-matroska": "matroska"}
)
"""Video types that are opened, and the FFmpeg demuxer that is forced for each."""

_HEAD_BYTES = 4096

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%!PS", "application/postscript"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (b"%PDF-", "application/pdf"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (b"#EXTM3U", "application/vnd.apple.mpegurl"),
    (b"v=0\r", "application/sdp"),
    (b"v=0\n", "application/sdp"),
    (b"PK\x03\x04", "application/zip"),
)
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"qt  ": "video/quicktime",
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "image/heic"),
}
_OLD_MOVIE_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def sniff_media_type(path: Path) -> str | None:
    """The media type that the first bytes show, opened here or not; None where they show none that we know.

    Raises MediaRefusedError ("unreadable", "empty") where there are no bytes to look at.
    """
    head = read_head(path)
    if not head:
        raise MediaRefusedError("empty", "the file has no bytes: fetch or copy it again")
    return sniff_bytes(head)


def read_head(path: Path) -> bytes:
    """The first bytes of a regular file. Raises MediaRefusedError ("unreadable")."""
    try:
        if not path.is_file():
            raise MediaRefusedError("unreadable", "this is not a regular file: give a picture or a video")
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        what = error.strerror or "it cannot be opened"
        raise MediaRefusedError("unreadable", f"the file cannot be read ({what}): check its permissions") from error


def sniff_bytes(head: bytes) -> str | None:
    """As `sniff_media_type`, for bytes at hand (the first 4096 are enough)."""
    for prefix, media_type in _PREFIXES:
        if head.startswith(prefix):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image/bmp"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    return _sniff_boxes(head) or _sniff_text(head)


def _sniff_boxes(head: bytes) -> str | None:
    """ISO base media: the brand of the first box says which."""
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    return "video/quicktime" if head[4:8] in _OLD_MOVIE_ATOMS and len(head) >= 16 else None


def _sniff_brands(head: bytes) -> str:
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, size, 4))]
    if brands[0] in (b"mif1", b"msf1") and (b"avif" in brands or b"avis" in brands):
        return "image/avif"
    return _BRANDS.get(brands[0], "video/mp4")


def _sniff_text(head: bytes) -> str | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    return "image/svg+xml" if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) and b"<svg" in head else None
