"""Which way a decision left its page, counted by row, week and person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.insight.rules.drift import (
    Made,
    PersonDrift,
    Side,
    Sum,
    Way,
    Ways,
    drift,
    people_of,
    sums_of,
    way,
    ways_of,
)
from evenhand.insight.rules.drift_pictures import BAR, FLOOR, bar, columns, spark
from evenhand.insight.rules.periods import Period

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PERIOD = Period.latest(days=30, zone=ZoneInfo("UTC"), at=NOW)
REFUND, NOTHING = Side(10_000, 3), Side(None, 0)


def made(
    desk: Side = REFUND,
    *,
    paper: Side | None = REFUND,
    rule: str = "law",
    person: int = 1,
    days: int = 1,
    exception: bool = True,
    reason: str = "",
    currency: str = "EUR",
) -> Made:
    return Made(
        at=NOW - timedelta(days=days),
        policy="returns",
        rule=rule,
        person=person,
        name=f"Person {person}",
        is_exception=exception,
        currency=currency,
        paper=paper,
        desk=desk,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("paper", "desk", "expected"),
    [
        (REFUND, Side(12_000, 3), Way.MORE),
        (REFUND, Side(8_000, 3), Way.LESS),
        (NOTHING, REFUND, Way.MORE),
        (REFUND, NOTHING, Way.LESS),
        # no money on either side: the verdict tells
        (NOTHING, Side(None, 2), Way.MORE),
        (Side(None, 3), Side(None, 2), Way.LESS),
        # the same money is another thing: a new dress for a refund
        (REFUND, REFUND, Way.OTHER),
        (None, REFUND, Way.OTHER),
        # money goes before the verdict
        (Side(10_000, 3), Side(12_000, 2), Way.MORE),
    ],
)
def test_an_exception_goes_one_way(
    paper: Side | None, desk: Side, expected: Way
) -> None:
    assert way(made(desk, paper=paper)) is expected


def test_what_the_page_itself_offers_follows_the_page() -> None:
    assert way(made(Side(5_000, 3), exception=False)) is Way.FOLLOWED
    assert way(made(Side(12_000, 3), exception=False)) is Way.FOLLOWED


def test_money_of_exceptions_and_money_on_top_are_kept_apart_by_currency() -> None:
    found = sums_of(
        [
            made(Side(12_000, 3)),
            made(Side(7_000, 3)),
            made(Side(12_000, 3), exception=False),
            made(Side(9_000, 3), exception=False),
            made(Side(500, 3), paper=NOTHING, currency="JPY"),
            made(currency="THB"),
        ]
    )

    assert found == (Sum("EUR", -1_000, 2_000), Sum("JPY", 500, 0))


def test_rows_stand_by_how_often_they_were_left_and_unused_ones_apart() -> None:
    found = drift(
        [
            made(exception=False, rule="open"),
            made(exception=False, rule="open"),
            made(Side(0, 0), rule="law"),
            made(rule=""),
        ],
        period=PERIOD,
        rows={"returns": ("law", "open", "late"), "service": ("a",)},
    )

    returns, service = found.pages
    assert [(row.rule, row.ways) for row in returns.rows] == [
        ("", Ways(other=1)),
        ("law", Ways(less=1)),
        ("open", Ways(followed=2)),
    ]
    assert returns.never_hit == ("late",)
    assert (service.rows, service.never_hit) == ((), ("a",))


def test_a_row_that_nobody_follows_is_told_once_there_are_enough() -> None:
    four = [made(Side(12_000, 3)) for _ in range(4)]

    def told(decisions: list[Made]) -> bool:
        found = drift(decisions, period=PERIOD, rows={})
        return found.pages[0].rows[0].nobody_follows

    assert not told(four)
    assert told([*four, made(Side(12_000, 3))])
    assert not told([*four, made(exception=False)])


def test_the_latest_reasons_come_first_and_each_once() -> None:
    found = drift(
        [
            made(reason="Our fault", days=3),
            made(reason="Her birthday", days=1),
            made(reason="Our fault", days=2),
            made(reason="", days=1),
        ],
        period=PERIOD,
        rows={},
    )

    assert found.pages[0].rows[0].reasons == ("Her birthday", "Our fault")


def test_weeks_reach_back_beyond_the_period_rows_do_not() -> None:
    found = drift([made(days=45), made(days=1)], period=PERIOD, rows={})

    assert found.ways == Ways(other=1)
    assert sum(ways.n for _week, ways in found.weeks) == 2
    assert sum(week.n for week in found.pages[0].rows[0].weeks) == 2


def test_people_with_few_decisions_stand_together_without_a_name() -> None:
    many = [made(person=1) for _ in range(5)]
    few = [made(person=2), made(person=3, exception=False)]

    named, together = people_of([*few, *many], period=PERIOD)

    assert (named.name, named.ways, named.weeks[-1]) == (
        "Person 1",
        Ways(other=5),
        Ways(other=5),
    )
    assert together == PersonDrift("", Ways(followed=1, other=1), people=2)


def test_whoever_decided_only_before_the_days_is_not_listed() -> None:
    assert people_of([made(days=45)], period=PERIOD) == ()


def test_weeks_in_small_stand_on_their_floor_and_empty_ones_are_left_out() -> None:
    stalks = spark([Ways(), Ways(followed=3, more=1), Ways(followed=2)])

    assert [(s.x, s.top, s.height) for s in stalks] == [
        ("32.0", "0.0", "20.0"),
        ("64.0", "10.0", "10.0"),
    ]
    assert [(s.otherwise_top, s.otherwise_height) for s in stalks] == [
        ("15.0", "5.0"),
        ("20.0", "0.0"),
    ]
    assert spark([Ways()]) == ()


SIDES = st.builds(Side, st.none() | st.integers(0, 10**9), st.integers(0, 3))
MADE = st.builds(
    made,
    SIDES,
    paper=st.none() | SIDES,
    rule=st.sampled_from(["", "law", "open"]),
    person=st.integers(1, 4),
    days=st.integers(1, 29),
    exception=st.booleans(),
)


@given(st.lists(MADE, max_size=40))
def test_every_decision_is_counted_once_everywhere(decisions: list[Made]) -> None:
    found = drift(decisions, period=PERIOD, rows={})

    rows = [row for page in found.pages for row in page.rows]
    assert found.ways.n == len(decisions)
    assert sum(row.ways.n for row in rows) == len(decisions)
    assert sum(person.ways.n for person in found.people) == len(decisions)
    assert sum(row.ways.otherwise for row in rows) == sum(
        one.is_exception for one in decisions
    )


@given(st.lists(MADE, min_size=1, max_size=30))
def test_pieces_of_a_bar_fill_it_and_those_of_weeks_stand_on_the_floor(
    decisions: list[Made],
) -> None:
    pieces = bar(ways_of(decisions))
    found = columns(drift(decisions, period=PERIOD, rows={}).weeks)

    assert sum(float(one.length) for one in pieces) == pytest.approx(BAR, abs=0.3)
    assert found is not None
    for column in found.columns:
        height = sum(float(one.length) for one in column.pieces)
        top = min((float(one.at) for one in column.pieces), default=FLOOR)
        assert top + height == pytest.approx(FLOOR, abs=0.4)


def test_weeks_without_a_decision_draw_nothing() -> None:
    assert columns(drift([], period=PERIOD, rows={}).weeks) is None
