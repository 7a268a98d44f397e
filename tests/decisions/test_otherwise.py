from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.decisions.rules.limits import Authority
from evenhand.decisions.rules.options import Option, options_of
from evenhand.decisions.rules.otherwise import (
    BelowTheLaw,
    Otherwise,
    WorthNeeded,
    exception_of,
)
from evenhand.decisions.rules.words import Verdict
from evenhand.kernel.money import Money
from evenhand.policy.decision import Decision, Status
from evenhand.staff.rules import Role

LIMITS: dict[str, Money] = {Role.AGENT: Money(5_000), Role.APPROVER: Money(20_000)}
AGENT = Authority(Role.AGENT, Money(5_000), LIMITS, Money(0))
verdicts = st.sampled_from(list(Verdict))


def an_entitlement(
    *, basis: str = "law", amount: int = 8_235, verdict: str = "partly_upheld"
) -> Option:
    outcome = {"verdict": verdict, "give": "refund", "amount": amount, "basis": basis}
    answer = Decision("returns", "1", "abc", Status.HIT, "R", outcome)
    return options_of(answer, authority=AGENT)[0]


def an_exception(
    amount: int | None,
    verdict: Verdict = Verdict.UPHELD,
    *,
    entitlement: Option | None = None,
) -> Option:
    otherwise = Otherwise(
        verdict=verdict,
        title="More than the page says",
        amount=None if amount is None else Money(amount),
    )
    return exception_of(otherwise, entitlement=entitlement, authority=AGENT)


def test_only_what_is_above_the_entitlement_is_goodwill() -> None:
    option = an_exception(13_235, entitlement=an_entitlement())

    assert option.amount == Money(13_235)
    assert option.goodwill == Money(5_000)
    assert (option.level, option.within) == (Role.AGENT, True)


def test_one_minor_unit_more_needs_the_next_level() -> None:
    option = an_exception(13_236, entitlement=an_entitlement())

    assert (option.level, option.within) == (Role.APPROVER, False)


def test_without_an_answer_of_the_page_all_of_it_is_goodwill() -> None:
    option = an_exception(5_001)

    assert option.goodwill == Money(5_001)
    assert (option.level, option.within) == (Role.APPROVER, False)


@pytest.mark.parametrize(
    ("amount", "verdict"),
    [
        (8_234, Verdict.UPHELD),
        (8_235, Verdict.NOT_UPHELD),
        (None, Verdict.NOT_UPHELD),
        (None, Verdict.OUT_OF_SCOPE),
        (8_234, Verdict.REDRESS_ALREADY_OFFERED),
    ],
)
def test_nobody_gives_less_than_the_law(amount: int | None, verdict: Verdict) -> None:
    with pytest.raises(BelowTheLaw):
        an_exception(amount, verdict, entitlement=an_entitlement())


def test_less_than_our_own_policy_needs_a_manager() -> None:
    option = an_exception(5_000, entitlement=an_entitlement(basis="policy"))

    assert (option.level, option.within) == (Role.MANAGER, False)
    assert option.goodwill == Money(0)


def test_a_customer_may_give_the_point_up() -> None:
    option = an_exception(None, Verdict.WITHDRAWN, entitlement=an_entitlement())

    assert option.verdict is Verdict.WITHDRAWN
    assert option.within


def test_what_is_given_has_a_worth_said() -> None:
    with pytest.raises(WorthNeeded):
        an_exception(None, Verdict.UPHELD)

    assert an_exception(0, Verdict.UPHELD).within


def test_an_exception_never_needs_less_than_the_pages_own_answer() -> None:
    reserved = options_of(
        Decision(
            "returns",
            "1",
            "abc",
            Status.HIT,
            "R",
            {"verdict": "upheld", "amount": 100, "basis": "law", "grant": "manager"},
        ),
        authority=AGENT,
    )[0]

    option = an_exception(101, entitlement=reserved)

    assert (option.level, option.within) == (Role.MANAGER, False)


@given(amount=st.integers(0, 30_000), due=st.integers(0, 10_000), verdict=verdicts)
def test_whatever_is_tried_the_customer_keeps_what_the_law_gives(
    amount: int, due: int, verdict: Verdict
) -> None:
    entitlement = an_entitlement(amount=due, verdict="upheld")
    try:
        option = an_exception(amount, verdict, entitlement=entitlement)
    except BelowTheLaw:
        assert amount < due or verdict is not Verdict.UPHELD
    else:
        assert option.goodwill == Money(max(0, amount - due))
        assert verdict is Verdict.WITHDRAWN or amount >= due
