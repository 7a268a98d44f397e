from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.decisions.rules.limits import (
    Authority,
    Grant,
    goodwill_used,
    highest,
    level_needed,
    stated_level,
    who_may_grant,
)
from evenhand.decisions.rules.words import Basis
from evenhand.kernel.money import Money
from evenhand.staff.rules import LEVELS, RANK, Role

LIMITS: dict[str, Money] = {
    Role.AGENT: Money(5_000),
    Role.APPROVER: Money(20_000),
    Role.MANAGER: Money(200_000),
}
NOTHING = Money(0)
money = st.integers(0, 500_000).map(Money)
stated = st.sampled_from(["", *LEVELS])
bases = st.sampled_from(list(Basis))
roles = st.sampled_from(list(Role))


def authority(role: str, *, used: Money = NOTHING) -> Authority:
    level = Role.MANAGER if role == Role.ADMIN else Role(role)
    return Authority(role=role, limit=LIMITS[level], limits=LIMITS, used=used)


@pytest.mark.parametrize("amount", [0, 12_900, 99_999_999])
def test_what_the_law_gives_needs_no_limit_however_much_it_is(amount: int) -> None:
    grant = Grant(Basis.LAW, Money(amount), NOTHING)

    assert level_needed(grant, limits=LIMITS, used=NOTHING) == Role.AGENT
    assert who_may_grant(grant, authority=authority(Role.AGENT))


@pytest.mark.parametrize(
    ("amount", "level"),
    [(5_000, "agent"), (5_001, "approver"), (20_001, "manager"), (999_999, "manager")],
)
def test_what_only_the_policy_gives_needs_the_level_that_covers_it(
    amount: int, level: str
) -> None:
    grant = Grant(Basis.POLICY, Money(amount), NOTHING)

    assert level_needed(grant, limits=LIMITS, used=NOTHING) == level


def test_a_level_that_the_page_states_goes_before_the_amount() -> None:
    grant = Grant(Basis.POLICY, Money(100_000), NOTHING, stated="agent")

    assert level_needed(grant, limits=LIMITS, used=NOTHING) == Role.AGENT


def test_the_law_can_still_be_reserved_for_a_level_by_the_page() -> None:
    grant = Grant(Basis.LAW, Money(100), NOTHING, stated="manager")

    assert not who_may_grant(grant, authority=authority(Role.APPROVER))
    assert who_may_grant(grant, authority=authority(Role.ADMIN))


def test_goodwill_is_judged_by_all_that_the_case_has_had() -> None:
    grant = Grant(Basis.LAW, Money(10_235), Money(2_000))

    assert level_needed(grant, limits=LIMITS, used=Money(3_000)) == Role.AGENT
    assert level_needed(grant, limits=LIMITS, used=Money(3_001)) == Role.APPROVER
    assert who_may_grant(grant, authority=authority(Role.AGENT, used=Money(3_000)))
    assert not who_may_grant(grant, authority=authority(Role.AGENT, used=Money(3_001)))


def test_beyond_his_own_limit_a_manager_needs_a_second_one() -> None:
    grant = Grant(Basis.GOODWILL, Money(200_001), Money(200_001))

    assert level_needed(grant, limits=LIMITS, used=NOTHING) == Role.MANAGER
    assert not who_may_grant(grant, authority=authority(Role.MANAGER))


def test_without_any_limit_no_goodwill_is_ones_own() -> None:
    bare = Authority(role=Role.MANAGER, limit=NOTHING, limits={}, used=NOTHING)

    assert not who_may_grant(Grant(Basis.LAW, Money(1), Money(1)), authority=bare)
    assert who_may_grant(Grant(Basis.LAW, Money(1), NOTHING), authority=bare)


def test_a_level_that_nobody_holds_is_a_managers() -> None:
    assert stated_level("team lead") == Role.MANAGER
    assert stated_level("", "approver", "agent") == Role.APPROVER
    assert stated_level("", "") == ""
    assert highest(()) == Role.AGENT


def test_goodwill_of_another_currency_does_not_count() -> None:
    given_ = [Money(500, "EUR"), Money(900, "THB"), Money(250, "EUR")]

    assert goodwill_used(given_, currency="EUR") == Money(750, "EUR")


def test_what_is_left_of_a_limit_is_never_below_zero() -> None:
    assert authority(Role.AGENT, used=Money(1_500)).left == Money(3_500)
    assert authority(Role.AGENT, used=Money(9_999)).left == NOTHING


@given(amount=money, used=money, role=roles, page=stated)
def test_by_law_neither_amount_nor_goodwill_used_ever_matters(
    amount: Money, used: Money, role: Role, page: str
) -> None:
    grant = Grant(Basis.LAW, amount, NOTHING, stated=page)
    nothing = Grant(Basis.LAW, None, NOTHING, stated=page)

    assert level_needed(grant, limits=LIMITS, used=used) == (page or Role.AGENT)
    assert who_may_grant(grant, authority=authority(role, used=used)) == who_may_grant(
        nothing, authority=authority(role)
    )


@given(amount=money, goodwill=money, more=money, used=money, basis=bases, page=stated)
def test_more_goodwill_never_needs_a_lower_level(
    amount: Money, goodwill: Money, more: Money, used: Money, basis: Basis, page: str
) -> None:
    less = Grant(basis, amount + goodwill, goodwill, page)
    greater = Grant(basis, amount + goodwill + more, goodwill + more, page)

    one = level_needed(less, limits=LIMITS, used=used)
    other = level_needed(greater, limits=LIMITS, used=used)

    assert RANK[one] <= RANK[other]


@given(amount=money, goodwill=money, used=money, basis=bases, page=stated, role=roles)
def test_who_grants_alone_is_never_over_his_limit_of_goodwill(
    amount: Money, goodwill: Money, used: Money, basis: Basis, page: str, role: Role
) -> None:
    grant = Grant(basis, amount + goodwill, goodwill, page)
    own = authority(role, used=used)

    if who_may_grant(grant, authority=own):
        needed = level_needed(grant, limits=LIMITS, used=used)

        assert RANK[role] >= RANK[needed]
        assert not goodwill or used + goodwill <= own.limit
