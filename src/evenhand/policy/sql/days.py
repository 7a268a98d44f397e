"""The calendar on day numbers (0 is 1970-01-01), in divisions that round down.

Civil dates from day numbers and back: the algorithms of Howard Hinnant's "chrono-
Compatible Low-Level Date Algorithms", over years that begin in March, so that a leap
day is the last day of a year. Working days: the closed forms of `policy.working_days`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from evenhand.policy.nodes import Order
from evenhand.policy.sql import integers
from evenhand.policy.sql.integers import (
    Whole,
    bounded,
    compared,
    constant,
    minus,
    plus,
    quotient,
    rest,
    times,
)
from evenhand.policy.sql.values import DAYS, FIRST_DAY

_ERA = 146_097  # days of four hundred years
_MARCH_FIRST = 719_468  # days from 0000-03-01 to 1970-01-01
_YEARS = (0, 9999)


# Lays numbers down as columns of their own and returns them, read from there.
# Everything that is used afterwards must have been handed through.
Keep = Callable[..., tuple[Whole, ...]]


def inline(*numbers: Whole) -> tuple[Whole, ...]:
    """Keep nothing: numbers stay as they are written."""
    return numbers


class _Carried:
    """Keeps numbers as `keep` does, and hands one more through unseen."""

    __slots__ = ("_keep", "number")

    def __init__(self, keep: Keep, number: Whole) -> None:
        self._keep = keep
        self.number = number

    def __call__(self, *numbers: Whole) -> tuple[Whole, ...]:
        *kept, self.number = self._keep(*numbers, self.number)
        return tuple(kept)


def held_in_calendar(day: Whole) -> Whole:
    """Hold a day within the years 1 and 9999."""
    first, last = constant(DAYS[0]), constant(DAYS[1])
    if day.low >= DAYS[0] and day.high <= DAYS[1]:
        return day
    if day.constant is not None:
        return constant(min(max(day.constant, DAYS[0]), DAYS[1]))
    cases = [
        (_test("<", day, first), first),
        (_test(">", day, last), last),
    ]
    return bounded(integers.chosen(cases, day), *DAYS)


def _civil(keep: Keep, *days: Whole) -> tuple[Whole, ...]:
    """Split day numbers: for each its month (year * 12 + month - 1), then its day."""
    shifted = [plus(day, constant(_MARCH_FIRST)) for day in days]
    eras = [quotient(day, constant(_ERA)) for day in shifted]
    of_eras = [
        bounded(minus(day, times(era, constant(_ERA))), 0, _ERA - 1)
        for day, era in zip(shifted, eras, strict=True)
    ]
    kept = keep(*eras, *of_eras)
    eras, of_eras = list(kept[: len(days)]), list(kept[len(days) :])
    years = [_year_of_era(day) for day in of_eras]
    of_years = [
        bounded(minus(day, _days_before(year)), 0, 365)
        for day, year in zip(of_eras, years, strict=True)
    ]
    counts = [
        plus(times(era, constant(400)), year)
        for era, year in zip(eras, years, strict=True)
    ]
    kept = keep(*counts, *of_years)
    pairs = zip(kept[: len(days)], kept[len(days) :], strict=True)
    return tuple(one for pair in pairs for one in _month_and_day(*pair))


def _month_and_day(years: Whole, of_year: Whole) -> tuple[Whole, Whole]:
    month = quotient(plus(times(of_year, constant(5)), constant(2)), constant(153))
    before = quotient(plus(times(month, constant(153)), constant(2)), constant(5))
    day = bounded(plus(minus(of_year, before), constant(1)), 1, 31)
    # March is month 0 of its year, so this counts from March of year 0.
    return plus(plus(times(years, constant(12)), month), constant(2)), day


def _year_of_era(day: Whole) -> Whole:
    """Return the year within four hundred years: (d - d/1460 + d/36524 - d/146096)/365."""
    found = minus(day, quotient(day, constant(1460)))
    found = plus(found, quotient(day, constant(36_524)))
    found = minus(found, quotient(day, constant(146_096)))
    return bounded(quotient(found, constant(365)), 0, 399)


def _days_before(year: Whole) -> Whole:
    leaps = minus(quotient(year, constant(4)), quotient(year, constant(100)))
    return plus(times(year, constant(365)), leaps)


def _first_of(month: Whole) -> Whole:
    """Return the day number of the first of a month."""
    from_march = minus(month, constant(2))
    years = quotient(from_march, constant(12))
    of_year = bounded(minus(from_march, times(years, constant(12))), 0, 11)
    era = quotient(years, constant(400))
    year = bounded(minus(years, times(era, constant(400))), 0, 399)
    before = quotient(plus(times(of_year, constant(153)), constant(2)), constant(5))
    of_era = plus(_days_before(year), before)
    return minus(plus(times(era, constant(_ERA)), of_era), constant(_MARCH_FIRST))


def _days_of(month: Whole) -> Whole:
    """Return how many days a month has."""
    following = _first_of(plus(month, constant(1)))
    return bounded(minus(following, _first_of(month)), 28, 31)


def months_on(start: Whole, months: Whole, keep: Keep = inline) -> Whole:
    """Return the same day so many months on, or that month's last day."""
    start, months = keep(start, months)
    carried = _Carried(keep, months)
    month, day = _civil(carried, start)
    month, day = keep(plus(month, carried.number), day)
    first, last = constant(12), constant(_YEARS[1] * 12 + 11)
    month, inside, day = keep(month, _held(month, first, last), day)
    begin, day, month = keep(_first_of(inside), _least(day, _days_of(inside)), month)
    found = bounded(minus(plus(begin, day), constant(1)), *DAYS)
    if month.low >= first.low and month.high <= last.high:
        return found
    cases = [
        (_test("<", month, first), constant(DAYS[0])),
        (_test(">", month, last), constant(DAYS[1])),
    ]
    return bounded(integers.chosen(cases, found), *DAYS)


