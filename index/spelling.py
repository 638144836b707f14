"""Which terms lie near a word that no claim holds: the rule of every backend.

A term is near another of the same language that begins with the same letter and lies within one edit, or two of a long word. An
edit inserts, deletes or replaces a letter, or swaps two neighbours.

**Source.** Damerau, "A technique for computer detection and correction of spelling errors" (1964): four of five misspelt words
are one such edit away; first letters are rarely wrong. The distance is the optimal string alignment, which edits no part twice.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

MAX_EDITS = 2
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 4, 8


class TermUse(NamedTuple):
    """How many claims hold a term, and the first of them by identifier."""

    claims: int
    claim_id: str


def allow_edits(word: str) -> int:
    """Return how many edits a word may be away: none where it is so short that anything is near."""
    return (len(word) >= _ONE_EDIT_FROM) + (len(word) >= _TWO_EDITS_FROM)


def find_near(terms: Collection[str], vocabulary: Iterable[str], *, edits: int) -> Iterator[str]:
    """Yield those of a vocabulary that lie near one of *terms*."""
    for held in vocabulary:
        if any(count_edits(term, held, most=edits) <= edits for term in terms if begins_alike(term, held)):
            yield held


def get_beginning(term: str) -> str:
    """Return what near terms have in common: the language, and the first letter."""
    return term[: term.find(":") + 2]


def begins_alike(term: str, other: str) -> bool:
    """Tell whether two terms are of one language and begin with the same letter."""
    return get_beginning(term) == get_beginning(other)


def count_edits(one: str, other: str, *, most: int = MAX_EDITS) -> int:
    """Return how many edits lie between two texts; more than *most* where there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [0], list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [place]
        for at, against in enumerate(other, start=1):
            edits = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != against))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == against:
                edits = min(edits, earlier[at - 2] + 1)
            row.append(edits)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
