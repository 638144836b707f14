"""The order of the candidates, and what each is worth."""

import math
from collections.abc import Mapping, Sequence

from index.analysis import is_name, show_term
from index.dates import first_day, last_day
from index.matching.coefficients import load_coefficients
from index.matching.features import build_features
from index.matching.records import Asked, Candidate, Judged, Reasons
from index.matching.stance import tell_stance

_MONTH = len("2003-12")


def judge(asked: Asked, candidates: Sequence[Candidate], *, passages: int) -> tuple[Judged, ...]:
    """Judge the candidates of one search: the most likely first, ties by claim id.

    *passages* is how many the search looked through (texts of one claim in one language are one passage).
    """
    features = list(build_features(candidates, passages))
    arm = load_coefficients("meaning" if any("cosine" in found for found in features) else "words")
    scores = [weigh(found, arm.order) for found in features]
    judged = [
        _judge_one(asked, candidate, score, _squash(weigh(_describe(scores, at), arm.probability)))
        for at, (candidate, score) in enumerate(zip(candidates, scores, strict=True))
    ]
    return tuple(sorted(judged, key=lambda found: (-found.score, found.claim_id)))


def weigh(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Sum up what each feature weighs; one that is absent weighs nothing."""
    return sum(weight * features.get(name, 0.0) for name, weight in weights.items())


def _describe(scores: Sequence[float], at: int) -> Mapping[str, float]:
    """What a probability rests on: the score, and by how much it leads all others (negative where another leads)."""
    others = max((score for place, score in enumerate(scores) if place != at), default=0.0)
    return {"score": scores[at], "lead": scores[at] - others, "always": 1.0}


def _squash(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, log_odds))))


def _judge_one(asked: Asked, candidate: Candidate, score: float, probability: float) -> Judged:
    return Judged(
        claim_id=candidate.claim.id,
        probability=probability,
        stance=tell_stance(asked, candidate.claim),
        score=score,
        reasons=_explain(asked, candidate),
    )


def _explain(asked: Asked, candidate: Candidate) -> Reasons:
    words = dict.fromkeys(show_term(term) for term in candidate.matched_terms if not is_name(term))
    return Reasons(
        terms=tuple(word for word in words if not _is_number(word)),
        names=tuple(show_term(term) for term in candidate.matched_terms if is_name(term)),
        numbers=tuple(word for word in words if _is_number(word)),
        cosine=candidate.cosine,
        days_apart=count_days_apart(asked, candidate),
        shared_media=candidate.shared_media,
        by_meaning_alone=not candidate.matched_terms,
    )


def _is_number(word: str) -> bool:
    return any(map(str.isdigit, word))


def count_days_apart(asked: Asked, candidate: Candidate) -> int | None:
    """Days from the post to the nearest day on which the claim may have appeared; ``None`` without two dates."""
    appeared = candidate.claim.first_appeared_on
    if asked.published_on is None or appeared is None or len(appeared) < _MONTH:
        return None
    first, last = first_day(appeared), last_day(appeared)
    return max((first - asked.published_on).days, (asked.published_on - last).days, 0)
