"""Working days: Monday to Friday, less the holidays that a page names.

Counted by arithmetic on day numbers, not day by day, so that a span of a century costs
what a span of a week does. `f(d)` is the number of weekdays up to day d, `g(d)` the
number of working days, f less the weekday holidays up to d.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date

_LAST = date.max.toordinal()
Holidays = tuple[int, ...]  # day numbers of holidays on weekdays, ascending


def holidays_of(days: Iterable[date]) -> Holidays:
    """Return the holidays that take a working day away, each once."""
    return tuple(sorted({day.toordinal() for day in days if day.weekday() < 5}))


def working_days(later: date, earlier: date, holidays: Holidays = ()) -> int:
    """Count the working days after `earlier` up to `later`; below zero if before."""
    return _worked(later, holidays) - _worked(earlier, holidays)


def add_working_days(start: date, days: int, holidays: Holidays = ()) -> date | None:
    """Return the day on which so many working days after `start` are full.

    None for fewer than 0 days; the day itself for 0. Held within year 9999.
    """
    if days < 0:
        return None
    if days == 0:
        return start
    wanted = _worked(start, holidays) + days
    # Each holiday before the answer moves it by one weekday, and with it those behind.
    wanted += bisect_right(range(len(holidays)), wanted, key=_before(holidays))
    return date.fromordinal(min(_nth_weekday(wanted), _LAST))


def _before(holidays: Holidays) -> Callable[[int], int]:
    """Return how many working days lie before each holiday, by its place; ascending."""
    return lambda place: _weekdays(holidays[place]) - place


def _worked(day: date, holidays: Holidays) -> int:
    ordinal = day.toordinal()
    return _weekdays(ordinal) - bisect_right(holidays, ordinal)


def _weekdays(ordinal: int) -> int:
    """Count the weekdays from day 1, a Monday, up to this one."""
    weeks, day = divmod(ordinal, 7)
    return 5 * weeks + min(day, 5)


def _nth_weekday(count: int) -> int:
    weeks, day = divmod(count - 1, 5)
    return 7 * weeks + day + 1
