"""How English says a day: "by Friday 24 July", "within 3 working days", "tomorrow"."""

from __future__ import annotations

import re
from datetime import date, time

from evenhand.coach.rules.dates import calendar
from evenhand.coach.rules.dates.calendar import Today
from evenhand.coach.rules.dates.finding import Pattern, Saying
from evenhand.coach.rules.numerals import ENGLISH_NUMBER, spelled

_MONTH_STARTS = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b(?:(?<![a-z]{4})\.)?"
)
_WEEKDAY_STARTS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_LONG_WEEKDAY = r"mon|tues|wednes|thurs|fri|satur|sun"
_WEEKDAY = (
    rf"(?P<weekday>(?:{_LONG_WEEKDAY})day|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?"
)
_UNIT = r"(?P<unit>minute|min|hour|day|week|month)s?\b"


def _weekday(match: re.Match[str]) -> int | None:
    said = match["weekday"]
    return None if said is None else _WEEKDAY_STARTS.index(said[:3].lower())


def _day_and_month(match: re.Match[str], today: Today) -> date:
    month = _MONTH_STARTS.index(match["month"][:3].lower()) + 1
    if match["year"]:
        return date(int(match["year"]), month, int(match["day"]))
    return calendar.nearest(today, month, int(match["day"]), _weekday(match))


def _numeric(match: re.Match[str], _today: Today) -> date:
    first, second, year = int(match["a"]), int(match["b"]), int(match["year"])
    day, month = (second, first) if second > 12 else (first, second)
    return date(year, month, day)


def _iso(match: re.Match[str], _today: Today) -> date:
    return date.fromisoformat(match[0])


def _named(match: re.Match[str], today: Today) -> date:
    weekday = _WEEKDAY_STARTS.index(match["weekday"][:3].lower())
    which = (match["which"] or "").lower()
    if which in {"next", "last", "this"}:
        weeks = {"next": 1, "last": -1, "this": 0}[which]
        return calendar.of_week(today, weekday, weeks)
    return calendar.coming(today, weekday)


def _near(match: re.Match[str], today: Today) -> date:
    said = match[0].lower()
    if said.startswith("the day after"):
        return calendar.in_days(today, 2)
    return calendar.in_days(today, 1 if said == "tomorrow" else 0)


def _end_of(match: re.Match[str], today: Today) -> date:
    said = match["span"].lower()
    if said == "week":
        return calendar.end_of_week(today)
    return calendar.end_of_month(today) if said == "month" else today.day


def _length(match: re.Match[str], today: Today) -> date:
    unit = "minute" if match["unit"].lower() == "min" else match["unit"].lower()
    working = match["working"] is not None
    return calendar.length_from(today, spelled(match["n"]), unit, working=working)


def _clock(match: re.Match[str]) -> time:
    word = match[0].lower()
    if word in {"noon", "midday"}:
        return time(12)
    hour, minute = int(match["h"] or match["hh"]), int(match["m"] or match["mm"] or 0)
    half = (match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(f"{match[0]!r} is no time of day")
    return time(hour % 12 + (12 if half[0] == "p" else 0) if half else hour, minute)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_YEAR = r"(?:,?\s(?P<year>(?:19|20)\d\d)\b)?"
ISO = Pattern(re.compile(r"(?<!\d)20\d\d-[01]\d-[0-3]\d(?!\d)"), _iso)
ENGLISH = Saying(
    days=(
        ISO,
        Pattern(
            _words(
                rf"(?:\b{_WEEKDAY},?\s(?:the\s)?)?(?<!\d)(?P<day>\d{{1,2}})"
                rf"(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}{_YEAR}"
            ),
            _day_and_month,
            weekday=_weekday,
        ),
        Pattern(
            # "May 24" is a date, "you may 24/7 ..." is not: a month that is also a word
            # needs its capital.
            re.compile(
                rf"(?:(?i:\b{_WEEKDAY}),?\s)?(?!may\b|mar\b|march\b)\b(?i:{_MONTH})\s"
                rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]?\d){_YEAR}"
            ),
            _day_and_month,
            weekday=_weekday,
        ),
        Pattern(
            re.compile(
                r"(?<![\d/.])(?P<a>\d{1,2})(?P<dot>[/.])(?P<b>\d{1,2})(?P=dot)"
                r"(?P<year>20\d\d)(?!\d)"
            ),
            _numeric,
        ),
        Pattern(
            _words(
                rf"\b(?:(?P<which>next|this|last|coming)\s)?(?P<weekday>(?:{_LONG_WEEKDAY})day)\b"
            ),
            _named,
        ),
        Pattern(
            re.compile(r"\b(?P<which>)(?P<weekday>Mon|Tues?|Wed|Thurs?|Thu|Fri)\b"),
            _named,
        ),
        Pattern(
            _words(
                r"\b(?:the\sday\safter\stomorrow|tomorrow|today|tonight|"
                r"this\s(?:morning|afternoon|evening)|right\snow|straight\saway)\b"
            ),
            _near,
        ),
        Pattern(
            _words(r"\b(?:the\s|that\s)?same\sday\b|\bthat\sday\b"),
            lambda _match, today: today.day,
            again=True,
        ),
        Pattern(
            _words(
                r"\bend\sof\s(?:the\s|this\s)?(?:working\s|business\s)?(?P<span>day|week|month|business)\b"
            ),
            _end_of,
        ),
        Pattern(
            _words(
                r"\b(?:within|in|inside|after|no\slater\sthan|no\smore\sthan|at\smost)\s"
                r"(?:the\snext\s|about\s|up\sto\s)?(?:\d{1,3}\s?(?:-|–|to)\s?)?"
                rf"(?P<n>\d{{1,4}}|{ENGLISH_NUMBER})[\s-](?P<working>(?:working|business)\s)?{_UNIT}"
            ),
            _length,
            length=True,
        ),
    ),
    times=_words(
        r"\b(?:(?P<h>\d{1,2})(?:[:.](?P<m>\d{2}))?\s?(?P<half>am|pm|a\.m\.|p\.m\.)(?!\w)"
        r"|(?P<hh>\d{1,2}):(?P<mm>\d{2})\b|noon\b|midday\b)"
    ),
    clock=_clock,
    between=_words(r"[\s,]*(?:at|by|before|until|from|on|to|no later than)?[\s,]*"),
    before_a_time=_words(r"\b(?:by|before|until|till|at|than)\s(?:the\s)?\|"),
)