def months_between(later: Whole, earlier: Whole, keep: Keep = inline) -> Whole:
    """Return the full months from one day to another; below zero if it is before.

    A month that lacks the day ends early, so its last day counts as reached.
    """
    later, earlier = keep(later, earlier)
    before = _counted(_test("<", later, earlier))
    high, low, before = keep(_most(later, earlier), _least(later, earlier), before)
    carried = _Carried(keep, before)
    month, day, from_month, from_day = carried(*_civil(carried, high, low))
    short = _test(">", _least(from_day, _days_of(month)), day)
    months = minus(minus(month, from_month), _counted(short))
    months, before = keep(months, carried.number)
    backward = _test("=", before, constant(1))
    return integers.chosen([(backward, integers.negative(months))], months)


def weekdays(day: Whole) -> Whole:
    """Count Monday to Friday from day 1 of the calendar up to this one."""
    ordinal = plus(day, constant(FIRST_DAY))
    weeks = quotient(ordinal, constant(7))
    of_week = rest(ordinal, constant(7))
    return plus(times(weeks, constant(5)), _least(of_week, constant(5)))


def working_days(later: Whole, earlier: Whole, holidays: Sequence[date]) -> Whole:
    """Count the working days after one day up to another."""
    days = _on_weekdays(holidays)
    return minus(_worked(later, days), _worked(earlier, days))


def working_days_on(
    start: Whole, days: Whole, holidays: Sequence[date], keep: Keep = inline
) -> Whole:
    """Return the day on which so many working days are full; NULL below zero days."""
    closed = _on_weekdays(holidays)
    start, days = keep(start, days)
    base, start, days = keep(plus(_worked(start, closed), days), start, days)
    # A holiday moves the answer on if it lies before: f(h) - holidays before it <= base.
    moves = [_weekday_count(day) - place for place, day in enumerate(closed)]
    steps = minus(plus(base, _how_many(base, moves)), constant(1))
    steps, start, days = keep(steps, start, days)
    weeks = quotient(steps, constant(5))
    of_week = rest(steps, constant(5))
    ordinal = plus(plus(times(weeks, constant(7)), of_week), constant(1))
    found = held_in_calendar(minus(ordinal, constant(FIRST_DAY)))
    cases = [
        (_test("=", days, constant(0)), start),
        (_test(">", days, constant(0)), found),
    ]
    return integers.chosen(cases, None)


def _on_weekdays(holidays: Sequence[date]) -> list[date]:
    return sorted({day for day in holidays if day.weekday() < 5})


def _weekday_count(day: date) -> int:
    weeks, of_week = divmod(day.toordinal(), 7)
    return 5 * weeks + min(of_week, 5)


def _worked(day: Whole, holidays: Sequence[date]) -> Whole:
    past = _how_many(day, [one.toordinal() - FIRST_DAY for one in holidays])
    return minus(weekdays(day), past)


def _how_many(number: Whole, marks: Sequence[int]) -> Whole:
    """Count the marks, which ascend, that a number has reached."""
    if not marks:
        return constant(0)
    cases = [
        (_test("<", number, constant(mark)), constant(place))
        for place, mark in enumerate(marks)
    ]
    return integers.chosen(cases, constant(len(marks)))


def _counted(test: ir.BooleanValue) -> Whole:
    return integers.chosen([(test, constant(1))], constant(0))


def _held(number: Whole, low: Whole, high: Whole) -> Whole:
    if number.low >= low.low and number.high <= high.high:
        return number
    cases = [(_test("<", number, low), low), (_test(">", number, high), high)]
    return bounded(integers.chosen(cases, number), low.low, high.high)


def _least(one: Whole, other: Whole) -> Whole:
    cases = [(_test("<=", one, other), one), (_test(">", one, other), other)]
    found = integers.chosen(cases, None)  # NULL if either is
    return bounded(found, min(one.low, other.low), min(one.high, other.high))


def _most(one: Whole, other: Whole) -> Whole:
    cases = [(_test(">=", one, other), one), (_test("<", one, other), other)]
    found = integers.chosen(cases, None)
    return bounded(found, max(one.low, other.low), max(one.high, other.high))


def _test(order: Order, one: Whole, other: Whole) -> ir.BooleanValue:
    found = compared(order, one, other)
    return ibis.literal(found) if isinstance(found, bool) else found
