"""The line on which the cuts of two videos lie: exact to a frame where meetings of kept frames are not.

A meeting says only that the suspect then shows the scene which its known frame begins. So a line is taken through cuts that
may be the same one; it should pass meetings within their scenes, and nothing between them that speaks against it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from verify.cuts import Cuts

SAME_CUT_SECONDS = 0.25
"""How far apart two cuts may lie on the line of both: a few frames of a video with few, or of one that was sped up."""

_LEAST_AGREEING = 3
"""Shared cuts and passed meetings that make a line: one cut and two meetings, or two cuts and one."""

_CUT_COUNTS = 2
"""How much more a cut says than a meeting where it lies on the line to the frame; nothing at the tolerance."""

_PLAIN_COUNTS = 0.5
"""What speaks for plain speed: frames are few, and chance finds a slope that fits a little better."""

_MOST_CUTS = 24

_ROUNDING_SECONDS = 0.01
"""By how much a known frame may seem to come before the cut that it follows: its time code is rounded."""

_Seconds = npt.NDArray[np.float64]
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CutLine:
    """The line known = `known` + `speed` (t - `query`), which meetings it passes, and the suspect's moments of shared cuts."""

    query: float
    known: float
    speed: float
    passed: _Mask
    moments: tuple[float, ...]

    def find_known(self, moment: float) -> float:
        """The second of the known video for one of the suspect."""
        return self.known + self.speed * (moment - self.query)


def find_cut_line(
    points: _Seconds, scenes: _Seconds, cuts: tuple[Cuts, Cuts], speeds: tuple[float, float], tolerance: float
) -> CutLine | None:
    """The line that most cuts and meetings lie on, at plain speed where that explains no less; None where there is none.

    `points` are meetings (query, known), and `scenes` from when to when each known frame stands for what is shown, both of shape
    (n, 2); `cuts` are those of the suspect and of the known video, `speeds` the slowest and the fastest.
    """
    across, along = (_choose(side, points[:, place]) for place, side in enumerate(cuts))
    lines = _draw_lines(across, along, speeds)
    if not len(lines):
        return None
    query, known, speed = lines.T[:, :, None]
    moment = known + speed * (points[:, 0] - query)
    since, until = _cut_scenes(points[:, 1], scenes, cuts[1]).T
    passed = (moment >= since - tolerance) & (moment <= until + tolerance)
    mapped = known + speed * (across - query)
    apart = np.abs(mapped[:, :, None] - along).min(axis=2)
    closeness = 1 - apart / (SAME_CUT_SECONDS * np.maximum(1.0, speed))
    shared = closeness >= 0
    agreeing = passed.sum(axis=1) + shared.sum(axis=1)
    score = passed.sum(axis=1) + _CUT_COUNTS * np.where(shared, closeness, 0.0).sum(axis=1)
    score -= _count_against(points[:, 0], passed, across, shared)
    score[(agreeing < _LEAST_AGREEING) | ~passed.any(axis=1)] = -1
    best = np.lexsort((lines[:, 2] != 1, -score - _PLAIN_COUNTS * (lines[:, 2] == 1)))[0]
    if score[best] < 0:
        return None
    return _fit(across[shared[best]], along, mapped[best][shared[best]], float(lines[best, 2]), passed[best])


def _choose(cuts: Cuts, moments: _Seconds) -> _Seconds:
    """The cuts nearest to the meetings."""
    times = np.array(cuts.times, dtype=np.float64)
    far = np.abs(times[:, None] - moments).min(axis=1)
    return np.sort(times[np.argsort(far, kind="stable")[:_MOST_CUTS]])


def _cut_scenes(known: _Seconds, scenes: _Seconds, cuts: Cuts) -> _Seconds:
    """The scenes no longer than from cut to cut."""
    times = np.array([-np.inf, *cuts.times, np.inf])
    after = np.searchsorted(times, known + _ROUNDING_SECONDS, side="right")
    return np.column_stack([np.maximum(scenes[:, 0], times[after - 1]), np.minimum(scenes[:, 1], times[after])])


def _draw_lines(across: _Seconds, along: _Seconds, speeds: tuple[float, float]) -> _Seconds:
    """Each pair of cuts at plain speed, and at the speeds that lead from it to another pair; rows (query, known, speed)."""
    pairs = np.stack(np.meshgrid(across, along, indexing="ij"), axis=-1).reshape(-1, 2)
    plain = np.column_stack([pairs, np.ones(len(pairs))])
    first, second = np.triu_indices(len(pairs), 1)
    apart, farther = (pairs[second] - pairs[first]).T
    usable = (apart > 0) & (farther >= speeds[0] * apart) & (farther <= speeds[1] * apart)
    slopes = farther[usable] / apart[usable]
    return np.concatenate([plain, np.column_stack([pairs[first[usable]], slopes])])


def _count_against(moments: _Seconds, passed: _Mask, across: _Seconds, shared: _Mask) -> npt.NDArray[np.intp]:
    """The suspect's meetings and cuts that do not lie on the line, between the first and the last that do."""
    all_moments, on_line = np.concatenate([moments, across]), np.concatenate([passed, shared], axis=1)
    begin = np.where(on_line, all_moments, np.inf).min(axis=1, keepdims=True)
    end = np.where(on_line, all_moments, -np.inf).max(axis=1, keepdims=True)
    return np.asarray(((all_moments > begin) & (all_moments < end) & ~on_line).sum(axis=1))


def _fit(across: _Seconds, along: _Seconds, mapped: _Seconds, speed: float, passed: _Mask) -> CutLine:
    """The line through the means of the shared cuts; another than plain speed by least squares."""
    partners = along[np.abs(mapped[:, None] - along).argmin(axis=1)]
    middle, known = float(across.mean()), float(partners.mean())
    spread = float(((across - middle) ** 2).sum())
    if speed != 1.0 and spread:
        speed = float(((across - middle) * partners).sum()) / spread
    return CutLine(middle, known, speed, passed, tuple(across.tolist()))
