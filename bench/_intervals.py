"""Exact 95 % intervals of a share (C. Clopper and E. Pearson, Biometrika 26, 1934)."""

from collections.abc import Callable
from math import exp, lgamma, log

_TAIL = 0.025
_STEPS = 60


def bound_share(hits: int, trials: int) -> tuple[float, float]:
    """Lower and upper bound of the share behind `hits` of `trials`; (0, 1) where nothing was tried."""
    if trials == 0:
        return 0.0, 1.0
    lower = 0.0 if hits == 0 else _bisect(lambda p: 1 - _cumulate(hits - 1, trials, p) < _TAIL)
    upper = 1.0 if hits == trials else _bisect(lambda p: _cumulate(hits, trials, p) > _TAIL)
    return lower, upper


def _bisect(is_below: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2


def _cumulate(hits: int, trials: int, share: float) -> float:
    """The chance of at most `hits`, summed on the shorter side."""
    if hits >= trials:
        return 1.0
    if hits > trials / 2:
        return 1 - _cumulate(trials - hits - 1, trials, 1 - share)
    return sum(_weigh(k, trials, share) for k in range(hits + 1))


def _weigh(hits: int, trials: int, share: float) -> float:
    if share in (0.0, 1.0):
        return float(hits == (trials if share else 0))
    ways = lgamma(trials + 1) - lgamma(hits + 1) - lgamma(trials - hits + 1)
    return exp(ways + hits * log(share) + (trials - hits) * log(1 - share))
