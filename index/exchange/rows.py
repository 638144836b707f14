"""A claim as a row of a table that others sent, each cell checked; and what is wrong with it, in words that help."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from babel import Locale

from index.countries import check_country
from index.dates import check_partial
from index.exchange.formulas import restore
from index.ratings import Rating
from index.scales.mapping import map_label

COLUMNS = ("id", "text", "title", "url", "date", "language", "claimant", "country", "rating", "publisher")
MAX_ADDRESS_CHARACTERS = 2_000
_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})((?:-[A-Za-z0-9]{1,8})*)")


@dataclass(frozen=True, kw_only=True)
class ClaimRow:
    """A claim as somebody else wrote it down; cells that were empty are ``""``, the language ``und``.

    ``line`` is where the row begins in its file; ``rating`` keeps the publisher's own words, ``mapped_rating`` is what
    they mean on our scale, if we know them; ``date`` has the precision of its source (:mod:`index.dates`).
    """

    line: int
    text: str
    external_id: str = ""
    title: str = ""
    url: str = ""
    date: str = ""
    language: str = "und"
    claimant: str = ""
    country: str = ""
    rating: str = ""
    mapped_rating: Rating | None = None
    publisher: str = ""


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """What is wrong in the line ``line`` of a file, and what to do. ``column`` is empty where no single cell is meant.

    In files without lines that mean something ``line`` counts what ``unit`` names: items, rows of a sheet.
    ``refused`` is false for a remark that cost no row, such as a column that we do not know.
    """

    line: int
    message: str
    column: str = ""
    refused: bool = True
    unit: Literal["line", "row", "item"] = "line"

    def __str__(self) -> str:
        where = f"{self.unit} {self.line}"
        if self.column:
            where += f", {'field' if self.unit == 'item' else 'column'} {self.column!r}"
        return f"{where}: {self.message}"


def build_row(line: int, cells: Mapping[str, str]) -> ClaimRow | RowProblem:
    """Check the cells of one row, by column; unknown columns are left out."""
    checked: dict[str, Any] = {"line": line}
    for column in COLUMNS:
        try:
            value = _check_characters(restore(cells.get(column, "")).strip())
            checked[column] = _CHECKS[column](value) if value and column in _CHECKS else value
        except ValueError as error:
            return RowProblem(line=line, column=column, message=str(error))
    if not checked["text"]:
        return RowProblem(line=line, column="text", message="the claim's text is missing: write what was claimed")
    checked["external_id"] = checked.pop("id")
    checked["language"] = checked["language"] or "und"
    return ClaimRow(**checked, mapped_rating=map_label(checked["rating"]) if checked["rating"] else None)


def check_language(tag: str) -> str:
    """Return a BCP 47 tag in canonical case (``fr``, ``ar-TD``, ``ff-Adlm``).

    Two-letter languages must exist; three-letter ones are taken as they are, since the CLDR does not name all of them.

    Raises:
        ValueError: It is none; the message says what to write.
    """
    found = _LANGUAGE_TAG.fullmatch(tag.replace("_", "-"))
    base = found.group(1).lower() if found else ""
    if found is None or (len(base) == len("fr") and base not in Locale("en").languages):
        raise ValueError(f"{tag[:50]!r} is no language tag: write fr, en, ar, ha, bm … (BCP 47)")
    return "-".join([base, *map(_canonical_subtag, found.group(2).split("-")[1:])])


def check_address(url: str) -> str:
    """Return an http or https address as it is; it is not fetched.

    Raises:
        ValueError: It is none, or too long.
    """
    if len(url) > MAX_ADDRESS_CHARACTERS:
        raise ValueError(f"the address has {len(url)} characters; at most {MAX_ADDRESS_CHARACTERS} are kept")
    try:
        parts = urlsplit(url)
        is_web = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or any(map(str.isspace, url)):
        raise ValueError(f"{url[:100]!r} is no web address: write it whole, beginning with https://")
    return url


def _canonical_subtag(subtag: str) -> str:
    if len(subtag) == len("ML"):
        return subtag.upper()
    return subtag.title() if len(subtag) == len("Adlm") and subtag.isalpha() else subtag.lower()


def _check_characters(value: str) -> str:
    for character in value:
        category = unicodedata.category(character)
        if category == "Cs":
            raise ValueError("the cell holds bytes that are no text: save the file as UTF-8")
        if category == "Cc" and character not in "\t\n\r\x85":
            raise ValueError(f"the cell holds the control character U+{ord(character):04X}: take it out")
    return value


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "url": check_address,
    "date": check_partial,
    "language": check_language,
    "country": check_country,
}
