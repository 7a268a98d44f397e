"""What may not be granted: nothing is decided, nothing written, nothing sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evenhand.cases import actions as cases
from evenhand.cases.queries import NoSuchCase
from evenhand.decisions import actions, queries
from evenhand.decisions.models import Decision
from evenhand.decisions.rules.words import Verdict
from evenhand.decisions.subjects import live_decisions
from evenhand.kernel.money import CurrencyMismatch, Money
from evenhand.ledger.models import Entry
from tests import given, given_decisions
from tests.decisions.refusing import (
    MORE,
    an_issue,
    answered,
    asked,
    everybody_is_there,
    more,
    nothing_changed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def test_goodwill_over_the_members_limit_names_the_level_needed() -> None:
    issue = an_issue()

    with nothing_changed(), pytest.raises(actions.BeyondLimit) as beyond:
        actions.grant(
            issue=issue,
            option="entitlement",
            goodwill=MORE,
            by=given.the("mei"),
            at=given.MONDAY,
        )

    assert beyond.value.level == "approver"


def test_a_row_reserved_for_the_manager_is_not_the_agents() -> None:
    issue = an_issue(level="manager")

    with nothing_changed(), pytest.raises(actions.BeyondLimit) as beyond:
        actions.grant(
            issue=issue, option="entitlement", by=given.the("mei"), at=given.MONDAY
        )

    assert beyond.value.level == "manager"


def test_a_refund_by_law_is_one_click_for_an_agent_however_dear() -> None:
    issue = an_issue(price="99999.00")

    decision = actions.grant(
        issue=issue, option="entitlement", by=given.the("mei"), at=given.MONDAY
    )

    assert decision.amount == Money.of("99999.00", "EUR")
    assert decision.level_needed == "agent"


def test_a_refund_by_our_policy_alone_above_the_limit_is_not() -> None:
    issue = an_issue(basis="policy", level="", price="50.01")

    with nothing_changed(), pytest.raises(actions.BeyondLimit):
        actions.grant(
            issue=issue, option="entitlement", by=given.the("mei"), at=given.MONDAY
        )


def test_the_case_of_another_team_is_not_there() -> None:
    issue = an_issue()
    sam = given.the("sam")
    waiting = asked(issue)

    with nothing_changed():
        with pytest.raises(NoSuchCase):
            actions.grant(issue=issue, option="entitlement", by=sam, at=given.MONDAY)
        with pytest.raises(NoSuchCase):
            given_decisions.found(issue, sam, broken=False)
        with pytest.raises(NoSuchCase):
            actions.make_exception(
                issue=issue, otherwise=more(), reason="so", by=sam, at=given.MONDAY
            )
        with pytest.raises(queries.NoSuchApproval):
            answered(waiting, "sam")


def test_goodwill_is_summed_over_the_issues_of_a_case() -> None:
    first = an_issue()
    second = given_decisions.another_issue(first.case)
    mei = given.the("mei")
    given_decisions.found(second, mei, broken=True)
    thirty, twenty = Money.of("30.00", "EUR"), Money.of("20.00", "EUR")
    actions.grant(
        issue=first, option="entitlement", goodwill=thirty, by=mei, at=given.MONDAY
    )

    with nothing_changed(), pytest.raises(actions.BeyondLimit):
        actions.grant(
            issue=second,
            option="entitlement",
            goodwill=twenty + Money(1),
            by=mei,
            at=given.MONDAY,
        )
    actions.grant(
        issue=second, option="entitlement", goodwill=twenty, by=mei, at=given.MONDAY
    )

    assert queries.goodwill_given(first.case, currency="EUR") == Money.of("50", "EUR")


def test_goodwill_that_a_later_decision_took_back_is_free_again() -> None:
    issue = an_issue()
    mei = given.the("mei")
    fifty = Money.of("50.00", "EUR")
    actions.grant(
        issue=issue, option="entitlement", goodwill=fifty, by=mei, at=given.MONDAY
    )
    actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)
    second = given_decisions.another_issue(issue.case)
    given_decisions.found(second, mei, broken=True)

    decision = actions.grant(
        issue=second, option="entitlement", goodwill=fifty, by=mei, at=given.MONDAY
    )

    assert decision.goodwill == fifty


def test_a_second_click_is_the_same_decision() -> None:
    issue = an_issue()
    mei = given.the("mei")
    first = actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)

    with nothing_changed():
        second = actions.grant(
            issue=issue,
            option="entitlement",
            by=mei,
            at=given.MONDAY + timedelta(seconds=1),
        )

    assert second == first


def test_a_new_decision_supersedes_the_old_which_stays_in_the_history() -> None:
    issue = an_issue()
    mei = given.the("mei")
    old = actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)
    later = given.MONDAY + timedelta(hours=1)
    given_decisions.found(issue, mei, broken=False, seal="torn", at=later)

    new = actions.grant(issue=issue, option="entitlement", by=mei, at=later)

    assert live_decisions(issue.case) == {issue.pk: new}
    assert set(Decision.objects.filter(issue=issue)) == {old, new}
    old.refresh_from_db()
    assert old.superseded_at == later
    assert (old.verdict, new.verdict) == ("upheld", "not_upheld")


def test_an_answer_that_changed_since_it_was_seen_is_not_granted() -> None:
    issue = an_issue()
    mei = given.the("mei")
    seen = [o.seen for o in queries.advice(issue, member=mei, at=given.MONDAY).options]
    given_decisions.found(issue, mei, broken=False, seal="torn")

    with nothing_changed(), pytest.raises(actions.AnswerChanged):
        actions.grant(
            issue=issue, option="entitlement", seen=seen, by=mei, at=given.MONDAY
        )


def test_a_fact_that_does_not_matter_leaves_the_answer_as_seen() -> None:
    issue = an_issue()
    mei = given.the("mei")
    seen = [o.seen for o in queries.advice(issue, member=mei, at=given.MONDAY).options]
    given_decisions.found(issue, mei, seal="whole")

    decision = actions.grant(
        issue=issue, option="entitlement", seen=seen, by=mei, at=given.MONDAY
    )

    assert decision.facts["seal"] == "whole"


def test_while_a_fact_is_missing_nothing_is_granted() -> None:
    given_decisions.published(given_decisions.small_page())
    issue = given_decisions.a_small_issue()

    with nothing_changed(), pytest.raises(actions.NothingToGrant):
        actions.grant(
            issue=issue, option="entitlement", by=given.the("mei"), at=given.MONDAY
        )


def test_what_the_page_does_not_offer_is_not_granted() -> None:
    issue = an_issue()

    with nothing_changed(), pytest.raises(actions.NothingToGrant):
        actions.grant(
            issue=issue, option="offer:gold", by=given.the("mei"), at=given.MONDAY
        )


def test_goodwill_below_nothing_or_in_another_currency_is_refused() -> None:
    issue = an_issue()
    mei = given.the("mei")

    with nothing_changed():
        with pytest.raises(actions.NothingToGrant):
            actions.grant(
                issue=issue,
                option="entitlement",
                goodwill=Money(-1),
                by=mei,
                at=given.MONDAY,
            )
        with pytest.raises(CurrencyMismatch):
            actions.grant(
                issue=issue,
                option="entitlement",
                goodwill=Money(1, "THB"),
                by=mei,
                at=given.MONDAY,
            )


def test_on_a_closed_case_nothing_is_decided() -> None:
    issue = an_issue()
    mei = given.the("mei")
    cases.close_case(case=issue.case, by=mei, at=given.MONDAY)

    with nothing_changed():
        with pytest.raises(cases.CaseClosed):
            actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)
        with pytest.raises(cases.CaseClosed):
            actions.make_exception(
                issue=issue, otherwise=more(), reason="so", by=mei, at=given.MONDAY
            )


def test_an_exception_without_a_reason_is_refused() -> None:
    issue = an_issue()

    with nothing_changed(), pytest.raises(actions.ReasonNeeded):
        actions.make_exception(
            issue=issue,
            otherwise=more(),
            reason="  ",
            by=given.the("mei"),
            at=given.MONDAY,
        )


def test_an_exception_over_the_limit_is_refused() -> None:
    issue = an_issue()

    with nothing_changed(), pytest.raises(actions.BeyondLimit) as beyond:
        actions.make_exception(
            issue=issue,
            otherwise=more("179.01"),
            reason="she was patient",
            by=given.the("mei"),
            at=given.MONDAY,
        )

    assert beyond.value.level == "approver"


@pytest.mark.parametrize("person", ["mei", "oscar", "marta", "ada"])
def test_nobody_at_any_level_goes_below_the_law(person: str) -> None:
    issue = an_issue()

    with nothing_changed(), pytest.raises(actions.BelowTheLaw):
        actions.make_exception(
            issue=issue,
            otherwise=more("128.99", Verdict.UPHELD),
            reason="we do not want to",
            by=given.the(person),
            at=given.MONDAY,
        )


def test_an_exception_within_the_limit_carries_name_reason_and_rule() -> None:
    issue = an_issue()
    mei = given.the("mei")

    decision = actions.make_exception(
        issue=issue,
        otherwise=more("179.00"),
        reason="she waited three weeks",
        by=mei,
        at=given.MONDAY,
    )

    assert decision.is_exception
    assert decision.exception_reason == "she waited three weeks"
    assert (decision.decided_by, decision.granted_by) == (mei, mei)
    assert decision.goodwill == Money.of("50.00", "EUR")
    assert decision.rule == "S-1"
    assert Entry.objects.filter(kind="decision.exception").count() == 1


def test_an_issue_that_no_page_speaks_about_is_decided_for_a_reason() -> None:
    case = given.a_case()
    issue = given.an_issue(case, title="The queue at the till")
    mei = given.the("mei")

    with nothing_changed(), pytest.raises(actions.NothingToGrant):
        actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)
    decision = actions.make_exception(
        issue=issue,
        otherwise=more("5.00", Verdict.PARTLY_UPHELD),
        reason="One till was closed; a coffee is right.",
        by=mei,
        at=given.MONDAY,
    )

    assert decision.version is None
    assert decision.goodwill == Money.of("5.00", "EUR")
    assert queries.recompute(decision).same
