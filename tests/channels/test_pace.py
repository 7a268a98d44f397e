"""How long a fetcher waits, and when a mailbox is in need: pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.channels.mailboxes import pace
from evenhand.channels.mailboxes.drops import Drops
from evenhand.channels.mailboxes.findings import Fault
from evenhand.channels.mailboxes.health import ALARMING, Signs, Standing, standing

NINE = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
faults = st.sampled_from([str(each) for each in Fault])
jitters = st.floats(0, 1)


def minutes(many: float) -> timedelta:
    return timedelta(minutes=many)


@given(st.integers(1, 10**6), faults, jitters)
def test_a_wait_never_ends_at_once_and_never_lasts_for_hours(
    failures: int, fault: str, jitter: float
) -> None:
    wait = pace.wait_before(failures=failures, fault=fault, jitter=jitter)

    assert pace.FIRST_WAIT <= wait <= pace.LONGEST_SLOW_WAIT * 1.25


@given(st.integers(1, 40), faults, jitters, jitters)
def test_waits_grow_and_jitter_only_stretches_them(
    failures: int, fault: str, one: float, other: float
) -> None:
    bare = pace.wait_before(failures=failures, fault=fault, jitter=0)
    later = pace.wait_before(failures=failures + 1, fault=fault, jitter=0)
    stretched = pace.wait_before(failures=failures, fault=fault, jitter=max(one, other))

    assert bare <= later <= bare * 2
    assert bare <= stretched <= bare * 1.25


def test_a_refused_login_is_tried_seldom_and_a_closed_port_soon() -> None:
    refused = [
        pace.wait_before(failures=n, fault=Fault.LOGIN_REFUSED, jitter=0)
        for n in (1, 2, 3, 6, 20)
    ]
    closed = [
        pace.wait_before(failures=n, fault=Fault.PORT_CLOSED, jitter=0)
        for n in (1, 2, 3, 6, 20)
    ]

    assert refused == [60, 120, 240, 1800, 1800]
    assert closed == [5, 10, 20, 160, 300]


def test_a_line_that_breaks_at_a_mail_is_taken_up_soon_but_not_for_ever() -> None:
    waits = [
        pace.wait_before(failures=n, fault=Fault.HUNG_UP, jitter=0, while_fetching=True)
        for n in (1, 6, 7, 8)
    ]

    assert waits == [1, 1, 300, 300]


@given(st.integers(0, 10**6))
def test_idle_is_renewed_long_before_a_server_ends_it(quiet: int) -> None:
    assert 2 <= pace.idle_for(quiet=quiet) <= 240


def test_a_mail_that_is_withheld_is_asked_for_again_at_last_daily() -> None:
    waits = [pace.stuck_wait(tries=n).total_seconds() for n in (1, 2, 6, 7, 400)]

    assert waits == [60, 300, 86400, 86400, 86400]
    assert [n for n in range(1, 50) if pace.is_to_be_told(tries=n)] == [5]


@given(st.lists(st.sampled_from(["a", "b", "clear"])))
def test_a_mail_is_blamed_only_after_three_breaks_in_a_row(told: list[str]) -> None:
    drops = Drops()
    for each in told:
        drops.clear() if each == "clear" else drops.note(each)

    in_a_row = told[-3:]
    assert drops.blame("a") == (in_a_row == ["a", "a", "a"])


def signs(
    *,
    enabled: bool = True,
    contacted: float | None = 1,
    mail: float | None = 1,
    failing: float | None = None,
    fault: str = "",
    silent_after: int | None = None,
    enabled_for: float = 10_000,
) -> Signs:
    """What is known at nine; each figure says how many minutes ago."""

    def ago(many: float | None) -> datetime | None:
        return None if many is None else NINE - minutes(many)

    return Signs(
        enabled=enabled,
        enabled_at=NINE - minutes(enabled_for),
        contacted_at=ago(contacted),
        mail_at=ago(mail),
        failing_since=ago(failing),
        fault=fault,
        silent_after=silent_after,
    )


@pytest.mark.parametrize(
    ("known", "is_"),
    [
        (signs(), Standing.FINE),
        (signs(enabled=False, failing=99, fault="login_refused"), Standing.PAUSED),
        # what may pass by itself has a quarter of an hour
        (signs(failing=14.9, fault="port_closed"), Standing.TROUBLED),
        (signs(failing=15, fault="port_closed"), Standing.FAILING),
        # what somebody must mend is told at once
        (signs(failing=0, fault="login_refused"), Standing.FAILING),
        (signs(failing=0, fault="a fault of a later version"), Standing.FAILING),
        # nobody looks into it
        (signs(contacted=20), Standing.UNATTENDED),
        (signs(contacted=None, enabled_for=19), Standing.FINE),
        (signs(contacted=None, enabled_for=20), Standing.UNATTENDED),
        # silence counts from the last mail, or since it was connected or resumed
        (signs(mail=59, silent_after=60), Standing.FINE),
        (signs(mail=60, silent_after=60), Standing.SILENT),
        (signs(mail=None, silent_after=60), Standing.SILENT),
        (signs(mail=600, silent_after=60, enabled_for=30), Standing.FINE),
        (signs(mail=99_999, silent_after=None), Standing.FINE),
        # a cause is told before what follows from it
        (
            signs(mail=600, silent_after=60, failing=600, fault="port_closed"),
            Standing.FAILING,
        ),
        (signs(mail=600, silent_after=60, contacted=600), Standing.UNATTENDED),
    ],
)
def test_a_mailbox_stands_as_its_signs_say(known: Signs, is_: Standing) -> None:
    assert standing(known, at=NINE) is is_


@given(
    st.booleans(),
    st.one_of(st.none(), st.integers(0, 10_000)),
    st.one_of(st.none(), st.integers(0, 10_000)),
    faults,
    st.integers(0, 10_000),
)
def test_no_alarm_is_raised_for_what_is_paused_or_was_just_begun(
    enabled: bool,
    contacted: int | None,
    mail: int | None,
    fault: str,
    enabled_for: int,
) -> None:
    known = signs(
        enabled=enabled,
        contacted=contacted,
        mail=mail,
        silent_after=30,
        enabled_for=enabled_for,
        fault=fault,
    )

    if not enabled or enabled_for < 20:
        assert standing(known, at=NINE) not in ALARMING
