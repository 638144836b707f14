"""Rows of names: what a table of names says, each cell checked; every problem is named by line and column."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from index.errors import RecordFormatError
from index.names.cells import CHECKS, COLUMNS, LANGUAGES, Kind, check_text

_SHOWN_PROBLEMS = 20


@dataclass(frozen=True, kw_only=True)
class NameRow:
    """What one row says of a name; cells that were empty are ``""``, ``()`` or ``None``.

    ``where`` names file and line. ``country`` is ISO 3166-1 alpha-2; ``names`` are the canonical ones by language,
    ``spellings`` all others.
    ``ordinary`` are spellings that are words too. Coordinates are degrees (WGS 84), north and east positive.
    ``verified``: somebody read the row in the ``source`` that it names.
    """

    where: str
    name_id: str
    kind: Kind | None
    country: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    ordinary: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    source: str
    verified: bool


def parse_rows(lines: Iterable[str], where: str) -> tuple[NameRow, ...]:
    """Parse a table of names: a line of column names (``COLUMNS``, in any order, all but ``id`` optional), then rows.

    Columns are parted by commas, semicolons or tabs, spellings within a cell by ``|``. Empty rows are left out.

    Raises:
        RecordFormatError: The table cannot be used; the message names *where* it is, and line and column of each problem.
    """
    problems: list[str] = []
    rows = []
    try:
        for line, cells in _iter_cells(iter(lines)):
            row = _parse_row(line, cells, problems, where)
            if row:
                rows.append(row)
    except (csv.Error, ValueError) as error:
        problems.append(str(error))
    if problems:
        more = f"; and {len(problems) - _SHOWN_PROBLEMS} more" if len(problems) > _SHOWN_PROBLEMS else ""
        raise RecordFormatError(f"{where}: {'; '.join(problems[:_SHOWN_PROBLEMS])}{more}")
    return tuple(rows)


def _iter_cells(lines: Iterator[str]) -> Iterator[tuple[int, dict[str, str]]]:
    head = next(lines, "").lstrip("\ufeff")
    delimiter = max("\t;,", key=head.count)
    columns = [column.strip().casefold() for column in next(csv.reader([head], delimiter=delimiter), [])]
    _check_columns(columns)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield (
                    reader.line_num + 1,
                    dict(zip(columns, map(str.strip, cells), strict=False)) | _surplus(columns, cells),
                )
    except csv.Error as error:
        raise csv.Error(f"line {reader.line_num + 1}: {error}") from error


def _check_columns(columns: list[str]) -> None:
    if "id" not in columns:
        raise ValueError(f"line 1: the column 'id' is missing: begin with {','.join(COLUMNS)}")
    for column in columns:
        if column not in COLUMNS:
            raise ValueError(f"line 1: unknown column {column[:50]!r}: there are {', '.join(COLUMNS)}")
        if columns.count(column) > 1:
            raise ValueError(f"line 1: the column {column!r} stands there twice")


def _surplus(columns: list[str], cells: list[str]) -> dict[str, str]:
    return {"": "more cells than columns"} if any(map(str.strip, cells[len(columns) :])) else {}


def _parse_row(line: int, cells: Mapping[str, str], problems: list[str], where: str) -> NameRow | None:
    found = len(problems)
    if "" in cells:
        problems.append(f"line {line}: {cells['']}: quote a cell that holds the separator")
    values: dict[str, Any] = {}
    for column in COLUMNS:
        try:
            values[column] = CHECKS[column](check_text(cells.get(column, "")))
        except ValueError as error:
            problems.append(f"line {line}, column {column!r}: {error}")
    if len(problems) > found:
        return None
    names = {language: values.pop(language) for language in LANGUAGES}
    verified = values.pop("status") == "verified"
    return NameRow(where=f"{where}, line {line}", name_id=values.pop("id"), names=names, verified=verified, **values)
