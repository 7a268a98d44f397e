from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.insight.rules.figures import (
    Better,
    Change,
    Clause,
    Measure,
    Sample,
    by_clause,
    change,
    difference,
    figure,
)
from evenhand.insight.rules.periods import NoSuchPeriod, Period
from evenhand.insight.rules.pictures import bar, trend
from evenhand.kernel.statistics import Interval, share

UTC_ZONE = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
WEEK = Period.latest(days=7, zone=UTC_ZONE, at=SATURDAY)
HITS = st.lists(st.booleans(), min_size=5, max_size=60)


def part(hits: int, n: int) -> Interval:
    found = share(hits=hits, n=n)
    assert found is not None
    return found


def ends(found: Interval) -> tuple[float, float]:
    return round(found.low, 4), round(found.high, 4)


def samples(values: Sequence[float], *, at: datetime = SATURDAY) -> list[Sample]:
    return [
        Sample(at - timedelta(minutes=place + 1), v) for place, v in enumerate(values)
    ]


def test_seven_days_are_today_and_the_six_before_it() -> None:
    assert WEEK.start == datetime(2026, 11, 15, tzinfo=UTC)
    assert WEEK.end == SATURDAY
    assert WEEK.days == 7


def test_the_period_before_ends_at_the_same_hour_so_many_days_earlier() -> None:
    assert WEEK.before.start == datetime(2026, 11, 8, tzinfo=UTC)
    assert WEEK.before.end == datetime(2026, 11, 14, 15, 0, tzinfo=UTC)


def test_days_begin_at_midnight_where_the_desk_is_also_across_a_clock_change() -> None:
    october = Period.between(
        first=date(2026, 10, 25), last=date(2026, 10, 26), zone=BERLIN, at=SATURDAY
    )

    assert october.start.astimezone(UTC) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert october.end.astimezone(UTC) == datetime(2026, 10, 26, 23, 0, tzinfo=UTC)
    assert october.before.start.astimezone(UTC) == datetime(
        2026, 10, 22, 22, 0, tzinfo=UTC
    )
    assert october.days == 2


def test_days_of_ones_own_are_cut_at_the_present() -> None:
    period = Period.between(
        first=date(2026, 11, 20), last=date(2026, 11, 30), zone=UTC_ZONE, at=SATURDAY
    )

    assert period.end == SATURDAY
    assert period.days == 2


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 20), date(2026, 11, 19)),
        (date(2026, 11, 22), date(2026, 11, 23)),
        (date(2025, 11, 1), date(2026, 11, 20)),
    ],
)
def test_a_period_backwards_to_come_or_over_a_year_is_none(
    first: date, last: date
) -> None:
    with pytest.raises(NoSuchPeriod):
        Period.between(first=first, last=last, zone=UTC_ZONE, at=SATURDAY)


def test_the_weeks_are_twelve_begin_on_mondays_and_leave_no_gap() -> None:
    weeks = WEEK.weeks

    assert len(weeks) == 12
    assert weeks[-1].start == datetime(2026, 11, 16, tzinfo=UTC)
    assert weeks[-1].end == SATURDAY
    assert all(week.start.weekday() == 0 for week in weeks)
    assert all(a.end == b.start for a, b in pairwise(weeks))


def test_eight_of_ten_are_between_49_and_94_percent() -> None:
    found = figure(
        samples([1] * 8 + [0] * 2),
        key="promises_kept",
        measure=Measure.SHARE,
        better=Better.UP,
        period=WEEK,
    )

    assert found.now is not None
    assert (found.now.value, found.n, found.hits) == (0.8, 10, 8)
    assert ends(found.now) == (0.4902, 0.9433)
    assert found.ninth is None


def test_a_median_shows_its_tail_too() -> None:
    found = figure(
        samples([float(minutes) for minutes in range(1, 12)]),
        key="first_answer",
        measure=Measure.MEDIAN,
        better=Better.DOWN,
        period=WEEK,
    )

    assert found.now is not None
    assert (found.now.value, found.now.low, found.now.high) == (6, 2, 10)
    assert found.ninth == 10


def test_a_figure_counts_what_lies_in_its_period_before_and_week_alone() -> None:
    inside = [Sample(WEEK.start, 1), Sample(WEEK.end - timedelta(seconds=1), 0)]
    outside = [Sample(WEEK.end, 1)]
    before = [Sample(WEEK.before.start, 1)]
    between = [Sample(WEEK.before.end, 1)]

    found = figure(
        [*inside, *outside, *before, *between],
        key="upheld",
        measure=Measure.SHARE,
        better=Better.NEITHER,
        period=WEEK,
    )

    assert found.now is not None
    assert found.before is not None
    assert (found.now.n, found.before.n) == (2, 1)
    # the period starts on a Sunday, so its first day belongs to the week before
    assert [week.interval.n if week.interval else 0 for week in found.weeks[-3:]] == [
        1,
        2,
        1,
    ]


