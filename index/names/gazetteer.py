"""Which known names a text mentions: the longest first, in whatever language, script and spelling they stand there."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from operator import itemgetter
from typing import NamedTuple

from index.analysis_characters import fold
from index.names.cells import KINDS, PLACE_KINDS, Kind
from index.names.names import Name, merge_rows
from index.names.rows import NameRow, parse_rows
from index.names.words import SplitText, iter_stripped, iter_ways, take_article

SHIPPED = ("places.csv", "additions.csv", "actors.csv")
ACTOR_KINDS = frozenset(KINDS) - PLACE_KINDS

_TERM_SIGN = "@"  # no word holds one, since words are split there
_MAX_JOINED_WORDS = 12
_KEPT_WORDS = 100_000
_LOOKED_BACK_CHARACTERS = 8
_ENDS_SENTENCE = frozenset(".!?…:;؟؛\n\r•*-–—")
_QUOTES = " \t\u00a0\u202f\"'«“”‘’(["
_AFTER_A_NAME = (",", " (", " :", ":")


class Mention(NamedTuple):
    """A name in a text: ``text[start:end] == spelling``; an attached Arabic "and", "in" or "the" is part of it."""

    name_id: str
    start: int
    end: int
    spelling: str


class _Reading(NamedTuple):
    """A name that a phrase may be; ``ordinary`` where it is a word too, ``acronym`` where it is written in capitals."""

    name_id: str
    ordinary: bool
    acronym: bool


_Candidate = tuple[int, Collection[_Reading]]  # so many words, and which names they may be


class _Node:
    """What may follow after the first words of names, and which names end here."""

    __slots__ = ("following", "readings")

    def __init__(self) -> None:
        self.following: dict[str, _Node] = {}
        self.readings: dict[str, _Reading] = {}

    def add(self, words: Sequence[str], reading: _Reading) -> None:
        node = self
        for word in words:
            node = node.following.setdefault(word, _Node())
        node.readings.setdefault(reading.name_id, reading)

    def walk(self, words: Sequence[str], at: int) -> Iterator[_Candidate]:
        """Yield the names whose first word stands at *at* and led to this node."""
        node: _Node | None = self
        count = 1
        while node:
            if node.readings:
                yield count, node.readings.values()
            node = node.following.get(words[at + count]) if at + count < len(words) else None
            count += 1


class Gazetteer:
    """Known names, ready to be found in texts. Finding depends on the text and the rows only, and never raises.

    A spelling that several names share gives a mention of each. One that is an ordinary word too is found where it is
    written as a name: with a capital (an acronym in capitals) that no sentence's beginning and no text in capitals
    explains; in Arabic script, which has no capitals, not at all.
    """

    def __init__(self, rows: Iterable[NameRow]) -> None:
        self.names = merge_rows(rows)
        self._root = _Node()
        for name in self.names.values():
            for words, reading in _iter_readings(name):
                self._root.add(words, reading)
        self._find_heads = lru_cache(maxsize=_KEPT_WORDS)(self._list_heads)

    def find_mentions(self, text: str) -> tuple[Mention, ...]:
        """Return what *text* mentions, in reading order; spans do not overlap, but several names may share one."""
        split = SplitText(text)
        words = split.fold_words()
        mentions: list[Mention] = []
        done = 0
        for at, heads in enumerate(map(self._find_heads, words)):
            if at >= done and (heads or split.is_tight(at)):
                count, name_ids = self._find_longest(split, words, at, heads)
                start, end = split.spans[at][0], split.spans[at + count - 1][1]
                mentions.extend(Mention(name_id, start, end, text[start:end]) for name_id in name_ids)
                done = at + count
        return tuple(mentions)

    def name_terms(self, text: str) -> tuple[str, ...]:
        """Return one term for each name in *text*, the same in every language: ``@ml-kidal``; no word is such a term."""
        return tuple(_TERM_SIGN + name_id for name_id in self._find_ids(text, KINDS))

    def find_places(self, text: str) -> tuple[str, ...]:
        """Return the ids of the places and states that *text* mentions, each once, in reading order."""
        return self._find_ids(text, PLACE_KINDS)

    def find_actors(self, text: str) -> tuple[str, ...]:
        """Return the ids of the groups, missions, organisations and persons in *text*, each once, in reading order."""
        return self._find_ids(text, ACTOR_KINDS)

    def get_title(self, name_id: str, language: str = "") -> str:
        """Return a name as it is written in *language*, else in another; an identifier that nobody knows as it is."""
        name = self.names.get(name_id)
        if name is None:
            return name_id
        return next(filter(None, [name.names.get(language), *name.names.values(), *name.spellings]), name_id)

    def _find_ids(self, text: str, kinds: Collection[Kind]) -> tuple[str, ...]:
        found = dict.fromkeys(mention.name_id for mention in self.find_mentions(text))
        return tuple(name_id for name_id in found if self.names[name_id].kind in kinds)

    def _find_longest(
        self, split: SplitText, words: Sequence[str], at: int, heads: Sequence[_Node]
    ) -> tuple[int, tuple[str, ...]]:
        """Return how many words the longest name from *at* on has, and whose it is; one word of nobody otherwise."""
        found = [candidate for head in heads for candidate in head.walk(words, at)]
        if split.is_tight(at):
            found.extend(self._find_joined(split, words, at))
        for count, readings in sorted(found, key=itemgetter(0), reverse=True):
            if split.is_phrase(at, count):
                accepted = [reading.name_id for reading in readings if _accepts(split, at, count, reading)]
                if accepted:
                    return count, tuple(sorted(accepted))
        return 1, ()

    def _find_joined(self, split: SplitText, words: Sequence[str], at: int) -> list[_Candidate]:
        """Find words that hyphens, apostrophes or a tag hold together, in one: Aguel-Hoc, N'Djamena, #FAMa."""
        found: list[_Candidate] = []
        for last in range(at, min(at + _MAX_JOINED_WORDS, len(words)) - 1):
            if not split.is_tight(last):
                break
            node = self._root.following.get("".join(words[at : last + 2]))
            if node and node.readings:
                found.append((last + 2 - at, node.readings.values()))
        return found

    def _list_heads(self, word: str) -> tuple[_Node, ...]:
        following = self._root.following
        return tuple(following[head] for head in dict.fromkeys(iter_stripped(word)) if head in following)


