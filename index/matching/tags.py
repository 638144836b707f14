"""Tags that hide where their words begin (``#FYREFESTIVAL``): parted into words that claims hold.

A tag in two cases, or with a line between its words, is parted by the analyser alone. One in a single case can be read only by
who knows the words: those that claims hold, function words, and words that refute (``#FAUXTUNNELS``). Of all ways to part it
the likeliest is taken, where a word is as likely as claims hold it, and what is no word the less likely the longer it is. What
is no word may stay between words, as in ``@LINDSEYGRAHAMSC``.

**Source.** The most probable parting by the frequency of single words, found from left to right: Norvig, "Natural Language
Corpus Data", in Segaran and Hammerbacher (editors), "Beautiful Data" (2009).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from index.analysis import extend_tags, list_word_terms, read_tags
from index.analysis_words import FUNCTION_WORDS
from index.matching.stance_words import REFUTATIONS
from index.query import MAX_QUERY_CHARACTERS

MOST_TAGS = 12
"""So many of a text are parted, the first ones."""
_SHORTEST, _LONGEST = 6, 32
_SHORTEST_WORD, _LONGEST_WORD = 3, 20

# Costs are negative logarithms of probabilities. Among few claims every word is frequent, so that no fewer than this many are
# reckoned with.
_FEWEST_CLAIMS = 10_000
_WORD_COST, _COMMON_COST, _LETTER_COST = 1.0, 3.0, 2.0

_FUNCTION_WORDS = frozenset().union(*FUNCTION_WORDS.values())


def list_hidden(text: str) -> tuple[str, ...]:
    """Return what tags of a text hold in a single case and may be several words, in lower case."""
    hidden = dict.fromkeys(found for tag in read_tags(text[:MAX_QUERY_CHARACTERS]) for found in _find_hidden(tag))
    return tuple(islice(hidden, MOST_TAGS))


def write_out(text: str, words: Mapping[str, Sequence[str]]) -> str:
    """Return a text with the words of its tags behind them (by :func:`list_hidden`)."""
    return extend_tags(text, lambda tag: [word for found in _find_hidden(tag) for word in words.get(found, ())])


def _find_hidden(tag: Sequence[str]) -> Iterator[str]:
    """Yield what a tag holds, if it is in one piece."""
    parts = [part for part in tag if not part[0].isdigit()]
    if len(parts) == 1 and _SHORTEST <= len(parts[0]) <= _LONGEST:
        yield parts[0].casefold()


def list_terms(hidden: str) -> frozenset[str]:
    """Return the terms of all that may be a word in it, itself too."""
    words = (hidden[start:end] for end in range(len(hidden) + 1) for start in _iter_starts(end))
    return frozenset(term for word in (hidden, *words) for term in _list_terms(word))


@lru_cache(maxsize=50_000)
def _list_terms(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(list_word_terms(word)))


def _iter_starts(end: int) -> Iterator[int]:
    yield from range(max(0, end - _LONGEST_WORD), end - _SHORTEST_WORD + 1)


class _Way(NamedTuple):
    """A way to part the beginning of a tag."""

    cost: float
    words: tuple[str, ...]


def part(hidden: str, holders: Mapping[str, int], claims: int) -> Sequence[str]:
    """Return the words of a tag; none where claims hold it as it is, or only function words are found.

    *holders* says how many of *claims* hold each of :func:`list_terms`.
    """
    if _is_common(hidden) or _count(hidden, holders):
        return ()
    size = max(claims, _FEWEST_CLAIMS)
    ways = [_Way(0.0, ())]
    for end in range(1, len(hidden) + 1):
        ways.append(min(_iter_ways(hidden[:end], ways, holders, size), key=lambda way: way.cost))
    words = ways[-1].words
    return () if _FUNCTION_WORDS.issuperset(words) else words


def _iter_ways(beginning: str, ways: Sequence[_Way], holders: Mapping[str, int], size: int) -> Iterator[_Way]:
    """Yield what the last piece may be: no word, a function word, or a word that claims hold."""
    end = len(beginning)
    for start, way in enumerate(ways):
        yield _Way(way.cost + math.log(size) + _LETTER_COST * (end - start), way.words)
    for start in _iter_starts(end):
        word, (cost, words) = beginning[start:], ways[start]
        if _is_common(word):
            yield _Way(cost + _COMMON_COST, (*words, word))
        elif count := _count(word, holders):
            yield _Way(cost + _WORD_COST + math.log(size / count), (*words, word))


def _is_common(word: str) -> bool:
    return word in _FUNCTION_WORDS or not REFUTATIONS.isdisjoint(_list_terms(word))


def _count(word: str, holders: Mapping[str, int]) -> int:
    return max((holders.get(term, 0) for term in _list_terms(word)), default=0)
