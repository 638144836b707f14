"""Words of a text with their places, folded as the analyser folds them, and the ways in which a name is run together."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from index.analysis_characters import fold

_MAX_WORD_CHARACTERS = 64
_MAX_PARTICLE_LETTERS = 2  # N Djamena, Ti n Zaouatène: what is written apart, joined or with a hyphen
_MAX_JOINTS = 4

_ADDRESS = re.compile(r"(?:https?://|www\.|(?:t\.co|pic\.twitter\.com)/)\S*", re.IGNORECASE)
# A word is letters, digits and what is written on or in them: accents, vowel and tone signs, invisible characters.
_MARKS = (
    "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u07eb-\u07f3"
    "\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff\u1ab0-\u1ace\u1dc0-\u1dff\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f"
)
_INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_RUN = re.compile(rf"[\w{_MARKS}{_INVISIBLE}]+")
_NO_LETTERS = "_ʼʻʿʾꞌ"  # Unicode has them among the letters, but they stand where N'Djamena has an apostrophe
_TAG_SIGNS = "#@＃＠_"
_TIGHT = f"-‐‑–'’‘`´＇‛{_NO_LETTERS}"
_PART = re.compile(rf"[^{_NO_LETTERS}]+")
_SPECIAL = re.compile(f"[{_TAG_SIGNS}{_NO_LETTERS}]")
_TIGHT_SIGN = re.compile(f"[{re.escape(_TIGHT)}]")

_ARABIC = re.compile(r"[\u0620-\u064a]")
_AND = frozenset("وف")
_IN_TO_AS = frozenset("بلك")
_THE, _TO_THE = "ال", "لل"
_MIN_ARABIC_LETTERS = 3  # of what remains behind an attached word


class SplitText:
    """A text and its words: ``spans`` says where they stand, ``text[start:end]``.

    It is split at everything that is no letter, mark or digit, in tags at capitals too; addresses are left out.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        bare = _blank_addresses(text)
        if _SPECIAL.search(bare):
            self.spans = list(_iter_special_spans(bare))
        else:
            self.spans = [found.span() for found in _RUN.finditer(bare)]
        self._tight_at = {found.start() for found in _TIGHT_SIGN.finditer(text)}

    def fold_words(self) -> list[str]:
        """Fold the words as the analyser does; those that are longer than any name become ``""``."""
        return [fold_word(self.text[start:end]) for start, end in self.spans]

    def is_tight(self, at: int) -> bool:
        """Tell whether only a hyphen, an apostrophe or nothing parts a word from the next."""
        end = self.spans[at][1]
        if at + 1 == len(self.spans):
            return False
        gap = self.spans[at + 1][0] - end
        return gap == 0 or (gap == 1 and end in self._tight_at)

    def is_phrase(self, at: int, count: int) -> bool:
        """Tell whether so many words from *at* on stand side by side: no other signs between them."""
        gaps = (self.text[self.spans[place][1] : self.spans[place + 1][0]] for place in range(at, at + count - 1))
        return all(gap == " " or all(sign.isspace() or sign in _TIGHT for sign in gap) for gap in gaps)


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Fold a word; ``""`` where it is longer than any name."""
    return fold(word) if len(word) <= _MAX_WORD_CHARACTERS else ""


def iter_ways(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield a name's words as it may be parted: as given, in one word, and with its particles joined to a neighbour."""
    yield ("".join(words),)
    joints = [at for at in range(1, len(words)) if min(len(words[at - 1]), len(words[at])) <= _MAX_PARTICLE_LETTERS]
    for count in range(len(joints[:_MAX_JOINTS]) + 1):
        for joined in combinations(joints[:_MAX_JOINTS], count):
            cuts = [0, *(at for at in range(1, len(words)) if at not in joined), len(words)]
            yield tuple("".join(words[start:end]) for start, end in pairwise(cuts))


def take_article(word: str) -> str:
    """Take the Arabic article off a folded word that is long enough to have one."""
    return word[len(_THE) :] if word.startswith(_THE) and len(word) >= len(_THE) + _MIN_ARABIC_LETTERS else word


def iter_stripped(word: str) -> Iterator[str]:
    """Yield a folded word, and in Arabic script what remains without "and", "in", "to", "as" and the article."""
    yield word
    if not _ARABIC.match(word):
        return
    for rest in [word, *_strip(word, _AND)]:
        yield rest
        yield take_article(rest)
        for bare in _strip(rest, _IN_TO_AS):
            yield bare
            yield take_article(bare)
        if rest.startswith(_TO_THE) and len(rest) >= len(_TO_THE) + _MIN_ARABIC_LETTERS:
            yield rest[len(_TO_THE) :]


def _strip(word: str, first: frozenset[str]) -> list[str]:
    return [word[1:]] if word[0] in first and len(word) > _MIN_ARABIC_LETTERS else []


def _blank_addresses(text: str) -> str:
    """Put blanks in the place of addresses, so that all else stays where it is."""
    if "/" in text or "www." in text.lower():
        return _ADDRESS.sub(lambda address: " " * len(address[0]), text)
    return text


def _iter_special_spans(text: str) -> Iterator[tuple[int, int]]:
    for found in _RUN.finditer(text):
        for part in _PART.finditer(text, *found.span()):
            yield from _split_part(text, *part.span())


def _split_part(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a part of a tag at its capitals; a part of anything else stays whole."""
    is_tag = start and text[start - 1] in _TAG_SIGNS
    cuts = [start, *(at for at in range(start + 1, end) if is_tag and _begins_word(text, at, end)), end]
    yield from pairwise(cuts)


def _begins_word(text: str, at: int, end: int) -> bool:
    before, character, after = text[at - 1], text[at], text[at + 1 : min(at + 2, end)]
    if before.isdigit() != character.isdigit():
        return True
    return character.isupper() and (before.islower() or (before.isupper() and after.islower()))
