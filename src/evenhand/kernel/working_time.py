"""Working time: shifts a day, holidays, one time zone; add minutes, count minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

# A schedule without a shift in this many days is closed for good, not just for holidays.
FURTHEST_DAYS = 400
_WEEKDAYS = tuple(map(str, range(7)))


class NeverOpen(ValueError):
    """A schedule has no shift within the next FURTHEST_DAYS days."""


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of this name; ValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone such as Europe/Berlin") from error


@dataclass(frozen=True, slots=True)
class Shift:
    """Open from `start` up to, not including, `end`, local time on one day."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"the shift {self.start}-{self.end} ends before it starts")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Shifts by weekday (0 is Monday), several a day; closed on holidays."""

    time_zone: ZoneInfo
    shifts: tuple[tuple[Shift, ...], ...]
    holidays: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Refuse shifts that overlap: their common minutes would count twice."""
        for day in self.shifts:
            for before, after in pairwise(day):
                if after.start < before.end:
                    raise ValueError(
                        f"the shift from {after.start} begins before the one"
                        f" from {before.start} ends"
                    )

    @classmethod
    def weekly(
        cls,
        *,
        time_zone: str,
        hours: dict[str, list[list[str]]],
        holidays: list[str] | None = None,
    ) -> Schedule:
        """Read {"0": [["09:00", "12:00"], ["13:00", "18:00"]], …} and ISO dates.

        ValueError where a weekday, a time, a date or the zone cannot be read.
        """
        if unknown := set(hours) - set(_WEEKDAYS):
            raise ValueError(f"{min(unknown)!r} is no weekday; Monday is '0'")
        return cls(
            time_zone=zone_named(time_zone),
            shifts=tuple(
                tuple(
                    Shift(time.fromisoformat(start), time.fromisoformat(end))
                    for start, end in sorted(hours.get(day, []))
                )
                for day in _WEEKDAYS
            ),
            holidays=frozenset(date.fromisoformat(day) for day in holidays or []),
        )

    def open_spans(
        self, start: datetime, *, days: int = FURTHEST_DAYS
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield open spans in UTC from the instant on, so many local days ahead.

        Subtraction happens in UTC: on the day of a clock change a shift is as long
        as it really is, and one that lies within the skipped hour is not there.
        """
        first = start.astimezone(self.time_zone).date()
        for offset in range(days):
            day = first + timedelta(days=offset)
            if day in self.holidays:
                continue
            for shift in self.shifts[day.weekday()]:
                opens = max(self._instant(day, shift.start), start.astimezone(UTC))
                closes = self._instant(day, shift.end)
                if closes > opens:
                    yield opens, closes

    def add(self, *, start: datetime, minutes: int) -> datetime:
        """Return the instant (UTC) so many working minutes later; NeverOpen if none."""
        left = timedelta(minutes=minutes)
        for opens, closes in self.open_spans(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise NeverOpen(
            f"no {minutes} working minutes in the next {FURTHEST_DAYS} days"
        )

    def minutes_between(self, *, start: datetime, end: datetime) -> int:
        """Return whole working minutes from start to end, 0 where end is not later."""
        open_for = timedelta()
        days = (end.astimezone(self.time_zone) - start.astimezone(UTC)).days + 2
        for opens, closes in self.open_spans(start, days=days):
            if opens >= end:
                break
            open_for += min(closes, end.astimezone(UTC)) - opens
        return int(open_for.total_seconds() // 60)

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.time_zone).astimezone(UTC)
