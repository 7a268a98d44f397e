"""Values of a fact at which something that follows from it reaches a boundary.

A page may test `days` where the case holds two dates: the boundary stands on what
follows, the change must be made to the fact. Most of what is derived runs straight in
each of its facts, so one step tells where it would meet a boundary. What comes out is
only tried, never believed: a value that leads nowhere is dropped by the search.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from evenhand.policy.evaluate import derive
from evenhand.policy.kinds import ORDERED, exact
from evenhand.policy.marks import NO_MARKS
from evenhand.policy.program import Page
from evenhand.policy.sheet import ABSENT, Sheet
from evenhand.policy.tree import Domain


def reaching(page: Page, sheet: Sheet, name: str) -> Iterator[Any]:
    """Give values of one fact at which a derived fact meets a boundary of the page."""
    actual = sheet[name]
    domain = page.fact(name).domain
    if actual is None:
        return
    here = _number(actual)
    moved = _moved(page, sheet, name, _value(here + 1, actual))
    for derived in page.policy.derived:
        before, after = sheet[derived.name], moved[derived.name]
        if derived.expression.kind not in ORDERED or None in (before, after):
            continue
        slope = _number(after) - _number(before)
        if not slope or derived.dated:
            continue
        for mark in _marks(page, sheet, derived.name):
            at = here + (_number(mark) - _number(before)) / slope
            for beside in (floor(at) - 1, floor(at), floor(at) + 1, floor(at) + 2):
                if _inside(beside, domain):
                    yield _value(beside, actual)


def _moved(page: Page, sheet: Sheet, name: str, value: Any) -> Sheet:
    moved = {**sheet, name: value}
    derive(page.program, moved, {})
    return moved


def _marks(page: Page, sheet: Sheet, name: str) -> Iterator[Any]:
    marks = page.program.marks.get(name, NO_MARKS)
    yield from marks.values
    for other in marks.linked:
        value = sheet[other]
        known = value is not None and value is not ABSENT
        if known and page.program.kinds[other] in ORDERED:
            yield value


def _number(value: Any) -> Fraction:
    if isinstance(value, date):
        return Fraction(value.toordinal())
    return Fraction(exact(value))


def _value(number: Fraction | int, like: Any) -> Any:
    whole = int(number)
    if isinstance(like, date):
        last = date.max.toordinal()
        return date.fromordinal(min(max(whole, 1), last))
    return whole


def _inside(number: int, domain: Domain) -> bool:
    low, high = domain.low, domain.high
    return (low is None or number >= _number(low)) and (
        high is None or number <= _number(high)
    )
