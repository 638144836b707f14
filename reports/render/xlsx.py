"""The tables of a report as a workbook (Office Open XML): every cell is a text or a number, none a formula.

Written as the parts that ECMA-376 asks for and no more, so that the same report gives the same bytes.
"""

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from xml.sax.saxutils import escape

from reports.content import MonthlyReport
from reports.render.archive import pack
from reports.table import Cell, Sheet, build_sheets

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAX_CHARACTERS = 32_767
"""What a cell of a spreadsheet holds. Source: Microsoft, "Excel specifications and limits"."""

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def render_xlsx(report: MonthlyReport) -> bytes:
    """Render the tables of a report."""
    return write_xlsx(build_sheets(report), is_rtl=report.language == "ar")


def write_xlsx(sheets: Sequence[Sheet], *, is_rtl: bool = False) -> bytes:
    """Write tables as one workbook; a text longer than a cell holds is cut."""
    numbers = range(1, len(sheets) + 1)
    types = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}"/>' for n in numbers)
    named = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}" r:id="s{n}"/>'
        for n, sheet in zip(numbers, sheets, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="s{n}" Type="{_RELATION}" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    return pack(
        {
            "[Content_Types].xml": _read("content_types.xml").format(sheets=types),
            "_rels/.rels": _read("package_rels.xml"),
            "xl/workbook.xml": _read("workbook.xml").format(sheets=named),
            "xl/_rels/workbook.xml.rels": _read("workbook_rels.xml").format(relations=relations),
            "xl/styles.xml": _read("styles.xml"),
            **{
                f"xl/worksheets/sheet{n}.xml": _read("sheet.xml").format(
                    rtl=int(is_rtl), rows="".join(_iter_rows(sheet))
                )
                for n, sheet in zip(numbers, sheets, strict=True)
            },
        }
    )


def _iter_rows(sheet: Sheet) -> Iterator[str]:
    yield "<row>" + "".join(_write_cell(name, style=1) for name in sheet.columns) + "</row>"
    for row in sheet.rows:
        yield "<row>" + "".join(map(_write_cell, row)) + "</row>"


def _write_cell(cell: Cell, style: int = 2) -> str:
    if isinstance(cell, int):
        return f"<c><v>{cell}</v></c>"
    text = _ESCAPE.sub("_x005F_", _FORBIDDEN.sub("\ufffd", cell)[:_MAX_CHARACTERS])
    text = escape(text).replace("\r", "_x000D_")
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _read(name: str) -> str:
    return files("reports").joinpath("templates/xlsx", name).read_text("utf-8")
