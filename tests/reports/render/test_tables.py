import csv
import io
import zipfile
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from index.model import Wording
from reports.content import MonthlyReport
from reports.i18n import LANGUAGES
from reports.render.csv import render_csv
from reports.render.xlsx import render_xlsx, write_xlsx
from reports.table import Sheet, build_sheets
from tests.hostile import HOSTILE, LIVE, UNSEEN
from tests.reports.sample import SampleDesk


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def spoil(report: MonthlyReport, text: str) -> MonthlyReport:
    """The same report with *text* where others wrote something."""
    (case,) = report.cases
    verdicts = tuple(replace(each, publisher=text, textual_rating=text, url=text) for each in case.verdicts)
    spread = tuple(replace(line, account=text, url=text) for line in case.spread)
    spoilt = replace(case, wording=Wording("fr", text), title=text, claimant=text, verdicts=verdicts, spread=spread)
    return replace(report, cases=(spoilt,))


@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_and_workbook_hold_the_same_cases(full_desk: SampleDesk, language: str) -> None:
    report = full_desk.report(language=language, text="[@V-2023-0002]")
    workbook = openpyxl.load_workbook(BytesIO(render_xlsx(report)))
    rows = [[cell or "" for cell in row] for row in workbook["cases"].iter_rows(values_only=True)]
    assert [[cell.removeprefix("'") for cell in row] for row in read_csv(render_csv(report))] == rows
    assert [(row[7], row[8], row[10], row[15]) for row in rows[1:]] == [
        ("V-2023-0001.2", "FasoCheck", "false", ""),
        ("V-2023-0002.1", "Benbere", "misleading", "yes"),
    ]
    assert bool(workbook["cases"].sheet_view.rightToLeft) == (language == "ar")


def test_every_table_is_a_sheet_with_numbers_as_numbers(full_desk: SampleDesk) -> None:
    report = full_desk.report()
    workbook = openpyxl.load_workbook(BytesIO(render_xlsx(report)))
    assert workbook.sheetnames == [sheet.name for sheet in build_sheets(report)]
    figures = list(workbook["figures"].iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in figures] == [count.value for count in report.counts]
    assert all(isinstance(row[3], int) for row in figures)


def test_no_hostile_text_becomes_a_formula(full_desk: SampleDesk) -> None:
    report = full_desk.report()
    for text in HOSTILE:
        cells = [cell for row in read_csv(render_csv(spoil(report, text))) for cell in row]
        assert [cell for cell in cells if cell.lstrip(UNSEEN).startswith(LIVE)] == [], text
    sheet = Sheet("x", ("text",), tuple((text,) for text in HOSTILE))
    content = write_xlsx([sheet])
    read = openpyxl.load_workbook(BytesIO(content))["x"]
    assert {cell.data_type for (cell,) in read.iter_rows(min_row=2)} == {"s"}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name) or b"<f " in archive.read(name)]


def test_a_workbook_gives_back_what_was_written() -> None:
    texts = ('a < b & "c"', "_x0041_", "  two  spaces ", "مالي", "x" * 40_000)
    content = write_xlsx([Sheet("x", ("text",), tuple((text,) for text in texts))])
    read = [row[0] for row in openpyxl.load_workbook(BytesIO(content))["x"].iter_rows(min_row=2, values_only=True)]
    assert [unescape(str(text)) for text in read] == [*texts[:-1], "x" * 32_767]


def test_the_same_report_gives_the_same_bytes(full_desk: SampleDesk) -> None:
    assert render_xlsx(full_desk.report()) == render_xlsx(full_desk.report())
    assert render_csv(full_desk.report()) == render_csv(full_desk.report())
