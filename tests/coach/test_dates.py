from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.coach.rules.dates.reading import dates_in, said

WEDNESDAY = date(2026, 7, 15)
MORNING = datetime.combine(WEDNESDAY, time(9, 30))


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date(2026, month, day), time(hour, minute))


@pytest.mark.parametrize(
    ("language", "text", "words", "when"),
    [
        ("en", "by Friday 24 July", "Friday 24 July", date(2026, 7, 24)),
        ("en", "on July 17th, 2026 by 5pm", "July 17th, 2026 by 5pm", at(7, 17, 17)),
        ("en", "within 3 working days", "within 3 working days", date(2026, 7, 20)),
        ("en", "in two weeks", "in two weeks", date(2026, 7, 29)),
        ("en", "tomorrow at 10:00", "tomorrow at 10:00", at(7, 16, 10)),
        ("en", "next Friday", "next Friday", date(2026, 7, 24)),
        ("en", "by Friday", "Friday", date(2026, 7, 17)),
        ("en", "by 17:00", "17:00", at(7, 15, 17)),
        ("en", "within 2 hours", "within 2 hours", at(7, 15, 11, 30)),
        ("en", "2026-08-01", "2026-08-01", date(2026, 8, 1)),
        ("en", "24/07/2026", "24/07/2026", date(2026, 7, 24)),
        ("en", "07/24/2026", "07/24/2026", date(2026, 7, 24)),
        ("en", "on 10 December", "10 December", date(2026, 12, 10)),
        ("en", "on 10 January", "10 January", date(2027, 1, 10)),
        ("en", "end of the month", "end of the month", date(2026, 7, 31)),
        ("zh", "7月17日18:00前", "7月17日18:00", at(7, 17, 18)),
        ("zh", "明天答复", "明天", date(2026, 7, 16)),
        ("zh", "今天20:00前", "今天20:00", at(7, 15, 20)),
        ("zh", "下周五", "下周五", date(2026, 7, 24)),
        ("zh", "3个工作日内", "3个工作日内", date(2026, 7, 20)),
        ("zh", "七月二十日", "七月二十日", date(2026, 7, 20)),
        ("zh", "24号前", "24号", date(2026, 7, 24)),
        ("zh", "明天下午三点半", "明天下午三点半", at(7, 16, 15, 30)),
        ("zh", "１小时内", "１小时内", at(7, 15, 10, 30)),
        ("ja", "7月17日(金)18時まで", "7月17日(金)18時", at(7, 17, 18)),
        ("ja", "3営業日以内", "3営業日以内", date(2026, 7, 20)),
        ("ja", "来週の金曜日", "来週の金曜日", date(2026, 7, 24)),
        ("ja", "令和8年7月20日", "令和8年7月20日", date(2026, 7, 20)),
        ("ja", "本日中に", "本日中", WEDNESDAY),
        ("ja", "午後3時半までに", "午後3時半", at(7, 15, 15, 30)),
        ("th", "วันที่ 24 ก.ค. 2569", "วันที่ 24 ก.ค. 2569", date(2026, 7, 24)),
        ("th", "๒๔/๗/๒๕๖๙", "๒๔/๗/๒๕๖๙", date(2026, 7, 24)),
        ("th", "24 ก.ค. 69", "24 ก.ค. 69", date(2026, 7, 24)),
        ("th", "วันศุกร์ที่ 24 กรกฎาคม", "วันศุกร์ที่ 24 กรกฎาคม", date(2026, 7, 24)),
        ("th", "ภายใน 3 วันทำการ", "ภายใน 3 วันทำการ", date(2026, 7, 20)),
        ("th", "พรุ่งนี้ ก่อน 17:00 น.", "พรุ่งนี้ ก่อน 17:00 น.", at(7, 16, 17)),
        ("th", "วันพุธเที่ยง", "วันพุธเที่ยง", at(7, 22, 12)),
        ("th", "ภายใน ๔ ชั่วโมง", "ภายใน ๔ ชั่วโมง", at(7, 15, 13, 30)),
    ],
)
def test_a_day_is_read_as_its_language_says_it(
    language: str, text: str, words: str, when: date | datetime
) -> None:
    found = dates_in(text, language=language, today=MORNING)

    assert [(text[f.start : f.end], f.when) for f in found] == [(words, when)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "open 24/7, you may 3 or 4, on 31 February, order 2026-99-99, ratio 3:1",
        ),
        ("zh", "13月40日, 型号7月光, 跑了两趟"),
        ("ja", "31月1日、3台、24時間営業"),
        ("th", "32 ก.ค. 2569 ราคา 18.50 บาท"),
    ],
)
def test_what_is_no_day_is_left_alone(language: str, text: str) -> None:
    assert dates_in(text, language=language, today=WEDNESDAY) == ()


def test_holidays_are_no_working_days() -> None:
    found = dates_in(
        "within 3 working days",
        language="en",
        today=WEDNESDAY,
        holidays=frozenset({date(2026, 7, 16)}),
    )

    assert [f.when for f in found] == [date(2026, 7, 21)]


def test_hours_without_a_time_of_day_end_on_a_day() -> None:
    found = dates_in("within 30 hours", language="en", today=WEDNESDAY)

    assert [(f.when, f.length) for f in found] == [(date(2026, 7, 16), True)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "by Friday 24 July. I will call the same day."),
        ("zh", "7月24日前修好,当天打电话。"),
        ("ja", "7月24日に届きます。同日にお電話します。"),
        ("th", "วันที่ 24 ก.ค. ซ่อมเสร็จ จะโทรวันเดียวกันค่ะ"),
    ],
)
def test_the_same_day_is_the_day_named_last(language: str, text: str) -> None:
    found = dates_in(text, language=language, today=WEDNESDAY)

    assert [f.when for f in found] == [date(2026, 7, 24)] * 2


def test_a_weekday_said_with_a_date_is_kept_for_comparison() -> None:
    found = dates_in("by Thursday 24 July", language="en", today=WEDNESDAY)

    assert [(f.day, f.weekday) for f in found] == [(date(2026, 7, 24), 3)]


LANGUAGES = st.sampled_from(["en", "zh", "ja", "th"])


@given(st.dates(date(2015, 1, 1), date(2079, 12, 31)), LANGUAGES)
def test_a_whole_date_is_read_back(day: date, language: str) -> None:
    text = said(day, language, year=True)

    found = dates_in(text, language=language, today=WEDNESDAY)

    assert [(f.when, f.start, f.end) for f in found] == [(day, 0, len(text))]


@given(
    st.dates(date(2015, 1, 1), date(2079, 12, 31)),
    st.integers(-180, 180),
    st.times(),
    LANGUAGES,
)
def test_an_instant_within_half_a_year_is_read_back_without_its_year(
    today: date, away: int, clock: time, language: str
) -> None:
    when = datetime.combine(
        today + timedelta(days=away), clock.replace(second=0, microsecond=0)
    )
    text = said(when, language)

    found = dates_in(text, language=language, today=today)

    assert [(f.when, f.start, f.end) for f in found] == [(when, 0, len(text))]


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("zh", "9999年12月31日", []),
        ("ja", "9999年12月31日まで", []),
        ("zh", "9998年12月31日", [date(9998, 12, 31)]),
    ],
)
def test_the_last_year_of_the_calendar_is_no_day_to_promise(
    language: str, text: str, days: list[date]
) -> None:
    found = dates_in(text, language=language, today=WEDNESDAY)

    assert [each.when for each in found] == days
