"""Pictures and clips made by the tests themselves, the same on every machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image, ImageDraw, ImageFont


def draw_waves(width: int = 320, height: int = 240, seed: int = 1) -> npt.NDArray[np.uint8]:
    """Grey levels (height, width) from whole-number arithmetic only: textured, without symmetry."""
    x = np.arange(width, dtype=np.int64)[None, :] * 512 // width
    y = np.arange(height, dtype=np.int64)[:, None] * 512 // height
    level = (
        x * x * (2 + seed % 3) // 300 + y * y * (1 + seed % 5) // 200 + x * y * (3 + seed % 7) // 400 + 37 * seed
    ) % 512
    return np.asarray(np.where(level < 256, level, 511 - level), dtype=np.uint8)


def draw_scene(seed: int, width: int = 480, height: int = 360) -> Image.Image:
    """A colour scene of blurred patches with hard-edged shapes on them; different seeds share nothing."""
    random = np.random.default_rng(seed)
    patches = Image.fromarray(random.integers(0, 256, (7, 9, 3), dtype=np.uint8))
    scene = patches.resize((width, height), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(scene)
    for _ in range(14):
        left, top = int(random.integers(0, width)), int(random.integers(0, height))
        right = left + int(random.integers(width // 20, width // 4))
        bottom = top + int(random.integers(height // 20, height // 4))
        pen.ellipse((left, top, right, bottom), fill=tuple(random.integers(0, 256, 3).tolist()))
    return scene


def draw_page(seed: int, width: int = 620, height: int = 877) -> Image.Image:
    """A page of text under one letterhead; only the words change with the seed."""
    random = np.random.default_rng(seed)
    words = ["le", "ministere", "informe", "que", "les", "forces", "ont", "conduit", "une", "operation", "hier"]
    page = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((40, 30, 120, 100), fill=(0, 120, 40))
    pen.text((200, 50), "COMMUNIQUE DE PRESSE", fill="black", font=ImageFont.load_default(26))
    for top in range(150, height - 60, 26):
        pen.text((40, top), " ".join(random.choice(words, 9)), fill="black", font=ImageFont.load_default(18))
    return page


def save(image: Image.Image, path: Path, **options: Any) -> Path:
    """Write the picture in the format that the name says, and give the path back."""
    image.save(path, **options)
    return path


def write_video(
    path: Path,
    frames: Sequence[Image.Image],
    *,
    rate: int = 5,
    hold: int = 5,
    codec: str = "libx264",
    sound: bool = False,
    quality: int = 28,
    keyframe_every: int | None = None,
) -> Path:
    """A clip that shows each frame `hold` times, each beginning with a keyframe; sides must be even.

    With `keyframe_every` keyframes lie so many frames apart, and nowhere else.
    """
    coding = {"crf": str(quality), "g": str(keyframe_every or hold)} | ({"sc_threshold": "0"} if keyframe_every else {})
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, options=coding)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = frames[0].size
        stream.pix_fmt = "yuv420p"
        track = container.add_stream("aac", rate=48000) if sound else None
        for image in frames:
            for _ in range(hold):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")))
        container.mux(stream.encode(None))
        if isinstance(track, AudioStream):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 960), dtype=np.float32), format="fltp", layout="mono")
            silence.sample_rate = 48000
            container.mux(track.encode(silence))
            container.mux(track.encode(None))
    return path
