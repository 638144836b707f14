"""Claims that others checked, from CSV or JSON Lines: good rows, and for each bad one its line and what to do."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from index.analysis import fold
from index.errors import RecordFormatError
from index.exchange.columns import Layout, name_columns, pair_columns
from index.exchange.rows import COLUMNS, ClaimRow, RowProblem, build_row
from index.exchange.text_files import MAX_LINE_CHARACTERS, Line, LineReader, open_text
from index.strict_json import parse_object

__all__ = ["COLUMNS", "ClaimRow", "RowProblem", "read_claims"]

_JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}
_CSV_SUFFIXES = {".csv", ".tsv", ".tab"}
_SEPARATORS = ",;\t|"
_MAX_REMARKS = 50
_KNOWN = ", ".join(COLUMNS)
_TOO_LONG = f"the line is longer than {MAX_LINE_CHARACTERS} characters: is a line break missing?"
_MISMATCHED_QUOTES = (
    'the quotes do not match: write a quote inside of a cell twice (""), and close each cell that begins with one'
)


OnLayout = Callable[[Layout], None]


def read_claims(
    path: Path, mapping: Mapping[str, str] | None = None, on_layout: OnLayout = lambda layout: None
) -> Iterator[ClaimRow | RowProblem]:
    """Read a table of claims row by row, in the order of the file, however large it is.

    The columns are :data:`COLUMNS`; all but ``text`` may be missing or empty. In CSV the first line names them, in any
    order; comma, semicolon, tab and bar part the cells. An unknown column gives one remark (``refused`` is false) and
    is left out. *mapping* gives their names for columns of ours; *on_layout* is told how the file is read.

    Raises:
        RecordFormatError: The file as a whole cannot be read: no text in a known encoding, no header, a JSON array.
    """
    with open_text(path) as lines:
        if _is_json(path, lines):
            on_layout(Layout(form="jsonl", encoding=lines.encoding, columns=tuple((mapping or {}).items())))
            yield from _read_json(lines, {theirs: ours for ours, theirs in (mapping or {}).items()})
        else:
            yield from _read_csv(lines, mapping or {}, on_layout)


def _is_json(path: Path, lines: LineReader) -> bool:
    if path.suffix.lower() in _JSON_SUFFIXES | _CSV_SUFFIXES:
        return path.suffix.lower() in _JSON_SUFFIXES
    first = next(lines, None)
    if first is None:
        return False
    lines.push_back([first])
    return first.text.lstrip().startswith(("{", "["))


# --- JSON Lines ------------------------------------------------------------------------------------------------------


def _read_json(lines: LineReader, renamed: Mapping[str, str]) -> Iterator[ClaimRow | RowProblem]:
    unknown: set[str] = set()
    for line in lines:
        if not line.text.strip():
            continue
        if line.number == 1 and (line.text.lstrip().startswith("[") or line.text.strip() == "{"):
            raise RecordFormatError("the file is one JSON array or object: write one object per line (JSON Lines)")
        try:
            found = {renamed.get(name, name): value for name, value in parse_object(_whole(line)).items()}
        except ValueError as error:
            yield RowProblem(line=line.number, message=str(error))
            continue
        yield from _remark_unknown(line.number, found, unknown)
        yield _build_from_json(line.number, found)


def _build_from_json(number: int, found: Mapping[str, Any]) -> ClaimRow | RowProblem:
    cells = {}
    for column in COLUMNS:
        value = found.get(column)
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            return RowProblem(line=number, column=column, message="this must be text in quotes, or null")
        cells[column] = "" if value is None else str(value)
    return build_row(number, cells)


def _remark_unknown(number: int, names: Mapping[str, Any], remarked: set[str]) -> Iterator[RowProblem]:
    new = [name for name in names if name not in COLUMNS and name not in remarked]
    yield from remark_left_out(number, new[: _MAX_REMARKS - len(remarked)])
    remarked.update(new)


def remark_left_out(number: int, names: Sequence[str], unit: Literal["line", "row"] = "line") -> Iterator[RowProblem]:
    """Yield a remark for each column that is none of ours."""
    for name in filter(None, names[:_MAX_REMARKS]):
        message = f"this column is not known and is left out; known are {_KNOWN}"
        yield RowProblem(line=number, column=_printable(name), message=message, refused=False, unit=unit)


def _whole(line: Line) -> str:
    if line.too_long:
        raise ValueError(_TOO_LONG)
    return line.text


def _printable(name: str) -> str:
    return name[:50].encode("utf-8", "replace").decode()


# --- CSV -------------------------------------------------------------------------------------------------------------


def _read_csv(lines: LineReader, mapping: Mapping[str, str], on_layout: OnLayout) -> Iterator[ClaimRow | RowProblem]:
    separator, names, number = _read_header(lines, mapping)
    header = name_columns(names, mapping)
    columns, left_out = pair_columns(names, header)
    on_layout(Layout(form="csv", encoding=lines.encoding, separator=separator, columns=columns, left_out=left_out))
    yield from remark_left_out(number, left_out)
    for start, cells in _iter_records(lines, separator):
        if isinstance(cells, RowProblem):
            yield cells
        elif not any(map(str.strip, cells)):
            continue
        elif len(cells) != len(header):
            message = (
                f"the row has {len(cells)} cells, the header {len(header)}: put cells that hold {separator!r} in quotes"
            )
            yield RowProblem(line=start, message=message)
        else:
            yield build_row(start, dict(zip(header, cells, strict=True)))


def _read_header(lines: LineReader, mapping: Mapping[str, str]) -> tuple[str, list[str], int]:
    """Return the separator, the names of the columns as they stand, and the number of the line that they stand in."""
    wanted = {*COLUMNS, *(fold(theirs).strip() for theirs in mapping.values())}
    for line in lines:
        text = line.text.strip("\r\n")
        if not text.strip() or text.lower().startswith("sep="):  # some spreadsheets begin with their separator
            continue
        found = {separator: _split_header(text, separator) for separator in _SEPARATORS}
        separator = max(_SEPARATORS, key=lambda each: _count_known(found[each], wanted))
        return separator, found[separator], line.number
    raise RecordFormatError(f"the file is empty: its first line must name the columns, of {_KNOWN}")


def _count_known(names: Sequence[str], wanted: set[str]) -> tuple[int, int]:
    return len({fold(name).strip() for name in names} & wanted), len(names)


def _split_header(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error:
        return []


def _iter_records(lines: LineReader, separator: str) -> Iterator[tuple[int, list[str] | RowProblem]]:
    """Yield records and the line in which each begins; after a bad one, reading goes on behind its first line."""
    while True:
        taken: list[Line] = []
        try:
            for cells in csv.reader(_take(lines, taken), delimiter=separator, strict=True):
                yield taken[0].number, cells
                taken.clear()
            return
        except csv.Error as error:
            yield taken[0].number, RowProblem(line=taken[0].number, message=_explain(error))
            lines.push_back(taken[1:])


def _take(lines: LineReader, taken: list[Line]) -> Iterator[str]:
    """Give lines to the CSV reader, and remember those of the record that it is in."""
    characters = 0
    for line in lines:
        characters = characters + len(line.text) if taken else len(line.text)
        taken.append(line)
        if characters > MAX_LINE_CHARACTERS:
            raise csv.Error(_MISMATCHED_QUOTES)
        if line.too_long:
            raise csv.Error(_TOO_LONG)
        yield line.text


def _explain(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"a cell is longer than {csv.field_size_limit()} characters: is a quote missing?"
    return _TOO_LONG if str(error) == _TOO_LONG else _MISMATCHED_QUOTES
