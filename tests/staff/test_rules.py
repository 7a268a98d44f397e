"""Who may grant what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.kernel.money import Money
from evenhand.staff.rules import (
    HOLDERS,
    LEVELS,
    Permission,
    Role,
    level_for,
    may,
    own_limit,
    reaches_level,
)

LIMITS = {"agent": Money(5_000), "approver": Money(20_000), "manager": Money(90_000)}


@pytest.mark.parametrize(
    ("minor", "level"),
    [
        (0, "agent"),
        (5_000, "agent"),
        (5_001, "approver"),
        (20_000, "approver"),
        (20_001, "manager"),
        (1_000_000, "manager"),
    ],
)
def test_the_lowest_level_whose_limit_covers_an_amount_may_grant_it(
    minor: int, level: str
) -> None:
    assert level_for(amount=Money(minor), limits=LIMITS) == level


def test_a_level_without_a_limit_grants_nothing_of_its_own() -> None:
    assert level_for(amount=Money(0), limits={}) == "manager"


@given(st.sampled_from(LEVELS), st.sampled_from(LEVELS))
def test_a_higher_level_grants_all_that_a_lower_one_does(low: Role, high: Role) -> None:
    if LEVELS.index(low) <= LEVELS.index(high):
        assert reaches_level(role=high, level=low)
    else:
        assert not reaches_level(role=high, level=low)


def test_every_permission_has_holders_and_admins_hold_all() -> None:
    assert set(HOLDERS) == set(Permission)
    assert all(may(Role.ADMIN, permission) for permission in Permission)


def test_an_agent_works_on_cases_and_nothing_else() -> None:
    assert [p for p in Permission if may(Role.AGENT, p)] == [Permission.WORK_ON_CASES]


@pytest.mark.parametrize(
    ("role", "minor"),
    [("agent", 5_000), ("approver", 20_000), ("manager", 90_000), ("admin", 90_000)],
)
def test_a_role_grants_up_to_the_highest_limit_that_it_reaches(
    role: str, minor: int
) -> None:
    assert own_limit(role=role, limits=LIMITS, currency="EUR") == Money(minor)


def test_a_role_without_any_limit_grants_nothing() -> None:
    only_manager = {"manager": Money(9_000, "JPY")}

    assert own_limit(role="agent", limits=only_manager, currency="JPY") == Money(
        0, "JPY"
    )
