"""Where in the known video a suspect one lies: stretches that fit, each with its offset and speed.

What is known are meetings: at this second of the suspect a frame of that second of the known video was found. Frames are few
and seconds apart, and some meetings are chance (a title card, the same scene twice). So each stretch is the straight line that
most meetings lie near, and what it leaves is looked through again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TOLERANCE_SECONDS = 1.0
"""How far a meeting may lie from the line of its stretch. Neighbouring frames are folded when they look alike, so a frame may
stand for a moment up to that far away."""

SPEEDS = (0.45, 2.2)
"""Slowest and fastest of the suspect, in known seconds per second; platforms' players offer a half to twice."""

PLAIN_SPEED = 0.03
"""Speeds within this of 1 are said to be 1 where they explain no fewer meetings: time codes are rounded to frames."""

_MOST_SEGMENTS = 12
_MOST_MEETINGS = 150

_Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the suspect (`query_*`) and where it lies in the known video, in seconds.

    `speed` is known seconds per second of the suspect: 2 is played twice as fast; None where one meeting alone does not
    say. `meetings` is how many frames support it.
    """

    query_start: float
    query_end: float
    known_start: float
    known_end: float
    speed: float | None
    meetings: int


def align_timelines(meetings: Iterable[tuple[float | None, float | None]]) -> tuple[Segment, ...]:
    """The stretches in order of the suspect's time; none where no meeting has a time on both sides.

    `meetings` are (query, known) seconds, as in `MediaEvidence.time_codes`. Meetings that lie on no line with another become
    stretches of their own only where nothing longer was found.
    """
    pairs = sorted({(round(float(q), 3), round(float(k), 3)) for q, k in meetings if q is not None and k is not None})[
        :_MOST_MEETINGS
    ]
    left = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    segments: list[Segment] = []
    while len(left) >= 2 and len(segments) < _MOST_SEGMENTS:
        near, speed = _find_line(left)
        if np.count_nonzero(near) < 2:
            break
        segments.append(_build_segment(left[near], speed))
        left = left[~near]
    if not segments:
        segments = [Segment(q, q, k, k, None, 1) for q, k in left.tolist()]
    return tuple(sorted(segments, key=lambda s: (s.query_start, s.known_start)))


def _find_line(points: _Seconds) -> tuple[npt.NDArray[np.bool_], float]:
    """The meetings near the best line, and its speed; plain speed where it is as good as another."""
    plain, plain_score = _try_lines(points, np.ones(len(points)), np.arange(len(points)))
    first, second = np.triu_indices(len(points), 1)
    across, along = (points[second] - points[first]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = along / across
    usable = (across > 0) & (slopes >= SPEEDS[0]) & (slopes <= SPEEDS[1])
    if not usable.any():
        return plain, 1.0
    free, free_score = _try_lines(points, slopes[usable], first[usable])
    if free_score > plain_score:
        speed = _fit(points[free])
        return (plain, 1.0) if abs(speed - 1) < PLAIN_SPEED and plain_score >= free_score - 1 else (free, speed)
    return plain, 1.0


def _try_lines(points: _Seconds, slopes: _Seconds, through: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.bool_], int]:
    """Which meetings lie near the best of the lines, and how many different moments of the suspect they are."""
    best, best_score, best_error = np.zeros(len(points), dtype=bool), 0, np.inf
    for slope, start in zip(slopes.tolist(), points[through].tolist(), strict=True):
        error = np.abs(points[:, 1] - start[1] - slope * (points[:, 0] - start[0]))
        near = error <= TOLERANCE_SECONDS
        score = len(np.unique(points[near, 0]))
        total = float(error[near].sum())
        if (score, -total) > (best_score, -best_error):
            best, best_score, best_error = near, score, total
    return best, best_score


def _fit(points: _Seconds) -> float:
    """Speed by least squares."""
    across = points[:, 0] - points[:, 0].mean()
    spread = float((across**2).sum())
    return float((across * points[:, 1]).sum()) / spread if spread else 1.0


def _build_segment(points: _Seconds, speed: float) -> Segment:
    start, end = float(points[:, 0].min()), float(points[:, 0].max())
    middle_query, middle_known = points.mean(axis=0).tolist()
    known_start = middle_known + speed * (start - middle_query)
    known_end = middle_known + speed * (end - middle_query)
    return Segment(
        query_start=start,
        query_end=end,
        known_start=round(max(0.0, known_start), 2),
        known_end=round(max(0.0, known_end), 2),
        speed=round(speed, 3) if end > start else None,
        meetings=len(points),
    )
