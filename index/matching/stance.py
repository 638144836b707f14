"""Does a post repeat what a claim says, or deny it? Rules over words that deny, in French, English and Arabic.

A sentence of the post speaks of the claim where they share words. A statement is turned round by each negation in such a
sentence; a refutation (*faux*, *denies*, *شائعة*) denies it wherever in the post it stands, unless it is negated itself. Where
post and claim are turned round alike and the post says nearly all of the claim, it repeats it. What is between is unclear.
"""

import re
from collections.abc import Sequence

from index.analysis import UNKNOWN, analyse, guess_language
from index.matching.records import Asked, Stance
from index.matching.stance_words import NEGATIONS, REFUTATIONS
from index.model import Claim, Wording

_SENTENCE = re.compile(r"(?<=[.!?؟…])\s+|\n+")
_SPEAKS_FROM = 0.3
_REPEATS_FROM = 0.6
_NEGATED_WITHIN = 3
_UNCLEAR: Stance = "unclear"


def tell_stance(asked: Asked, claim: Claim) -> Stance:
    """Tell whether what was asked repeats or denies a claim, by the claim's wording that shares most words with it."""
    text = f"{asked.text}\n{asked.picture_text}"
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    guess = guess_language(text)
    return max((_compare(sentences, guess, wording) for wording in claim.wordings), default=(0.0, _UNCLEAR))[1]


def _compare(sentences: Sequence[str], guess: str, wording: Wording) -> tuple[float, Stance]:
    """Return which share of the wording the post says, and the stance towards it."""
    claim = analyse(wording.text, wording.language)
    content = frozenset(claim) - NEGATIONS - REFUTATIONS
    shared = [content.intersection(analyse(sentence, wording.language)) for sentence in sentences]
    share = len(frozenset().union(*shared)) / len(content) if content else 0.0
    read = [analyse(sentence, wording.language if guess == UNKNOWN else guess) for sentence in sentences]
    speaking = [
        terms for terms, said in zip(read, shared, strict=True) if said and len(said) >= _SPEAKS_FROM * len(content)
    ]
    turned = _count_negations(claim) % 2 == 1
    if any(_refutes(terms, claim) for terms in read):
        return share, "unclear" if turned else "denies"
    if any((_count_negations(terms) % 2 == 1) != turned for terms in speaking):
        return share, "denies"
    return share, "repeats" if speaking and share >= _REPEATS_FROM else "unclear"


def _count_negations(terms: Sequence[str]) -> int:
    """How many negations stand there, but for those of a refutation: *not fake* turns nothing round."""
    return sum(
        term in NEGATIONS and not REFUTATIONS.intersection(terms[place + 1 : place + 1 + _NEGATED_WITHIN])
        for place, term in enumerate(terms)
    )


def _refutes(terms: Sequence[str], claim: Sequence[str]) -> bool:
    """Whether a sentence refutes something in words that the claim does not use itself, and means it."""
    return any(
        term in REFUTATIONS
        and term not in claim
        and not NEGATIONS.intersection(terms[max(0, place - _NEGATED_WITHIN) : place])
        for place, term in enumerate(terms)
    )
