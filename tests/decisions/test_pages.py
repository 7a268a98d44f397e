"""The pages of the room: what a form does, and what a refused one shows again."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evenhand.cases.models import Issue
from evenhand.decisions import queries
from evenhand.decisions.models import Approval, Decision, Finding
from evenhand.kernel.money import Money
from tests import given, given_decisions
from tests.decisions.refusing import (
    MORE,
    an_issue,
    an_other_issue,
    asked,
    everybody_is_there,
    nothing_changed,
    queries_of,
    signed_in,
)
from tests.given_decisions import small_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def where(issue: Issue) -> str:
    return f"/cases/{issue.case.ref}/#issue-{issue.pk}"


def test_findings_are_recorded_and_the_case_is_shown_again() -> None:
    given_decisions.published(small_page())
    issue = given_decisions.a_small_issue()

    response = signed_in("mei").post(
        f"/issues/{issue.pk}/findings/",
        {
            "fact-broken": "yes",
            "status-broken": "claimed",
            "fact-seal": "",
            "source": "on the phone",
        },
    )

    assert (response.status_code, response["Location"]) == (303, where(issue))
    finding = Finding.objects.get()
    assert (finding.fact, finding.value, finding.status) == ("broken", True, "claimed")
    assert (finding.source, finding.member) == ("on the phone", given.the("mei"))


def test_saving_the_sheet_confirms_nothing_that_was_left_as_it_is() -> None:
    issue = an_issue()
    sheet = queries.fact_sheet(issue, at=given.MONDAY)
    as_shown = {fact.field: fact.entered for fact in sheet.facts}

    with nothing_changed():
        response = signed_in("mei").post(f"/issues/{issue.pk}/findings/", as_shown)

    assert response.status_code == 303


def test_a_claim_can_be_verified_without_changing_it() -> None:
    issue = an_issue()

    signed_in("noi").post(
        f"/issues/{issue.pk}/findings/",
        {"fact-price": "129.00", "status-price": "verified"},
    )

    price = queries.fact_sheet(issue, at=given.MONDAY).fact("price")
    assert price is not None
    assert (price.value, price.status, price.source) == (
        12_900,
        "verified",
        "Noi Prasert",
    )


def test_a_wrong_value_is_shown_again_with_what_would_be_right() -> None:
    issue = an_issue()

    with nothing_changed():
        response = signed_in("mei").post(
            f"/issues/{issue.pk}/findings/",
            {"fact-price": "cheap", "fact-broken": "no", "source": "a guess"},
        )

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="cheap"' in page
    assert 'value="a guess"' in page
    assert "Write an amount such as 20.00." in page


def test_one_click_grants_what_is_within_the_limit() -> None:
    issue = an_issue()
    options = queries.advice(issue, member=given.the("mei"), at=given.MONDAY).options

    response = signed_in("mei").post(
        f"/issues/{issue.pk}/grant/",
        {
            "option": "entitlement",
            "goodwill": "20.00",
            "seen": [option.seen for option in options],
        },
    )

    assert (response.status_code, response["Location"]) == (303, where(issue))
    decision = Decision.objects.get()
    assert decision.amount == Money.of("149.00", "EUR")
    assert decision.goodwill == Money.of("20.00", "EUR")


def test_above_the_limit_the_page_leads_to_asking_with_what_was_typed() -> None:
    issue = an_issue()

    with nothing_changed():
        response = signed_in("mei").post(
            f"/issues/{issue.pk}/grant/", {"option": "entitlement", "goodwill": "50.01"}
        )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Goodwill of €50.01 is above what you may still give" in page
    assert "It needs the level: approver." in page
    assert f'action="/issues/{issue.pk}/approval/"' in page
    assert 'value="50.01"' in page
    assert 'name="option" value="entitlement"' in page


@pytest.mark.parametrize("goodwill", ["twenty", "-1", "0.001"])
def test_goodwill_that_is_no_amount_is_refused(goodwill: str) -> None:
    issue = an_issue()

    with nothing_changed():
        response = signed_in("mei").post(
            f"/issues/{issue.pk}/grant/",
            {"option": "entitlement", "goodwill": goodwill},
        )

    assert response.status_code == 422
    assert f'value="{goodwill}"' in response.content.decode()


def test_an_answer_that_changed_is_not_granted_from_an_old_page() -> None:
    issue = an_issue()

    with nothing_changed():
        response = signed_in("mei").post(
            f"/issues/{issue.pk}/grant/", {"option": "entitlement", "seen": "0123"}
        )

    assert response.status_code == 422
    assert "The answer has changed since this page was shown." in (
        response.content.decode()
    )


def test_asking_and_granting_go_through_the_pages() -> None:
    issue = an_issue()

    asking = signed_in("mei").post(
        f"/issues/{issue.pk}/approval/",
        {"option": "entitlement", "goodwill": "50.01", "why": "She waited."},
    )
    approval = Approval.objects.get()
    listed = signed_in("oscar").get("/approvals/").content.decode()
    answering = signed_in("oscar").post(
        f"/approvals/{approval.pk}/answer/", {"granted": "yes", "reason": "Fair."}
    )

    assert (asking.status_code, asking["Location"]) == (303, where(issue))
    assert "She waited." in listed
    assert "€179.01" in listed
    assert (answering.status_code, answering["Location"]) == (303, "/approvals/")
    decision = Decision.objects.get()
    assert decision.goodwill == MORE
    assert decision.granted_by == given.the("oscar")


def test_a_request_without_a_reason_is_shown_again() -> None:
    issue = an_issue()

    with nothing_changed():
        response = signed_in("mei").post(
            f"/issues/{issue.pk}/approval/",
            {"option": "entitlement", "goodwill": "50.01", "why": ""},
        )

    assert response.status_code == 422
    assert 'value="50.01"' in response.content.decode()


def test_an_answer_without_a_reason_is_shown_again() -> None:
    approval = asked(an_issue())

    with nothing_changed():
        response = signed_in("oscar").post(
            f"/approvals/{approval.pk}/answer/", {"granted": "yes", "reason": ""}
        )

    assert response.status_code == 422
    assert "This field is required." in response.content.decode()


def test_a_request_that_is_not_ones_to_answer_is_not_there() -> None:
    approval = asked(an_issue())

    with nothing_changed():
        for person in ("mei", "noi", "sam"):
            response = signed_in(person).post(
                f"/approvals/{approval.pk}/answer/", {"granted": "yes", "reason": "so"}
            )
            assert response.status_code == 404


def test_a_request_answered_before_says_so() -> None:
    approval = asked(an_issue())
    data = {"granted": "no", "reason": "The law is enough."}
    signed_in("oscar").post(f"/approvals/{approval.pk}/answer/", data)

    with nothing_changed():
        response = signed_in("marta").post(f"/approvals/{approval.pk}/answer/", data)

    assert response.status_code == 422
    assert "Somebody has answered this already." in response.content.decode()


def test_who_asked_sees_the_answer() -> None:
    approval = asked(an_issue())
    signed_in("oscar").post(
        f"/approvals/{approval.pk}/answer/",
        {"granted": "no", "reason": "The law is enough."},
    )

    page = signed_in("mei").get("/approvals/").content.decode()

    assert "The law is enough." in page
    assert "Waiting for you" not in page


def test_an_exception_is_made_with_verdict_worth_and_reason() -> None:
    issue = an_issue()

    response = signed_in("mei").post(
        f"/issues/{issue.pk}/exception/",
        {
            "option": "exception",
            "verdict": "upheld",
            "title": "Money back and a voucher",
            "amount": "149.00",
            "say": "You get a voucher too.",
            "reason": "She waited three weeks.",
        },
    )

    assert (response.status_code, response["Location"]) == (303, where(issue))
    decision = Decision.objects.get()
    assert decision.is_exception
    assert decision.say == {"en": "You get a voucher too."}
    assert decision.goodwill == Money.of("20.00", "EUR")


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("100.00", "The law gives the customer more than this."),
        ("", "Say what it is worth to the customer"),
        ("500.00", "It needs the level: manager."),
    ],
)
def test_an_exception_that_may_not_be_is_shown_again(amount: str, said: str) -> None:
    issue = an_issue()

    with nothing_changed():
        response = signed_in("mei").post(
            f"/issues/{issue.pk}/exception/",
            {
                "verdict": "upheld",
                "title": "Something else",
                "amount": amount,
                "reason": "She asked twice.",
            },
        )

    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "Something else" in page
    assert "She asked twice." in page
    assert f'formaction="/issues/{issue.pk}/approval/"' in page


def test_an_exception_is_asked_for_with_the_same_form() -> None:
    issue = an_issue()

    response = signed_in("mei").post(
        f"/issues/{issue.pk}/approval/",
        {
            "option": "exception",
            "verdict": "upheld",
            "title": "Twice the price",
            "amount": "258.00",
            "reason": "Her wedding was the day after.",
        },
    )

    approval = Approval.objects.get()
    assert response.status_code == 303
    assert approval.proposed.is_exception
    assert approval.level == "approver"
    assert approval.why == "Her wedding was the day after."


@pytest.mark.parametrize("verb", ["findings", "grant", "approval", "exception"])
def test_an_issue_of_another_team_is_not_there(verb: str) -> None:
    issue = an_issue()

    with nothing_changed():
        response = signed_in("sam").post(f"/issues/{issue.pk}/{verb}/", {})

    assert response.status_code == 404


def test_the_approvals_take_as_many_queries_for_three_as_for_one() -> None:
    first = an_issue()
    asked(first)
    oscar = signed_in("oscar")

    one = queries_of(oscar, "/approvals/")
    for _ in range(2):
        asked(an_other_issue(first))

    assert queries_of(oscar, "/approvals/") == one


def test_the_panels_take_as_many_queries_for_three_issues_as_for_one() -> None:
    first = an_issue()
    mei = given.the("mei")

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.panels(first.case, member=mei, at=given.MONDAY)
        return len(captured)

    one = count()
    asked(an_other_issue(first))
    given_decisions.another_issue(first.case, policy="")

    assert count() == one
    # one of them asks what is merged into the case
    assert one <= 11
