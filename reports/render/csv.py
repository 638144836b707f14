"""The cases of a report as CSV: UTF-8 with a byte order mark, so that spreadsheets read the letters right.

A cell that a spreadsheet would run as a formula gets an apostrophe in front.
"""

import csv
import io

from index.exchange.formulas import defuse
from reports.content import MonthlyReport
from reports.table import build_sheets


def render_csv(report: MonthlyReport) -> bytes:
    """Render the table of the cases."""
    sheet, *_ = build_sheets(report)
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(sheet.columns)
    writer.writerows([defuse(cell) if isinstance(cell, str) else cell for cell in row] for row in sheet.rows)
    return output.getvalue().encode("utf-8-sig")
