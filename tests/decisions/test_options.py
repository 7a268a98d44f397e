from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.decisions.rules.limits import Authority
from evenhand.decisions.rules.options import (
    NoSuchOption,
    Option,
    WrongAmount,
    duties_of,
    is_step,
    option_of,
    options_of,
    spoken,
    with_more_goodwill,
)
from evenhand.decisions.rules.proposals import Proposal
from evenhand.decisions.rules.words import Basis, Verdict
from evenhand.kernel.money import Money
from evenhand.policy.decision import Citation, Decision, Status
from evenhand.staff.rules import Role

LIMITS: dict[str, Money] = {Role.AGENT: Money(2_000), Role.APPROVER: Money(20_000)}
AGENT = Authority(Role.AGENT, Money(2_000), LIMITS, Money(0))
DRESS = {
    "verdict": "partly_upheld",
    "give": "refund",
    "amount": 8_235,
    "basis": "law",
    "grant": "agent",
    "by": date(2026, 6, 24),
}


def an_answer(status: Status = Status.HIT, **outcome: object) -> Decision:
    return Decision(
        policy="returns",
        version="1",
        page_hash="abc",
        status=status,
        rule="eu-loss",
        outcome={**DRESS, **outcome},
        citations=(Citation("entitlement", "eu-loss", "2011/83/EU art. 14(2)"),),
        say={"en": "I refund €82.35.", "th": "คืนเงิน €82.35"},
    )


def options(**outcome: object) -> tuple[Option, ...]:
    return options_of(an_answer(Status.HIT, **outcome), authority=AGENT)


def test_the_entitlement_carries_clause_day_and_amount() -> None:
    option = options()[0]

    assert option.key == "entitlement"
    assert option.title == "Refund"
    assert option.verdict is Verdict.PARTLY_UPHELD
    assert option.basis is Basis.LAW
    assert option.amount == Money(8_235)
    assert option.goodwill == Money(0)
    assert option.by == date(2026, 6, 24)
    assert option.because == "2011/83/EU art. 14(2)"
    assert (option.level, option.within) == (Role.AGENT, True)


@pytest.mark.parametrize("status", [Status.NEEDS_FACT, Status.NO_RULE])
def test_without_a_row_that_decides_there_is_nothing_to_grant(status: Status) -> None:
    assert options_of(an_answer(status), authority=AGENT) == ()


def test_an_offer_counts_only_the_part_beyond_right() -> None:
    row = {"id": "A", "offer": "refund", "amount": 10_235, "goodwill": 2_000}

    offer = options(offers=[row])[1]

    assert offer.key == "offer:A"
    assert offer.amount == Money(10_235)
    assert offer.goodwill == Money(2_000)
    assert offer.basis is Basis.LAW
    assert offer.verdict is Verdict.PARTLY_UPHELD
    assert offer.within


def test_an_offer_that_names_no_right_is_goodwill_as_a_whole() -> None:
    row = {"id": "C", "offer": "store_credit", "amount": 12_900}

    offer = options(offers=[row])[1]

    assert offer.title == "Store credit"
    assert offer.basis is Basis.GOODWILL
    assert offer.goodwill == Money(12_900)
    assert (offer.level, offer.within) == (Role.APPROVER, False)


def test_an_offer_by_law_or_policy_is_no_goodwill() -> None:
    row = {"id": "C", "offer": "credit", "amount": 12_900, "basis": "policy"}

    assert options(offers=[row])[1].goodwill == Money(0)


def test_waived_work_is_goodwill_though_no_money_is_paid() -> None:
    row = {"id": "A", "offer": "parts_only", "charge": 5_000, "goodwill": 1_000}

    offer = options(offers=[row])[1]

    assert offer.amount is None
    assert offer.goodwill == Money(1_000)
    assert offer.price == Money(5_000)
    assert offer.basis is Basis.GOODWILL
    assert offer.within


def test_an_offer_without_money_is_ours_and_not_the_laws() -> None:
    offer = options(offers=[{"id": "B", "offer": "send_back"}])[1]

    assert offer.basis is Basis.POLICY
    assert offer.goodwill == Money(0)


def test_what_the_customer_pays_never_counts_against_a_limit() -> None:
    row = {"id": "A", "offer": "change_order", "charge": 144_000}

    offer = options(offers=[row])[1]

    assert offer.price == Money(144_000)
    assert offer.goodwill == Money(0)
    assert offer.within


def test_the_higher_of_grant_and_authority_is_needed() -> None:
    assert options(grant="agent", level="approver")[0].level == Role.APPROVER
    assert options(grant="manager", level="agent")[0].level == Role.MANAGER


