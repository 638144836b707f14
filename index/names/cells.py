"""The cells of a table of names: which columns there are, and what may stand in them."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

Kind = Literal["place", "state", "group", "mission", "person", "organisation"]

LANGUAGES = ("fr", "en", "ar")
COLUMNS = (
    *("id", "kind", "country", *LANGUAGES, "spellings", "ordinary"),
    *("latitude", "longitude", "source", "status"),
)
PLACE_KINDS: frozenset[Kind] = frozenset({"place", "state"})
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES = ("verified", "unverified")

_BETWEEN_SPELLINGS = "|"
_MAX_SPELLING_CHARACTERS = 100
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def check_text(cell: str) -> str:
    """Return a cell as it is. Raises ValueError where it holds what is no text."""
    if _NO_TEXT.search(cell):
        raise ValueError("holds control characters or bytes that are no text: save the file as UTF-8")
    return cell


def _check_id(cell: str) -> str:
    if not _ID.fullmatch(cell):
        raise ValueError(f"{cell[:50]!r} is no id: write small letters, digits and hyphens, as ml-kidal")
    return cell


def _check_country(cell: str) -> str:
    if cell and not _COUNTRY.fullmatch(cell):
        raise ValueError(
            f"{cell[:50]!r} is no country code: write two capital letters, such as ML (ISO 3166-1 alpha-2)"
        )
    return cell


def _check_spelling(cell: str) -> str:
    if len(cell) > _MAX_SPELLING_CHARACTERS:
        raise ValueError(f"a spelling has {len(cell)} characters; at most {_MAX_SPELLING_CHARACTERS}")
    if cell and not any(map(str.isalpha, cell)):
        raise ValueError(f"{cell[:50]!r} holds no letter")
    return cell


def _check_spellings(cell: str) -> tuple[str, ...]:
    parts = [part.strip() for part in cell.split(_BETWEEN_SPELLINGS)]
    return tuple(dict.fromkeys(_check_spelling(part) for part in parts if part))


def _degrees(most: float) -> Callable[[str], float | None]:
    def check(cell: str) -> float | None:
        if not cell:
            return None
        try:
            degrees = float(cell)
        except ValueError:
            degrees = float("nan")
        if not -most <= degrees <= most:
            raise ValueError(f"{cell[:50]!r}: write degrees between -{most:.0f} and {most:.0f}, as 18.44")
        return degrees

    return check


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str | None]:
    def check(cell: str) -> str | None:
        if cell and cell not in choices:
            raise ValueError(f"{cell[:50]!r}: write {', '.join(choices)}")
        return cell or None

    return check


CHECKS: Mapping[str, Callable[[str], Any]] = {
    "id": _check_id,
    "kind": _one_of(KINDS),
    "country": _check_country,
    **dict.fromkeys(LANGUAGES, _check_spelling),
    "spellings": _check_spellings,
    "ordinary": _check_spellings,
    "latitude": _degrees(90),
    "longitude": _degrees(180),
    "source": str,
    "status": _one_of(STATUSES),
}