def iter_shipped() -> Iterator[NameRow]:
    """Yield the rows that we ship: those that are built, then those that were written by hand."""
    for file_name in SHIPPED:
        table = files(__package__).joinpath(file_name).read_text("utf-8")
        yield from parse_rows(table.splitlines(keepends=True), file_name)


@dataclass(frozen=True)
class NameList:
    """Names that texts are read with: loaded when they are first needed, and told from others by a digest."""

    digest: str
    load: Callable[[], Gazetteer]


@cache
def list_shipped() -> NameList:
    """Return the names that we ship."""
    tables = (files(__package__).joinpath(file_name).read_bytes() for file_name in SHIPPED)
    return NameList(hashlib.sha256(b"\0".join(tables)).hexdigest(), cache(lambda: Gazetteer(iter_shipped())))


_IN_USE: list[NameList] = []


def use_names(names: NameList) -> None:
    """Read all texts of this process with other names from now on: those of the newsroom that it works for."""
    _IN_USE[:] = [names]


def get_names() -> NameList:
    """Return the names in use: those that we ship, until others are used."""
    return _IN_USE[0] if _IN_USE else list_shipped()


def load_gazetteer() -> Gazetteer:
    """Load the names in use; once in a process."""
    return get_names().load()


def _iter_readings(name: Name) -> Iterator[tuple[tuple[str, ...], _Reading]]:
    ordinary = {fold(spelling) for spelling in name.ordinary}
    for spelling in name.spellings:
        words = [word for word in SplitText(spelling).fold_words() if word]
        reading = _Reading(name.id, fold(spelling) in ordinary, spelling.isupper())
        if words and (not reading.ordinary or spelling.upper() != spelling.lower()):
            words[0] = take_article(words[0])
            for way in iter_ways(words):
                yield way, reading


def _accepts(split: SplitText, at: int, count: int, reading: _Reading) -> bool:
    """Tell whether a phrase is written as a name, if it may also be a word."""
    if not reading.ordinary:
        return True
    text, start, end = split.text, split.spans[at][0], split.spans[at + count - 1][1]
    is_alone = count == len(split.spans)
    if reading.acronym:
        return text[start:end].isupper() and (is_alone or not text.isupper())
    if not text[start].isupper() or text[start:end].isupper():
        return False
    before = text[max(0, start - _LOOKED_BACK_CHARACTERS) : start].rstrip(_QUOTES)
    begins = not before or before[-1] in _ENDS_SENTENCE
    return is_alone or not begins or text.startswith(_AFTER_A_NAME, end)
