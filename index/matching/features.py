"""What tells the claim that a post repeats from others that share words with it. What is not known is not there."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain

from index.analysis import read_out, show_term
from index.analysis_characters import split_words
from index.dates import first_day, last_day
from index.matching.records import Asked, Candidate
from index.matching.trigrams import Texts, Words, compare_trigrams
from index.model import Claim
from index.names.words import fold_word
from index.query import MAX_QUERY_CHARACTERS

Features = Mapping[str, float]

_APOSTROPHE = re.compile("['’‘ʼ]")
_MONTH = len("2003-12")

# How far apart in days a post and the check of its claim are: half within 2, 83 % within 30 (CheckThat! 2021 and 2022, as
# they were measured for us), to which the two numbers of a Lomax distribution are fitted. Others lie anywhere in ten years.
_LOMAX_SCALE, _LOMAX_SHAPE = 0.5, 0.43
_ANY_DAY = 1 / 3650
_LEAST_NEARNESS = -1.0


def build_features(asked: Asked, candidates: Sequence[Candidate], passages: int) -> list[Features]:
    """Return the features of each candidate; those of meaning only where some candidate was brought by it.

    *passages* is how many the search looked through: with it a score is measured in words as rare as one passage alone holds.
    """
    words = read_words(read_out(f"{asked.text}\n{asked.picture_text}"[:MAX_QUERY_CHARACTERS]))
    texts = [_read_texts(candidate.claim) for candidate in candidates]
    scale = math.log(1 + max(passages, 1))
    best = max((candidate.lexical for candidate in candidates), default=0.0)
    cosines = [candidate.cosine for candidate in candidates if candidate.cosine is not None]
    return [
        {
            "lexical": candidate.lexical / scale,
            "relative": candidate.lexical / best if best else 0.0,
            "terms": float(len({show_term(term) for term in candidate.matched_terms})),
            "shared_media": float(min(candidate.shared_media, 1)),
            "covered": found.covered,
            "claimed": found.claimed,
            **_measure_words(said.get(found.language, ()), words),
            **_compare_meaning(candidate, cosines),
            **_compare_dates(count_days_apart(asked, candidate)),
        }
        for candidate, said, found in zip(candidates, texts, compare_trigrams(words, texts), strict=True)
    ]


def _read_texts(claim: Claim) -> Texts:
    texts: dict[str, list[Words]] = {}
    for wording in claim.texts():
        texts.setdefault(wording.language, []).append(read_words(wording.text))
    return texts


def _measure_words(said: Sequence[Words], asked: Words) -> Features:
    """How long a claim is in letters, and which of its numbers nobody asked about."""
    unsaid = {word for words in said for word in words - asked if word.isdigit()}
    return {"length": math.log(1 + sum(map(len, chain.from_iterable(said)))), "unsaid_numbers": float(len(unsaid))}


def _compare_meaning(candidate: Candidate, cosines: Sequence[float]) -> Features:
    """A claim that meaning did not bring is no nearer than the last one that it brought."""
    if not cosines:
        return {}
    return {"cosine": min(cosines) if candidate.cosine is None else candidate.cosine}


def _compare_dates(days: int | None) -> Features:
    """How much likelier so many days apart are for the claim that is repeated than for any other (log); no less than 1/e."""
    if days is None:
        return {}
    likely = _LOMAX_SHAPE / _LOMAX_SCALE * (1 + days / _LOMAX_SCALE) ** (-_LOMAX_SHAPE - 1)
    return {"nearness": max(math.log(likely / (2 * _ANY_DAY)), _LEAST_NEARNESS)}


def count_days_apart(asked: Asked, candidate: Candidate) -> int | None:
    """Days from the post to the nearest day on which the claim may have appeared; ``None`` without two dates."""
    appeared = candidate.claim.first_appeared_on
    if asked.published_on is None or appeared is None or len(appeared) < _MONTH:
        return None
    first, last = first_day(appeared), last_day(appeared)
    return max((first - asked.published_on).days, (asked.published_on - last).days, 0)


@lru_cache(maxsize=20_000)
def read_words(text: str) -> Words:
    """Return the words and numbers of a text without accents and case."""
    return frozenset(map(fold_word, split_words(_APOSTROPHE.sub(" ", text)))) - {""}
