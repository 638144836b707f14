"""Open videos safely and take their keyframes, and a frame in between where these lie far apart.

FFmpeg gets an open file, a forced container and no protocol at all, so that nothing in a file can make it
open another file or an address.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from PIL import Image

from verify.errors import MediaRefusedError
from verify.formats import CONTAINERS
from verify.hashing.base import Region, distance_bits
from verify.hashing.pdq import PDQ
from verify.media import Frame, MediaLimits, require_media_type

FOLD_BITS = 12
"""A keyframe within this PDQ distance of the one kept before it is dropped: the scene has not changed.

Well under 31, so that whatever matched the dropped frame nearly always matches the kept one.
"""

_OPENING: Mapping[str, Any] = {} if int(av.__version__.partition(".")[0]) >= 19 else {"metadata_errors": "replace"}
"""So that texts in a file that are no UTF-8 do not keep it from being opened, which PyAV from 19 on never lets them."""

_LONGEST_GAP_SECONDS = 10.0
_MOST_WAITING_BYTES = 128 << 20
_BAR_GRID = 128
_BAR_TOLERANCE = 12

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

    Where keyframes lie more than 10 s apart, one frame in between is decoded for each 10 to 20 s. Frames are scaled down
    to a shorter side of `least_side`. Raises MediaRefusedError.
    """
    limits = limits or MediaLimits()
    with open_video(path, limits) as container:
        return _read(container, require_media_type(path, limits), limits, least_side)


def spread(frames: Sequence[Frame], most: int | None) -> tuple[Frame, ...]:
    """`most` of the frames in their order, the first and the last among them, evenly spread; all where there are fewer."""
    if most is None or len(frames) <= most:
        return tuple(frames)
    return tuple(frames[place] for place in np.linspace(0, len(frames) - 1, most).round().astype(int).tolist())


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
            **_OPENING,
            timeout=limits.open_timeout_seconds,
        ) as container,
    ):
        yield container


def _read(container: InputContainer, media_type: str, limits: MediaLimits, least_side: int) -> VideoReading:
    stream = require_stream(container)
    duration = _duration_seconds(container, stream)
    _check(stream, duration, limits)
    frames = tuple(_iter_frames(container, stream, duration, limits, least_side))
    if not frames:
        raise MediaRefusedError("no-frames", "no frame of the video can be decoded: fetch it again")
    return VideoReading(media_type, frames[0].width, frames[0].height, duration, bool(container.streams.audio), frames)


def require_stream(container: InputContainer) -> VideoStream:
    """The pictures of a container. Raises MediaRefusedError where there are none, or nothing decodes them."""
    if not container.streams.video:
        raise MediaRefusedError("no-frames", "the file has no pictures, only sound or data: give a video")
    stream = container.streams.video[0]
    if getattr(stream, "codec_context", None) is None:
        raise MediaRefusedError("no-frames", "no decoder knows the coding of this video: save it as H.264 in MP4")
    return stream


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


class _Selection:
    """Which packets of a video are decoded: keyframes, and of stretches without any as much as one frame each needs.

    A stretch is over `_LONGEST_GAP_SECONDS` without a keyframe. Its packets are kept back until the next keyframe comes, and
    then decoded up to the middle, or after twice that time, and then decoded up to the first half of it. So nothing is decoded
    for videos whose keyframes lie near, and never more than is needed.
    """

    def __init__(self, stream: VideoStream, step_seconds: float, limits: MediaLimits) -> None:
        self._context = stream.codec_context
        self._step = step_seconds
        self._gap = max(_LONGEST_GAP_SECONDS, step_seconds)
        self._left_seconds = limits.max_between_seconds
        self._waiting: deque[Packet[VideoStream]] = deque()
        self._waiting_bytes = 0
        self._last: float | None = None
        self._due = float("-inf")
        self._context.skip_frame = "NONKEY"

    def feed(self, packet: "Packet[VideoStream]") -> list[VideoFrame]:
        """The frames that are to be looked at now that the packet is known; mostly none."""
        if not packet.size:
            return [*self._close_gap(None), *_decode(packet)]
        at = None if packet.pts is None else float(packet.pts * packet.time_base)
        if packet.is_keyframe:
            return self._feed_keyframe(packet, at)
        if self._last is not None and at is not None and self._left_seconds > 0:
            return self._keep_back(packet, self._last, at)
        return []

    def _feed_keyframe(self, packet: "Packet[VideoStream]", at: float | None) -> list[VideoFrame]:
        if at is not None and at < self._due:
            self._forget()
            self._last = None  # what comes before the next keyframe that is taken cannot be decoded
            return []
        between = self._close_gap(at)
        self._last = at
        self._due = float("-inf") if at is None else at + self._step
        return [*between, *_decode(packet)]

    def _keep_back(self, packet: "Packet[VideoStream]", last: float, at: float) -> list[VideoFrame]:
        self._waiting.append(packet)
        self._waiting_bytes += packet.size
        if self._waiting_bytes > _MOST_WAITING_BYTES:
            self._forget()
            self._last = None
            return []
        return self._decode_until(last + self._gap) if at - last > 2 * self._gap else []

    def _close_gap(self, at: float | None) -> list[VideoFrame]:
        """Before a keyframe or the end: the middle of the stretch, where it is long."""
        found: list[VideoFrame] = []
        if self._last is not None and self._waiting:
            end = at if at is not None else max(_at(packet) for packet in self._waiting)
            if end - self._last > self._gap:
                found = self._decode_until((end + self._last) / 2)
        self._forget()
        return found

    def _forget(self) -> None:
        self._waiting.clear()
        self._waiting_bytes = 0

    def _decode_until(self, target: float) -> list[VideoFrame]:
        """The first frame from `target` on, of the packets that were kept back; these are used up as far as need be."""
        self._context.skip_frame = "NONREF"
        found: list[VideoFrame] = []
        reached = False
        while self._waiting and not reached:
            packet = self._waiting.popleft()
            self._waiting_bytes -= packet.size
            for frame in _decode(packet):
                is_late = frame.pts is not None and frame.time >= target
                if frame.key_frame or (is_late and not reached):  # keyframes may come out late themselves
                    found.append(frame)
                reached = reached or is_late
        self._context.skip_frame = "NONKEY"
        self._left_seconds -= target - (self._last or 0.0)
        self._last = target
        return found


