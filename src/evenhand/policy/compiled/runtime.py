"""What compiled functions call: arithmetic with dates, lists taken together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from evenhand.policy.calendar import add_days, add_months, days_between, months_between
from evenhand.policy.kinds import exact, plain, whole
from evenhand.policy.working_days import add_working_days, working_days

__all__ = [
    "add_days",
    "add_months",
    "add_working_days",
    "all_of",
    "among",
    "count",
    "days_between",
    "divided",
    "either",
    "exact",
    "exactly_one",
    "exists",
    "gathered",
    "largest",
    "months_between",
    "plain",
    "smallest",
    "total",
    "whole",
    "working_days",
]

Test = Callable[[Any], bool | None]
Body = Callable[[Any], Any]


def divided(left: int | Fraction, right: int | Fraction) -> Fraction:
    """Divide exactly; a divisor that could be zero was refused at load."""
    return Fraction(left) / right


def either(held: Iterable[bool | None]) -> bool | None:
    """Kleene's or: True wins, then unknown, then False."""
    found: bool | None = False
    for one in held:
        if one:
            return True
        if one is None:
            found = None
    return found


def among(value: Any, others: Iterable[Any]) -> bool | None:
    """Tell whether a value is one of these, of which some may be unknown."""
    return either(
        None if value is None or other is None else value == exact(other)
        for other in others
    )


def _taking_part(items: Iterable[Any], where: Test | None) -> Iterable[Any]:
    """Give each element's part: True, False or None where it is not known."""
    return ((item, True if where is None else where(item)) for item in items)


def _asked(
    items: Iterable[Any], where: Test | None, body: Test
) -> Iterable[bool | None]:
    """Give `where and body` of each element."""
    for item, part in _taking_part(items, where):
        if part is False:
            yield False
            continue
        held = body(item)
        yield held if part or held is False else None


def exists(items: Iterable[Any], where: Test | None, body: Test) -> bool | None:
    """Tell whether the body holds for any element."""
    return either(_asked(items, where, body))


def all_of(items: Iterable[Any], where: Test | None, body: Test) -> bool | None:
    """Tell whether the body holds for each element that takes part."""

    def fails(item: Any) -> bool | None:
        held = body(item)
        return None if held is None else not held

    failing = either(_asked(items, where, fails))
    return None if failing is None else not failing


def exactly_one(items: Iterable[Any], where: Test | None, body: Test) -> bool | None:
    """Tell whether the body holds for one element and no other."""
    held = list(_asked(items, where, body))
    if held.count(True) > 1:
        return False
    return None if None in held else held.count(True) == 1


def gathered(items: Iterable[Any], where: Test | None, body: Body) -> list[Any] | None:
    """Return the body of each element that takes part; None if any is unknown."""
    found = []
    for item, part in _taking_part(items, where):
        value = None if part is None else body(item) if part else ...
        if value is None:
            return None
        if value is not ...:
            found.append(value)
    return found


def count(items: Iterable[Any], where: Test | None, _body: Body | None) -> int | None:
    """Count the elements that take part."""
    parts = [part for _, part in _taking_part(items, where)]
    return None if None in parts else parts.count(True)


def total(items: Iterable[Any], where: Test | None, body: Body) -> Any:
    """Add the body of each element; 0 of nothing."""
    found = gathered(items, where, body)
    return None if found is None else sum(found)


def smallest(items: Iterable[Any], where: Test | None, body: Body) -> Any:
    """Return the least body; unknown of nothing."""
    found = gathered(items, where, body)
    return min(found) if found else None


def largest(items: Iterable[Any], where: Test | None, body: Body) -> Any:
    """Return the greatest body; unknown of nothing."""
    found = gathered(items, where, body)
    return max(found) if found else None
