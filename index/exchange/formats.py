"""Which format a file is in, by what it begins with."""

import re
from pathlib import Path

from index.errors import RecordFormatError
from index.exchange.text_files import open_pieces

TABLES = ("csv", "jsonl", "xlsx")
FORMATS = (*TABLES, "claimreview", "datacommons", "defacto", "google", "page")
"""Tables of claims, JSON-LD, feeds, answers of the Google Fact Check Tools API, a page saved as HTML."""

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SUFFIXES = {".csv": "csv", ".tsv": "csv", ".tab": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_LOOKED_AT = 65_536
_FEED = re.compile(r"<(?:\w+:)?(?:rss|RDF)\b")
_HTML = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_SHAPES = (
    ("datacommons", re.compile(r'"dataFeedElement"\s*:')),
    ("claimreview", re.compile(r'"(?:@context|@type|@graph)"\s*:')),
    ("google", re.compile(r'"claimReview"\s*:|^\{\s*"claims"\s*:\s*\[')),
)


def find_format(path: Path) -> str:
    """Name the format of *path*, one of :data:`FORMATS`; a table of claims is what is nothing else.

    Raises:
        RecordFormatError: The file cannot be read, or is a workbook of before 2007.
    """
    magic = _read_start(path)
    if magic.startswith(_ZIP):
        return "xlsx"
    if magic.startswith(_OLD_EXCEL):
        raise RecordFormatError(f"{path.name} is a workbook of the old kind (.xls): save it as .xlsx or CSV")
    if path.suffix.lower() in _SUFFIXES:
        return _SUFFIXES[path.suffix.lower()]
    with open_pieces(path) as pieces:
        return _tell(next(pieces, "")[:_LOOKED_AT].lstrip("\ufeff \t\r\n"))


def _tell(start: str) -> str:
    if start.startswith("<"):
        is_feed = _FEED.search(start) and not _HTML.match(start)
        return "defacto" if is_feed else "page"
    if not start.startswith(("{", "[")):
        return "csv"
    return next((name for name, shape in _SHAPES if shape.search(start)), "jsonl")


def _read_start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP))
    except OSError as error:
        raise RecordFormatError(f"{path.name} cannot be read: {error.strerror or error}") from error
