"""The order of the candidates, and what each is worth."""

import math
from collections.abc import Mapping, Sequence

from index.analysis import analyse_query, fold, is_name, read_out, show_term
from index.analysis_characters import split_words
from index.matching.coefficients import Coefficients, load_coefficients
from index.matching.features import Features, build_features, count_days_apart
from index.matching.records import Asked, Candidate, Judged, Reasons
from index.matching.stance import tell_stance
from index.query import MAX_QUERY_CHARACTERS

MOST_LEAD = 5.0
_READ_FROM = 0.05


def judge(asked: Asked, candidates: Sequence[Candidate], *, passages: int) -> tuple[Judged, ...]:
    """Judge the candidates of one search: the most likely first, ties by claim id.

    *passages* is how many the search looked through (texts of one claim in one language are one passage). Whose probability
    is below 0.05, is not read closely: its stance is unclear.
    """
    features = build_features(asked, candidates, passages)
    coefficients = load_coefficients("meaning" if any("cosine" in found for found in features) else "words")
    weighed = weigh_candidates(features, coefficients)
    written = _read_terms(asked)
    judged = (_judge_one(asked, written, *pair) for pair in zip(candidates, weighed, strict=True))
    return tuple(sorted(judged, key=lambda found: (-found.score, found.claim_id)))


def weigh_candidates(features: Sequence[Features], coefficients: Coefficients) -> list[tuple[float, float]]:
    """Return score and probability of each candidate."""
    scores = [_weigh(found, coefficients.order) for found in features]
    best, second = (*sorted(scores, reverse=True), 0.0, 0.0)[:2]
    described = (
        describe(found, score, second if score == best else best) for found, score in zip(features, scores, strict=True)
    )
    odds = (_weigh(inputs, coefficients.probability) for inputs in described)
    return [(score, _squash(log_odds)) for score, log_odds in zip(scores, odds, strict=True)]


def _weigh(features: Features, weights: Mapping[str, float]) -> float:
    """Sum up what each feature weighs; one that is absent weighs nothing."""
    return sum(weight * features.get(name, 0.0) for name, weight in weights.items())


def describe(features: Features, score: float, other: float) -> Features:
    """What a probability rests on: the features, and the lead over the best other score (negative where that leads).

    A claim that was nominated alone leads by all it has, which says little: a lead is cut where it tells hardly more.
    """
    return {**features, "lead": min(score - other, MOST_LEAD), "always": 1.0}


def _squash(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, log_odds))))


def _judge_one(asked: Asked, written: Mapping[str, str], candidate: Candidate, weighed: tuple[float, float]) -> Judged:
    score, probability = weighed
    return Judged(
        claim_id=candidate.claim.id,
        probability=probability,
        stance=tell_stance(asked, candidate.claim) if probability >= _READ_FROM else "unclear",
        score=score,
        reasons=_explain(asked, written, candidate),
    )


def _read_terms(asked: Asked) -> Mapping[str, str]:
    """Return which word of the post each term was made from; of several the first."""
    words = dict.fromkeys(split_words(read_out(f"{asked.text}\n{asked.picture_text}")[:MAX_QUERY_CHARACTERS]))
    return {term: word for word in reversed(words) for term in analyse_query(word)}


def _explain(asked: Asked, written: Mapping[str, str], candidate: Candidate) -> Reasons:
    found = (written.get(term) or show_term(term) for term in candidate.matched_terms if not is_name(term))
    words = {fold(word): word for word in found}.values()
    return Reasons(
        words=tuple(word for word in words if not _is_number(word)),
        names=tuple(show_term(term) for term in candidate.matched_terms if is_name(term)),
        numbers=tuple(word for word in words if _is_number(word)),
        cosine=candidate.cosine,
        days_apart=count_days_apart(asked, candidate),
        shared_media=candidate.shared_media,
        by_meaning_alone=not candidate.matched_terms,
    )


def _is_number(word: str) -> bool:
    return any(map(str.isdigit, word))
