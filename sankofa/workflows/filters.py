"""What a person writes to narrow a search, as the store names it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from index.analysis import fold
from index.model import Verdict
from index.names.cells import PLACE_KINDS
from index.names.gazetteer import ACTOR_KINDS
from index.query import ClaimQuery
from sankofa.desk import Desk
from sankofa.errors import InputError


def name_filters(desk: Desk, query: ClaimQuery) -> ClaimQuery:
    """Name publishers as verdicts do, and places and actors by their identifiers.

    A person leaves out accents and capitals, and writes a name in any language. A publisher that nobody knows stays.

    Raises:
        InputError: A place or an actor is no known name.
    """
    if query.publishers:
        query = replace(query, publishers=_name_publishers(desk, query.publishers))
    if query.places:
        query = replace(query, places=_name_all(desk, "place", query.places))
    if query.actors:
        query = replace(query, actors=_name_all(desk, "actor", query.actors))
    return query


def list_publishers(desk: Desk) -> Mapping[str, int]:
    """Return the organisations that verdicts are of, and how many each has, whether they stand or not."""
    return desk.store.count_by(Verdict, "publisher")


def _name_publishers(desk: Desk, publishers: Iterable[str]) -> tuple[str, ...]:
    meant = {fold(publisher) for publisher in publishers}
    known = {publisher for publisher in list_publishers(desk) if fold(publisher) in meant}
    return tuple(sorted(known.union(publishers)))


def _name_all(desk: Desk, what: str, given: Iterable[str]) -> tuple[str, ...]:
    kinds, find = (PLACE_KINDS, desk.names.find_places) if what == "place" else (ACTOR_KINDS, desk.names.find_actors)
    meant: dict[str, None] = {}
    for text in given:
        name = desk.names.names.get(text.strip())
        found = (name.id,) if name and name.kind in kinds else find(text)
        if not found:
            raise InputError(f"{what}: {text[:100]!r} is no known name; `sankofa names list` shows all")
        meant.update(dict.fromkeys(found))
    return tuple(sorted(meant))
