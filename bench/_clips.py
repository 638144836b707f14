"""Clips made of slow pans over photographs, cut hard one after the other, and what is done to clips."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from PIL import Image, ImageDraw, ImageFont, ImageOps

RATE = 10
SHOT_SECONDS = (2.0, 5.0)

_Change = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Alteration:
    """What is done to every frame, which part of the clip is taken, how fast it is played, how it is coded."""

    change: _Change = lambda image: image
    part: tuple[float, float] = (0.0, 1.0)
    speed: float = 1.0
    quality: int = 26
    every: int | None = None  # seconds between keyframes; None lets the encoder choose


@dataclass(frozen=True)
class Script:
    """Which photographs a clip shows, and each for how many seconds."""

    pictures: tuple[Path, ...]
    seconds: tuple[float, ...]
    pan: float = 1.05  # width that is seen of each picture in all, over that of the view

    @property
    def duration(self) -> float:
        """Seconds in all."""
        return sum(self.seconds)

    def find_shot(self, at: float) -> tuple[float, float]:
        """Begin and end of the shot at that second."""
        ends = np.cumsum(self.seconds)
        shot = min(int(np.searchsorted(ends, at, side="right")), len(self.seconds) - 1)
        return float(ends[shot] - self.seconds[shot]), float(ends[shot])


def draw_script(
    pictures: Sequence[Path], seed: int, seconds: tuple[float, float] = SHOT_SECONDS, pan: float = 1.05
) -> Script:
    """The photographs, each for some seconds as chance has it, to a tenth."""
    drawn = np.random.default_rng(seed).uniform(*seconds, len(pictures)).round(1)
    return Script(tuple(pictures), tuple(drawn.tolist()), pan)


def _crop(share: float) -> _Change:
    def crop(image: Image.Image) -> Image.Image:
        across, down = (round(side * (1 - (1 - share) ** 0.5) / 2) for side in image.size)
        return image.crop((across, down, image.width - across, image.height - down))

    return crop


def _letterbox(image: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (image.width, image.height * 4 // 3))
    canvas.paste(image, (0, image.height // 6))
    return canvas


def _caption(image: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (image.width, image.height * 6 // 5), "white")
    canvas.paste(image, (0, canvas.height - image.height))
    return _write(canvas, (10, image.height // 20), "black")


def _write(canvas: Image.Image, place: tuple[int, int], colour: str) -> Image.Image:
    font = ImageFont.load_default(canvas.height // 14)
    ImageDraw.Draw(canvas).text(place, "REGARDEZ avant la censure", fill=colour, font=font)
    return canvas


def _write_over(image: Image.Image) -> Image.Image:
    return _write(image.copy(), (10, image.height * 3 // 4), "yellow")


def _film_in_post(image: Image.Image) -> Image.Image:
    """As in a phone's recording of a post: upright, the clip at two thirds of its size, words around."""
    small = image.resize((image.width * 2 // 3, image.height * 2 // 3), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (small.width, small.width * 16 // 9), (245, 245, 245))
    canvas.paste(small, (0, canvas.height // 3))
    return _write(canvas, (10, canvas.height // 8), "black")


def _mirror_crop_caption(image: Image.Image) -> Image.Image:
    return _write_over(ImageOps.mirror(_crop(0.25)(image)))


ALTERATIONS: Mapping[str, Alteration] = {
    "re-encoded": Alteration(quality=36),
    "half size": Alteration(lambda image: image.resize((image.width // 2, image.height // 2)), quality=30),
    "other keyframes": Alteration(every=2),
    "cropped by 10 %": Alteration(_crop(0.10)),
    "cropped by 40 %": Alteration(_crop(0.40)),
    "mirrored": Alteration(ImageOps.mirror),
    "letterboxed": Alteration(_letterbox),
    "captioned": Alteration(_caption),
    "words laid over": Alteration(_write_over),
    "recorded in a post": Alteration(_film_in_post),
    "mirrored, cropped by 25 %, words over": Alteration(_mirror_crop_caption, every=3),
    "cut": Alteration(part=(0.3, 0.8)),
    "sped up by half": Alteration(speed=1.5),
    "cut, cropped by 40 %, sped up by a quarter": Alteration(_crop(0.40), part=(0.2, 0.9), speed=1.25),
}


def write_clip(path: Path, script: Script, alteration: Alteration, width: int) -> Path:
    """Write the altered clip as H.264, `RATE` frames a second."""
    frames = list(_iter_pans(script, width, width * 9 // 16))
    first, last = (round(share * len(frames)) for share in alteration.part)
    places = np.arange(first, last, alteration.speed).astype(int)
    options = {"crf": str(alteration.quality), "preset": "veryfast"}
    if alteration.every is not None:
        options |= {"g": str(alteration.every * RATE), "sc_threshold": "0"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options=options)
        assert isinstance(stream, VideoStream)  # noqa: S101 - for the type checker
        stream.pix_fmt = "yuv420p"
        shown = alteration.change(frames[0])
        stream.width, stream.height = shown.width // 2 * 2, shown.height // 2 * 2
        for place in places.tolist():
            image = alteration.change(frames[place]).crop((0, 0, stream.width, stream.height))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")))
        container.mux(stream.encode(None))
    return path


def write_still(path: Path, script: Script, at: float, width: int) -> Path:
    """A still of the clip at that second, cropped by 40 % and with words over it, as JPEG."""
    frames = list(_iter_pans(script, width, width * 9 // 16))
    _write_over(_crop(0.40)(frames[round(at * RATE)])).save(path, quality=75)
    return path


def _iter_pans(script: Script, width: int, height: int) -> Iterator[Image.Image]:
    """Over each picture the view moves from its left to its right edge while it is shown."""
    for picture, seconds in zip(script.pictures, script.seconds, strict=True):
        with Image.open(picture) as opened:
            size = (round(width * script.pan), height)
            fitted = ImageOps.fit(opened.convert("RGB"), size, Image.Resampling.LANCZOS)
        steps = round(seconds * RATE)
        for step in range(steps):
            left = (fitted.width - width) * step // steps
            yield fitted.crop((left, 0, left + width, height))
