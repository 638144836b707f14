"""Does a post repeat what a claim says, or deny it? Rules over words that deny, in French, English and Arabic.

A post is read clause by clause. A negation counts where it stands close to a word of the claim, and turns the clause round; a
refutation (*faux*, *denies*, *شائعة*) denies the claim wherever in the post it stands, unless it is negated itself. Where post
and claim are turned round alike and the post says nearly all of the claim, with its numbers, it repeats it. What is between is
unclear: a claim and its denial share most words, and so do two statements that contradict each other without a negation.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from index.analysis import UNKNOWN, analyse, guess_language
from index.matching.records import Asked, Stance
from index.matching.stance_words import ANSWERS, BEHIND, DENIES_THAT, NEGATIONS, PHRASES, REFUTATIONS
from index.model import Claim, Wording
from index.query import MAX_QUERY_CHARACTERS

_CLAUSE = re.compile(r"(?<=[.!?؟…,;:،؛])\s|(?<=\s)[–—-]\s|[\n()«»“”\"]")
_QUESTIONS = ("?", "؟")
_DENIES_FROM = 0.5
_REPEATS_FROM = 0.9  # from here 5 % of the contradictions of DACCORD's first half read as repeating; from 0.75 on 11 %
_NEGATED_AHEAD, _NEGATED_BEHIND = 4, 2  # terms between a negation and what it negates
_REFUTED_WITHIN = 2


class _Clause(NamedTuple):
    """The terms of a clause, as its own language and as the claim's reads it."""

    terms: tuple[str, ...]
    shared: frozenset[str]
    asks: bool
    denies_that: bool


def tell_stance(asked: Asked, claim: Claim) -> Stance:
    """Tell whether what was asked repeats or denies a claim, by the claim's wording that shares most words with it."""
    text = f"{asked.text}\n{asked.picture_text}"[:MAX_QUERY_CHARACTERS]
    clauses = [clause for clause in _CLAUSE.split(text) if clause.strip()]
    guess = guess_language(text)
    compared = [_compare(clauses, guess, wording) for wording in claim.wordings]
    return max(compared, key=lambda found: found[0])[1] if compared else "unclear"


def _compare(texts: Sequence[str], guess: str, wording: Wording) -> tuple[float, Stance]:
    """Return which share of the wording the post says, and the stance towards it."""
    claim = analyse(wording.text, wording.language)
    content = frozenset(claim) - NEGATIONS - REFUTATIONS
    language = wording.language if guess == UNKNOWN else guess
    clauses = [_read(text, language, wording.language, content) for text in texts]
    said = frozenset().union(*(clause.shared for clause in clauses))
    share = len(said) / len(content) if content else 0.0
    return share, _decide(clauses, claim, share, content - said)


def _decide(clauses: Sequence[_Clause], claim: Sequence[str], share: float, unsaid: Collection[str]) -> Stance:
    content = frozenset(claim) - NEGATIONS
    is_turned = _is_turned(claim, content)
    turned = [_is_turned(clause.terms, content) for clause in clauses]
    refuted = [_refutes(clause.terms, claim) for clause in clauses]
    if any(refuted):
        doubled = any(clause.denies_that and turns for clause, turns in zip(clauses, turned, strict=True))
        return "denies" if (any(turned) if is_turned else not doubled) else "unclear"
    if any(turned) != is_turned:
        return "denies" if share >= _DENIES_FROM else "unclear"
    asks = any(clause.asks and clause.shared for clause in clauses)
    leaves_out_numbers = any(any(map(str.isdigit, term)) for term in unsaid)
    return "unclear" if asks or leaves_out_numbers or share < _REPEATS_FROM else "repeats"


def _read(text: str, language: str, claimed: str, content: frozenset[str]) -> _Clause:
    terms = analyse(text, language)
    shared = terms if language == claimed else analyse(text, claimed)
    return _Clause(
        terms, content.intersection(shared), text.rstrip().endswith(_QUESTIONS), bool(DENIES_THAT.search(text))
    )


def _is_turned(terms: Sequence[str], content: frozenset[str]) -> bool:
    """Whether a negation negates a word of the claim; *not fake* and *no evidence* turn nothing round."""
    return any(
        term in NEGATIONS
        and not REFUTATIONS.intersection(terms[place + 1 : place + 1 + _REFUTED_WITHIN])
        and tuple(terms[place : place + 2]) not in PHRASES
        and not content.isdisjoint(_find_negated(terms, place))
        for place, term in enumerate(terms)
    )


def _find_negated(terms: Sequence[str], place: int) -> Sequence[str]:
    """Return the terms that the negation at *place* may negate."""
    behind = terms[max(0, place - _NEGATED_BEHIND) : place] if terms[place] in BEHIND else ()
    return (*behind, *terms[place + 1 : place + 1 + _NEGATED_AHEAD])


def _refutes(terms: Sequence[str], claim: Sequence[str]) -> bool:
    """Whether a clause refutes something in words that the claim does not use itself, and means it."""
    if terms and ANSWERS.issuperset(terms):
        return True
    if any(_holds(terms, phrase) and not _holds(claim, phrase) for phrase in PHRASES):
        return True
    return any(
        term in REFUTATIONS
        and term not in claim
        and not NEGATIONS.intersection(terms[max(0, place - _REFUTED_WITHIN) : place])
        for place, term in enumerate(terms)
    )


def _holds(terms: Sequence[str], phrase: Sequence[str]) -> bool:
    return any(tuple(terms[at : at + len(phrase)]) == tuple(phrase) for at in range(len(terms) - len(phrase) + 1))
