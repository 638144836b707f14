"""Claims in a spreadsheet (.xlsx): the first sheet, row by row; what a formula computed is read, no formula is run.

A workbook may unpack to :data:`MAX_UNPACKED_BYTES`, and has at most :data:`MAX_COLUMNS` columns that are looked at.
"""

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from index.errors import RecordFormatError
from index.exchange.claims_table import OnLayout, remark_left_out
from index.exchange.columns import Layout, name_columns, pair_columns
from index.exchange.rows import ClaimRow, RowProblem, build_row

MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 32_767
"""What a cell holds. Source: Microsoft, "Excel specifications and limits"."""
_NO_CELL_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_sheet(
    path: Path, mapping: Mapping[str, str] | None = None, on_layout: OnLayout = lambda layout: None
) -> Iterator[ClaimRow | RowProblem]:
    """Read the first sheet as :func:`index.exchange.claims_table.read_claims` reads a table; problems are told by row.

    Raises:
        RecordFormatError: It is no workbook, is too large, has no names of columns, or is damaged.
    """
    with _open_sheet(path) as sheet:
        rows = _iter_rows(sheet)
        number, names = next(rows, (0, []))
        if not number:
            raise RecordFormatError(f"the sheet {sheet.title!r} is empty: its first row must name the columns")
        header = name_columns(names, mapping or {})
        columns, left_out = pair_columns(names, header)
        on_layout(Layout(form="xlsx", sheet=sheet.title, columns=columns, left_out=left_out))
        yield from remark_left_out(number, left_out, "row")
        for row, cells in rows:
            yield _build(row, dict(zip(header, cells, strict=False)))


def write_sheet(rows: Iterable[Sequence[str]], file: BinaryIO) -> None:
    """Write *rows* as a workbook with one sheet; every cell is text, none a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("claims")
    for row in rows:
        cells = [WriteOnlyCell(sheet, _NO_CELL_TEXT.sub("", text)[:MAX_CELL_CHARACTERS]) for text in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    book.save(file)


def _build(row: int, cells: Mapping[str, str]) -> ClaimRow | RowProblem:
    built = build_row(row, cells)
    return replace(built, unit="row") if isinstance(built, RowProblem) else built


@contextmanager
def _open_sheet(path: Path) -> Iterator[Any]:
    """Open the first sheet; what the library says of a damaged workbook becomes one error of ours."""
    from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # has no types
    from openpyxl import load_workbook

    try:
        _check_size(path)
        with path.open("rb") as file:  # which the library leaves open where it refuses it
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions that no claim is in
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            with closing(book):
                sheet = book.worksheets[0]
                sheet.reset_dimensions()
                yield sheet
    except OSError as error:
        raise RecordFormatError(f"{path.name} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, KeyError, IndexError, TypeError, ValueError) as error:
        raise RecordFormatError(f"{path.name} is no workbook that can be read: {error}; save it as CSV") from error


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MAX_UNPACKED_BYTES:
        raise RecordFormatError(
            f"{path.name} unpacks to {size:,} bytes, more than {MAX_UNPACKED_BYTES:,}: save it as CSV"
        )


def _iter_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, cells) of the rows that hold something."""
    rows = enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1)
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dates that no calendar has
            number, values = next(rows, (0, ()))
        if not number:
            return
        cells = [_write(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield number, cells


def _write(value: Any) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
