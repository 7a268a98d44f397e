"""The answers to an unknown fact that a page can tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any, cast

from evenhand.policy import limits
from evenhand.policy.kinds import LISTS, Kind, Value, exact
from evenhand.policy.marks import NO_MARKS
from evenhand.policy.program import Page
from evenhand.policy.sheet import ABSENT, Sheet
from evenhand.policy.tree import Domain

_ANOTHER = "\x00another"  # stands for every word that the page does not mention
_SOME_DAY = date(2026, 1, 1)
_SETS = 5  # lists of text: so many words are tried in all combinations


def answers(page: Page, name: str, sheet: Sheet) -> list[Value]:
    """Return one value for each way in which the page can take this fact.

    For numbers, amounts and days: every boundary and values between, before and
    after; whole ones on both sides of each gap, so that two unknown facts compared
    with each other find room.
    """
    chosen = page.program.chosen.get(name)
    return list(chosen) if chosen else _tried(page, name, sheet)


def _tried(page: Page, name: str, sheet: Sheet) -> list[Value]:
    kind = page.program.kinds[name]
    domain = _domain(page, name)
    if kind is Kind.YES_NO:
        return [True, False]
    marks = set(_marks(page, name, sheet))
    if kind is Kind.ONE_OF:
        return list(_words(domain.words, marks))
    if kind is Kind.TEXT:
        return [*sorted(marks), _ANOTHER] if not domain.words else list(domain.words)
    if kind in LISTS:
        words = domain.words if kind is Kind.TEXTS else ()
        return list(_lists(words or (*sorted(marks), *_other(kind, marks))))
    amounts = _amounts(kind, domain, marks)
    if name in page.declared:
        return amounts
    return cast(list[Value], [exact(cast(float, one)) for one in amounts])


def _domain(page: Page, name: str) -> Domain:
    for fact in page.policy.facts:
        if fact.name == name:
            return fact.domain
    return Domain()


def _marks(page: Page, name: str, sheet: Sheet) -> Iterator[Any]:
    """Every value that the page compares this fact with, also through other facts."""
    marks = page.program.marks.get(name, NO_MARKS)
    yield from marks.values
    for other in marks.linked:
        value = sheet[other]
        if value is not None and value is not ABSENT:
            yield value


def _words(words: Iterable[str], marks: set[str]) -> Iterator[str]:
    """The words that the page mentions, and one that stands for the others."""
    other = False
    for word in words:
        if word in marks:
            yield word
        elif not other:
            other = True
            yield word


def _other(kind: Kind, marks: set[Any]) -> tuple[Any, ...]:
    """Return an element that no cell names, for a list of this kind."""
    if kind is Kind.LINES:
        return ()
    if kind is Kind.TEXTS:
        return (_ANOTHER,)
    if kind is Kind.DATES:
        last = max(marks, default=date.min)
        return (last + timedelta(1),) if last < date.max else ()
    return (max(marks, default=0) + 1,)


def _lists(words: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for size in range(min(len(words), _SETS) + 1):
        yield from combinations(words[:12], size)


def _amounts(kind: Kind, domain: Domain, marks: set[Any]) -> list[Value]:
    """Boundaries and the gaps beside them, within the domain."""
    low, high = _ordinal(domain.low), _ordinal(domain.high)
    found = {_ordinal(mark) for mark in marks} | {low, high}
    points = sorted(point for point in found if point is not None)
    if kind is Kind.DATE and not points:
        points = [_SOME_DAY.toordinal()]  # days begin at 1, so none is found from 0
    tried = dict.fromkeys(_spread(points, kind is Kind.NUMBER))
    inside = [
        point
        for point in tried
        if (low is None or point >= low) and (high is None or point <= high)
    ]
    if kind is not Kind.DATE:
        return cast(list[Value], inside[: limits.ATOMS])
    first, last = date.min.toordinal(), date.max.toordinal()
    days = [int(point) for point in inside if first <= point <= last]
    return [date.fromordinal(day) for day in days[: limits.ATOMS]]


def _ordinal(value: Any) -> float | None:
    return value.toordinal() if isinstance(value, date) else value


def _spread(points: list[float], fractions: bool) -> Iterator[float]:  # noqa: FBT001  # a plain fact about the kind
    if not points:
        yield 0
        return
    yield points[0] - 1
    for point, following in pairwise(points):
        yield point
        yield from _between(point, following, fractions)
    yield points[-1]
    yield points[-1] + 1


def _between(low: float, high: float, fractions: bool) -> Iterator[float]:  # noqa: FBT001  # a plain fact about the kind
    if fractions:
        yield (low + high) / 2
        return
    yield from (n for n in (low + 1, (low + high) // 2, high - 1) if low < n < high)
