"""A folder as people have it: pictures and videos, copies of them, what is broken, what lies, what is no file at all.

The same count and seed give the same folder.
"""

import os
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image, ImageOps

from bench._mutants import build_seeds, iter_mutants
from tests.verify.drawing import draw_scene, write_video

Outcome = Literal["known", "refused", "either"]
"""What becomes of a file; ``either`` where a damaged one may be read as far as it goes."""

_SIZE = (320, 240)
_A_FOLDER = 50
"""So many files lie in one folder."""

_A_SCENE = 4
"""So many files that follow each other show one scene, each in its way."""


@dataclass(frozen=True)
class Kind:
    """One kind of file: its name's end, what becomes of it, and what writes the one with this number."""

    suffix: str
    outcome: Outcome
    write: Callable[[Path, int], object]


def make_mixed_folder(folder: Path, count: int, seed: int = 1) -> dict[str, Outcome]:
    """Write *count* files of all kinds in turn, in folders below *folder*: the outcome of each by its path below."""
    mutants = iter_mutants(build_seeds(), count, seed)
    kinds = [*_KINDS, Kind("mutant", "either", lambda path, number: path.write_bytes(next(mutants)[1]))]
    outcomes: dict[str, Outcome] = {}
    for number in range(count):
        kind = kinds[number % len(kinds)]
        name = f"{number // _A_FOLDER:04}/{number:06}.{kind.suffix}"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        kind.write(folder / name, number)
        outcomes[name] = kind.outcome
    return outcomes


def _draw(number: int) -> Image.Image:
    return draw_scene(number // _A_SCENE, *_SIZE)


def _save(form: str, change: Callable[[Image.Image], Image.Image] = lambda picture: picture, **options: Any) -> Any:
    return lambda path, number: change(_draw(number)).save(path, form, **options)


def _save_moving(form: str) -> Any:
    def write(path: Path, number: int) -> None:
        others = [_draw(number + _A_SCENE * step) for step in (1, 2)]
        _draw(number).save(path, form, save_all=True, append_images=others, duration=200)

    return write


def _say(content: bytes) -> Any:
    return lambda path, number: path.write_bytes(content + b"\n<!-- %d -->" % number)


def _crop(picture: Image.Image) -> Image.Image:
    return picture.crop((20, 15, 290, 220))


def _deepen(picture: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)


def _film(path: Path, number: int) -> None:
    write_video(path, [_draw(number + _A_SCENE * step) for step in range(3)])


def _cut(form: str) -> Any:
    def write(path: Path, number: int) -> None:
        whole = BytesIO()
        _draw(number).save(whole, form)
        path.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 3])

    return write


def _lie_about_size(path: Path, number: int) -> None:
    """A PNG whose head promises 3.6 thousand million pixels."""
    _draw(number).save(path, "PNG")
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)


def _pack(path: Path, number: int) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{number}.txt", "no picture")


def _close(path: Path, number: int) -> None:
    """A good picture that nobody may read; root may."""
    _draw(number).save(path, "JPEG")
    path.chmod(0)


def _listen(path: Path, number: int) -> None:
    """Leave a socket behind; its address is short, so it is named from within."""
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with closing(socket.socket(socket.AF_UNIX)) as listening:
            listening.bind(path.name)
    finally:
        os.chdir(before)


_IS_ROOT = os.geteuid() == 0
_KINDS = (
    Kind("jpg", "known", _save("JPEG", quality=85)),
    Kind("mirrored.jpg", "known", _save("JPEG", ImageOps.mirror, quality=60)),
    Kind("png", "known", _save("PNG")),
    Kind("cropped.webp", "known", _save("WEBP", _crop)),
    Kind("avif", "known", _save("AVIF", speed=10)),
    Kind("gif", "known", _save("GIF")),
    Kind("bmp", "known", _save("BMP")),
    Kind("progressive.jpg", "known", _save("JPEG", progressive=True)),
    Kind("cmyk.jpg", "known", _save("JPEG", lambda picture: picture.convert("CMYK"))),
    Kind("deep.png", "known", _save("PNG", _deepen)),
    Kind("palette.png", "known", _save("PNG", lambda picture: picture.quantize(32), transparency=3)),
    Kind("moving.gif", "known", _save_moving("GIF")),
    Kind("moving.webp", "known", _save_moving("WEBP")),
    Kind("dot.png", "known", _save("PNG", lambda picture: picture.resize((1, 1)))),
    Kind("strip.png", "known", _save("PNG", lambda picture: picture.resize((30_000, 10)))),
    Kind("png.jpg", "known", _save("PNG")),
    Kind("no-suffix", "known", _save("JPEG")),
    Kind("mp4", "known", _film),
    Kind("cut.jpg", "either", _cut("JPEG")),
    Kind("cut.png", "refused", _cut("PNG")),
    Kind("lying.png", "refused", _lie_about_size),
    Kind("eps.jpg", "refused", _say(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage")),
    Kind(
        "svg.png", "refused", _say(b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>")
    ),
    Kind("hls.mp4", "refused", _say(b"#EXTM3U\n#EXTINF:9,\nhttp://169.254.169.254/latest/meta-data\n#EXT-X-ENDLIST")),
    Kind("sdp.mp4", "refused", _say(b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96")),
    Kind("html.jpg", "refused", _say(b"<!doctype html><title>404</title>")),
    Kind("zip.jpg", "refused", _pack),
    Kind("empty.jpg", "refused", lambda path, number: path.write_bytes(b"")),
    Kind("closed.jpg", "known" if _IS_ROOT else "refused", _close),
    Kind("link.jpg", "refused", lambda path, number: path.symlink_to(path.parent)),
    Kind("lost.jpg", "refused", lambda path, number: path.symlink_to("nowhere")),
    Kind("pipe.jpg", "refused", lambda path, number: os.mkfifo(path)),
    Kind("socket.jpg", "refused", _listen),
)
