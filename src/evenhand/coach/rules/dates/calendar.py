"""Plain reckoning with days: the nearest 24 July, the coming Friday, 3 working days on."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal

HOURS_OF_A_WORKING_DAY = 8
_DECEMBER = 12  # named by the calendar module only from Python 3.12


@dataclass(frozen=True, slots=True)
class Today:
    """The day a text is read on, the time of day if known, and the days nobody works."""

    day: date
    clock: time | None = None
    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(
        cls, today: date | datetime, holidays: frozenset[date] = frozenset()
    ) -> Today:
        """Take a day, or an instant on the desk's wall clock, as the starting point."""
        if isinstance(today, datetime):
            return cls(today.date(), today.time().replace(tzinfo=None), holidays)
        return cls(today, None, holidays)


def in_days(today: Today, days: int) -> date:
    """Return the day so many calendar days on; OverflowError past the year 9999."""
    return today.day + timedelta(days=days)


def in_working_days(today: Today, days: int) -> date:
    """Return the day so many working days on: Monday to Friday, holidays left out."""
    day = today.day
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < calendar.SATURDAY and day not in today.holidays:
            days -= 1
    return day


def in_months(today: Today, months: int) -> date:
    """Return the same day so many months on, or that month's last day if it has none."""
    index = today.day.month - 1 + months
    year, month = today.day.year + index // 12, index % 12 + 1
    return date(year, month, min(today.day.day, calendar.monthrange(year, month)[1]))


def nearest(today: Today, month: int, day: int, weekday: int | None = None) -> date:
    """Return the 24 July closest to today; a weekday said with it (0-6) decides first.

    ValueError when there is no such day in the three years around.
    """
    options = []
    for year in (today.day.year, today.day.year + 1, today.day.year - 1):
        try:
            options.append(date(year, month, day))
        except ValueError:
            continue
    fitting = [option for option in options if option.weekday() == weekday]

    def distance(option: date) -> tuple[int, bool]:
        return abs((option - today.day).days), option < today.day

    close = min(options, key=distance)
    if not fitting or close in fitting:
        return close
    # A weekday a year away explains the words only if the near year cannot be meant.
    apt = min(fitting, key=distance)
    return apt if abs((apt - today.day).days) <= 183 else close


def day_of_month(today: Today, day: int) -> date:
    """Return the next day with this number, today included: "by the 24th"."""
    year, month = today.day.year, today.day.month
    for _ in range(3):
        if day <= calendar.monthrange(year, month)[1]:
            found = date(year, month, day)
            if found >= today.day:
                return found
        year, month = (year + 1, 1) if month == _DECEMBER else (year, month + 1)
    raise ValueError(f"no month has a day {day}")


def coming(today: Today, weekday: int) -> date:
    """Return the next such weekday after today."""
    return today.day + timedelta(days=(weekday - today.day.weekday() - 1) % 7 + 1)


def of_week(today: Today, weekday: int, weeks: int) -> date:
    """Return that weekday of this week (0), the next (1) or the one before (-1)."""
    monday = today.day - timedelta(days=today.day.weekday())
    return monday + timedelta(days=weekday, weeks=weeks)


def end_of_week(today: Today) -> date:
    """Return this week's Friday, or its Sunday once Friday has passed."""
    friday = of_week(today, calendar.FRIDAY, 0)
    return friday if today.day <= friday else of_week(today, calendar.SUNDAY, 0)


def end_of_month(today: Today) -> date:
    """Return the last day of this month."""
    last = calendar.monthrange(today.day.year, today.day.month)[1]
    return today.day.replace(day=last)


def length_from(
    today: Today, number: Decimal, unit: str, *, working: bool
) -> date | datetime:
    """Return when a length of time from today ends.

    Hours and minutes give an instant when the time of day is known, else the day on
    which they end at the latest. ValueError or OverflowError beyond the calendar.
    """
    whole = int(number.to_integral_value(ROUND_CEILING))
    if unit in {"minute", "hour"}:
        return _hours(today, number, unit, working=working)
    if working and unit == "day":
        return in_working_days(today, _within_reason(whole))
    if unit == "month":
        return in_months(today, _within_reason(whole))
    return in_days(today, _within_reason(whole) * (7 if unit == "week" else 1))


def _within_reason(number: int) -> int:
    if number > 4000:
        raise ValueError(f"{number} is longer than any promise")
    return number


def _hours(
    today: Today, number: Decimal, unit: str, *, working: bool
) -> date | datetime:
    minutes = int(number if unit == "minute" else number * 60)
    _within_reason(minutes // 60)
    if working:
        days = -(-minutes // (60 * HOURS_OF_A_WORKING_DAY))
        return in_working_days(today, days)
    if today.clock is None:
        return in_days(today, minutes // (24 * 60))
    return datetime.combine(today.day, today.clock) + timedelta(minutes=minutes)
