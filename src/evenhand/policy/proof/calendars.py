"""Days, months and working days as formulas.

Days and working days are exact. Months are not linear, so they stand as unknown
functions with bounds that hold for every day, and are made exact calendar month by
calendar month where a candidate case needs it (`Calendar.refine`). What is proved with
the bounds is proved; what is found with them is checked before it is believed.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import z3

from evenhand.policy.calendar import add_months, months_between
from evenhand.policy.kinds import Kind
from evenhand.policy.proof.terms import Formula, Term, all_of, both_known, either

FIRST, LAST = 1, date.max.toordinal()
# 400 years have 146,097 days in 4,800 months. No run of months strays further from
# that mean than by 8 days, the shortening of 31 to 28 included.
_DAYS, _MONTHS, _STRAY = 146_097, 4_800, 8


@dataclass(frozen=True, slots=True)
class _Applied:
    """One use of an unknown function: its arguments, and how it becomes exact."""

    arguments: tuple[Formula, ...]
    result: Formula
    lemma: Callable[..., Formula | None]


@dataclass(slots=True)
class Calendar:
    """The dates of a world; `sides` are what always holds of their functions."""

    sides: list[Formula] = field(default_factory=list)
    _applied: dict[Formula, _Applied] = field(default_factory=dict)

    def shifted(self, day: Term, by: Formula) -> Term:
        """Return the date so many days on, held within years 1 and 9999."""
        moved = day.value + by
        if isinstance(moved, int):
            return Term(Kind.DATE, min(max(moved, FIRST), LAST), day.known)
        held = z3.If(moved < FIRST, FIRST, z3.If(moved > LAST, LAST, moved))
        return Term(Kind.DATE, held, day.known)

    def months_on(self, day: Term, months: Term) -> Term:
        """Return the same day so many months on, as `add_months` does."""
        start, count = day.value, months.value
        known = both_known(day, months)
        if isinstance(start, int) and isinstance(count, int):
            value = add_months(date.fromordinal(start), count).toordinal()
            return Term(Kind.DATE, value, known)
        result = _function("add_months")(start, count)
        if result in self._applied:
            return Term(Kind.DATE, result, known)
        self._applied[result] = _Applied((start, count), result, _month_on_lemma)
        far = _MONTHS * (result - start) - _DAYS * count
        self.sides += [
            result >= FIRST,
            result <= LAST,
            z3.Or(far >= -_MONTHS * _STRAY, result == LAST),
            z3.Or(far <= _MONTHS * _STRAY, result == FIRST),
        ]
        return Term(Kind.DATE, result, known)

    def months_apart(self, later: Term, earlier: Term) -> Term:
        """Count full months, as `months` does."""
        known = both_known(later, earlier)
        one, other = later.value, earlier.value
        if isinstance(one, int) and isinstance(other, int):
            value = months_between(date.fromordinal(one), date.fromordinal(other))
            return Term(Kind.WHOLE, value, known)
        result = _function("months")(one, other)
        if result not in self._applied:
            self._applied[result] = _Applied((one, other), result, _apart_lemma)
            apart = _MONTHS * (one - other) - _DAYS * result
            slack = _DAYS + _MONTHS * _STRAY
            self.sides += [
                apart <= slack,
                apart >= -slack,
                z3.Implies(one >= other, result >= 0),
                z3.Implies(one <= other, result <= 0),
            ]
        return Term(Kind.WHOLE, result, known)

    def refine(self, model: Any) -> list[Formula]:
        """Return what is exact about the months that a candidate case touches."""
        found = []
        for used in self._applied.values():
            at = [_number(model, argument) for argument in used.arguments]
            lemma = used.lemma(used.arguments, used.result, at)
            if lemma is not None:
                found.append(lemma)
        return found


def _function(name: str) -> Any:
    whole = z3.IntSort()
    return z3.Function(name, whole, whole, whole)


def _number(model: Any, argument: Formula) -> int:
    if isinstance(argument, int):
        return argument
    return int(model.eval(argument, model_completion=True).as_long())


def _month(day: int) -> tuple[int, int]:
    """Return the first day of a day's month, and how many days it has."""
    at = date.fromordinal(day)
    return at.replace(day=1).toordinal(), monthrange(at.year, at.month)[1]


def _same_day_in(month: tuple[int, int], offset: Formula) -> Formula:
    first, size = month
    return first + either(offset > size - 1, size - 1, offset)


def _month_on_lemma(
    arguments: tuple[Formula, ...], result: Formula, at: list[int]
) -> Formula | None:
    start, months = arguments
    if not FIRST <= at[0] <= LAST or abs(at[1]) > 12 * 9998:
        return None
    first, size = _month(at[0])
    target = add_months(date.fromordinal(first), at[1])
    if target in (date.min, date.max):
        return None
    there = _same_day_in(_month(target.toordinal()), start - first)
    here = z3.And(start >= first, start < first + size, months == at[1])
    return z3.Implies(here, result == there)


def _apart_lemma(
    arguments: tuple[Formula, ...], result: Formula, at: list[int]
) -> Formula | None:
    if not all(FIRST <= one <= LAST for one in at):
        return None
    (one, other), sign = arguments, 1
    if at[0] < at[1]:
        (other, one), sign, at = arguments, -1, at[::-1]
    late, early = _month(at[0]), _month(at[1])
    end, start = date.fromordinal(late[0]), date.fromordinal(early[0])
    count = 12 * (end.year - start.year) + end.month - start.month
    short = either(_same_day_in(late, other - early[0]) > one, 1, 0)
    here = z3.And(
        one >= late[0],
        one < late[0] + late[1],
        other >= early[0],
        other < early[0] + early[1],
        one >= other,
    )
    return z3.Implies(here, result == sign * (count - short))


def weekdays_until(day: Formula) -> Formula:
    """Count the Mondays to Fridays from 1 January of year 1, a Monday, to this day."""
    rest = day % 7
    return 5 * _floor(day, 7) + either(rest > 5, 5, rest)


def _floor(value: Formula, by: int) -> Formula:
    return value // by if isinstance(value, int) else value / by


def _weekday_holidays(holidays: tuple[int, ...]) -> list[int]:
    return sorted({day for day in holidays if day % 7 in range(1, 6)})


def _worked_until(day: Formula, holidays: list[int]) -> Formula:
    off = [either(day >= one, 1, 0) for one in holidays]
    return weekdays_until(day) - sum(off)


def working_days(later: Term, earlier: Term, holidays: tuple[int, ...]) -> Term:
    """Count the working days after the earlier day up to the later one; signed."""
    free = _weekday_holidays(holidays)
    count = _worked_until(later.value, free) - _worked_until(earlier.value, free)
    return Term(Kind.WHOLE, count, both_known(later, earlier))


def working_days_on(start: Term, count: Term, holidays: tuple[int, ...]) -> Term:
    """Return the working day so many on; the day itself for 0, unknown below.

    With g(d) the working days up to d, it is the first day with g = g(start) + n:
    the weekday of that number, moved on by the holidays before it.
    """
    free = _weekday_holidays(holidays)
    wanted = _worked_until(start.value, free) + count.value
    passed = [weekdays_until(day) - bisect_left(free, day) - 1 < wanted for day in free]
    number = wanted + sum(either(one, 1, 0) for one in passed) - 1
    day = 7 * _floor(number, 5) + number % 5 + 1
    value = either(count.value == 0, start.value, day)
    known = [both_known(start, count), count.value >= 0]
    return Term(Kind.DATE, value, all_of(known))
