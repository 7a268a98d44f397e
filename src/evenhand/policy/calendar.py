"""Days and months between dates, as contracts and laws count them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def days_between(later: date, earlier: date) -> int:
    """Return the days from one date to another; negative if it is before."""
    return (later - earlier).days


def add_days(start: date, days: int) -> date:
    """Return the date so many days on, held within years 1 and 9999."""
    ordinal = start.toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def months_between(later: date, earlier: date) -> int:
    """Return the full months from one day to another; negative if it is before.

    31 January to 28 February is a full month: a month that lacks the day ends early.
    """
    if later < earlier:
        return -months_between(earlier, later)
    months = 12 * (later.year - earlier.year) + later.month - earlier.month
    return months - (add_months(earlier, months) > later)


def add_months(start: date, months: int) -> date:
    """Return the same day so many months on, or that month's last day.

    Years end at 1 and 9999, as the calendar of the standard library does.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
