"""Which column of somebody's table is which of ours, and how the table was read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.analysis import fold
from index.errors import RecordFormatError
from index.exchange.rows import COLUMNS

ALIASES = {"claim": "text", "review": "url", "organisation": "publisher"}
"""Other words for our columns, for whoever writes a mapping."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a table was read: ``columns`` are pairs of our column and their name for it, ``left_out`` their other columns."""

    form: str
    columns: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()
    encoding: str = ""
    separator: str = ""
    sheet: str = ""


def parse_mapping(given: Iterable[str]) -> dict[str, str]:
    """Read ``claim=Affirmation,rating=Verdict`` into our columns and their names for them.

    Raises:
        ValueError: A part is no pair, or names a column that we do not have, or one twice.
    """
    mapping: dict[str, str] = {}
    for part in (part.strip() for text in given for part in text.split(",")):
        ours, _, theirs = (side.strip() for side in part.partition("="))
        ours = ALIASES.get(ours, ours)
        if not theirs or ours not in COLUMNS:
            raise ValueError(f"{part[:80]!r} is no COLUMN=NAME; the columns are {', '.join(COLUMNS)}")
        if ours in mapping:
            raise ValueError(f"{ours} is given twice: {mapping[ours]!r} and {theirs!r}")
        mapping[ours] = theirs
    return mapping


def name_columns(header: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """Return for each name of *header* the column of ours that it is, or the name folded where it is none.

    Raises:
        RecordFormatError: The table has no column that *mapping* names, or none with the text.
    """
    folded = [fold(name).strip() for name in header]
    chosen = {fold(theirs).strip(): ours for ours, theirs in mapping.items()}
    missing = [theirs for theirs in mapping.values() if fold(theirs).strip() not in folded]
    if missing:
        raise RecordFormatError(f"there is no column {missing[0]!r}; the columns are {_show(header)}")
    named = [chosen.get(name) or ("" if name in mapping else name) for name in folded]
    if "text" not in named:
        raise RecordFormatError(
            f"no column is named text; the columns are {_show(header)}: say which it is, --map text=NAME"
        )
    twice = sorted({name for name in named if name and named.count(name) > 1})
    if twice:
        raise RecordFormatError(f"two columns are named {twice[0]!r}: keep one")
    return named


def pair_columns(header: Sequence[str], named: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return (our column, their name) in the order of the table, and their names of what is left out."""
    both = list(zip(named, (name.strip() for name in header), strict=True))
    return tuple(pair for pair in both if pair[0] in COLUMNS), tuple(name for ours, name in both if ours not in COLUMNS)


def _show(header: Sequence[str]) -> str:
    return ascii(", ".join(name.strip() for name in header)[:200])