def test_a_figure_of_nothing_is_nothing_not_zero() -> None:
    found = figure([], key="ease", measure=Measure.SHARE, better=Better.UP, period=WEEK)

    assert found.now is None
    assert (found.n, found.hits, found.is_enough) == (0, 0, False)
    assert found.change == Change.TOO_FEW
    assert bar(found) is None
    assert trend(found) is None


def test_the_difference_of_two_shares_is_newcombes() -> None:
    # 56 of 70 against 48 of 80: the first example of Newcombe (1998), method 10
    found = difference(now=part(56, 70), before=part(48, 80))

    assert round(found.value, 4) == 0.2
    assert ends(found) == (0.0524, 0.3339)


@pytest.mark.parametrize(
    ("now", "before", "better", "said"),
    [
        (part(56, 70), part(48, 80), Better.UP, Change.BETTER),
        (part(56, 70), part(48, 80), Better.DOWN, Change.WORSE),
        (part(48, 80), part(56, 70), Better.UP, Change.WORSE),
        (part(56, 70), part(48, 80), Better.NEITHER, Change.HIGHER),
        (part(48, 80), part(56, 70), Better.NEITHER, Change.LOWER),
        (part(9, 10), part(7, 10), Better.UP, Change.UNCLEAR),
        (part(4, 4), part(0, 80), Better.UP, Change.TOO_FEW),
        (part(80, 80), part(0, 4), Better.UP, Change.TOO_FEW),
        (part(5, 5), None, Better.UP, Change.TOO_FEW),
    ],
)
def test_a_change_is_claimed_only_where_the_numbers_hold(
    now: Interval, before: Interval | None, better: Better, said: Change
) -> None:
    assert change(now=now, before=before, better=better) == said


@given(now=HITS, before=HITS)
def test_turning_the_comparison_round_turns_the_verdict_round(
    now: list[bool], before: list[bool]
) -> None:
    a, b = part(sum(now), len(now)), part(sum(before), len(before))
    turned = {Change.BETTER: Change.WORSE, Change.WORSE: Change.BETTER}
    forth = change(now=a, before=b, better=Better.UP)

    assert change(now=b, before=a, better=Better.UP) == turned.get(forth, forth)
    assert change(now=a, before=a, better=Better.UP) == Change.UNCLEAR


@given(now=HITS, before=HITS)
def test_the_difference_lies_in_its_interval_and_the_interval_in_possible_ones(
    now: list[bool], before: list[bool]
) -> None:
    found = difference(
        now=part(sum(now), len(now)), before=part(sum(before), len(before))
    )

    assert -1 <= found.low <= found.value <= found.high <= 1


def test_clauses_are_ranked_by_their_exceptions_and_clean_ones_left_out() -> None:
    decisions = [
        ("returns", "R2", True),
        ("returns", "R2", False),
        ("returns", "R1", True),
        ("returns", "R1", True),
        ("warranty", "W1", False),
        ("", "", True),
    ]

    assert by_clause(decisions) == (
        Clause(policy="returns", rule="R1", exceptions=2, share=part(2, 2)),
        Clause(policy="", rule="", exceptions=1, share=part(1, 1)),
        Clause(policy="returns", rule="R2", exceptions=1, share=part(1, 2)),
    )


def test_the_bar_of_a_share_runs_from_none_to_all() -> None:
    found = figure(
        samples([1] * 8 + [0] * 2),
        key="promises_kept",
        measure=Measure.SHARE,
        better=Better.UP,
        period=WEEK,
    )

    drawn = bar(found)

    assert drawn is not None
    # 6 + 308 * 0.8, 6 + 308 * 0.4902
    assert (drawn.value, drawn.low, drawn.width) == ("252.4", "157.0", "139.6")
    assert (drawn.before, drawn.top) == ("", 1.0)


@given(
    st.lists(st.tuples(st.integers(0, 80), st.floats(0, 1e6)), min_size=1, max_size=80),
    st.sampled_from(Measure),
)
def test_every_point_of_a_picture_lies_in_its_frame(
    given_values: list[tuple[int, float]], measure: Measure
) -> None:
    found = figure(
        [Sample(SATURDAY - timedelta(days=day, hours=1), v) for day, v in given_values],
        key="any",
        measure=measure,
        better=Better.UP,
        period=WEEK,
    )

    drawn, weeks = bar(found), trend(found)

    if drawn is not None:
        assert 6 <= float(drawn.low) <= float(drawn.low) + float(drawn.width) <= 314.2
        assert 6 <= float(drawn.value) <= 314
    for point in weeks.points if weeks else ():
        assert 8 <= float(point.x) <= 312
        assert 8 <= float(point.high) <= float(point.y) <= float(point.low) <= 64


def test_a_week_without_numbers_breaks_the_line_instead_of_bridging_it() -> None:
    mondays = [week.start for week in WEEK.weeks]
    known = [Sample(mondays[place], 1.0) for place in (0, 1, 3, 4, 6)]

    drawn = trend(
        figure(known, key="ease", measure=Measure.SHARE, better=Better.UP, period=WEEK)
    )

    assert drawn is not None
    assert len(drawn.points) == 5
    assert [len(line.split()) for line in drawn.lines] == [2, 2]
