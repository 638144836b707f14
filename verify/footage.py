"""A video as a row of frames: which of them are remembered and asked, and what their meetings with a known medium say together.

Each frame is a picture like any other (:mod:`verify.recognition`). Looking at all of them would cost much and tell little, so
a bounded number is remembered, spread evenly over the frames that differ, and fewer are asked, in an order that halves the
gaps, so that what lies between two that already say the same need not be asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from verify.cuts import Cuts
from verify.evidence import MediaEvidence
from verify.sound import SoundChange
from verify.timeline_alignment import SPEEDS, align_timelines

REMEMBERED_FRAMES = 48
"""How many frames of a video have words and a thumbnail: about 0.1 s of CPU, 2 KB of index and 20 KB of thumbnail each, so
5 s, 100 KB and 1 MB at most. Source: own choice; of a video of eight minutes that is a frame every ten seconds, as `verify.video`
takes them at the least."""

ASKED_FRAMES = 24
"""How many frames of a video are looked for: about 0.25 s of CPU each, so 6 s at most for a video of which nothing is known."""

FRAME_SIDE = 405
"""The shorter side of a frame that is looked at: 720 pixels long at 16 to 9, as much as the features of a query need."""

_SOUND_CODES = {"removed": "sound-removed", "added": "sound-added", "replaced": "sound-replaced"}

EXPLAINED_SECONDS = 10.0
"""A frame between two that meet one known medium is not asked where these lie within this; frames that are kept lie
up to about as far apart (`verify.video`)."""

Times = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A frame of the suspect shows a frame of a known medium; seconds are None on the side of a still."""

    query_seconds: float | None
    known_seconds: float | None
    evidence: MediaEvidence


@dataclass
class Questioning:
    """Which frame to ask next, of `times` (seconds, in order), and which need no question any more."""

    times: Sequence[float | None]
    _answers: dict[int, Mapping[str, float | None]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[int]:
        """Numbers of the frames to be asked; put in each answer before the next is taken."""
        return (number for number in order_by_halving(len(self.times)) if not self._is_explained(number))

    def put(self, number: int, met: Mapping[str, float | None]) -> None:
        """What the frame met: by known medium, the second there."""
        self._answers[number] = met

    def _is_explained(self, number: int) -> bool:
        before = max((other for other in self._answers if other < number), default=None)
        after = min((other for other in self._answers if other > number), default=None)
        if before is None or after is None:
            return False
        start, end = self.times[before], self.times[after]
        if start is None or end is None or end - start > EXPLAINED_SECONDS:
            return False
        left, right = self._answers[before], self._answers[after]
        return any(_is_one_stretch((start, left[known]), (end, right[known])) for known in left.keys() & right.keys())


def order_by_halving(count: int) -> list[int]:
    """All numbers below `count`: the first, the last, and then the middle of each gap, the widest first."""
    order = list(range(count))[:: max(1, count - 1)]
    gaps = [(0, count - 1)]
    while gaps:
        start, end = gaps.pop(0)
        if end - start > 1:
            middle = (start + end) // 2
            order.append(middle)
            gaps += [(start, middle), (middle, end)]
    return order


def _is_one_stretch(first: Times, last: Times) -> bool:
    """Whether the known medium runs on between two meetings; a still stands."""
    (start, known_start), (end, known_end) = first, last
    if known_start is None or known_end is None:
        return known_start is known_end
    return start is not None and end is not None and SPEEDS[0] <= (known_end - known_start) / (end - start) <= SPEEDS[1]


def merge_meetings(meetings: Sequence[Meeting]) -> MediaEvidence:
    """The evidence of the best meeting, with the times of all and the stretches into which they fall.

    The best is that with the most points that fit, the earliest of equals. Raises ValueError where there is none.
    """
    best = max(meetings, key=lambda meeting: meeting.evidence.aligned_points)
    times = [(meeting.query_seconds, meeting.known_seconds) for meeting in meetings]
    return put_times(best.evidence, times)


def put_times(
    evidence: MediaEvidence,
    times: Iterable[Times],
    known_seconds: Iterable[float] = (),
    cuts: tuple[Cuts, Cuts] | None = None,
    exact: Mapping[float, float] = MappingProxyType({}),
) -> MediaEvidence:
    """The evidence with these meetings, one for each moment of the suspect (the first given), and their stretches."""
    by_moment: dict[float | None, Times] = {}
    for moments in times:
        if moments != (None, None):
            by_moment.setdefault(moments[0], moments)
    codes = tuple(sorted(by_moment.values(), key=lambda moments: moments[0] or 0.0))
    return replace(evidence, time_codes=codes, segments=align_timelines(codes, known_seconds, cuts, exact))


def put_sound(evidence: MediaEvidence, sound: SoundChange) -> MediaEvidence:
    """The evidence with what became of the known sound, which is an alteration where it is no longer the same."""
    if sound not in _SOUND_CODES:
        return replace(evidence, sound=sound)
    others = (code for code in evidence.alterations if code != "re-encoded")
    return replace(evidence, sound=sound, alterations=(*others, _SOUND_CODES[sound]))
