"""Putting days and times of day together: "Friday 24 July, before 18:00"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime, time

from evenhand.coach.rules.dates.calendar import Today

_GAP = 14  # characters that may stand between a day and its time of day


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day or an instant (the desk's wall clock) and its place in the text.

    `length` is true for "within 3 days"; `weekday` is the one that was said with a date
    (0 Monday), so that "Friday 24 July" can be held against the calendar; `again` marks
    "the same day" where no day was named before: which day it is, nobody can tell.
    """

    when: date | datetime
    start: int
    end: int
    length: bool = False
    weekday: int | None = None
    again: bool = False

    @property
    def day(self) -> date:
        """The day without the time of day."""
        return self.when.date() if isinstance(self.when, datetime) else self.when


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to say a day: the words, and how to resolve their groups against today."""

    words: re.Pattern[str]
    resolve: Callable[[re.Match[str], Today], date | datetime]
    length: bool = False
    weekday: Callable[[re.Match[str]], int | None] = lambda _match: None
    again: bool = False  # "the same day": the day named last


@dataclass(frozen=True, slots=True)
class Saying:
    """How one language says days, times of day, and what may stand between the two."""

    days: tuple[Pattern, ...]
    times: re.Pattern[str]
    clock: Callable[[re.Match[str]], time]
    between: re.Pattern[str]
    before_a_time: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Clock:
    at: time
    start: int
    end: int


def find(text: str, saying: Saying, today: Today) -> tuple[FoundDate, ...]:
    """Return the days and instants said in a folded text, in reading order.

    A time of day beside a day makes one instant; alone it is today's, provided that a
    word such as "by" or "before" leads it in.
    """
    days = _named_last(_apart(_days(text, saying, today)))
    clocks = _outside(days, _clocks(text, saying))
    found: list[FoundDate] = []
    for day in days:
        beside = None
        if not day.length and not isinstance(day.when, datetime):
            beside = _beside(text, saying, day, clocks)
        if beside is not None:
            clocks.remove(beside)
        found.append(day if beside is None else _joined(day, beside))
    found.extend(_alone(text, saying, today, clocks))
    return tuple(sorted(found, key=_start))


def _days(text: str, saying: Saying, today: Today) -> Iterator[FoundDate]:
    for pattern in saying.days:
        for match in pattern.words.finditer(text):
            try:
                when = pattern.resolve(match, today)
            except (ValueError, OverflowError):
                continue  # 31 February: words, but no day
            if when.year == MAXYEAR:
                continue  # its last hours lie beyond the calendar in other zones
            weekday = pattern.weekday(match)
            yield FoundDate(when, *match.span(), pattern.length, weekday, pattern.again)


def _apart(days: Iterable[FoundDate]) -> list[FoundDate]:
    """Keep the longest reading where two overlap."""
    kept: list[FoundDate] = []
    for day in sorted(days, key=lambda item: (item.start, -item.end)):
        if not kept or day.start >= kept[-1].end:
            kept.append(day)
        elif day.end - day.start > kept[-1].end - kept[-1].start:
            kept[-1] = day
    return kept


def _named_last(days: Iterable[FoundDate]) -> list[FoundDate]:
    """Let "the same day" mean the day named before it."""
    told: list[FoundDate] = []
    for day in days:
        known = day.again and told
        told.append(replace(day, when=told[-1].day, again=False) if known else day)
    return told


def _clocks(text: str, saying: Saying) -> Iterator[_Clock]:
    for match in saying.times.finditer(text):
        try:
            yield _Clock(saying.clock(match), *match.span())
        except ValueError:
            continue


def _outside(days: list[FoundDate], clocks: Iterable[_Clock]) -> list[_Clock]:
    """Leave out the times of day that are part of a day's own words."""
    taken = {place for day in days for place in range(day.start, day.end)}
    return [clock for clock in clocks if clock.start not in taken]


def _beside(
    text: str, saying: Saying, day: FoundDate, clocks: list[_Clock]
) -> _Clock | None:
    """Return the time of day after the day, or else the one before, if it belongs."""
    after = bisect_left(clocks, day.end, key=_start)
    for clock in (*clocks[after : after + 1], *clocks[max(after - 1, 0) : after]):
        gap = text[min(day.end, clock.end) : max(day.start, clock.start)]
        if len(gap) <= _GAP and saying.between.fullmatch(gap):
            return clock
    return None


def _start(item: FoundDate | _Clock) -> int:
    return item.start


def _joined(day: FoundDate, clock: _Clock) -> FoundDate:
    return FoundDate(
        datetime.combine(day.when, clock.at),
        min(day.start, clock.start),
        max(day.end, clock.end),
        day.length,
        day.weekday,
    )


def _alone(
    text: str, saying: Saying, today: Today, clocks: Iterable[_Clock]
) -> Iterator[FoundDate]:
    for clock in clocks:
        around = text[max(0, clock.start - 10) : clock.start], text[clock.end :][:4]
        if saying.before_a_time.search("|".join(around)):
            when = datetime.combine(today.day, clock.at)
            yield FoundDate(when, clock.start, clock.end)
