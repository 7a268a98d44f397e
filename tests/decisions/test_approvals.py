"""Asking for what is above one's limit, and answering it."""

from __future__ import annotations

import pytest

from evenhand.decisions import actions, queries
from evenhand.decisions.models import Decision
from evenhand.kernel.money import Money
from evenhand.ledger.models import Entry
from tests import given, given_decisions
from tests.decisions.refusing import (
    MORE,
    an_issue,
    an_other_issue,
    answered,
    asked,
    asked_by_manager,
    everybody_is_there,
    more,
    nothing_changed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def test_a_granted_request_decides_in_the_approvers_name() -> None:
    issue = an_issue()
    approval = asked(issue)

    decision = answered(approval, "oscar")

    assert decision is not None
    assert decision.amount == Money.of("179.01", "EUR")
    assert decision.goodwill == MORE
    assert decision.decided_by == given.the("mei")
    assert decision.granted_by == given.the("oscar")
    assert decision.approval == approval
    approval.refresh_from_db()
    assert approval.state == "granted"
    assert approval.answer == "Agreed."
    kinds = Entry.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["approval.asked", "approval.granted", "decision.made"]


def test_a_refused_request_decides_nothing() -> None:
    issue = an_issue()
    approval = asked(issue)

    decision = answered(approval, "oscar", granted=False, reason="The law is enough.")

    approval.refresh_from_db()
    assert decision is None
    assert (approval.state, approval.answer) == ("refused", "The law is enough.")
    assert not Decision.objects.exists()
    assert Entry.objects.order_by("pk").last().kind == "approval.refused"  # type: ignore[union-attr]  # there are entries


@pytest.mark.parametrize("granted", [True, False])
def test_nobody_answers_his_own_request(*, granted: bool) -> None:
    issue = an_issue()
    approval = asked(issue, goodwill=Money.of("200.01", "EUR"), by="oscar")
    beyond = asked_by_manager(an_other_issue(issue))

    with nothing_changed():
        with pytest.raises(queries.NoSuchApproval):
            answered(approval, "oscar", granted=granted)
        with pytest.raises(actions.OwnRequest):
            answered(beyond, "marta", granted=granted)


def test_an_agent_or_too_low_a_level_finds_no_request() -> None:
    issue = an_issue()
    approval = asked(issue, goodwill=Money.of("200.01", "EUR"))

    with nothing_changed():
        for person in ("noi", "oscar", "sam"):
            with pytest.raises(queries.NoSuchApproval):
                answered(approval, person)

    assert queries.approvals_for(given.the("noi")) == []
    assert queries.approvals_for(given.the("oscar")) == []
    assert queries.approvals_for(given.the("marta")) == [approval]


def test_a_second_manager_answers_what_is_beyond_a_managers_own_limit() -> None:
    issue = an_issue()
    approval = asked_by_manager(issue)

    decision = answered(approval, "ada")

    assert decision is not None
    assert decision.goodwill == Money.of("2000.01", "EUR")
    assert decision.granted_by == given.the("ada")


@pytest.mark.parametrize("granted", [True, False])
def test_an_answer_needs_a_reason(*, granted: bool) -> None:
    approval = asked(an_issue())

    with nothing_changed(), pytest.raises(actions.ReasonNeeded):
        answered(approval, "oscar", granted=granted, reason=" ")


@pytest.mark.parametrize("first", [True, False])
def test_a_request_is_answered_once(*, first: bool) -> None:
    approval = asked(an_issue())
    answered(approval, "oscar", granted=first)

    with nothing_changed(), pytest.raises(actions.AlreadyAnswered):
        answered(approval, "marta", granted=not first)


def test_one_request_waits_for_an_issue() -> None:
    issue = an_issue()
    asked(issue)

    with nothing_changed(), pytest.raises(actions.ApprovalWaiting):
        asked(issue, by="noi")


def test_what_is_within_the_limit_is_not_asked_for() -> None:
    issue = an_issue()

    with nothing_changed(), pytest.raises(actions.NoApprovalNeeded):
        asked(issue, goodwill=Money.of("50.00", "EUR"))


def test_a_request_needs_a_reason() -> None:
    issue = an_issue()

    with nothing_changed(), pytest.raises(actions.ReasonNeeded):
        actions.ask_approval(
            issue=issue,
            option="entitlement",
            goodwill=MORE,
            why="",
            by=given.the("mei"),
            at=given.MONDAY,
        )


def test_a_decision_made_otherwise_withdraws_the_request() -> None:
    issue = an_issue()
    approval = asked(issue)

    actions.grant(
        issue=issue, option="entitlement", by=given.the("noi"), at=given.MONDAY
    )

    approval.refresh_from_db()
    assert (approval.state, approval.answered_by) == ("withdrawn", given.the("noi"))
    assert Entry.objects.filter(kind="approval.withdrawn").count() == 1
    with nothing_changed(), pytest.raises(actions.AlreadyAnswered):
        answered(approval, "oscar")


def test_a_request_whose_facts_lead_elsewhere_now_goes_on_waiting() -> None:
    issue = an_issue()
    approval = asked(issue)
    given_decisions.found(issue, given.the("mei"), broken=False, seal="torn")

    with nothing_changed(), pytest.raises(actions.AnswerChanged):
        answered(approval, "oscar")

    assert answered(approval, "oscar", granted=False) is None


def test_goodwill_given_meanwhile_can_lift_a_request_above_the_approver() -> None:
    issue = an_issue()
    other = an_other_issue(issue)
    approval = asked(issue, goodwill=Money.of("190.00", "EUR"))
    actions.grant(
        issue=other,
        option="entitlement",
        goodwill=Money.of("10.01", "EUR"),
        by=given.the("mei"),
        at=given.MONDAY,
    )

    with nothing_changed(), pytest.raises(actions.BeyondLimit) as beyond:
        answered(approval, "oscar")

    assert beyond.value.level == "manager"


def test_an_exception_above_the_limit_is_asked_for_and_granted_as_such() -> None:
    issue = an_issue()
    approval = actions.ask_approval(
        issue=issue,
        option="exception",
        otherwise=more("200.00"),
        why="Her wedding was the day after.",
        by=given.the("mei"),
        at=given.MONDAY,
    )

    decision = answered(approval, "oscar")

    assert decision is not None
    assert decision.is_exception
    assert decision.amount == Money.of("200.00", "EUR")
    assert decision.goodwill == Money.of("71.00", "EUR")
    assert decision.exception_reason == "Her wedding was the day after."
    assert decision.granted_by == given.the("oscar")
