"""Decisions, promises and surveys of cases that became one."""

from __future__ import annotations

import pytest

from evenhand.cases import actions as cases
from evenhand.cases.actions import CaseClosed
from evenhand.cases.models import Issue
from evenhand.channels.models import Outgoing
from evenhand.decisions import actions, queries
from evenhand.decisions.models import Decision
from evenhand.kernel.money import Money
from evenhand.ledger.models import Entry
from evenhand.promises import actions as promising
from evenhand.promises import queries as promises
from tests import given, given_decisions
from tests.decisions.refusing import an_issue, everybody_is_there, nothing_changed
from tests.given_merges import LATER, an_answer, merged, parted
from tests.given_promises import DUE, a_promise
from tests.given_surveys import CLOSED_AT, closed_case, read_the_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def two_points() -> tuple[Issue, Issue]:
    """One point in a case each, of two customers, which the same page speaks about."""
    first, second = an_issue(), given_decisions.a_small_issue()
    given_decisions.found(second, given.the("mei"), broken=True)
    return first, second


def test_points_of_both_are_decided_from_the_living_case() -> None:
    first, second = two_points()
    merged(second.case, into=first.case)
    mei = given.the("mei")
    first.case.refresh_from_db()

    actions.grant(issue=second, option="entitlement", by=mei, at=LATER)

    panels = queries.panels(first.case, member=mei, at=LATER)
    assert [panel.issue for panel in panels] == [first, second]
    assert [panel.decision is not None for panel in panels] == [False, True]
    assert Decision.objects.get().issue == second


def test_goodwill_of_both_is_one_sum_while_they_are_one() -> None:
    first, second = two_points()
    mei, thirty = given.the("mei"), Money.of("30.00", "EUR")
    actions.grant(
        issue=first, option="entitlement", goodwill=thirty, by=mei, at=given.MONDAY
    )
    merge = merged(second.case, into=first.case)

    with nothing_changed(), pytest.raises(actions.BeyondLimit):
        actions.grant(
            issue=second, option="entitlement", goodwill=thirty, by=mei, at=LATER
        )

    parted(merge, at=LATER)
    actions.grant(issue=second, option="entitlement", goodwill=thirty, by=mei, at=LATER)
    assert queries.goodwill_given(second.case, currency="EUR") == thirty


def test_a_point_of_a_merged_case_is_closed_with_the_living_one() -> None:
    first, second = two_points()
    mei = given.the("mei")
    merged(second.case, into=first.case)
    cases.close_case(case=first.case, by=mei, at=LATER)

    with nothing_changed(), pytest.raises(CaseClosed):
        actions.grant(issue=second, option="entitlement", by=mei, at=LATER)


def test_promises_of_both_are_kept_and_admitted_from_the_living_case() -> None:
    first, second = given.a_case(), given.a_case()
    promise = a_promise(second)
    merge = merged(second, into=first)
    mei = given.the("mei")
    late = DUE + given.minutes(1)
    first.refresh_from_db()

    promising.break_promise(promise=promise, reason="Sold out", by=mei, at=late)
    assert promises.unadmitted(first) == [promise]
    answer = an_answer(first, at=late)
    promising.admit(promise=promise, message=answer, by=mei, at=late)

    assert promises.unadmitted(first) == []
    assert promises.of_case(first) == [promise]
    parted(merge, at=late)
    second.refresh_from_db()
    assert promises.of_case(second) == [promise]


def test_a_promise_is_not_made_in_a_case_that_is_merged() -> None:
    first, second = given.a_case(), given.a_case()
    merged(second, into=first)

    with nothing_changed(), pytest.raises(cases.CaseMerged):
        a_promise(second)


def test_a_closing_from_before_the_merge_asks_nobody_any_more() -> None:
    closed, living = closed_case(), given.a_case()
    merged(closed, into=living, at=CLOSED_AT)

    read_the_ledger()

    assert not Outgoing.objects.exists()
    skipped = Entry.objects.get(kind="survey.skipped")
    assert (skipped.subject, skipped.data) == (
        closed.as_matter,
        {"reason": "merged"},
    )
