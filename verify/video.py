"""Open videos safely and take their keyframes.

FFmpeg gets an open file, a forced container and no protocol at all, so that nothing in a file can make it
open another file or an address.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from verify.errors import MediaRefusedError
from verify.formats import CONTAINERS
from verify.hashing.base import distance_bits
from verify.hashing.pdq import PDQ
from verify.media import Frame, MediaLimits, require_media_type

FOLD_BITS = 12
"""A keyframe within this PDQ distance of the one kept before it is dropped: the scene has not changed.

Well under 31, so that whatever matched the dropped frame nearly always matches the kept one.
"""

_QUARTER_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, slots=True)
class VideoReading:
    """What was read of a video. Width and height are those of the upright picture, frames in time order."""

    media_type: str
    width: int
    height: int
    duration_seconds: float | None
    has_audio: bool
    frames: tuple[Frame, ...]


def read_video(path: Path, limits: MediaLimits | None = None, *, least_side: int = 512) -> VideoReading:
    """Keyframes with their time codes, near-identical neighbours folded, evenly spread where too many.

    Frames are scaled down to a shorter side of `least_side`. Raises MediaRefusedError.
    """
    limits = limits or MediaLimits()
    with open_video(path, limits) as container:
        return _read(container, require_media_type(path, limits), limits, least_side)


@contextmanager
def open_video(
    path: Path, limits: MediaLimits, options: Mapping[str, str] = MappingProxyType({})
) -> Iterator[InputContainer]:
    """Open the container of a video: its own demuxer, no protocol; closed at the end, errors of FFmpeg translated.

    `options` are further ones of the demuxer. Raises MediaRefusedError.
    """
    media_type = require_media_type(path, limits)
    if media_type not in CONTAINERS:
        raise MediaRefusedError("format-not-allowed", f"{media_type} is not a video: open it as a picture")
    with (
        path.open("rb") as file,
        _translated(),
        av.open(
            file,
            mode="r",
            format=CONTAINERS[media_type],
            options={**options, "protocol_whitelist": "none"},
            metadata_errors="replace",
            timeout=limits.open_timeout_seconds,
        ) as container,
    ):
        yield container


def _read(container: InputContainer, media_type: str, limits: MediaLimits, least_side: int) -> VideoReading:
    if not container.streams.video:
        raise MediaRefusedError("no-frames", "the file has no pictures, only sound or data: give a video")
    stream = container.streams.video[0]
    if getattr(stream, "codec_context", None) is None:
        raise MediaRefusedError("no-frames", "no decoder knows the coding of this video: save it as H.264 in MP4")
    duration = _duration_seconds(container, stream)
    _check(stream, duration, limits)
    frames = tuple(_fold(_iter_keyframes(container, stream, duration, limits, least_side)))
    if not frames:
        raise MediaRefusedError("no-frames", "no frame of the video can be decoded: fetch it again")
    return VideoReading(media_type, frames[0].width, frames[0].height, duration, bool(container.streams.audio), frames)


def _duration_seconds(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return round(float(stream.duration * stream.time_base), 3)
    return None if container.duration is None else round(container.duration / av.time_base, 3)


def _check(stream: VideoStream, duration: float | None, limits: MediaLimits) -> None:
    if stream.width * stream.height > limits.max_pixels:
        raise MediaRefusedError(
            "too-many-pixels", f"{stream.width} x {stream.height} pixels are too many: give a smaller copy"
        )
    if duration is not None and duration > limits.max_duration_seconds:
        raise MediaRefusedError("too-long", f"{duration:.0f} seconds are too long: give the part in question")


def _iter_keyframes(
    container: InputContainer,
    stream: VideoStream,
    duration: float | None,
    limits: MediaLimits,
    least_side: int,
) -> Iterator[Frame]:
    """Decode keyframe packets only, none nearer to the last than the duration over `max_keyframes`."""
    stream.codec_context.skip_frame = "NONKEY"
    step = (duration or 0.0) / limits.max_keyframes
    due, decoded = float("-inf"), 0
    for packet in container.demux(stream):
        at = None if packet.pts is None else float(packet.pts * packet.time_base)
        if packet.size and (not packet.is_keyframe or (at is not None and at < due)):
            continue
        for frame in _decode(packet):
            yield _convert(frame, decoded, limits, least_side)
            decoded += 1
        if decoded >= limits.max_keyframes:
            return
        if packet.size and at is not None:
            due = at + step


def _decode(packet: "Packet[VideoStream]") -> list[VideoFrame]:
    """Frames of the packet; none where it is damaged, the rest of the video may still be good."""
    try:
        return packet.decode()
    except av.InvalidDataError:
        return []


def _convert(frame: VideoFrame, index: int, limits: MediaLimits, least_side: int) -> Frame:
    if frame.width * frame.height > limits.max_pixels:
        raise MediaRefusedError("too-many-pixels", "a frame has too many pixels: give a smaller copy")
    scale = min(1.0, least_side / min(frame.width, frame.height))
    size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
    small = frame.reformat(width=size[0], height=size[1], format="rgb24", interpolation="AREA")
    image = Image.fromarray(small.to_ndarray())
    turn = _QUARTER_TURNS.get(round(frame.rotation / 90) * 90 % 360)
    sideways = turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)
    width, height = (frame.height, frame.width) if sideways else (frame.width, frame.height)
    upright = image if turn is None else image.transpose(turn)
    return Frame(upright, width, height, index, None if frame.pts is None else round(frame.time, 3))


def _fold(frames: Iterator[Frame]) -> Iterator[Frame]:
    last: str | None = None
    for frame in frames:
        code = PDQ.compute(frame.image).code
        if last is None or distance_bits(last, code) > FOLD_BITS:
            last = code
            yield frame


@contextmanager
def _translated() -> Iterator[None]:
    """Turn FFmpeg's errors into MediaRefusedError."""
    try:
        yield
    except MediaRefusedError:
        raise
    except MemoryError as error:
        raise MediaRefusedError("needs-too-much-memory", "needs too much memory: give a shorter cut") from error
    except (av.FFmpegError, ValueError, ArithmeticError) as error:
        raise MediaRefusedError("damaged", "the video is damaged or cut off: fetch the original again") from error
