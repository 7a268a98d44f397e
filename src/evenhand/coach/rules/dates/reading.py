"""The door to the dates of a text: find them, or say one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from evenhand.coach.rules.dates.calendar import Today
from evenhand.coach.rules.dates.english import ENGLISH
from evenhand.coach.rules.dates.finding import FoundDate, find
from evenhand.coach.rules.dates.han import CHINESE, JAPANESE
from evenhand.coach.rules.dates.thai import BUDDHIST_YEARS, SHORT_MONTHS, THAI
from evenhand.coach.rules.text import plain

SAYINGS = {"en": ENGLISH, "zh": CHINESE, "ja": JAPANESE, "th": THAI}
_ENGLISH_DAYS = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
]
_ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_THAI_DAYS = ["จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"]


def dates_in(
    text: str,
    *,
    language: str,
    today: date | datetime,
    holidays: frozenset[date] = frozenset(),
) -> tuple[FoundDate, ...]:
    """Return the days and instants named in the text, resolved, in reading order.

    A day without a year is the one nearest to today; a weekday alone is the coming one.
    With an instant as `today`, "within 2 hours" becomes an instant as well.
    """
    folded = plain(text)
    saying = SAYINGS.get(language, ENGLISH)
    return tuple(
        replace(found, start=span[0], end=span[1])
        for found in find(folded.text, saying, Today.of(today, holidays))
        for span in (folded.span(found.start, found.end),)
    )


def said(when: date | datetime, language: str, *, year: bool = False) -> str:
    """Write a day, or an instant to the minute, as a reader of the language expects."""
    day = {"zh": _chinese, "ja": _japanese, "th": _thai}.get(language, _english)
    words = day(when, year=year)
    if not isinstance(when, datetime):
        return words
    clock = f"{when:%H:%M}"
    if language == "th":
        return f"{words} เวลา {clock} น."
    return f"{words} {clock}" if language in {"zh", "ja"} else f"{words} at {clock}"


def _english(day: date, *, year: bool) -> str:
    words = f"{_ENGLISH_DAYS[day.weekday()]} {day.day} {_ENGLISH_MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if year else words


def _chinese(day: date, *, year: bool) -> str:
    words = f"{day.month}月{day.day}日(周{'一二三四五六日'[day.weekday()]})"
    return f"{day.year}年{words}" if year else words


def _japanese(day: date, *, year: bool) -> str:
    words = f"{day.month}月{day.day}日({'月火水木金土日'[day.weekday()]})"
    return f"{day.year}年{words}" if year else words


def _thai(day: date, *, year: bool) -> str:
    words = f"วัน{_THAI_DAYS[day.weekday()]}ที่ {day.day} {SHORT_MONTHS[day.month - 1]}"
    return f"{words} {day.year + BUDDHIST_YEARS}" if year else words
