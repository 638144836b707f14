import pytest
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # has no types

from reports.charts import draw_bars
from reports.figures import build_figures
from reports.i18n import LANGUAGES, Translator
from tests.reports.sample import SampleDesk

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("is_rtl", [False, True])
def test_bars_are_as_long_as_their_values_and_begin_where_reading_begins(is_rtl: bool) -> None:
    drawing = fromstring(draw_bars("a", [('x<&"', 8, "8"), ("y", 4, "4"), ("z", 0, "0")], is_rtl=is_rtl))
    bars = [(int(bar.attrib["x"]), int(bar.attrib["width"])) for bar in drawing.iter(f"{SVG}rect")]
    assert [width for _, width in bars[:2]] == [370, 185]
    edges = {x + width for x, width in bars[:2]} if is_rtl else {x for x, _ in bars[:2]}
    assert len(edges) == 1
    assert drawing.attrib["aria-label"] == 'a: x<&": 8; y: 4; z: 0'


@pytest.mark.parametrize("is_rtl", [False, True])
def test_where_a_label_is_long_all_stand_above_their_bars_which_take_the_whole_width(is_rtl: bool) -> None:
    drawing = fromstring(draw_bars("a", [("mot " * 12, 8, "8"), ("y", 4, "4")], is_rtl=is_rtl))
    bars = [
        (int(bar.attrib["x"]), int(bar.attrib["width"]), int(bar.attrib["y"])) for bar in drawing.iter(f"{SVG}rect")
    ]
    labels = [(int(text.attrib["x"]), int(text.attrib["y"])) for text in drawing.iter(f"{SVG}text")][::2]
    assert [(x + width if is_rtl else x, width) for x, width, _ in bars] == [
        (640 if is_rtl else 0, 590 // n) for n in (1, 2)
    ]
    assert [x for x, _ in labels] == [640 if is_rtl else 0] * 2
    assert all(below - 10 < y < below for (_, y), (_, _, below) in zip(labels, bars, strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drawing_shows_the_figures_of_its_table(full_desk: SampleDesk, language: str) -> None:
    report = full_desk.report(language=language)
    figures = build_figures(report, Translator(language, zone=report.time_zone))
    assert [figure.group for figure in figures] == ["cases", "ratings", "platforms", "languages", "days"]
    assert sum(len(figure.counts) for figure in figures) == len(report.counts)
    for figure in figures:
        assert [bar[1] for bar in figure.bars] in ([], [count.value for count in figure.counts])
        assert all(label in figure.svg for label, _, _ in figure.bars)


def test_days_are_counted_from_first_appearance_to_first_verdict(full_desk: SampleDesk) -> None:
    (count,) = (count for count in full_desk.report().counts if count.group == "days")
    assert (count.key, count.value, count.cites) == ("2–3", 1, ("C-2023-0001.1",))


def test_media_that_were_used_again_are_counted(full_desk: SampleDesk) -> None:
    case = full_desk.report().cases[0]
    (shown,) = {line.subject_id for line in case.spread if line.post_id == "P-1"}
    original = case.comparisons[0].known.media_id
    full_desk.post("9", shown)
    (count,) = (count for count in full_desk.report().counts if count.group == "uses")
    assert (count.key, count.value, count.cites) == (original, 2, ("P-1", "P-9"))
