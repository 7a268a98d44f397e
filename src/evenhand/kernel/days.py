"""A day as a letter writes it, in the languages that the desk answers in."""

from __future__ import annotations

from datetime import date

ENGLISH_MONTHS = (
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
)
THAI_MONTHS = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
# The Thai calendar counts its years from 543 years earlier.
BUDDHIST_YEARS = 543


def written(day: date, language: str) -> str:
    """Write a day with its year: 5 December 2026, 2026年12月5日, 5 ธันวาคม 2569.

    `language` is a code such as zh or zh-Hans. One that is not known here gets
    2026-12-05, which nobody can misread.
    """
    match language.partition("-")[0]:
        case "en":
            return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"
        case "zh" | "ja":
            return f"{day.year}年{day.month}月{day.day}日"
        case "th":
            return f"{day.day} {THAI_MONTHS[day.month - 1]} {day.year + BUDDHIST_YEARS}"
        case _:
            return day.isoformat()
