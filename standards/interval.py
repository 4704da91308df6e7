"""The exact interval of Clopper and Pearson for a share, without any library: its bounds are roots of binomial tails.

Units are drawn without putting them back, from strata: the true interval is a little narrower, never wider.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_STEPS = 100  # halvings: far beyond the digits of a float
_SMALL = 1e-18


def clopper_pearson(successes: int, n: int, confidence: float) -> tuple[float, float]:
    """Lower and upper bound of the true share at `confidence` (0–1), two-sided; (0, 1) where nothing was looked at."""
    if not 0 <= successes <= n or not 0 < confidence < 1:
        raise ValueError(f"{successes} of {n} at {confidence}")
    alpha = (1 - confidence) / 2
    low = 0.0 if successes == 0 else _root(lambda p: _at_least(successes, n, p), alpha)
    high = 1.0 if successes == n else 1 - _root(lambda p: _at_least(n - successes, n, p), alpha)
    return low, high


def units_needed(limit: float, confidence: float) -> int | None:
    """How many units without one defect prove a pass rate of `limit` (0–1); None where no sample proves it (100 %)."""
    if limit >= 1:
        return None
    return max(1, math.ceil(math.log((1 - confidence) / 2) / math.log(limit) - 1e-12))


def _root(tail: Callable[[float], float], target: float) -> float:
    """Where a tail that grows from 0 to 1 over 0–1 reaches `target`."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if tail(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_least(k: int, n: int, p: float) -> float:
    """P(X >= k) for X binomial in n and p, summed from the side where the terms fall off."""
    if p <= 0:
        return 0.0
    if p >= 1:
        return 1.0
    if k > n * p:
        return _sum_from(k, n, p)
    return 1 - _sum_from(n - k + 1, n, 1 - p)


def _sum_from(k: int, n: int, p: float) -> float:
    """P(X >= k) for k at or above the mean: each term is smaller than the one before."""
    log_term = (
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p)
    )
    term, total = math.exp(log_term), 0.0
    while k <= n and term > total * _SMALL:
        total += term
        term *= (n - k) / (k + 1) * p / (1 - p)
        k += 1
    return min(1.0, total)
