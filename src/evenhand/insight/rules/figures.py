"""One figure: its value and interval now, before, week by week, and what changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import hypot
from typing import NamedTuple

from evenhand.insight.rules.periods import Period
from evenhand.kernel.statistics import Interval, median, quantile, share

# Below this a figure is a handful of anecdotes, and is said to be.
ENOUGH = 5


class Measure(StrEnum):
    SHARE = "share"
    MEDIAN = "median"


class Better(StrEnum):
    """Which way is better; NEITHER where a high and a low value can both be bad."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Change(StrEnum):
    """What may be said of a period against the one before it."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    UNCLEAR = "unclear"
    TOO_FEW = "too_few"


class Sample(NamedTuple):
    """One counted thing: when it counts, and 1 or 0 for a share, else its amount."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Week:
    period: Period
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Figure:
    """What is shown of one definition; `ninth` is the 90th percentile of a median."""

    key: str
    measure: Measure
    now: Interval | None
    before: Interval | None
    ninth: float | None
    change: Change
    weeks: tuple[Week, ...]

    @property
    def n(self) -> int:
        return self.now.n if self.now else 0

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH

    @property
    def hits(self) -> int:
        """The numerator of a share."""
        return round(self.now.value * self.now.n) if self.now else 0


def figure(
    samples: Sequence[Sample],
    *,
    key: str,
    measure: Measure,
    better: Better,
    period: Period,
) -> Figure:
    """Return the figure of a period from samples that reach back far enough."""
    # sorted once, so that each of the 14 spans is a slice
    ordered = sorted(samples)
    within = _values(ordered, period)
    now = _interval(within, measure)
    before = _interval(_values(ordered, period.before), measure)
    return Figure(
        key=key,
        measure=measure,
        now=now,
        before=before,
        ninth=quantile(within, 0.9) if within and measure == Measure.MEDIAN else None,
        change=change(now=now, before=before, better=better),
        weeks=tuple(
            Week(week, _interval(_values(ordered, week), measure))
            for week in period.weeks
        ),
    )


def difference(*, now: Interval, before: Interval) -> Interval:
    """Return now - before with its 95 % interval, from the two intervals alone.

    For shares this is Newcombe's hybrid score interval (1998, method 10); Zou and
    Donner (2008) show that the same square-and-add holds for other estimates. `n` is
    the smaller of the two.
    """
    moved = now.value - before.value
    return Interval(
        value=moved,
        low=moved - hypot(now.value - now.low, before.high - before.value),
        high=moved + hypot(now.high - now.value, before.value - before.low),
        n=min(now.n, before.n),
    )


def change(*, now: Interval | None, before: Interval | None, better: Better) -> Change:
    """Return what may be said: a direction only where the interval leaves out zero."""
    if now is None or before is None or min(now.n, before.n) < ENOUGH:
        return Change.TOO_FEW
    moved = difference(now=now, before=before)
    if moved.low <= 0 <= moved.high:
        return Change.UNCLEAR
    went_up = moved.low > 0
    if better == Better.NEITHER:
        return Change.HIGHER if went_up else Change.LOWER
    return Change.BETTER if went_up == (better == Better.UP) else Change.WORSE


@dataclass(frozen=True, slots=True)
class Clause:
    """How often one clause was departed from; `policy` and `rule` are empty for none."""

    policy: str
    rule: str
    exceptions: int
    share: Interval


def by_clause(decisions: Iterable[tuple[str, str, bool]]) -> tuple[Clause, ...]:
    """Count (policy, rule, is exception) by clause: most exceptions first, then name.

    Only clauses with an exception are returned.
    """
    counted: dict[tuple[str, str], list[bool]] = {}
    for policy, rule, is_exception in decisions:
        counted.setdefault((policy, rule), []).append(is_exception)
    found = [
        Clause(policy=policy, rule=rule, exceptions=sum(hits), share=part)
        for (policy, rule), hits in counted.items()
        if (part := share(hits=sum(hits), n=len(hits))) and any(hits)
    ]
    return tuple(sorted(found, key=lambda c: (-c.exceptions, c.policy, c.rule)))


def _values(ordered: Sequence[Sample], period: Period) -> list[float]:
    first = bisect_left(ordered, period.start, key=_instant)
    last = bisect_left(ordered, period.end, key=_instant)
    return [sample.value for sample in ordered[first:last]]


def _instant(sample: Sample) -> datetime:
    return sample.at


def _interval(values: Sequence[float], measure: Measure) -> Interval | None:
    if measure == Measure.SHARE:
        return share(hits=sum(value > 0 for value in values), n=len(values))
    return median(values)
