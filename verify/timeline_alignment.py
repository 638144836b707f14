"""Where in the known video a suspect one lies: stretches that fit, each with its offset and speed.

What is known are meetings: at this second of the suspect a frame of that second of the known video was found. Frames are few
and seconds apart, and some meetings are chance (a title card, the same scene twice). So each stretch is the straight line that
most meetings lie near, and what it leaves is looked through again. A kept frame also stands for all that looks like it until
its neighbours: a meeting that the line passes within their reach belongs to the stretch, and does not move the line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from verify.cut_alignment import CutLine, find_cut_line
from verify.cuts import Cuts

TOLERANCE_SECONDS = 1.0
"""How far a meeting may lie from the line of its stretch. Neighbouring frames are folded when they look alike, so a frame may
stand for a moment up to that far away."""

SPEEDS = (0.45, 2.2)
"""Slowest and fastest of the suspect, in known seconds per second; platforms' players offer a half to twice."""

PLAIN_SPEED = 0.03
"""Speeds within this of 1 are said to be 1 where they explain no fewer meetings: time codes are rounded to frames."""

_FURTHEST_SECONDS = 12.0
"""How far beyond a stretch a meeting may still belong to it; kept frames lie up to about that far apart (`verify.video`)."""

_EXACT_SECONDS = 0.3
"""How far a meeting that was found to the frame may lie from the line."""

_NEAR_COUNTS = 2
"""How much more a meeting near the line says than one in whose scene it merely lies."""

_MOST_SEGMENTS = 12
_MOST_MEETINGS = 150

_Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the suspect (`query_*`) and where it lies in the known video, in seconds.

    `speed` is known seconds per second of the suspect: 2 is played twice as fast; None where one known frame alone does
    not say; then `known_start` and `known_end` are its time. `meetings` is how many frames support it.
    """

    query_start: float
    query_end: float
    known_start: float
    known_end: float
    speed: float | None
    meetings: int


def align_timelines(
    meetings: Iterable[tuple[float | None, float | None]],
    known_seconds: Iterable[float] = (),
    cuts: tuple[Cuts, Cuts] | None = None,
    exact: Mapping[float, float] = MappingProxyType({}),
) -> tuple[Segment, ...]:
    """The stretches in order of the suspect's time; none where no meeting has a time on both sides.

    `meetings` are (query, known) seconds, as in `MediaEvidence.time_codes`. Meetings that lie on no line with another become
    stretches of their own only where nothing longer was found. `known_seconds` are the times of all known frames; without them
    those that were met stand for all. `cuts` are those of the suspect and of the known video: a line that shares some says more
    than meetings do. `exact` are seconds of the suspect for which that of the known video was found to the frame.
    """
    met = ((q, exact.get(q, k)) for q, k in meetings if q is not None and k is not None)
    pairs = sorted({(round(float(q), 3), round(float(k), 3)) for q, k in met})[:_MOST_MEETINGS]
    left = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    frames = np.unique([*known_seconds, *(known for _, known in pairs)])
    segments: list[Segment] = []
    while cuts and len(left) and len(segments) < _MOST_SEGMENTS:
        scenes = np.column_stack([_find_previous(left, frames), _find_next(left, frames)])
        line = find_cut_line(left, scenes, cuts, SPEEDS, TOLERANCE_SECONDS)
        if line is None:
            break
        segments.append(_build_on_cuts(left[line.passed], line))
        left = left[~line.passed]
    if len(exact) >= 2 and not segments:
        near, speed = _find_exact_line(left, exact, frames)
        if np.count_nonzero(near) >= 2:
            segment, taken = _follow(left, near, speed, frames)
            segments, left = [segment], left[~taken]
    while len(left) >= 2 and len(segments) < _MOST_SEGMENTS:
        near, speed = _find_line(left, _find_next(left, frames))
        if np.count_nonzero(near) < 2:
            break
        segment, taken = _follow(left, near, speed, frames)
        segments.append(segment)
        left = left[~taken]
    if not segments:
        segments = [Segment(q, q, k, k, None, 1) for q, k in left.tolist()]
    return tuple(sorted(segments, key=lambda s: (s.query_start, s.known_start)))


def _find_exact_line(
    points: _Seconds, exact: Mapping[float, float], frames: _Seconds
) -> tuple[npt.NDArray[np.bool_], float]:
    """The line of those meetings that are exact, or of most of them where they lie on none together."""
    near = np.isin(points[:, 0], np.round(list(exact), 3))
    speed = _fit(points[near])
    beside = points[near, 1] - points[near, 1].mean() - speed * (points[near, 0] - points[near, 0].mean())
    if SPEEDS[0] <= speed <= SPEEDS[1] and np.abs(beside).max() <= _EXACT_SECONDS:
        return near, 1.0 if abs(speed - 1) < PLAIN_SPEED else speed
    chosen, speed = _find_line(points[near], _find_next(points[near], frames))
    near[near] = chosen
    return near, speed


def _build_on_cuts(passed: _Seconds, line: CutLine) -> Segment:
    """The stretch from the first to the last moment that is known of the line."""
    moments = [*passed[:, 0].tolist(), *line.moments]
    start, end = min(moments), max(moments)
    known_start, known_end = (round(max(0.0, line.find_known(moment)), 2) for moment in (start, end))
    return Segment(start, end, known_start, known_end, round(line.speed, 3), len(passed))


def _find_next(points: _Seconds, frames: _Seconds) -> _Seconds:
    """For each meeting until when its known frame stands for what follows."""
    later = np.append(frames, np.inf)[np.searchsorted(frames, points[:, 1], side="right")]
    return np.asarray(np.minimum(later, points[:, 1] + _FURTHEST_SECONDS))


def _find_previous(points: _Seconds, frames: _Seconds) -> _Seconds:
    """The known frame before each meeting's; its own, where that is the first."""
    return np.asarray(frames[np.maximum(np.searchsorted(frames, points[:, 1]) - 1, 0)])


