"""Does this post repeat a claim that is known? From what was asked and the claims that a search nominated to an order, a
probability, a stance and reasons.

Pure functions over shipped numbers (``coefficients.json``, which says where they come from). Imports the vocabulary and the
analyser, no store: whoever asks has searched already.
"""

from index.matching.coefficients import SUGGESTED_FROM
from index.matching.judging import judge
from index.matching.records import Asked, Candidate, Judged, Reasons, Stance
from index.matching.stance import tell_stance

__all__ = ["SUGGESTED_FROM", "Asked", "Candidate", "Judged", "Reasons", "Stance", "judge", "tell_stance"]
