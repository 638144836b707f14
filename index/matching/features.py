"""What tells the claim that a post repeats from others that share words with it; all are numbers near 0 to 1."""

import math
from collections.abc import Iterator, Mapping, Sequence

from index.matching.records import Candidate

Features = Mapping[str, float]


def build_features(candidates: Sequence[Candidate], passages: int) -> Iterator[Features]:
    """Yield the features of each candidate; those of meaning only where some candidate was brought by it.

    *passages* is how many the search looked through: with it a score is measured in words as rare as one passage alone holds.
    """
    scale = math.log(1 + max(passages, 1))
    best = max((candidate.lexical for candidate in candidates), default=0.0)
    cosines = [candidate.cosine for candidate in candidates if candidate.cosine is not None]
    for candidate in candidates:
        words = {"lexical": candidate.lexical / scale, "relative": candidate.lexical / best if best else 0.0}
        yield {**words, **_compare_meaning(candidate, cosines)}


def _compare_meaning(candidate: Candidate, cosines: Sequence[float]) -> Features:
    """A claim that meaning did not bring is no nearer than the last one that it brought."""
    if not cosines:
        return {}
    cosine = min(cosines) if candidate.cosine is None else candidate.cosine
    return {"cosine": cosine, "behind_nearest": max(cosines) - cosine}
