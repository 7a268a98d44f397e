"""Figures with intervals: shares by Wilson, quantiles by order statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure, the 95 % interval around it, and the n it rests on."""

    value: float
    low: float
    high: float
    n: int


def share(*, hits: int, n: int) -> Interval | None:
    """Return hits/n with Wilson's score interval (1927); None where n is 0."""
    if n == 0:
        return None
    part = hits / n
    spread = Z_95 * sqrt(part * (1 - part) / n + Z_95**2 / (4 * n * n))
    middle = part + Z_95**2 / (2 * n)
    below = 1 + Z_95**2 / n
    return Interval(
        value=part,
        # none or all of them: a rounding error must not push the value out
        low=max(0.0, min(part, (middle - spread) / below)),
        high=min(1.0, max(part, (middle + spread) / below)),
        n=n,
    )


def quantile(values: Sequence[float], at: float) -> float:
    """Return the quantile by linear interpolation (Hyndman and Fan's type 7)."""
    ordered = sorted(values)
    place = at * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(values: Sequence[float]) -> Interval | None:
    """Return the median with its distribution-free 95 % interval; None where empty.

    The interval runs between the order statistics whose binomial(n, 1/2) coverage is
    at least 95 % (Conover, Practical Nonparametric Statistics, 3.2). Below six values
    no such pair exists, and the interval is the whole range.
    """
    if not values:
        return None
    ordered = sorted(values)
    n = len(ordered)
    if n > 300:
        reach = Z_95 * sqrt(n) / 2
        low, high = int(n / 2 - reach), min(n - 1, int(n / 2 + reach) + 1)
    else:
        low = _lowest_rank(n)
        high = n - 1 - low
    return Interval(
        value=quantile(ordered, 0.5), low=ordered[low], high=ordered[high], n=n
    )


def mean(values: Sequence[float]) -> Interval | None:
    """Return the mean with its normal 95 % interval; None where empty."""
    n = len(values)
    if n == 0:
        return None
    middle = sum(values) / n
    if n == 1:
        return Interval(value=middle, low=middle, high=middle, n=1)
    deviation = sqrt(sum((v - middle) ** 2 for v in values) / (n - 1))
    spread = Z_95 * deviation / sqrt(n)
    return Interval(value=middle, low=middle - spread, high=middle + spread, n=n)


def _lowest_rank(n: int) -> int:
    tail, rank = 0.0, 0
    while rank < n // 2:
        tail += comb(n, rank) / 2**n
        if tail > 0.025:
            break
        rank += 1
    return max(0, rank - 1)