def _find_line(points: _Seconds, until: _Seconds) -> tuple[npt.NDArray[np.bool_], float]:
    """The meetings near the best line, and its speed; plain speed where it is as good as another."""
    plain, plain_score = _try_lines(points, until, np.ones(len(points)), np.arange(len(points)))
    first, second = np.triu_indices(len(points), 1)
    across, along = (points[second] - points[first]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = along / across
    usable = (across > 0) & (slopes >= SPEEDS[0]) & (slopes <= SPEEDS[1])
    if not usable.any():
        return plain, 1.0
    free, free_score = _try_lines(points, until, slopes[usable], first[usable])
    if free_score > plain_score:
        speed = _fit(points[free])
        return (
            (plain, 1.0) if abs(speed - 1) < PLAIN_SPEED and plain_score >= free_score - _NEAR_COUNTS else (free, speed)
        )
    return plain, 1.0


def _try_lines(
    points: _Seconds, until: _Seconds, slopes: _Seconds, through: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.bool_], int]:
    """Which meetings lie near the best of the lines, and its score.

    Different moments of the suspect count; those that are not near, but lie in the scene which their known frame begins,
    count half.
    """
    best, best_score, best_error = np.zeros(len(points), dtype=bool), 0, np.inf
    for slope, start in zip(slopes.tolist(), points[through].tolist(), strict=True):
        moment = start[1] + slope * (points[:, 0] - start[0])
        error = np.abs(points[:, 1] - moment)
        near = error <= TOLERANCE_SECONDS
        inside = near | ((moment >= points[:, 1]) & (moment <= until + TOLERANCE_SECONDS))
        moments = len(np.unique(points[near, 0]))
        score = (_NEAR_COUNTS - 1) * moments + len(np.unique(points[inside, 0]))
        total = float(error[near].sum())
        if (score, -total) > (best_score, -best_error):
            best, best_score, best_error = near, score, total
    return best, best_score


def _follow(
    points: _Seconds, near: npt.NDArray[np.bool_], speed: float, frames: _Seconds
) -> tuple[Segment, npt.NDArray[np.bool_]]:
    """The stretch along the line, and which meetings it takes."""
    line = _build_segment(points[near], speed)
    if len(np.unique(points[near, 1])) == 1:
        known = float(points[near, 1][0])
        alike = (points[:, 1] == known) & (_measure_reach(points, line) <= _FURTHEST_SECONDS)
        moments = points[alike, 0]
        return Segment(float(moments.min()), float(moments.max()), known, known, None, len(moments)), alike
    passed = _find_passed(points, line, frames) & ~near
    return _stretch(line, points[passed, 0]), near | passed


def _measure_reach(points: _Seconds, line: Segment) -> _Seconds:
    """How far each meeting lies from the stretch in the suspect's time."""
    return np.asarray(np.abs(points[:, 0] - np.clip(points[:, 0], line.query_start, line.query_end)))


def _find_passed(points: _Seconds, line: Segment, frames: _Seconds) -> npt.NDArray[np.bool_]:
    """The meetings whose known frame stands for the moment at which the line passes: it lies between the frame's neighbours."""
    speed = line.speed or 1.0
    moment = line.known_start + speed * (points[:, 0] - line.query_start)
    before = _find_previous(points, frames) - TOLERANCE_SECONDS
    after = _find_next(points, frames) + TOLERANCE_SECONDS
    return (moment >= before) & (moment <= after) & (_measure_reach(points, line) <= _FURTHEST_SECONDS)


def _stretch(line: Segment, moments: _Seconds) -> Segment:
    """The same line, as far as the moments that it passes as well."""
    start, end = min([line.query_start, *moments.tolist()]), max([line.query_end, *moments.tolist()])
    speed = line.speed or 1.0
    return replace(
        line,
        query_start=start,
        query_end=end,
        known_start=round(max(0.0, line.known_start - speed * (line.query_start - start)), 2),
        known_end=round(max(0.0, line.known_end + speed * (end - line.query_end)), 2),
        speed=line.speed if line.query_end > line.query_start else None,
        meetings=line.meetings + len(moments),
    )


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
