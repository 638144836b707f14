"""Did you mean …? Other spellings for words that stand in no claim: offered, never put in the place of what was typed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from index.analysis import analyse, analyse_query, fold, is_name, show_term
from index.analysis_words import FUNCTION_WORDS
from index.model import Claim
from index.names.gazetteer import Gazetteer
from index.query import MAX_QUERY_CHARACTERS, blank_excluded
from index.spelling import TermUse, allow_edits, begins_alike, count_edits
from sankofa.desk import Desk

MAX_WORDS = 12
"""Longer texts are posts, where a slip of the pen hides nothing."""
_MAX_SUGGESTIONS = 3
_ADDRESS = re.compile(r"(?:https?://|www\.|[#@])\S*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f\u064b-\u0652]*")
_SURELY_NONE = 1 << 30


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A search that finds more: the whole text, and the words in it that are spelt otherwise, each with what was typed."""

    text: str
    replaced: tuple[tuple[str, str], ...]


class _Typed(NamedTuple):
    word: str
    start: int
    end: int

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(term for term in analyse_query(self.word) if not is_name(term))


class _Offer(NamedTuple):
    """A word to offer; the least is the best."""

    edits: int
    is_no_name: bool
    fewer_claims: int
    word: str


def suggest_spellings(desk: Desk, text: str) -> tuple[Suggestion, ...]:
    """Return texts with the nearest words that claims hold, best first: by edits, names before others, then by frequency.

    Nothing where every word is known, where nothing is near, and for texts of more than :data:`MAX_WORDS` words. Where several
    words are unknown, there is one suggestion at most, with the best for each.
    """
    typed = list(_iter_typed(desk.names, text)) if len(text) <= MAX_QUERY_CHARACTERS else []
    if not 0 < len(typed) <= MAX_WORDS:
        return ()
    known = desk.store.count_holders([term for word in typed for term in word.terms])
    unknown = [word for word in typed if known.keys().isdisjoint(word.terms)]
    offered = [(word, offers) for word in unknown if (offers := _list_offers(desk, word))]
    if len(offered) == 1:
        word, offers = offered[0]
        return tuple(_replace(text, [(word, offer)]) for offer in offers)
    return (_replace(text, [(word, offers[0]) for word, offers in offered]),) if offered else ()


def _iter_typed(names: Gazetteer, text: str) -> Iterator[_Typed]:
    """Yield the words that may be misspelt: no function words, numbers, addresses, tags and known names."""
    asked = _ADDRESS.sub(lambda address: " " * len(address[0]), blank_excluded(text))
    unnamed = list(asked)
    for mention in names.find_mentions(asked):
        unnamed[mention.start : mention.end] = " " * (mention.end - mention.start)
    for found in _WORD.finditer("".join(unnamed)):
        word = found[0]
        says = not any(word in words or fold(word) in words for words in FUNCTION_WORDS.values())
        if says and allow_edits(fold(word)):
            yield _Typed(word, *found.span())


def _list_offers(desk: Desk, typed: _Typed) -> list[str]:
    offers = sorted({*_iter_names(desk, typed.word), *_iter_words(desk, typed)})
    words = dict.fromkeys(offer.word for offer in offers if fold(offer.word) != fold(typed.word))
    return list(words)[:_MAX_SUGGESTIONS]


def _iter_words(desk: Desk, typed: _Typed) -> Iterator[_Offer]:
    near = desk.store.find_near_terms(typed.terms, edits=allow_edits(fold(typed.word)))
    ranked = sorted(near.items(), key=lambda item: (_measure(typed.terms, item[0]), -item[1].claims, item[0]))
    shown = [(term, use) for term, use in ranked if not is_name(term)][: 2 * _MAX_SUGGESTIONS]
    claims = desk.store.get_many(Claim, [use.claim_id for _, use in shown])
    for term, use in shown:
        word = _as_typed(_spell(term, use, claims, typed.word), typed.word)
        yield _Offer(_measure(typed.terms, term), True, -use.claims, word)


def _measure(terms: Sequence[str], near: str) -> int:
    return min(count_edits(term, near) if begins_alike(term, near) else _SURELY_NONE for term in terms)


def _spell(term: str, use: TermUse, claims: Mapping[str, Claim], typed: str) -> str:
    """The word that a term was made from, as it stands in a claim: of several the one most like what was typed."""
    wordings = claims[use.claim_id].texts() if use.claim_id in claims else ()
    words = ((found[0], wording.language) for wording in wordings for found in _WORD.finditer(wording.text))
    made = [word for word, language in words if term in analyse(word, language)]
    return min(made, key=lambda word: count_edits(fold(word), fold(typed)), default=show_term(term))


def _iter_names(desk: Desk, word: str) -> Iterator[_Offer]:
    folded = fold(word)
    most = allow_edits(folded)
    near = {
        spelt: (count_edits(folded, spelt, most=most), name_ids)
        for spelt, name_ids in _list_name_words(desk.names).items()
        if spelt[0] == folded[0]
    }
    near = {spelt: found for spelt, found in near.items() if found[0] <= most}
    terms = [f"@{name_id}" for _, name_ids in near.values() for name_id in name_ids]
    holders = desk.store.count_holders(terms) if terms else {}
    for edits, name_ids in near.values():
        for name_id, written in name_ids.items():
            if claims := holders.get(f"@{name_id}"):
                yield _Offer(edits, False, -claims, _as_typed(written, word))


@lru_cache(maxsize=4)
def _list_name_words(names: Gazetteer) -> Mapping[str, Mapping[str, str]]:
    """The words of all spellings, folded; for each the names that have it, and how it is written there."""
    listed: dict[str, dict[str, str]] = {}
    for name in names.names.values():
        for spelling in name.spellings:
            for found in _WORD.finditer(spelling):
                listed.setdefault(fold(found[0]), {}).setdefault(name.id, found[0])
    return {word: held for word, held in listed.items() if allow_edits(word)}


def _as_typed(word: str, typed: str) -> str:
    return word.casefold() if typed.islower() else word


def _replace(text: str, words: Sequence[tuple[_Typed, str]]) -> Suggestion:
    for typed, offered in reversed(words):
        text = text[: typed.start] + offered + text[typed.end :]
    return Suggestion(text=text, replaced=tuple((typed.word, offered) for typed, offered in words))
