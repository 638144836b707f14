"""A time line of appearances: where each stands between the first and the last."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from index.dates import first_day


class Placed(Protocol):
    """Something that was seen somewhere: :class:`index.model.Appearance`, or a line of a report."""

    @property
    def id(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def appeared_on(self) -> str | None: ...
    @property
    def platform(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def url(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class TimelinePoint:
    """A dated appearance; ``permille`` counts from the first appearance (0) to the last (1000)."""

    appeared_on: str
    role: str
    permille: int


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Placeds in order of time, those without a date last; ``points`` are the dated ones, in the same order."""

    appearances: tuple[Placed, ...]
    points: tuple[TimelinePoint, ...]


def build_timeline(appearances: Iterable[Placed], zone: str = "UTC") -> Timeline:
    """Put appearances on a line, by the first day that each date may mean in the time zone *zone*."""
    dated: list[tuple[int, str, str, Placed]] = []
    undated: list[Placed] = []
    for appearance in appearances:
        if appearance.appeared_on is None:
            undated.append(appearance)
        else:
            day = first_day(appearance.appeared_on, zone).toordinal()
            dated.append((day, appearance.appeared_on, appearance.id, appearance))
    dated.sort(key=lambda item: item[:3])
    undated.sort(key=lambda appearance: appearance.id)
    start, end = (dated[0][0], dated[-1][0]) if dated else (0, 0)
    points = tuple(
        TimelinePoint(appeared_on=on, role=appearance.role, permille=_place(day, start, end))
        for day, on, _, appearance in dated
    )
    return Timeline(appearances=(*(item[3] for item in dated), *undated), points=points)


def _place(day: int, start: int, end: int) -> int:
    return 500 if start == end else round(1000 * (day - start) / (end - start))
