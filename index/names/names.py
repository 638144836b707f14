"""A name: one place, group or person with all its spellings, put together from the rows that speak of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from index.errors import RecordFormatError
from index.names.cells import LANGUAGES, Kind
from index.names.rows import NameRow


@dataclass(frozen=True, kw_only=True)
class Name:
    """One place, state, group, mission, organisation or person.

    ``names`` are the canonical ones by language, ``""`` where none is known; ``spellings`` are all, these included,
    in the order of their rows. ``unverified`` are those that nobody read in a source. ``ordinary`` ones are words too.
    Coordinates are degrees (WGS 84).
    """

    id: str
    kind: Kind
    country: str
    names: Mapping[str, str]
    spellings: tuple[str, ...]
    unverified: tuple[str, ...]
    ordinary: frozenset[str]
    latitude: float | None
    longitude: float | None
    sources: tuple[str, ...]


def merge_rows(rows: Iterable[NameRow]) -> dict[str, Name]:
    """Put rows together by id: a later row adds spellings, and what it says otherwise replaces what was said before.

    Raises:
        RecordFormatError: The first row of an id says no kind, or spells no name.
    """
    names: dict[str, Name] = {}
    for row in rows:
        known = names.get(row.name_id)
        names[row.name_id] = _extend(known, row) if known else _begin(row)
    return names


def _begin(row: NameRow) -> Name:
    if not row.kind:
        raise RecordFormatError(f"{row.where}, column 'kind': {row.name_id} is new, so say what kind of name it is")
    if not _spellings(row):
        raise RecordFormatError(f"{row.where}: {row.name_id} has no name: write it in fr, en or ar")
    return Name(
        id=row.name_id,
        kind=row.kind,
        country=row.country,
        names=row.names,
        spellings=_spellings(row),
        unverified=() if row.verified else _spellings(row),
        ordinary=frozenset(row.ordinary),
        latitude=row.latitude,
        longitude=row.longitude,
        sources=(row.source,) if row.source else (),
    )


def _extend(name: Name, row: NameRow) -> Name:
    said = _spellings(row)
    doubted = dict.fromkeys(name.unverified)
    if row.verified:
        unverified = [spelling for spelling in doubted if spelling not in said]
    else:
        unverified = [*doubted, *(spelling for spelling in said if spelling not in name.spellings)]
    return replace(
        name,
        kind=row.kind or name.kind,
        country=row.country or name.country,
        names={language: row.names[language] or name.names[language] for language in LANGUAGES},
        spellings=tuple(dict.fromkeys([*name.spellings, *said])),
        unverified=tuple(unverified),
        ordinary=name.ordinary | frozenset(row.ordinary),
        latitude=name.latitude if row.latitude is None else row.latitude,
        longitude=name.longitude if row.longitude is None else row.longitude,
        sources=tuple(dict.fromkeys([*name.sources, *filter(None, [row.source])])),
    )


def _spellings(row: NameRow) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, [*row.names.values(), *row.spellings, *row.ordinary])))
