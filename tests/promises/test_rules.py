from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.promises.rules import (
    Score,
    Standing,
    State,
    due_on,
    may_move,
    score,
    standing,
)

FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BANGKOK = ZoneInfo("Asia/Bangkok")
INSTANTS = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
    max_value=datetime(2027, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
    timezones=st.just(UTC),
)


def stands(
    at: datetime,
    *,
    state: State = State.DUE,
    ended_at: datetime | None = None,
    zone: ZoneInfo = ZoneInfo("UTC"),  # noqa: B008 - immutable
) -> Standing:
    return standing(
        state=state, due_at=FRIDAY_NOON, ended_at=ended_at, zone=zone, at=at
    )


def test_an_open_promise_is_coming_then_due_today_then_late() -> None:
    assert stands(FRIDAY_NOON - timedelta(days=1)) == Standing.COMING
    assert stands(FRIDAY_NOON - timedelta(hours=12)) == Standing.DUE_TODAY
    assert stands(FRIDAY_NOON) == Standing.DUE_TODAY
    assert stands(FRIDAY_NOON + timedelta(microseconds=1)) == Standing.LATE


def test_today_is_the_day_of_the_team_not_of_greenwich() -> None:
    thursday_evening = datetime(2026, 11, 19, 18, 0, tzinfo=UTC)

    assert stands(thursday_evening) == Standing.COMING
    assert stands(thursday_evening, zone=BANGKOK) == Standing.DUE_TODAY


def test_a_promise_kept_after_its_instant_was_kept_late() -> None:
    late = FRIDAY_NOON + timedelta(minutes=1)

    assert stands(late, state=State.KEPT, ended_at=FRIDAY_NOON) == Standing.KEPT
    assert stands(late, state=State.KEPT, ended_at=late) == Standing.KEPT_LATE


@pytest.mark.parametrize("state", [State.MOVED, State.BROKEN, State.RELEASED])
def test_an_ended_promise_stands_as_it_ended_however_late_it_is(state: State) -> None:
    later = FRIDAY_NOON + timedelta(days=30)

    assert stands(later, state=state, ended_at=FRIDAY_NOON).value == state.value


@pytest.mark.parametrize(
    ("state", "ended_after", "expected"),
    [
        (State.DUE, None, Score.NOT_KEPT),
        (State.KEPT, timedelta(0), Score.KEPT),
        (State.KEPT, timedelta(minutes=1), Score.NOT_KEPT),
        (State.BROKEN, timedelta(hours=-1), Score.NOT_KEPT),
        (State.MOVED, timedelta(hours=-1), Score.OUT_OF_COUNT),
        (State.RELEASED, timedelta(0), Score.OUT_OF_COUNT),
        (State.RELEASED, timedelta(minutes=1), Score.NOT_KEPT),
    ],
)
def test_only_what_was_kept_by_its_instant_counts_as_kept(
    state: State, ended_after: timedelta | None, expected: Score
) -> None:
    ended_at = None if ended_after is None else FRIDAY_NOON + ended_after

    counted = score(
        state=state,
        due_at=FRIDAY_NOON,
        ended_at=ended_at,
        at=FRIDAY_NOON + timedelta(days=1),
    )

    assert counted == expected


@given(
    state=st.sampled_from(State),
    due_at=INSTANTS,
    ahead=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=90)),
    ended_at=INSTANTS,
)
def test_a_promise_whose_instant_is_ahead_counts_neither_way(
    state: State, due_at: datetime, ahead: timedelta, ended_at: datetime
) -> None:
    ended = None if state == State.DUE else ended_at

    assert (
        score(state=state, due_at=due_at, ended_at=ended, at=due_at - ahead)
        == Score.OUT_OF_COUNT
    )


@given(due_at=INSTANTS, at=INSTANTS)
def test_what_may_be_moved_is_not_late_and_what_is_late_may_not_be_moved(
    due_at: datetime, at: datetime
) -> None:
    stands_now = standing(
        state=State.DUE, due_at=due_at, ended_at=None, zone=BANGKOK, at=at
    )

    assert may_move(due_at=due_at, at=at) == (stands_now != Standing.LATE)


def test_a_promised_day_holds_until_the_day_is_over_where_the_team_is() -> None:
    friday = date(2026, 11, 20)

    assert due_on(day=friday, zone=BANGKOK) == datetime(
        2026, 11, 20, 16, 59, 59, tzinfo=UTC
    )
    assert due_on(day=friday, zone=BANGKOK, by=time(17, 0)) == datetime(
        2026, 11, 20, 10, 0, tzinfo=UTC
    )
