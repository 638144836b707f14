"""A linear order learned from lists, and a probability learned from scores; Newton's method, NumPy alone.

**Source.** The softmax over each list: Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach" (2007),
with a linear scorer. The probability: Platt (1999), with more than one input.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float64]

_ROUNDS = 60
_ENOUGH = 1e-6
_LONGEST_STEP = 3.0
_NEVER = -1e9


def learn_order(lists: Sequence[tuple[Table, Table]], ridge: float = 3.0) -> Table:
    """Learn weights of features from lists: features [n, f] and which of the n are right [n]; lists without any are left out."""
    told = [(features, right) for features, right in lists if right.any()]
    spread = np.concatenate([features for features, _ in told]).std(axis=0)
    spread[spread == 0] = 1.0
    longest = max(len(right) for _, right in told)
    features = np.zeros((len(told), longest, len(spread)))
    wanted, mask = np.zeros((len(told), longest)), np.full((len(told), longest), _NEVER)
    for at, (table, right) in enumerate(told):
        features[at, : len(right)] = table / spread
        wanted[at, : len(right)] = right / right.sum()
        mask[at, : len(right)] = 0.0
    weights = np.zeros(len(spread))
    for _ in range(_ROUNDS):
        scores = features @ weights + mask
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        expected = np.einsum("in,inf->if", shares, features)
        slope = ridge * weights - np.einsum("in,inf->f", wanted - shares, features)
        bend = np.tensordot(features * shares[:, :, None], features, ([0, 1], [0, 1])) - expected.T @ expected
        step = np.linalg.solve(bend + ridge * np.eye(len(spread)), slope)
        weights -= step * min(1.0, _LONGEST_STEP / max(np.abs(step).max(), _ENOUGH))
        if np.abs(step).max() < _ENOUGH:
            break
    return np.asarray(weights / spread)


def learn_probability(inputs: Table, right: Table, ridge: float = 1e-3) -> Table:
    """Learn what inputs [n, f] weigh in the log-odds of being right [n]."""
    spread = inputs.std(axis=0)
    spread[spread == 0] = 1.0
    scaled, weights = inputs / spread, np.zeros(inputs.shape[1])
    for _ in range(_ROUNDS):
        likely = 1 / (1 + np.exp(-np.clip(scaled @ weights, -500, 500)))
        slope = scaled.T @ (likely - right) + ridge * weights
        bend = (scaled * (likely * (1 - likely))[:, None]).T @ scaled + ridge * np.eye(len(weights))
        step = np.linalg.solve(bend, slope)
        weights -= step * min(1.0, _LONGEST_STEP / max(np.abs(step).max(), _ENOUGH))
        if np.abs(step).max() < _ENOUGH:
            break
    return np.asarray(weights / spread)
