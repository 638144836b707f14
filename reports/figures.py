"""The month in figures as people see it: each group of counts a table, and a drawing where bars say more than numbers."""

from dataclasses import dataclass

from reports.charts import Bar, draw_bars
from reports.content import Count, CountGroup, MonthlyReport
from reports.i18n import Translator
from reports.words import mark

_CAPTIONS: dict[CountGroup, str] = {
    "cases": mark("What the cases hold"),
    "ratings": mark("Verdicts by rating"),
    "narratives": mark("Cases by narrative"),
    "actors": mark("Cases by whom they name"),
    "platforms": mark("Posts by platform"),
    "languages": mark("Posts by language"),
    "days": mark("Cases by days from first appearance to first verdict"),
    "uses": mark("Pictures and videos that were used most"),
}
_WITHOUT_BARS = ("cases",)


@dataclass(frozen=True)
class Figure:
    """One table; ``bars`` are its drawing: label, value, and the value as it is written. ``svg`` draws them for a page."""

    group: CountGroup
    caption: str
    counts: tuple[Count, ...]
    bars: tuple[Bar, ...]
    svg: str


def build_figures(report: MonthlyReport, translator: Translator) -> tuple[Figure, ...]:
    """Build the figures of a report that has some, in their order."""
    return tuple(
        _build(group, translator.gettext(caption), counts, translator)
        for group, caption in _CAPTIONS.items()
        if (counts := tuple(count for count in report.counts if count.group == group))
    )


def _build(group: CountGroup, caption: str, counts: tuple[Count, ...], translator: Translator) -> Figure:
    bars = tuple((count.label, count.value, translator.number(count.value)) for count in counts)
    if group in _WITHOUT_BARS:
        return Figure(group, caption, counts, (), "")
    return Figure(group, caption, counts, bars, draw_bars(caption, bars, is_rtl=translator.direction == "rtl"))
