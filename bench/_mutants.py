"""Malformed media, made by seeded mutation of small good files: the same seed gives the same bytes."""

import random
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from PIL import Image

_SIZE = (192, 128)
_LYING_NUMBERS = (
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"\x00\x00\x75\x30",
)

Mutation = Callable[[bytearray, random.Random], bytearray]


def build_seeds() -> dict[str, bytes]:
    """One small good file of each kind, by suffix."""
    scenes = [_draw(seed) for seed in range(4)]
    return {
        "jpg": _save(scenes[0], "JPEG", quality=80),
        "progressive.jpg": _save(scenes[1], "JPEG", quality=80, progressive=True),
        "cmyk.jpg": _save(scenes[1].convert("CMYK"), "JPEG"),
        "png": _save(scenes[0], "PNG"),
        "palette.png": _save(scenes[0].quantize(32), "PNG", transparency=3),
        "webp": _save(scenes[0], "WEBP", save_all=True, append_images=scenes[1:], duration=200),
        "gif": _save(scenes[0], "GIF", save_all=True, append_images=scenes[1:], duration=200),
        "avif": _save(scenes[0], "AVIF", speed=10),
        "bmp": _save(scenes[0], "BMP"),
        "mp4": _film(scenes, "mp4", "libx264"),
        "webm": _film(scenes, "webm", "libvpx"),
    }


def iter_mutants(seeds: Mapping[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of *count* malformed files, all kinds in turn."""
    chance = random.Random(seed)
    kinds = sorted(seeds)
    for number in range(count):
        suffix = kinds[number % len(kinds)]
        content = bytearray(seeds[suffix])
        for _ in range(chance.choice((1, 1, 2, 4))):
            content = chance.choice(_MUTATIONS)(content, chance)
        if chance.random() < 0.05:
            content = bytearray(seeds[chance.choice(kinds)][:64]) + content[64:]
        yield f"{number:06}.{suffix}", bytes(content)


def write_mutants(folder: Path, count: int, seed: int) -> None:
    """Write the files of `iter_mutants` into a folder."""
    for name, content in iter_mutants(build_seeds(), count, seed):
        (folder / name).write_bytes(content)


def _flip_bits(content: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 8, 64))):
        if content:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return content


def _cut_off(content: bytearray, chance: random.Random) -> bytearray:
    return content[: chance.randrange(len(content) + 1)]


def _lie_in_head(content: bytearray, chance: random.Random) -> bytearray:
    """Put an extreme number where sizes usually stand."""
    at = chance.randrange(min(len(content), 600) + 1)
    content[at : at + 4] = chance.choice(_LYING_NUMBERS)
    return content


def _repeat_part(content: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(content) + 1)
    part = content[start : start + chance.randrange(1, 2000)]
    return content[:start] + part * chance.choice((2, 3, 20)) + content[start:]


def _drop_part(content: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.randrange(1, 500) :]


def _fill_with_noise(content: bytearray, chance: random.Random) -> bytearray:
    start = chance.randrange(len(content) + 1)
    content[start : start + 64] = chance.randbytes(len(content[start : start + 64]))
    return content


_MUTATIONS: tuple[Mutation, ...] = (
    _flip_bits, _flip_bits, _cut_off, _lie_in_head, _lie_in_head, _repeat_part, _drop_part, _fill_with_noise,
)  # fmt: skip


def _draw(seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).integers(0, 256, (6, 9, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(_SIZE, Image.Resampling.BICUBIC)


def _save(image: Image.Image, name: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def _film(scenes: list[Image.Image], container: str, codec: str) -> bytes:
    out = BytesIO()
    with av.open(out, "w", format=container) as film:
        stream = film.add_stream(codec, rate=5, options={"g": "5"})
        assert isinstance(stream, VideoStream)  # noqa: S101 - what the codec's name promises
        stream.width, stream.height = _SIZE
        stream.pix_fmt = "yuv420p"
        for scene in scenes:
            for _ in range(5):
                film.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(scene), format="rgb24")))
        film.mux(stream.encode(None))
    return out.getvalue()
