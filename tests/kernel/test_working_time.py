"""Working time counts what a clock on the wall of the office would count."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.kernel.working_time import NeverOpen, Schedule, Shift

OFFICE = {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(5)}
BERLIN = Schedule.weekly(time_zone="Europe/Berlin", hours=OFFICE)


def berlin(*when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo("Europe/Berlin"))  # type: ignore[misc,arg-type]  # year, month, day, hour, minute


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Weeks with up to three shifts a day, in zones with and without clock changes."""
    zone = draw(
        st.sampled_from(
            [
                "UTC",
                "Europe/Berlin",
                "America/New_York",
                "Asia/Bangkok",
                "Australia/Lord_Howe",  # moves its clocks by half an hour
                "America/Santiago",  # at midnight
            ]
        )
    )
    quarters = st.integers(0, 95)
    days = []
    for _ in range(7):
        marks = sorted(draw(st.sets(quarters, max_size=6)))
        pairs = zip(marks[::2], marks[1::2], strict=False)
        days.append(tuple(Shift(_time(start), _time(end)) for start, end in pairs))
    # one day in the week is always open, else nothing could be added
    days[draw(st.integers(0, 6))] = (Shift(time(8), time(17)),)
    return Schedule(time_zone=ZoneInfo(zone), shifts=tuple(days))


def _time(quarter: int) -> time:
    return time(quarter // 4, quarter % 4 * 15)


INSTANTS = st.integers(0, 2 * 365 * 24 * 60 * 60).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(schedule=schedules(), start=INSTANTS, minutes=st.integers(0, 5000))
@settings(max_examples=150)
def test_as_many_minutes_lie_before_the_limit_as_were_added(
    schedule: Schedule, start: datetime, minutes: int
) -> None:
    end = schedule.add(start=start, minutes=minutes)

    assert end >= start
    assert schedule.minutes_between(start=start, end=end) == minutes


@given(
    schedule=schedules(),
    start=INSTANTS,
    middle=st.integers(0, 10),
    end=st.integers(0, 10),
)
@settings(max_examples=100)
def test_time_counted_in_two_parts_is_the_time_counted_at_once(
    schedule: Schedule, start: datetime, middle: int, end: int
) -> None:
    start = start.replace(second=0, microsecond=0)
    first = start + timedelta(days=middle)
    last = first + timedelta(days=end)

    whole = schedule.minutes_between(start=start, end=last)

    assert whole == schedule.minutes_between(
        start=start, end=first
    ) + schedule.minutes_between(start=first, end=last)


@given(schedule=schedules(), start=INSTANTS)
@settings(max_examples=100)
def test_open_spans_follow_each_other_and_none_is_empty(
    schedule: Schedule, start: datetime
) -> None:
    spans = list(schedule.open_spans(start, days=30))

    for opens, closes in spans:
        assert start <= opens < closes
    assert [span[0] for span in spans] == sorted(span[0] for span in spans)


def test_a_limit_that_begins_at_night_runs_from_the_morning() -> None:
    monday_night = berlin(2026, 11, 16, 22, 30)

    assert BERLIN.add(start=monday_night, minutes=60) == berlin(2026, 11, 17, 10, 0)


def test_a_limit_steps_over_lunch_weekend_and_holiday() -> None:
    schedule = Schedule.weekly(
        time_zone="Europe/Berlin", hours=OFFICE, holidays=["2026-11-23"]
    )
    friday = berlin(2026, 11, 20, 11, 0)

    # an hour before lunch, five after it, and the rest on Tuesday: Monday is a holiday
    assert schedule.add(start=friday, minutes=8 * 60) == berlin(2026, 11, 24, 11, 0)


def test_on_the_day_of_a_clock_change_a_shift_is_as_long_as_it_really_is() -> None:
    nights = Schedule.weekly(
        time_zone="Europe/Berlin", hours={"6": [["00:00", "06:00"]]}
    )

    def length(day: datetime) -> int:
        return nights.minutes_between(start=day, end=day + timedelta(days=1))

    assert length(berlin(2026, 3, 22)) == 6 * 60
    assert length(berlin(2026, 3, 29)) == 5 * 60
    assert length(berlin(2026, 10, 25)) == 7 * 60


def test_a_shift_within_the_skipped_hour_is_not_there() -> None:
    half = Schedule.weekly(time_zone="Europe/Berlin", hours={"6": [["02:30", "03:00"]]})
    spring = berlin(2026, 3, 29)

    assert half.minutes_between(start=spring, end=spring + timedelta(days=1)) == 0
    assert half.add(start=spring, minutes=10) == berlin(2026, 4, 5, 2, 40)


def test_years_are_counted_to_their_end() -> None:
    start, end = berlin(2024, 1, 1), berlin(2027, 1, 1)
    weekdays = sum(
        (date(2024, 1, 1) + timedelta(days=n)).weekday() < 5
        for n in range((date(2027, 1, 1) - date(2024, 1, 1)).days)
    )

    assert BERLIN.minutes_between(start=start, end=end) == weekdays * 8 * 60


def test_an_end_before_the_start_counts_nothing() -> None:
    noon = berlin(2026, 11, 16, 12, 0)

    assert BERLIN.minutes_between(start=noon, end=noon - timedelta(days=3)) == 0


def test_a_desk_that_never_opens_has_no_limits() -> None:
    closed = Schedule.weekly(time_zone="UTC", hours={})

    with pytest.raises(NeverOpen, match="no 1 working minutes in the next 400 days"):
        closed.add(start=berlin(2026, 11, 16), minutes=1)


@pytest.mark.parametrize(
    "hours", [{"0": [["18:00", "09:00"]]}, {"0": [["nine", "ten"]]}]
)
def test_hours_that_cannot_be_are_refused(hours: dict[str, list[list[str]]]) -> None:
    with pytest.raises(ValueError, match=r"ends before it starts|Invalid isoformat"):
        Schedule.weekly(time_zone="UTC", hours=hours)


def test_shifts_that_overlap_are_refused_for_they_would_count_twice() -> None:
    hours = {"0": [["11:00", "18:00"], ["09:00", "12:00"]]}

    with pytest.raises(ValueError, match="the shift from 11:00:00 begins before"):
        Schedule.weekly(time_zone="UTC", hours=hours)


def test_a_weekday_that_is_none_is_refused_rather_than_closed() -> None:
    with pytest.raises(ValueError, match="'monday' is no weekday; Monday is '0'"):
        Schedule.weekly(time_zone="UTC", hours={"monday": [["09:00", "12:00"]]})


@pytest.mark.parametrize("name", ["Mars/Olympus", "../zone", ""])
def test_a_time_zone_that_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no time zone such as Europe/Berlin"):
        Schedule.weekly(time_zone=name, hours=OFFICE)
