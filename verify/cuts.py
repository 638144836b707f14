"""Where a video cuts from one picture to another, to the frame: what survives crops, mirrors, captions and other coding.

Keyframes lie seconds apart, and where a coder puts them differs from copy to copy; a cut is at the same moment in all. Read
only when two videos are compared, since every frame has to be decoded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.reformatter import VideoReformatter

from verify.media import MediaLimits
from verify.moments import iter_decoded
from verify.video import open_video

_GRID = (32, 18)
_MOST_PIXELS = 1_000_000_000
"""How much of a video is decoded: five minutes at 480 x 270 and 25 frames a second, twenty seconds at 1920 x 1080."""

_LEAST_PIXELS = 1 << 15
"""What a frame counts for at the least, so that small ones are not too many."""

_LEAST_CHANGE = 3.0
"""Mean change of brightness (of 255) from one frame to the next that can be a cut; a clip may fill a third of its frame."""

_STANDS_OUT = 3.0
"""How many times as much changes at a cut as at any other frame near it; a flash changes twice, a pan all the time."""

_NEAR_SECONDS = 0.45


@dataclass(frozen=True, slots=True)
class Cuts:
    """The seconds at which a new picture begins, of all frames between `start` and `end`."""

    start: float
    end: float
    times: tuple[float, ...]


def read_cuts(path: Path, limits: MediaLimits | None = None, *, start: float = 0.0) -> Cuts:
    """The cuts from `start` on, as far as a bounded number of pixels goes. Raises MediaRefusedError."""
    with open_video(path, limits or MediaLimits()) as container:
        rows = list(_iter_small(container, start))
    moments = np.array([at for at, _ in rows], dtype=np.float64)
    return find_cuts(moments, np.stack([small for _, small in rows])) if len(rows) > 1 else Cuts(start, start, ())


def find_cuts(moments: npt.NDArray[np.float64], frames: npt.NDArray[np.uint8]) -> Cuts:
    """The cuts of frames (count, rows, columns; brightness) shown at these seconds, in order."""
    change = np.abs(np.diff(frames.astype(np.int16), axis=0)).mean(axis=(1, 2))
    at = moments[1:]
    found = [float(at[i]) for i in np.flatnonzero(change >= _LEAST_CHANGE).tolist() if _stands_out(change, at, i)]
    return Cuts(float(moments[0]), float(moments[-1]), tuple(found))


def _stands_out(change: npt.NDArray[np.float64], at: npt.NDArray[np.float64], place: int) -> bool:
    near = np.abs(at - at[place]) <= _NEAR_SECONDS
    near[place] = False
    return not near.any() or bool(change[place] >= _STANDS_OUT * change[near].max())


def _iter_small(container: InputContainer, start: float) -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
    scaler, pixels, last = VideoReformatter(), 0, -np.inf
    for frame in iter_decoded(container, start):
        pixels += max(frame.width * frame.height, _LEAST_PIXELS)
        if pixels > _MOST_PIXELS:
            return
        if frame.pts is not None and frame.time > last:
            last = frame.time
            small = scaler.reformat(frame, *_GRID, "gray", interpolation="AREA")
            yield last, np.asarray(small.to_ndarray(), dtype=np.uint8)
