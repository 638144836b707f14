"""The moment at which a known video shows the view of a frame: where the camera moves, frames around say when.

A frame that was kept stands for seconds in which the picture moves on. How the suspect's frame lies on two frames of the known
video says how fast the view moves there, and so when it was that of the suspect: its middle then lies in the middle. Cropping
and mirroring leave it there; what was cropped on one side only is off by as much as the camera moves over.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from verify.features import NOMINATING_SPREAD_INLIERS, LocalFeatures, QueryFeatures, describe_known, verify_geometry
from verify.media import Frame

REACH_SECONDS = 12.0
"""How far from the moment where it begins the search may go; kept frames lie up to about as far apart."""

_STEP_SECONDS = 1.0
_LEAST_SHARE_A_SECOND = 0.004
"""Of the frame's side: what moves slower stands still."""

_CLOSE_SHARE = 0.002
_MOST_STEPS = 4

ReadFrame = Callable[[float], Frame]
_Point = npt.NDArray[np.float64]


def find_view(query: QueryFeatures, mirrored: bool, at: float, read: ReadFrame) -> float | None:
    """The second of the known video with the view of the query, looked for from `at` on; None where nothing moves.

    `read` gives the known video's frame at a second. Raises what it raises, and MissingExtraError without OpenCV.
    """
    start, here = _look(query, mirrored, read(at))
    moment, there = _look(query, mirrored, read(at + _STEP_SECONDS))
    if moment - start < _STEP_SECONDS / 2:  # at the end
        moment, there = _look(query, mirrored, read(max(0.0, at - _STEP_SECONDS)))
    aim = None
    for _ in range(_MOST_STEPS):
        if here is None or there is None or moment == start:
            break
        speed = (there - here) / (moment - start)
        if np.hypot(*speed) < _LEAST_SHARE_A_SECOND:
            break
        aim = max(0.0, moment - float(there @ speed) / float(speed @ speed))
        if abs(aim - at) > REACH_SECONDS:
            return None
        if abs(aim - moment) * np.hypot(*speed) < _CLOSE_SHARE:
            break
        start, here = moment, there
        moment, there = _look(query, mirrored, read(aim))
    return aim


def _look(query: QueryFeatures, mirrored: bool, frame: Frame) -> tuple[float, _Point | None]:
    """When the frame is shown, and by how much the query's middle lies beside its middle; None where it does not lie on it."""
    known: LocalFeatures = describe_known(frame.image)
    geometry = verify_geometry(query, known, mirrored, NOMINATING_SPREAD_INLIERS)
    beside = None if geometry is None else np.array(geometry.affine) @ (0.5, 0.5, 1.0) - 0.5
    return frame.at_seconds or 0.0, beside
