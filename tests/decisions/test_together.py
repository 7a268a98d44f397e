"""Two at once: one wins, the other is told; limits are never passed by racing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from evenhand.cases.models import Issue
from evenhand.decisions import actions, queries
from evenhand.decisions.models import Approval, Decision
from evenhand.kernel.money import Money
from evenhand.ledger.models import Entry
from tests import given
from tests.decisions.refusing import (
    an_issue,
    an_other_issue,
    asked,
    at_once,
    everybody_is_there,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def test_of_two_answers_to_one_request_one_wins() -> None:
    approval = asked(an_issue())

    def answer(person: str, *, granted: bool) -> Callable[[], object]:
        member = given.the(person)
        return lambda: actions.answer_approval(
            approval=approval,
            granted=granted,
            reason="As I see it.",
            by=member,
            at=given.MONDAY + timedelta(minutes=5),
        )

    came = at_once(answer("oscar", granted=True), answer("marta", granted=False))

    approval.refresh_from_db()
    assert came == {"done": 1, "AlreadyAnswered": 1}
    assert Decision.objects.count() == (approval.state == "granted")
    answers = ("approval.granted", "approval.refused")
    assert Entry.objects.filter(kind__in=answers).count() == 1


def test_two_requests_for_one_issue_leave_one_waiting() -> None:
    issue = an_issue()

    came = at_once(lambda: asked(issue), lambda: asked(issue, by="noi"))

    assert came == {"done": 1, "ApprovalWaiting": 1}
    assert Approval.objects.filter(state="waiting").count() == 1


def test_two_grants_of_one_issue_leave_one_live_decision() -> None:
    issue = an_issue()

    def grant(person: str) -> Callable[[], object]:
        member = given.the(person)
        return lambda: actions.grant(
            issue=issue, option="entitlement", by=member, at=given.MONDAY
        )

    came = at_once(grant("mei"), grant("noi"))

    assert came == {"done": 2}
    assert Decision.objects.count() == 1


def test_two_issues_decided_at_once_stay_within_one_limit_of_goodwill() -> None:
    first = an_issue()
    second = an_other_issue(first)
    mei = given.the("mei")
    thirty = Money.of("30.00", "EUR")

    def grant(issue: Issue) -> Callable[[], object]:
        return lambda: actions.grant(
            issue=issue,
            option="entitlement",
            goodwill=thirty,
            by=mei,
            at=given.MONDAY,
        )

    came = at_once(grant(first), grant(second))

    assert came == {"done": 1, "BeyondLimit": 1}
    assert queries.goodwill_given(first.case, currency="EUR") == thirty
