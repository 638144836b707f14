"""What tells the claim that a post repeats from others that share words with it. What is not known is not there."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from index.analysis import read_out, show_term
from index.analysis_characters import split_words
from index.dates import first_day, last_day
from index.matching.records import Asked, Candidate
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
    scale = math.log(1 + max(passages, 1))
    best = max((candidate.lexical for candidate in candidates), default=0.0)
    cosines = [candidate.cosine for candidate in candidates if candidate.cosine is not None]
    return [
        {
            "lexical": candidate.lexical / scale,
            "relative": candidate.lexical / best if best else 0.0,
            "terms": float(len({show_term(term) for term in candidate.matched_terms})),
            "shared_media": float(min(candidate.shared_media, 1)),
            **_compare_words(words, candidate),
            **_compare_meaning(candidate, cosines),
            **_compare_dates(count_days_apart(asked, candidate)),
        }
        for candidate in candidates
    ]


def _compare_words(said: frozenset[str], candidate: Candidate) -> Features:
    """How much of the claim's texts the post says, by letters, in the language of which it says most; and how long they are."""
    texts: dict[str, list[frozenset[str]]] = {}
    for wording in candidate.claim.texts():
        texts.setdefault(wording.language, []).append(read_words(wording.text))
    covered, best = max(((_cover(said, words), words) for words in texts.values()), key=lambda found: found[0])
    unsaid = {word for words in best for word in words - said if word.isdigit()}
    return {"covered": covered, "length": math.log(1 + sum(map(_weigh, best))), "unsaid_numbers": float(len(unsaid))}


def _cover(said: frozenset[str], texts: Sequence[frozenset[str]]) -> float:
    return sum(_weigh(words & said) / max(1, _weigh(words)) for words in texts) / len(texts)


def _weigh(words: frozenset[str]) -> int:
    """A word says about as much as it has letters."""
    return sum(map(len, words))


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
def read_words(text: str) -> frozenset[str]:
    """Return the words and numbers of a text without accents and case."""
    return frozenset(map(fold_word, split_words(_APOSTROPHE.sub(" ", text)))) - {""}
