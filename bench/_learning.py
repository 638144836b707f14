"""A linear order learned from lists, and a probability learned from scores; both have one best answer.

**Source.** The softmax over each list: Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach" (2007),
with a linear scorer. The probability: Platt (1999), with more than one input.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logsumexp, softmax

Table = npt.NDArray[np.float64]

_NEVER = -1e9


def learn_order(lists: Sequence[tuple[Table, Table]], ridge: float = 3.0) -> Table:
    """Learn weights of features from lists: features [n, f] and which of the n are right [n]; lists without any are left out."""
    told = [(features, right) for features, right in lists if right.any()]
    spread = _measure_spread(np.concatenate([features for features, _ in told]))
    longest = max(len(right) for _, right in told)
    features = np.zeros((len(told), longest, len(spread)))
    wanted, mask = np.zeros((len(told), longest)), np.full((len(told), longest), _NEVER)
    for at, (table, right) in enumerate(told):
        features[at, : len(right)] = table / spread
        wanted[at, : len(right)] = right / right.sum()
        mask[at, : len(right)] = 0.0

    def cost(weights: Table) -> tuple[float, Table]:
        scores = features @ weights + mask
        slope = np.einsum("in,inf->f", softmax(scores, axis=1) - wanted, features)
        return float(logsumexp(scores, axis=1).sum() - (wanted * scores).sum()), slope

    return _learn(cost, len(spread), ridge) / spread


def learn_probability(inputs: Table, right: Table, ridge: float = 1e-3) -> Table:
    """Learn what inputs [n, f] weigh in the log-odds of being right [n]."""
    spread = _measure_spread(inputs)
    scaled = inputs / spread

    def cost(weights: Table) -> tuple[float, Table]:
        odds = scaled @ weights
        return float((np.logaddexp(0, odds) - right * odds).sum()), scaled.T @ (expit(odds) - right)

    return _learn(cost, len(spread), ridge) / spread


def _measure_spread(table: Table) -> Table:
    spread = table.std(axis=0)
    return np.asarray(np.where(spread > 0, spread, 1.0))


def _learn(cost: Callable[[Table], tuple[float, Table]], count: int, ridge: float) -> Table:
    """Find the weights of least cost, where large ones cost by themselves."""

    def ridged(weights: Table) -> tuple[float, Table]:
        value, slope = cost(weights)
        return value + ridge / 2 * float(weights @ weights), slope + ridge * weights

    return np.asarray(minimize(ridged, np.zeros(count), jac=True, method="L-BFGS-B", options={"maxiter": 2_000}).x)
