"""The dress, the phone and the engagement, from the facts to the decisions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from evenhand.cases.models import Case, Issue
from evenhand.decisions import actions, queries
from evenhand.decisions.models import Decision
from evenhand.decisions.rules.options import Option
from evenhand.decisions.rules.words import Basis, FindingStatus, Verdict
from evenhand.decisions.subjects import live_decisions
from evenhand.kernel.money import Money
from evenhand.ledger.queries import of_matter
from evenhand.policy.decision import Status
from tests import given, given_decisions

pytestmark = pytest.mark.django_db
EUR_20 = Money.of("20.00", "EUR")


def kinds(case: Case) -> list[str]:
    return [entry.kind for entry in of_matter(case.as_matter)]


def test_the_dress_is_refunded_less_the_loss_by_law_and_twenty_of_goodwill() -> None:
    given_decisions.limits(agent="20.00", approver="200.00", manager="2000.00")
    mei = given.the("mei")
    issue = given_decisions.a_dress()
    given_decisions.marks_on_the_dress(issue, mei)
    entitlement = queries.advice(issue, member=mei, at=given.MONDAY).entitlement

    decision = actions.grant(
        issue=issue, option="entitlement", goodwill=EUR_20, by=mei, at=given.MONDAY
    )

    assert entitlement is not None
    assert entitlement.amount == Money.of("82.35", "EUR")
    assert entitlement.by == date(2026, 11, 30)
    assert decision.verdict == Verdict.PARTLY_UPHELD
    assert decision.rule == "eu-withdrawal-loss"
    assert decision.basis == Basis.LAW
    assert decision.amount == Money.of("102.35", "EUR")
    assert decision.goodwill == EUR_20
    assert decision.level_needed == "agent"
    assert (decision.decided_by, decision.granted_by) == (mei, mei)
    assert decision.say["en"].endswith("goodwill, €102.35 in all.")
    assert kinds(issue.case)[-1] == "decision.made"


def test_without_goodwill_the_dress_is_refunded_at_82_35_and_no_limit_is_used() -> None:
    mei = given.the("mei")
    issue = given_decisions.a_dress()
    given_decisions.marks_on_the_dress(issue, mei)

    decision = actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)

    assert decision.amount == Money.of("82.35", "EUR")
    assert decision.goodwill == Money(0, "EUR")


def test_the_smaller_deduction_that_the_page_offers_is_the_same_sum() -> None:
    given_decisions.limits(agent="20.00", approver="200.00", manager="2000.00")
    mei = given.the("mei")
    issue = given_decisions.a_dress()
    given_decisions.marks_on_the_dress(issue, mei)

    decision = actions.grant(
        issue=issue, option="offer:smaller-deduction", by=mei, at=given.MONDAY
    )

    assert decision.amount == Money.of("102.35", "EUR")
    assert decision.goodwill == EUR_20
    assert decision.basis == Basis.LAW


def test_never_told_of_the_right_the_customer_gets_everything() -> None:
    mei = given.the("mei")
    issue = given_decisions.a_dress()
    given_decisions.marks_on_the_dress(issue, mei, informed=False)

    decision = actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)

    assert decision.rule == "eu-withdrawal"
    assert decision.amount == Money.of("133.95", "EUR")


def test_the_dress_asks_only_what_can_change_the_answer() -> None:
    issue = given_decisions.a_dress()

    sheet = queries.fact_sheet(issue, at=given.MONDAY)

    asked = {fact.name for fact in sheet.questions}
    assert asked == {"reason", "exempt", "handling", "loss_shown", "informed"}
    delivered = sheet.fact("delivered_on")
    assert delivered is not None
    assert delivered.value == date(2026, 11, 7)
    assert delivered.source == f"Order {issue.case.order.number}"  # type: ignore[union-attr]  # the dress was ordered
    assert delivered.status == FindingStatus.KNOWN


def test_the_phones_port_is_not_upheld_and_waived_labour_is_goodwill() -> None:
    given_decisions.limits(
        agent="120.00", approver="500.00", manager="5000.00", currency="CNY"
    )
    mei = given.the("mei")
    case = given_decisions.a_phone()
    port = given.an_issue(case, title="充电口", policy="warranty")
    given_decisions.what_the_bench_found(
        port,
        mei,
        appeared_on="2026-11-07",
        fault="other",
        cause="user_damage",
        cause_shown=True,
        labour=10_000,
        parts=5_000,
    )

    advice = queries.advice(port, member=mei, at=given.MONDAY)
    decision = actions.grant(issue=port, option="offer:A", by=mei, at=given.MONDAY)

    assert [option.key for option in advice.options] == [
        "entitlement",
        "offer:A",
        "offer:B",
    ]
    assert [duty.code for duty in advice.duties] == ["policy_review"]
    assert advice.options[0].price == Money.of("150.00", "CNY")
    assert decision.rule == "W-03"
    assert decision.verdict == Verdict.NOT_UPHELD
    assert decision.amount is None
    assert decision.goodwill == Money.of("100.00", "CNY")
    assert decision.price == Money.of("50.00", "CNY")
    assert "免¥100.00人工费,只收¥50.00配件费" in decision.say["zh"]


@pytest.mark.parametrize(("cause", "shown"), [("our_repair", True), ("unknown", False)])
def test_the_phones_screen_is_free_by_law_whether_or_not_the_log_is_found(
    cause: str, *, shown: bool
) -> None:
    given_decisions.limits(
        agent="120.00", approver="500.00", manager="5000.00", currency="CNY"
    )
    mei = given.the("mei")
    case = given_decisions.a_phone()
    screen = given.an_issue(case, title="花屏", policy="warranty")
    given_decisions.what_the_bench_found(
        screen,
        mei,
        appeared_on="2026-11-09",
        fault="listed",
        cause=cause,
        cause_shown=shown,
    )

    decision = actions.grant(
        issue=screen, option="entitlement", by=mei, at=given.MONDAY
    )

    assert decision.rule == "cn-after-repair"
    assert decision.verdict == Verdict.UPHELD
    assert decision.basis == Basis.LAW
    assert decision.goodwill == Money(0, "CNY")
    assert decision.price == Money(0, "CNY")
    assert queries.goodwill_given(case, currency="CNY") == Money(0, "CNY")


def test_the_phone_is_three_verdicts_and_no_exception() -> None:
    given_decisions.limits(
        agent="120.00", approver="500.00", manager="5000.00", currency="CNY"
    )
    mei = given.the("mei")
    case = given_decisions.a_phone()
    port = given.an_issue(case, title="充电口", policy="warranty")
    screen = given.an_issue(case, title="花屏", policy="warranty")
    handling = given.an_issue(case, title="先报价后查记录", policy="service")
    given_decisions.what_the_bench_found(
        port,
        mei,
        appeared_on="2026-11-07",
        fault="other",
        cause="user_damage",
        cause_shown=True,
        labour=10_000,
        parts=5_000,
    )
    given_decisions.what_the_bench_found(
        screen,
        mei,
        appeared_on="2026-11-09",
        fault="listed",
        cause="our_repair",
        cause_shown=True,
    )
    given_decisions.found(
        handling, mei, request="handling", finding_confirmed=True, abusive=False
    )
    for issue, option in (
        (port, "offer:A"),
        (screen, "entitlement"),
        (handling, "entitlement"),
    ):
        actions.grant(issue=issue, option=option, by=mei, at=given.MONDAY)

    decided = live_decisions(case).values()

    assert [(d.rule, d.verdict) for d in decided] == [
        ("W-03", "not_upheld"),
        ("cn-after-repair", "upheld"),
        ("handling-confirmed", "upheld"),
    ]
    assert queries.goodwill_given(case, currency="CNY") == Money.of("100.00", "CNY")
    assert "decision.exception" not in kinds(case)
    assert [option.level for option in _loans(screen)] == ["approver"]


def _loans(screen: Issue) -> list[Option]:
    options = queries.advice(screen, member=given.the("mei"), at=given.MONDAY).options
    return [option for option in options if option.key == "offer:loan"]


def test_the_engagement_is_priced_made_good_and_stays_due() -> None:
    given_decisions.limits(agent="20.00", approver="200.00", manager="2000.00")
    sam = given.the("sam")
    case = given_decisions.an_engagement()
    work = given.an_issue(case, title="Third workshop", policy="service")
    minutes = given.an_issue(case, title="Thirty minutes short", policy="service")
    invoice = given.an_issue(case, title="Holding invoice 2", policy="service")
    given_decisions.found(
        work,
        sam,
        request="extra_work",
        in_scope=False,
        extra_days=1.5,
        day_rate=96_000,
        abusive=False,
    )
    given_decisions.found(
        minutes, sam, request="own_shortfall", shortfall_confirmed=True, abusive=False
    )
    given_decisions.found(
        invoice, sam, request="hold_invoice", delivered=True, abusive=False
    )

    order = actions.grant(issue=work, option="offer:A", by=sam, at=given.MONDAY)
    redo = actions.grant(issue=minutes, option="entitlement", by=sam, at=given.MONDAY)
    stays = actions.grant(issue=invoice, option="entitlement", by=sam, at=given.MONDAY)

    assert order.verdict == Verdict.NOT_UPHELD
    assert order.price == Money.of("1440.00", "EUR")
    assert order.goodwill == Money(0, "EUR")
    assert (redo.verdict, redo.give) == (Verdict.UPHELD, "redo")
    assert (stays.verdict, stays.rule) == (Verdict.NOT_UPHELD, "invoice-stands")
    assert len(queries.advice(work, member=sam, at=given.MONDAY).options) == 4


def test_a_colleague_is_heard_before_any_verdict() -> None:
    marta = given.the("marta")
    case = given_decisions.an_engagement()
    issue = given.an_issue(case, title="Your Lin was rude", policy="service")
    given_decisions.found(
        issue, marta, request="staff_conduct", staff_heard=False, abusive=False
    )

    advice = queries.advice(issue, member=marta, at=given.MONDAY)

    assert advice.status == Status.HIT
    assert advice.step is not None
    assert advice.step.give == "hear"
    assert advice.options == ()
    with pytest.raises(actions.NothingToGrant, match="Hear comes first"):
        actions.grant(issue=issue, option="entitlement", by=marta, at=given.MONDAY)
    assert not Decision.objects.exists()


def test_every_decision_recomputes_to_the_same_answer() -> None:
    given_decisions.limits(agent="20.00", approver="200.00", manager="2000.00")
    mei = given.the("mei")
    dress = given_decisions.a_dress()
    given_decisions.marks_on_the_dress(dress, mei)
    actions.grant(issue=dress, option="entitlement", by=mei, at=given.MONDAY)
    actions.make_exception(
        issue=dress,
        otherwise=actions.Otherwise(
            verdict=Verdict.UPHELD, title="A little more", amount=Money(9_000, "EUR")
        ),
        reason="her third order this month went wrong",
        by=mei,
        at=given.MONDAY + timedelta(hours=1),
    )
    handling = given.an_issue(dress.case, title="Slow answer", policy="service")
    given_decisions.a_page("service")
    given_decisions.found(
        handling, mei, request="handling", finding_confirmed=True, abusive=False
    )
    actions.grant(issue=handling, option="entitlement", by=mei, at=given.MONDAY)

    recomputed = [queries.recompute(decision) for decision in Decision.objects.all()]

    assert [one.same for one in recomputed] == [True, True, True]
    assert sorted(one.rule for one in recomputed) == [
        "eu-withdrawal-loss",
        "eu-withdrawal-loss",
        "handling-confirmed",
    ]


def test_a_stored_fact_that_was_tampered_with_shows_when_recomputed() -> None:
    mei = given.the("mei")
    issue = given_decisions.a_dress()
    given_decisions.marks_on_the_dress(issue, mei)
    decision = actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)

    decision.facts["loss"] = 100

    assert not queries.recompute(decision).same
