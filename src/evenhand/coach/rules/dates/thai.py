"""How Thai says a day: วันศุกร์ที่ 24 ก.ค. 2569 (the year 2026), ภายใน 3 วันทำการ."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from evenhand.coach.rules.dates import calendar
from evenhand.coach.rules.dates.calendar import Today
from evenhand.coach.rules.dates.english import ISO
from evenhand.coach.rules.dates.finding import Pattern, Saying
from evenhand.coach.rules.numerals import THAI_NUMBER, spelled

BUDDHIST_YEARS = 543
_MONTHS = {
    "มกราคม": 1, "กุมภาพันธ์": 2, "มีนาคม": 3, "เมษายน": 4, "พฤษภาคม": 5,
    "มิถุนายน": 6, "กรกฎาคม": 7, "สิงหาคม": 8, "กันยายน": 9, "ตุลาคม": 10,
    "พฤศจิกายน": 11, "ธันวาคม": 12, "มกรา": 1, "กุมภา": 2, "มีนา": 3, "เมษา": 4,
    "พฤษภา": 5, "มิถุนา": 6, "กรกฎา": 7, "สิงหา": 8, "กันยา": 9, "ตุลา": 10,
    "พฤศจิกา": 11, "ธันวา": 12, "มค": 1, "กพ": 2, "มีค": 3, "เมย": 4, "พค": 5,
    "มิย": 6, "กค": 7, "สค": 8, "กย": 9, "ตค": 10, "พย": 11, "ธค": 12,
}  # fmt: skip
SHORT_MONTHS = [
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
]
_WEEKDAYS = {
    "จันทร์": 0, "อังคาร": 1, "พุธ": 2, "พฤหัสบดี": 3, "พฤหัส": 3, "ศุกร์": 4,
    "เสาร์": 5, "อาทิตย์": 6,
}  # fmt: skip
_UNITS = {
    "นาที": "minute", "ชั่วโมง": "hour", "ชม.": "hour", "วันทำการ": "day",
    "วันทำงาน": "day", "วัน": "day", "สัปดาห์": "week", "อาทิตย์": "week",
    "เดือน": "month",
}  # fmt: skip
_NUMBER_OF_HOURS = {"หนึ่ง": 13, "": 13, "สอง": 14, "สาม": 15, "สี่": 16}


def _either(words: dict[str, int] | dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_SHORT = "|".join(re.escape(month).replace(r"\.", r"\.?\s?") for month in SHORT_MONTHS)
_LONG = "|".join(sorted((m for m in _MONTHS if len(m) > 3), key=len, reverse=True))
_WEEKDAY = f"(?P<weekday>{_either(_WEEKDAYS)})"


def _weekday(match: re.Match[str]) -> int | None:
    said = match["weekday"]
    return None if said is None else _WEEKDAYS[said]


def _year(said: str) -> int:
    """Read 2569, 2026 or the short 69: Buddhist unless it is plainly a common year."""
    year = int(said)
    if year < 100:
        year += 2500
    return year - BUDDHIST_YEARS if year > 2400 else year


def _day_and_month(match: re.Match[str], today: Today) -> date:
    month = _MONTHS[re.sub(r"[.\s]", "", match["month"])]
    day = int(match["day"])
    if match["year"]:
        return date(_year(match["year"]), month, day)
    return calendar.nearest(today, month, day, _weekday(match))


def _numeric(match: re.Match[str], _today: Today) -> date:
    return date(_year(match["year"]), int(match["month"]), int(match["day"]))


def _number_of_day(match: re.Match[str], today: Today) -> date:
    return calendar.day_of_month(today, int(match["day"]))


def _named(match: re.Match[str], today: Today) -> date:
    weekday = _WEEKDAYS[match["weekday"]]
    weeks = {"นี้": 0, "หน้า": 1, "ที่แล้ว": -1, "ก่อน": -1}
    if match["which"]:
        return calendar.of_week(today, weekday, weeks[match["which"]])
    return calendar.coming(today, weekday)


def _near(match: re.Match[str], today: Today) -> date:
    said = match[0]
    ahead = 2 if said.startswith("มะรืน") else 1 if said.startswith("พรุ่ง") else 0
    return calendar.in_days(today, ahead)


def _end_of(match: re.Match[str], today: Today) -> date:
    if "เดือน" in match[0]:
        return calendar.end_of_month(today)
    return calendar.end_of_week(today)


def _length(match: re.Match[str], today: Today) -> date | datetime:
    unit = match["unit"]
    return calendar.length_from(
        today,
        spelled(match["n"]),
        _UNITS[unit],
        working=unit in {"วันทำการ", "วันทำงาน"},
    )


def _clock(match: re.Match[str]) -> time:
    if match["h"]:
        return time(int(match["h"]), int(match["m"]))
    if match["noon"]:
        return time(12)
    if match["after"] is not None:
        said = match["after"]
        return time(int(said) + 12 if said.isdigit() else _NUMBER_OF_HOURS[said])
    evening = match["part"] == "เย็น"
    return time(int(match["hh"]) + (12 if evening else 0))


THAI = Saying(
    days=(
        ISO,
        Pattern(
            re.compile(
                rf"(?:วัน{_WEEKDAY}\s?ที่\s?|วันที่\s?)?(?<!\d)(?P<day>\d{{1,2}})\s?(?P<month>{_LONG}|{_SHORT})"
                r"(?:\s?(?:พ\.ศ\.|ค\.ศ\.)?\s?(?P<year>2[4-6]\d\d|20\d\d|[67]\d(?![\d:.]|\s?(?:น\.|บาท|วัน)))(?!\d))?"
            ),
            _day_and_month,
            weekday=_weekday,
        ),
        Pattern(
            re.compile(
                r"(?<![\d/])(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4}|[67]\d)(?!\d)"
            ),
            _numeric,
        ),
        Pattern(re.compile(r"วันที่\s?(?P<day>\d{1,2})(?!\d)"), _number_of_day),
        Pattern(re.compile(rf"วัน{_WEEKDAY}\s?(?P<which>นี้|หน้า|ที่แล้ว|ก่อน)?"), _named),
        Pattern(
            re.compile(r"วันนี้|พรุ่งนี้|มะรืนนี้|มะรืน|คืนนี้|เย็นนี้|บ่ายนี้|เช้านี้"),
            _near,
        ),
        Pattern(
            re.compile(r"(?:ใน)?วันเดียวกัน"),
            lambda _match, today: today.day,
            again=True,
        ),
        Pattern(re.compile(r"สิ้นเดือน(?:นี้)?|สิ้นสัปดาห์(?:นี้)?|ภายในสัปดาห์นี้"), _end_of),
        Pattern(
            re.compile(
                r"(?:ภายใน|ใน|อีก|ไม่เกิน|ใช้เวลา(?:ประมาณ)?)\s?(?:\d{1,3}\s?[-–]\s?)?"
                rf"(?P<n>\d{{1,4}}|{THAI_NUMBER})\s?(?P<unit>{_either(_UNITS)})"
            ),
            _length,
            length=True,
        ),
    ),
    times=re.compile(
        r"(?<!\d)(?P<h>\d{1,2})[:.](?P<m>[0-5]\d)(?!\d)\s?(?:น\.|นาฬิกา)?(?!\s?บาท)"
        r"|(?P<noon>เที่ยง)(?:วัน)?(?!คืน|ง)|บ่าย\s?(?P<after>หนึ่ง|สอง|สาม|สี่|[1-4])?\s?โมง"
        r"|(?<!\d)(?P<hh>\d{1,2})\s?โมง(?P<part>เช้า|เย็น)?"
    ),
    clock=_clock,
    between=re.compile(r"[\s,]*(?:ก่อน|ภายใน|เวลา|ถึง|ตอน|ก่อนเวลา|ภายในเวลา)?[\s,]*"),
    before_a_time=re.compile(r"(?:ก่อน|ภายใน|เวลา|ถึง|ตอน)\s*\|"),
)
