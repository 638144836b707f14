"""Stand-in films: slow moves over photographs with a tone as sound, and re-encoded later uses. Made with PyAV.

One thread, fixed keyframes and nothing that hangs on the processor, so that the same film gives the same bytes on one machine.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from av.video.frame import VideoFrame
from PIL import Image

from sankofa.demo.record import Change, Pan
from sankofa.demo.stills import alter, open_part

FRAME_SIZE = (384, 288)
"""Width and height of an original film, in pixels."""

FRAMES_PER_SECOND = 10
SCENE_SECONDS = 2
KEYFRAME_EVERY = 10
"""Frames between keyframes: one keyframe a second."""

_SOUND_RATE = 16_000
_SOUND_LEVEL = 0.2


def render_scenes(scenes: Sequence[Pan]) -> Iterator[Image.Image]:
    """Yield the frames of an original film, ``SCENE_SECONDS`` for each scene."""
    count = FRAMES_PER_SECOND * SCENE_SECONDS
    for scene in scenes:
        for step in range(count):
            share = step / (count - 1)
            left, top, width, height = (round(a + share * (b - a)) for a, b in zip(scene.start, scene.end, strict=True))
            yield open_part(scene.photo, (left, top, width, height), FRAME_SIZE)


def read_frames(path: Path) -> Iterator[Image.Image]:
    """Yield every frame of a film of ours as RGB."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield Image.fromarray(frame.to_ndarray(format="rgb24"))


def alter_frames(frames: Iterable[Image.Image], changes: Sequence[Change]) -> Iterator[Image.Image]:
    """Yield each frame after all *changes*, with even sides as H.264 asks."""
    for frame in frames:
        for change in changes:
            frame = alter(frame, change)
        yield frame.crop((0, 0, frame.width - frame.width % 2, frame.height - frame.height % 2))


def write_film(path: Path, frames: Iterable[Image.Image], *, sound_hertz: int, rate_factor: int) -> None:
    """Write *frames* as H.264 in MP4, with a tone of *sound_hertz* as AAC, or silent without a track for 0."""
    pictures = list(frames)
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        _write(container, pictures, sound_hertz, rate_factor)


def _write(container: OutputContainer, pictures: Sequence[Image.Image], sound_hertz: int, rate_factor: int) -> None:
    video = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
    video.width, video.height = pictures[0].size
    video.pix_fmt = "yuv420p"
    video.gop_size = KEYFRAME_EVERY
    video.codec_context.thread_count = 1
    video.options = {
        "crf": str(rate_factor),
        "preset": "veryfast",
        "sc_threshold": "0",
        "bf": "0",
        "x264-params": "cpu-independent=1",  # or how it looks ahead depends on what was in the memory before
    }
    audio = container.add_stream("aac", rate=_SOUND_RATE, layout="mono") if sound_hertz else None
    for number, picture in enumerate(pictures):
        frame = VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
        container.mux(video.encode(frame))
    container.mux(video.encode(None))
    if audio is not None:
        container.mux(audio.encode(_make_tone(sound_hertz, len(pictures) / FRAMES_PER_SECOND)))
        container.mux(audio.encode(None))


def _make_tone(hertz: int, seconds: float) -> AudioFrame:
    times = np.arange(round(_SOUND_RATE * seconds)) / _SOUND_RATE
    wave = (_SOUND_LEVEL * np.sin(2 * np.pi * hertz * times)).astype(np.float32)
    frame = AudioFrame.from_ndarray(wave[None, :], format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = _SOUND_RATE, 0, Fraction(1, _SOUND_RATE)
    return frame
