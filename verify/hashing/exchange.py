"""Hashes from and for other tools: codes as they come, and the lists of ThreatExchange.

Tools that keep a hash as a number drop its leading zeros, so a short code is filled up from the left; a code that is too
long is refused. Lists: the CSV that `threatexchange dataset --print-signals --csv` prints (columns collab, signal_type,
signal_str, category, tags), and the rows of PDQ's own tools, which have no header (hash, quality, name).

Source: https://github.com/facebook/ThreatExchange (python-threatexchange, dataset_cmd.py; pdq/README.md).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from verify.errors import HashFormatError
from verify.hashing import HASHERS, crop_resistant
from verify.hashing.base import Fingerprint

WIDTHS: Mapping[str, int] = MappingProxyType({**{h.name: h.bits for h in HASHERS.values()}, crop_resistant.NAME: 64})
"""Bits of each hash type that is read and written."""

COLUMNS = ("collab", "signal_type", "signal_str", "category", "tags")
"""Of the lists that are written."""

_CODE = re.compile(r"(?:0x)?([0-9a-f]+)", re.IGNORECASE)
_TYPES = {"pdq": "pdq", "hash_pdq": "pdq", "pdqsignal": "pdq"}
_TYPE_COLUMNS = ("signal_type", "indicator_type", "type", "hash_type", "algorithm")
_CODE_COLUMNS = ("signal_str", "indicator", "signal", "hash", "pdq", "pdq_hash", "value", "code")
_NOTE_COLUMNS = ("category", "tags", "collab", "filename", "name", "label")
_LONGEST_ROW = 64 * 1024


@dataclass(frozen=True, slots=True)
class ListedHash:
    """One hash of a list, with what the list says of it; `line` counts from 1."""

    fingerprint: Fingerprint
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class HashList:
    """What was read of a list; `skipped` are (line, reason) of the rows that are no hash we compare."""

    hashes: tuple[ListedHash, ...]
    skipped: tuple[tuple[int, str], ...]


def parse_code(text: str, algorithm: str) -> str:
    """The code in our form (lowercase, full width); fills up dropped leading zeros.

    Raises HashFormatError for an unknown hash type, for what is not hexadecimal, and for a code that is too long.
    """
    if algorithm not in WIDTHS:
        raise HashFormatError(f"no hash type is called {algorithm!r}: there are {', '.join(WIDTHS)}")
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise HashFormatError(f"{text[:80]!r} is not hexadecimal")
    width = WIDTHS[algorithm] // 4
    if len(found[1]) > width:
        raise HashFormatError(f"a {algorithm} code has {width} digits, this has {len(found[1])}")
    return found[1].lower().zfill(width)


def parse_segments(text: str) -> tuple[Fingerprint, ...]:
    """The segments of a crop-resistant hash as `imagehash` prints it, codes with commas between."""
    return tuple(
        Fingerprint(crop_resistant.NAME, parse_code(part, crop_resistant.NAME)) for part in text.strip().split(",")
    )


def render_segments(segments: Iterable[Fingerprint]) -> str:
    """The segments in the form that `imagehash` reads."""
    return ",".join(segment.code for segment in segments)


def parse_list(lines: Iterable[str]) -> HashList:
    """Read a list with or without a header; the hash type is PDQ where no column says it."""
    hashes: list[ListedHash] = []
    skipped: list[tuple[int, str]] = []
    columns: Mapping[str, int] | None = None
    for line, row in enumerate(_iter_rows(lines), start=1):
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = _find_columns(row)
            if columns:
                continue
        try:
            hashes.append(_read_row(row, columns, line))
        except HashFormatError as error:
            skipped.append((line, str(error)))
    return HashList(tuple(hashes), tuple(skipped))


def render_list(hashes: Iterable[tuple[Fingerprint, str]], collab: str = "sankofa") -> Iterator[str]:
    """Write (hash, tags) as ThreatExchange's CSV, line by line, the header first."""
    yield _render_row(COLUMNS)
    for fingerprint, tags in hashes:
        yield _render_row((collab, fingerprint.algorithm, fingerprint.code, "UNCATEGORIZED", tags))


def _iter_rows(lines: Iterable[str]) -> Iterator[list[str]]:
    """Each line is a row of its own: a quotation mark that is never closed must not swallow the rest."""
    for line in lines:
        try:
            yield next(csv.reader([line[:_LONGEST_ROW].replace("\x00", "").lstrip("\ufeff")]), [])
        except csv.Error:
            yield [line[:80]]


def _find_columns(row: Sequence[str]) -> Mapping[str, int]:
    """Where each named column stands; empty where the row is no header."""
    names = {name.strip().lower(): place for place, name in enumerate(row)}
    return names if any(name in names for name in _CODE_COLUMNS) else {}


def _read_row(row: Sequence[str], columns: Mapping[str, int] | None, line: int) -> ListedHash:
    if not columns:
        quality = int(row[1]) if len(row) > 1 and row[1].strip().isdecimal() and len(row[1]) < 4 else None
        note = " ".join(cell.strip() for cell in row[1 if quality is None else 2 :])
        return ListedHash(Fingerprint("pdq", parse_code(row[0], "pdq"), quality), note, line)
    told = _first(row, columns, _TYPE_COLUMNS)
    algorithm = _TYPES.get(told.lower(), told.lower()) if told else "pdq"
    quality_text = _first(row, columns, ("quality",))
    quality = int(quality_text) if quality_text.isdecimal() and len(quality_text) < 4 else None
    code = parse_code(_first(row, columns, _CODE_COLUMNS), algorithm)
    note = " ".join(filter(None, (_first(row, columns, (name,)) for name in _NOTE_COLUMNS)))
    return ListedHash(Fingerprint(algorithm, code, quality), note, line)


def _first(row: Sequence[str], columns: Mapping[str, int], names: Sequence[str]) -> str:
    for name in names:
        if name in columns and columns[name] < len(row):
            return row[columns[name]].strip()
    return ""


def _render_row(cells: Sequence[str]) -> str:
    """Every cell quoted, and none that a spreadsheet would take for a formula."""
    safe = (f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell for cell in cells)
    return ",".join('"' + " ".join(cell.replace('"', '""').split()) + '"' for cell in safe)
