"""Searches that somebody keeps under a name, with their filters."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from index.analysis import fold
from index.errors import RecordNotFoundError
from index.model import SavedSearch
from index.query import ClaimQuery, parse_query
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import commit
from sankofa.workflows.filters import name_filters

MAX_NAME_CHARACTERS = 60
FIELDS = ("languages", "countries", "ratings", "publishers", "places", "actors", "with_media", "since", "until")
"""The filters that are kept, named alike in a query and in the record."""

_UNSEEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def save_search(desk: Desk, name: str, text: str, filters: ClaimQuery) -> SavedSearch:
    """Keep what is asked under a name; another search that had it makes way, and stays in the history.

    Raises:
        InputError: The name cannot be used, nothing is asked, or a filter names nobody.
        QueryError: The text is too long.
        PersonRequiredError, PersonUnknownError: Nobody acts.
    """
    desk.require_person("keeping a search")
    name = check_name(name)
    parse_query(text)
    named = name_filters(desk, filters)
    kept = {field: getattr(named, field) for field in FIELDS}
    if not text.strip() and not any(kept.values()):
        raise InputError(f"“{name}” would ask for everything: write words or a filter")
    search = SavedSearch(
        id=fold(name), name=name, text=" ".join(text.split()), order=filters.order, active=True, **kept,
    )  # fmt: skip
    known = desk.store.get_many(SavedSearch, [search.id]).get(search.id)
    if known and _is_same(known, search):
        return known
    return commit(desk, search, expected_revision=known.revision if known else 0, act="save")


def get_search(desk: Desk, name: str) -> SavedSearch:
    """Return a kept search. Raises InputError, which says which there are."""
    try:
        search = desk.store.get(SavedSearch, fold(check_name(name)))
    except RecordNotFoundError:
        search = None
    if search is None or not search.active:
        there = ", ".join(known.name for known in list_searches(desk)[:20])
        raise InputError(
            f"no search is kept as {name.strip()[:100]!r}: {f'there are {there}' if there else 'there is none yet'}"
        )
    return search


def list_searches(desk: Desk) -> Sequence[SavedSearch]:
    """Return the kept searches, by name."""
    return sorted(desk.store.find_linked(SavedSearch, "active", ["yes"]), key=lambda search: search.id)


def remove_search(desk: Desk, name: str) -> SavedSearch:
    """Keep a search no longer; its history stays. Raises InputError, PersonRequiredError, PersonUnknownError."""
    desk.require_person("removing a search")
    ended = replace(get_search(desk, name), active=False)
    return commit(desk, ended, expected_revision=ended.revision, act="remove")


def build_saved_query(search: SavedSearch, typed: ClaimQuery) -> ClaimQuery:
    """Return what a kept search asks; a filter that was typed beside it takes the place of the kept one."""
    kept = {field: getattr(typed, field) or getattr(search, field) for field in FIELDS}
    return replace(typed, **kept)


def _is_same(known: SavedSearch, search: SavedSearch) -> bool:
    kept = replace(
        search,
        revision=known.revision,
        revised_by=known.revised_by,
        revised_at=known.revised_at,
        salt=known.salt,
    )
    return known == kept


def check_name(name: str) -> str:
    """Return a name without needless blanks. Raises InputError for one that cannot be used."""
    kept = " ".join(name.split())
    if not any(map(str.isalnum, kept)) or not fold(kept):
        raise InputError("a search needs a name with a letter or a digit in it")
    if len(kept) > MAX_NAME_CHARACTERS:
        raise InputError(f"the name has {len(kept)} characters; at most {MAX_NAME_CHARACTERS}")
    if any(unicodedata.category(character) in _UNSEEN for character in kept):
        raise InputError("the name holds characters that nobody sees: write it with letters, digits and signs")
    return kept
