"""How Chinese and Japanese say a day: 7月17日18:00前, 下周五, 3営業日以内."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import partial

from evenhand.coach.rules.dates import calendar
from evenhand.coach.rules.dates.calendar import Today
from evenhand.coach.rules.dates.english import ISO
from evenhand.coach.rules.dates.finding import Pattern, Saying
from evenhand.coach.rules.numerals import HAN_NUMBER, spelled

_REIWA = 2018  # 令和1年 is 2019
_N = rf"(?:\d{{1,4}}|{HAN_NUMBER})"
_CHINESE_WEEK = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_CHINESE_WEEK |= {str(day): day - 1 for day in range(1, 8)}
_JAPANESE_WEEK = {char: day for day, char in enumerate("月火水木金土日")}
_WEEKS = {"下": 1, "来": 1, "上": -1, "先": -1, "本": 0, "这": 0, "今": 0}
_NEAR = {
    "大后天": 3, "后天": 2, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "今天": 0,
    "今日": 0, "今晚": 0, "今早": 0,
    "本日": 0, "明後日": 2, "あさって": 2, "翌日": 1, "あす": 1, "本日中": 0,
    "今日中": 0, "明日中": 1, "今夜": 0, "今夕": 0,
}  # fmt: skip
_UNITS = {
    "分钟": "minute", "分": "minute", "小时": "hour", "時間": "hour", "工作日": "day",
    "営業日": "day", "天": "day", "日": "day", "周": "week", "星期": "week",
    "週間": "week", "月": "month", "か月": "month", "ヶ月": "month", "カ月": "month",
    "ヵ月": "month", "个月": "month",
}  # fmt: skip


def _number(words: str) -> int:
    return int(spelled(words))


def _day_and_month(match: re.Match[str], today: Today) -> date:
    month, day = _number(match["month"]), _number(match["day"])
    if match["year"]:
        era = _REIWA if match["era"] else 0
        return date(int(match["year"]) + era, month, day)
    return calendar.nearest(today, month, day)


def _japanese_weekday(match: re.Match[str]) -> int | None:
    return None if match["weekday"] is None else _JAPANESE_WEEK[match["weekday"]]


def _chinese_weekday(match: re.Match[str]) -> int | None:
    return None if match["weekday"] is None else _CHINESE_WEEK[match["weekday"]]


def _number_of_day(match: re.Match[str], today: Today) -> date:
    return calendar.day_of_month(today, _number(match["day"]))


def _named(week: dict[str, int], match: re.Match[str], today: Today) -> date:
    weekday = week[match["weekday"]]
    if match["which"]:
        return calendar.of_week(today, weekday, _WEEKS[match["which"][0]])
    return calendar.coming(today, weekday)


def _near(match: re.Match[str], today: Today) -> date:
    return calendar.in_days(today, _NEAR[match[0]])


def _end_of(match: re.Match[str], today: Today) -> date:
    if "周" in match[0] or "週" in match[0]:
        return calendar.end_of_week(today)
    return calendar.end_of_month(today)


def _length(match: re.Match[str], today: Today) -> date | datetime:
    unit = match["unit"]
    working = unit in {"工作日", "営業日"}
    return calendar.length_from(
        today, spelled(match["n"]), _UNITS[unit], working=working
    )


def _clock(match: re.Match[str]) -> time:
    if match["noon"]:
        return time(12)
    minutes = match["m"] or match["mm"] or ("30" if match["half"] else "0")
    hour = _number(match["h"] or match["hh"])
    later = match["part"] in {
        "下午",
        "晚上",
        "傍晚",
        "晚",
        "今晚",
        "明晚",
        "午後",
        "夜",
    }
    return time(hour + 12 if later and hour < 12 else hour, int(minutes))


_DATE = (
    rf"(?:(?P<era>令和)?(?<!\d)(?P<year>\d{{1,4}})年\s?)?(?<!\d)(?P<month>{_N})月\s?"
    rf"(?P<day>{_N})"
)
_TIMES = (
    r"(?P<part>上午|下午|晚上|早上|傍晚|中午|午前|午後|夜|晚)?"
    r"(?:(?<!\d)(?P<h>\d{1,2}):(?P<m>\d{2})(?!\d)"
    r"|(?<!\d)(?P<hh>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:点|點|時(?!間))"
    r"(?:(?P<half>半)|(?P<mm>\d{1,2})分?)?)|(?P<noon>中午|正午)"
)

CHINESE = Saying(
    days=(
        ISO,
        Pattern(
            re.compile(
                rf"{_DATE}[日号號]?(?:\s?[(（]?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])[)）]?)?"
            ),
            _day_and_month,
            weekday=_chinese_weekday,
        ),
        Pattern(
            re.compile(
                rf"(?<![\d月年])(?P<day>{_N})[号日](?=之?前|[,，。]|上|下|中|晚|可|能|到|给|会|$)"
            ),
            _number_of_day,
        ),
        Pattern(
            re.compile(
                r"(?P<which>(?:本|这|这个|下|下个|上|上个))?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-7])"
            ),
            partial(_named, _CHINESE_WEEK),
        ),
        Pattern(
            re.compile(r"大后天|后天|明天|明日|明早|明晚|今天|今日|今晚|今早"),
            _near,
        ),
        Pattern(
            re.compile(r"当天|当日|同一天"), lambda _m, today: today.day, again=True
        ),
        Pattern(re.compile(r"本周内|这周内|周末前|本月内|月底|本月底|月末"), _end_of),
        Pattern(
            re.compile(
                rf"(?:\d{{1,3}}[-–~到至])?(?P<n>{_N}|{HAN_NUMBER})\s?个?(?P<unit>工作日|分钟|小时|星期|天|日|周|月)"
                r"(?:之内|以内|内|之后|以后|后|左右)"
            ),
            _length,
            length=True,
        ),
    ),
    times=re.compile(_TIMES),
    clock=_clock,
    between=re.compile(r"[\s,，]*(?:的|之?前|到|在)?[\s,，]*"),
    before_a_time=re.compile(r"(?:在|于|到|至)\||\|(?:之|以)?前"),
)
JAPANESE = Saying(
    days=(
        ISO,
        Pattern(
            re.compile(
                rf"{_DATE}日(?:\s?[(（](?P<weekday>[月火水木金土日])(?:曜日?)?[)）])?"
            ),
            _day_and_month,
            weekday=_japanese_weekday,
        ),
        Pattern(
            re.compile(rf"(?<![\d月年])(?P<day>{_N})日(?=まで|に|中に|の)"),
            _number_of_day,
        ),
        Pattern(
            re.compile(
                r"(?P<which>今週|来週|先週)?の?(?P<weekday>[月火水木金土日])曜日?"
            ),
            partial(_named, _JAPANESE_WEEK),
        ),
        Pattern(
            re.compile(
                r"明後日|あさって|明日中|明日|あす|翌日|本日中|本日|今日中|今日|今夜|今夕"
            ),
            _near,
        ),
        Pattern(re.compile(r"当日|同日"), lambda _m, today: today.day, again=True),
        Pattern(re.compile(r"今週中|今週末|月末|今月中|今月末"), _end_of),
        Pattern(
            re.compile(
                rf"(?:\d{{1,3}}[-–~から])?(?P<n>{_N})\s?(?P<unit>営業日|分|時間|週間|日|か月|ヶ月|カ月|ヵ月)"
                r"(?:以内|後|ほど|程度|間以内)"
            ),
            _length,
            length=True,
        ),
    ),
    times=re.compile(_TIMES),
    clock=_clock,
    between=re.compile(r"[\s,、]*(?:の|に)?[\s,、]*"),
    before_a_time=re.compile(r"\|(?:まで|以前|に|から|頃)"),
)
