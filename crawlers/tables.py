"""Read rows of CSV or JSON Lines one by one, knowing where each begins and ends.

A bad row costs only itself: after a quotation mark that nobody closes, reading goes on with the next line.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from crawlers.errors import RowError
from index.strict_json import parse_json

MAX_ROW_BYTES = 1024 * 1024
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Row:
    """One row: its values by column, or why it cannot be read. ``end`` is the byte behind it, ``lines`` how many it has.

    ``prefix_digest`` is the SHA-256 (hex) of everything before ``end``; ``is_terminated`` tells whether a line end was
    there.
    """

    start: int
    end: int
    line: int
    lines: int
    prefix_digest: str
    is_terminated: bool
    values: dict[str, Any]
    error: RowError | None = None


class TableReader:
    """Reads the rows of an open file from where it is told to."""

    def __init__(self, file: BinaryIO, columns: tuple[str, ...] | None, delimiter: str = ",") -> None:
        self._file = file
        self._columns = columns
        self._delimiter = delimiter

    def iter_rows(self, offset: int, line: int) -> Iterator[Row]:
        """Yield the rows from byte *offset*, which is the beginning of line number *line*; empty lines are left out."""
        digest = digest_prefix(self._file, offset)
        while raw := self._read_record():
            digest.update(raw)
            lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
            start, offset = offset, offset + len(raw)
            if raw.strip():
                values, error = self._parse(raw, line)
                ended = raw.endswith(b"\n")
                yield Row(start, offset, line, lines, digest.hexdigest(), ended, values, error)
            line += lines

    def _read_record(self) -> bytes:
        """Read one line, or as many as a quoted cell spans, if together they make a row."""
        start = self._file.tell()
        first = self._file.readline()
        if self._columns is None or first.count(b'"') % 2 == 0:
            return first
        record = first
        while record.count(b'"') % 2 and len(record) <= MAX_ROW_BYTES:
            following = self._file.readline(MAX_ROW_BYTES)
            if not following:
                break
            record += following
        if record.count(b'"') % 2 == 0 and self._try_parse(record, 0)[1] is None:
            return record
        self._file.seek(start + len(first))
        return first

    def _parse(self, raw: bytes, line: int) -> tuple[dict[str, Any], RowError | None]:
        if len(raw) > MAX_ROW_BYTES:
            return {}, RowError(line, f"longer than {MAX_ROW_BYTES:,} bytes")
        return self._try_parse(raw, line)

    def _try_parse(self, raw: bytes, line: int) -> tuple[dict[str, Any], RowError | None]:
        try:
            text = raw.removeprefix(_BOM).decode().rstrip("\r\n")
            return (parse_json_row(text) if self._columns is None else self._parse_csv(text)), None
        except UnicodeDecodeError:
            return {}, RowError(line, "not written in UTF-8; save the file as UTF-8")
        except (csv.Error, ValueError) as error:
            return {}, RowError(line, str(error))

    def _parse_csv(self, text: str) -> dict[str, str]:
        cells = parse_csv_row(text, self._delimiter)
        columns = self._columns or ()
        if len(cells) != len(columns):
            raise ValueError(f"{len(cells)} cells, but the header names {len(columns)} columns")
        return dict(zip(columns, cells, strict=True))


def parse_csv_row(text: str, delimiter: str) -> list[str]:
    """Split one CSV row into its cells.

    Raises:
        ValueError, csv.Error: The quotation marks do not match, or it is more than one row.
    """
    if text.count('"') % 2:
        raise ValueError("a quotation mark is opened and never closed")
    rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    if len(rows) != 1:
        raise ValueError("no row")
    return rows[0]


def parse_json_row(text: str) -> dict[str, Any]:
    """Parse one line of JSON Lines.

    Raises:
        ValueError: It is no JSON object.
    """
    value = parse_json(text)
    if not isinstance(value, dict):
        raise ValueError("a line must hold one JSON object, {…}")  # noqa: TRY004 - wrong text, no wrong type
    return value


def read_header(file: BinaryIO) -> tuple[tuple[str, ...], str]:
    """Read the header of a CSV from the beginning of *file*: column names in lower case, and the delimiter (``,`` or ``;``).

    Raises:
        ValueError: There is none.
    """
    file.seek(0)
    text = file.readline(MAX_ROW_BYTES).removeprefix(_BOM).decode().strip()
    delimiter = ";" if text.count(";") > text.count(",") else ","
    columns = tuple(name.strip().lower() for name in parse_csv_row(text, delimiter)) if text else ()
    if not any(columns):
        raise ValueError("the first line must name the columns")
    if len(set(columns)) < len(columns):
        raise ValueError("a column is named twice")
    return columns, delimiter


def digest_prefix(file: BinaryIO, size_bytes: int) -> "hashlib._Hash":
    """Hash the first *size_bytes* of *file* (SHA-256) and leave it behind them."""
    file.seek(0)
    digest = hashlib.sha256()
    left = size_bytes
    while left > 0 and (piece := file.read(min(left, 1024 * 1024))):
        digest.update(piece)
        left -= len(piece)
    file.seek(size_bytes)
    return digest