def test_an_entitlement_of_goodwill_counts_as_a_whole() -> None:
    option = options(basis="goodwill")[0]

    assert option.goodwill == Money(8_235)
    assert (option.level, option.within) == (Role.APPROVER, False)


def test_a_row_without_a_verdict_is_upheld_unless_it_denies() -> None:
    assert options(verdict=None)[0].verdict is Verdict.UPHELD
    assert options(verdict=None, give="deny")[0].verdict is Verdict.NOT_UPHELD


@pytest.mark.parametrize("amount", [-1, 10**15 + 1])
def test_a_sum_that_nobody_can_pay_out_is_refused(amount: int) -> None:
    with pytest.raises(WrongAmount):
        options(amount=amount)


def test_an_offer_does_not_free_what_the_page_reserves() -> None:
    row = {"id": "A", "offer": "refund", "amount": 10_235, "goodwill": 2_000}

    offer = options(grant="manager", offers=[{**row, "grant": "agent"}])[1]

    assert (offer.level, offer.within) == (Role.MANAGER, False)


def test_goodwill_above_the_whole_is_refused() -> None:
    with pytest.raises(WrongAmount):
        options(offers=[{"id": "A", "offer": "x", "amount": 100, "goodwill": 101}])


def test_a_step_before_the_verdict_is_told_apart() -> None:
    heard = an_answer()._replace(outcome={"give": "hear"})

    assert is_step(heard)
    assert not is_step(an_answer())
    assert not is_step(an_answer(give="escalate"))


def test_duties_are_told_in_words() -> None:
    row = {"duty": "stop_use_notice", "level": "manager", "because": "clause S-1"}

    duty = duties_of(an_answer(duties=[{"id": "d", **row}]))[0]

    assert (duty.code, duty.title) == ("stop_use_notice", "Stop use notice")
    assert (duty.level, duty.because) == ("manager", "clause S-1")


def test_the_sentence_is_the_one_in_the_customers_language() -> None:
    assert spoken(options(), language="th")[0].say == "คืนเงิน €82.35"
    assert spoken(options(), language="ja")[0].say == "I refund €82.35."


def test_goodwill_on_top_is_added_and_said() -> None:
    option = with_more_goodwill(options()[0], Money(2_000), authority=AGENT)

    assert option.amount == Money(10_235)
    assert option.goodwill == Money(2_000)
    assert option.says["en"] == (
        "I refund €82.35. On top of that I give you €20.00 as a gesture of goodwill,"
        " €102.35 in all."
    )
    assert option.says["th"].endswith("รวมทั้งสิ้น €102.35")


def test_goodwill_on_top_of_nothing_names_no_total() -> None:
    denied = options(amount=None, give="deny", verdict="not_upheld")[0]

    option = with_more_goodwill(denied, Money(500), authority=AGENT)

    assert option.amount == Money(500)
    assert option.says["en"].endswith("I give you €5.00 as a gesture of goodwill.")


def test_an_option_that_is_not_there_is_named() -> None:
    with pytest.raises(NoSuchOption, match="offer:B"):
        option_of(options(), "offer:B")


@pytest.mark.parametrize(
    "changed",
    [{"amount": 8_236}, {"basis": "policy"}, {"give": "store_credit"}, {"charge": 1}],
)
def test_the_token_changes_with_what_is_given(changed: dict[str, object]) -> None:
    assert options()[0].seen == options()[0].seen
    assert options(**changed)[0].seen != options()[0].seen


@given(
    amount=st.integers(0, 10_000),
    more=st.integers(0, 10_000),
    used=st.integers(0, 10_000),
)
def test_goodwill_on_top_never_touches_what_is_due_by_law(
    amount: int, more: int, used: int
) -> None:
    authority = Authority(Role.AGENT, Money(2_000), LIMITS, Money(used))
    plain = options_of(an_answer(amount=amount), authority=authority)[0]

    grown = with_more_goodwill(plain, Money(more), authority=authority)

    assert plain.within
    assert grown.grant.by_right == Money(amount)
    assert grown.goodwill == Money(more)
    assert grown.within == (more == 0 or used + more <= 2_000)


@given(amount=st.integers(0, 10_000), goodwill=st.integers(0, 10_000))
def test_a_proposal_is_kept_as_it_was(amount: int, goodwill: int) -> None:
    option = options(amount=amount)[0]
    option = with_more_goodwill(option, Money(goodwill), authority=AGENT)
    proposal = Proposal.of(option, extra=Money(goodwill))

    assert Proposal.kept(proposal.to_keep()) == proposal
