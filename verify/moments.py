"""Single frames of a picture or a video, small enough to be shown: the pixels that a proof is drawn from."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from PIL import Image

from verify.errors import MediaRefusedError
from verify.formats import CONTAINERS
from verify.media import Frame, MediaLimits, iter_frames, require_media_type
from verify.video import FrameScaler, build_frame, open_video, require_stream

_MOST_PIXELS = 2_000_000_000
"""How much of a video is decoded on the way from a keyframe to one moment; where that ends, the last frame is taken."""

_ROUNDING_SECONDS = 0.001


def read_moments(
    path: Path, at: Sequence[float | None], *, max_side: int, limits: MediaLimits | None = None
) -> tuple[Frame, ...]:
    """Read for each of the moments (seconds; None: no matter which) the frame that is shown then, its longer side at most
    `max_side`; before the beginning the first, beyond the end the last. Raises MediaRefusedError.
    """
    limits = limits or MediaLimits()
    if require_media_type(path, limits) in CONTAINERS:
        with open_video(path, limits) as container:
            frames = [_read_shown(container, moment or 0.0, max_side * 3 // 4, limits) for moment in at]
    else:
        shown = tuple(iter_frames(path, limits, least_side=max_side))
        frames = [_find_nearest(shown, moment) for moment in at]
    return tuple(_shrink(frame, max_side) for frame in frames)


def iter_decoded(container: InputContainer, start: float) -> Iterator[VideoFrame]:
    """Every frame that can be decoded, from the last keyframe before `start` (seconds) on. Raises MediaRefusedError."""
    stream = require_stream(container)
    stream.codec_context.skip_frame = "DEFAULT"
    with suppress(av.FFmpegError):  # what has no index is read from where it stands
        container.seek(int(start / (stream.time_base or 1)), stream=stream)
    for packet in container.demux(stream):
        with suppress(av.InvalidDataError):
            yield from packet.decode()


def _read_shown(container: InputContainer, moment: float, least_side: int, limits: MediaLimits) -> Frame:
    found: VideoFrame | None = None
    pixels = 0
    for frame in iter_decoded(container, moment):
        pixels += frame.width * frame.height
        if found is not None and (
            pixels > _MOST_PIXELS or frame.pts is None or frame.time > moment + _ROUNDING_SECONDS
        ):
            break
        found = frame
    if found is None:
        raise MediaRefusedError("no-frames", "no frame of the video can be decoded there: fetch it again")
    scaler = FrameScaler(limits, least_side)
    return build_frame(found, scaler.colour(scaler.shrink(found)), 0)


def _find_nearest(frames: Sequence[Frame], moment: float | None) -> Frame:
    return min(frames, key=lambda frame: abs((frame.at_seconds or 0.0) - (moment or 0.0)))


def _shrink(frame: Frame, max_side: int) -> Frame:
    image = frame.image.copy()
    image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return Frame(image, frame.width, frame.height, frame.index, frame.at_seconds)
