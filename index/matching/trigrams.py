"""How much of each other a post and claims say by letters, three at a time: what slips, endings and joined words leave whole.

A trigram that few of the claims hold says more than one that most of them do, as a word in a search does.

**Source.** Words stand between blanks, as in PostgreSQL's ``pg_trgm``. What the two shares bring is told in
`docs/reference/measurements.md`.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from statistics import fmean
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Words = frozenset[str]
Texts = Mapping[str, Sequence[Words]]
"""What a claim says in each language: the words of each text, at least one."""
Trigrams = npt.NDArray[np.int64]

_BITS = 21
"""Of a character."""


class Said(NamedTuple):
    """``covered`` is how much of a claim a post says, in the ``language`` of which it says most.

    ``claimed`` is how much of the post the claim says, in any language.
    """

    covered: float
    claimed: float
    language: str


def compare_trigrams(post: Words, claims: Sequence[Texts]) -> list[Said]:
    """Compare a post with what some claims say in each of their languages; shares are 0 to 1.

    How much of a language is said is the mean of its texts.
    """
    held = [
        {language: [read_trigrams(words) for words in texts] for language, texts in claim.items()} for claim in claims
    ]
    whole = [np.unique(np.concatenate([_NONE, *chain.from_iterable(said.values())])) for said in held]
    known, holders = np.unique(np.concatenate([_NONE, *whole]), return_counts=True)
    weights = np.log((len(claims) + 1) / holders)
    asked = read_trigrams(post)
    is_asked = np.isin(known, asked, assume_unique=True)
    shared = np.where(is_asked, weights, 0.0)
    all_asked = float(shared.sum()) + (len(asked) - int(is_asked.sum())) * math.log(len(claims) + 1)

    def cover(trigrams: Trigrams) -> float:
        at = np.searchsorted(known, trigrams)
        return _divide(float(shared[at].sum()), float(weights[at].sum()))

    found: list[Said] = []
    for said, trigrams in zip(held, whole, strict=True):
        covered = {language: fmean(map(cover, texts)) for language, texts in said.items()}
        best = max(covered, key=covered.__getitem__, default="")
        claimed = _divide(float(shared[np.searchsorted(known, trigrams)].sum()), all_asked)
        found.append(Said(covered.get(best, 0.0), claimed, best))
    return found


def _divide(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole else 0.0


@lru_cache(maxsize=20_000)
def read_trigrams(words: Words) -> Trigrams:
    """Return the trigrams of some words, each once, in order: three characters of 21 bits each in a number."""
    if not words:
        return _NONE
    signs = np.frombuffer(f"  {'  '.join(words)}  ".encode("utf-32-le"), dtype="<u4").astype(np.int64)
    return np.unique(signs[:-2] << 2 * _BITS | signs[1:-1] << _BITS | signs[2:])


_NONE: Trigrams = np.zeros(0, dtype=np.int64)