def _at(packet: "Packet[VideoStream]") -> float:
    return 0.0 if packet.pts is None else float(packet.pts * packet.time_base)


def _iter_frames(
    container: InputContainer,
    stream: VideoStream,
    duration: float | None,
    limits: MediaLimits,
    least_side: int,
) -> Iterator[Frame]:
    """Frames in order of time, no keyframe nearer to the last than the duration over `max_keyframes`."""
    selection = _Selection(stream, (duration or 0.0) / limits.max_keyframes, limits)
    scaler = FrameScaler(limits, least_side)
    decoded = 0
    last_code: str | None = None
    for packet in container.demux(stream):
        for frame in selection.feed(packet):
            if decoded == limits.max_keyframes:
                return
            small = scaler.shrink(frame)
            code = _hash_frame(small)
            if last_code is None or distance_bits(last_code, code) > FOLD_BITS:
                last_code = code
                yield build_frame(frame, scaler.colour(small), decoded)
            decoded += 1


class FrameScaler:
    """Scales frames of one size after another: smaller first, colours only of those that are kept."""

    def __init__(self, limits: MediaLimits, least_side: int) -> None:
        self._max_pixels = limits.max_pixels
        self._least_side = least_side
        self._shrinking, self._colouring = VideoReformatter(), VideoReformatter()

    def shrink(self, frame: VideoFrame) -> VideoFrame:
        """Brightness and colour differences in planes of their own, the shorter side at most `least_side`."""
        if frame.width * frame.height > self._max_pixels:
            raise MediaRefusedError("too-many-pixels", "a frame has too many pixels: give a smaller copy")
        scale = min(1.0, self._least_side / min(frame.width, frame.height))
        width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
        return self._shrinking.reformat(frame, width, height, "yuv444p", interpolation="AREA")

    def colour(self, small: VideoFrame) -> Image.Image:
        """The picture in red, green and blue."""
        return Image.fromarray(self._colouring.reformat(small, format="rgb24").to_ndarray())


def _decode(packet: "Packet[VideoStream]") -> list[VideoFrame]:
    """Frames of the packet; none where it is damaged, the rest of the video may still be good."""
    try:
        return packet.decode()
    except av.InvalidDataError:
        return []


def _hash_frame(small: VideoFrame) -> str:
    """PDQ of the brightness as it was coded."""
    plane = small.planes[0]
    rows = np.frombuffer(memoryview(plane), dtype=np.uint8)[: plane.line_size * small.height]
    return PDQ.encode_luma(rows.reshape(small.height, plane.line_size)[:, : small.width])


def build_frame(frame: VideoFrame, image: Image.Image, index: int) -> Frame:
    """The upright picture of a decoded frame, `image` being its pixels, perhaps fewer."""
    turn = _QUARTER_TURNS.get(round(frame.rotation / 90) * 90 % 360)
    sideways = turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)
    width, height = (frame.height, frame.width) if sideways else (frame.width, frame.height)
    upright = image if turn is None else image.transpose(turn)
    return Frame(upright, width, height, index, None if frame.pts is None else round(frame.time, 3))


def find_steady_bars(images: Sequence[Image.Image]) -> Region | None:
    """What is left of a video without the plain bars that no frame ever draws in; None without such bars.

    The images are the frames in order. One frame alone may be dark at its edges; bars stay through the whole video.
    """
    small = [np.asarray(image.convert("L").resize((_BAR_GRID, _BAR_GRID), Image.Resampling.BOX)) for image in images]
    if len(small) < 2:
        return None
    stack = np.stack(small).astype(np.int16)
    ground = np.median(stack[:, [0, -1], :])  # of the lines at the top and bottom
    beside = np.median(stack[:, :, [0, -1]])
    top, bottom = _trim(np.abs(stack - ground).max(axis=(0, 2)) <= _BAR_TOLERANCE)
    left, right = _trim(np.abs(stack - beside).max(axis=(0, 1)) <= _BAR_TOLERANCE)
    if (top, bottom, left, right) == (0, _BAR_GRID, 0, _BAR_GRID) or min(bottom - top, right - left) < _BAR_GRID // 4:
        return None
    return Region(left / _BAR_GRID, top / _BAR_GRID, (right - left) / _BAR_GRID, (bottom - top) / _BAR_GRID)


def _trim(plain: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """First and last line (exclusive) between the plain ones at both ends; nothing trimmed where all are plain."""
    busy = np.flatnonzero(~plain)
    return (int(busy[0]), int(busy[-1]) + 1) if len(busy) else (0, len(plain))


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
