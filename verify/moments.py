"""Single frames of a picture or a video, small enough to be shown: the pixels that a proof is drawn from."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from verify.formats import CONTAINERS
from verify.media import Frame, MediaLimits, iter_frames, require_media_type
from verify.video import read_video


def read_moments(
    path: Path, at: Sequence[float | None], *, max_side: int, limits: MediaLimits | None = None
) -> tuple[Frame, ...]:
    """Read for each of the moments (seconds; None: no matter which) the frame that lies nearest, its longer side at most
    `max_side`.

    Of a video those frames are looked at that :func:`verify.video.read_video` keeps. Raises MediaRefusedError.
    """
    limits = limits or MediaLimits()
    if require_media_type(path, limits) in CONTAINERS:
        frames = read_video(path, limits, least_side=max_side * 3 // 4).frames
    else:
        frames = tuple(iter_frames(path, limits, least_side=max_side))
    return tuple(_shrink(_find_nearest(frames, moment), max_side) for moment in at)


def _find_nearest(frames: Sequence[Frame], moment: float | None) -> Frame:
    if moment is None:
        return frames[0]
    return min(frames, key=lambda frame: abs((frame.at_seconds or 0.0) - moment))


def _shrink(frame: Frame, max_side: int) -> Frame:
    image = frame.image.copy()
    image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return Frame(image, frame.width, frame.height, frame.index, frame.at_seconds)
