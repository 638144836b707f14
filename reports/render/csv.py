"""The cases of a report as CSV: UTF-8 with a byte order mark, so that spreadsheets read the letters right.

A cell that a spreadsheet would run as a formula gets an apostrophe in front. Source: OWASP, "CSV Injection",
https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
import re

from reports.content import MonthlyReport
from reports.table import Cell, build_sheets

_FORMULA = re.compile(r"[\s'\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def render_csv(report: MonthlyReport) -> bytes:
    """Render the table of the cases."""
    sheet, *_ = build_sheets(report)
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(sheet.columns)
    writer.writerows([defuse(cell) for cell in row] for row in sheet.rows)
    return output.getvalue().encode("utf-8-sig")


def defuse(cell: Cell) -> Cell:
    """Put an apostrophe before a text that a spreadsheet may take for a formula, full-width or behind invisible marks too."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
