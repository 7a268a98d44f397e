"""Spans of days in one time zone: a period, the one before it, its weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

LONGEST_DAYS = 366
WEEKS = 12


class NoSuchPeriod(ValueError):
    """The days are the wrong way round, in the future, or more than a year."""


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins in the zone."""
    return datetime.combine(day, time.min, zone)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not including, `end`; both lie in `zone`."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    @classmethod
    def latest(cls, *, days: int, zone: ZoneInfo, at: datetime) -> Self:
        """Return so many days up to the instant, today among them."""
        today = at.astimezone(zone).date()
        first = today - timedelta(days=days - 1)
        return cls(start=midnight(first, zone), end=at.astimezone(zone), zone=zone)

    @classmethod
    def between(cls, *, first: date, last: date, zone: ZoneInfo, at: datetime) -> Self:
        """Return whole days from first to last, cut at the instant; or NoSuchPeriod."""
        if not timedelta(0) <= last - first < timedelta(days=LONGEST_DAYS):
            raise NoSuchPeriod(f"{first} to {last}")
        start = midnight(first, zone)
        if start >= at:
            raise NoSuchPeriod(f"{first} is still to come")
        end = min(midnight(last + timedelta(days=1), zone), at.astimezone(zone))
        return cls(start=start, end=end, zone=zone)

    @property
    def days(self) -> int:
        """How many calendar days it touches."""
        return (self.last_day - self.start.date()).days + 1

    @property
    def last_day(self) -> date:
        return (self.end - timedelta(microseconds=1)).date()

    @property
    def before(self) -> Period:
        """The same stretch of time so many days earlier, to compare with."""
        back = timedelta(days=self.days)
        return Period(
            start=_earlier(self.start, back),
            end=_earlier(self.end, back),
            zone=self.zone,
        )

    @property
    def weeks(self) -> tuple[Period, ...]:
        """The week in which it ends, cut there, and the WEEKS - 1 before; Monday first."""
        monday = self.last_day - timedelta(days=self.last_day.weekday())
        mondays = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
        return tuple(
            Period(
                start=midnight(day, self.zone),
                end=min(midnight(day + timedelta(weeks=1), self.zone), self.end),
                zone=self.zone,
            )
            for day in mondays
        )

    @property
    def reach_back(self) -> datetime:
        """The earliest instant that the period, its forerunner or its weeks need."""
        return min(self.before.start, self.weeks[0].start)

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies in the period."""
        return self.start <= at < self.end


def _earlier(at: datetime, back: timedelta) -> datetime:
    """Return the same wall-clock time so many days before, whatever the clock change."""
    return (at.replace(tzinfo=None) - back).replace(tzinfo=at.tzinfo)
