"""What the case page tells of an answer: version, rows, and what would give more."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from evenhand.decisions import queries
from evenhand.decisions.explained import Telling, Way
from evenhand.policy import Page, decide
from tests import given, given_decisions
from tests.policy.writing import a_page, a_table, rules

RETURNS = a_page(
    a_table(
        "Facts",
        "| fact | type | domain | fixed | label | ask |",
        "| days | whole number | 0..400 | x | Days | |",
        "| receipt | yes/no? | | | Receipt | Is there a receipt? |",
        "| reason | one of | faulty, other | | Reason | Why? |",
    ),
    rules(
        "id | when | give | amount",
        "law | reason faulty | refund | 50.00",
        "shop | days <= 30; receipt yes | refund | 40.00",
        "half | receipt no; days <= 30 | credit | 20.00",
        "late | | deny |",
    ),
)


def ways(page: Page, **facts: object) -> tuple[Way, ...]:
    return tuple(Telling(page, decide(page, facts), "EUR").ways())


def test_what_is_missing_may_still_be_shown_and_what_is_fixed_may_not() -> None:
    told = ways(RETURNS, days=20, receipt=False, reason="other")

    assert [(one.text, one.open, one.hindsight) for one in told] == [
        (
            "If Receipt were yes and not no: Give refund, Amount €40.00 (shop).",
            True,
            False,
        ),
        (
            "If Reason were faulty and not other: Give refund, Amount €50.00 (law).",
            False,
            False,
        ),
    ]
    assert [one.asks for one in told] == [{"en": "Is there a receipt?"}, {}]


def test_a_day_too_late_is_told_in_hindsight() -> None:
    told = ways(RETURNS, days=45, receipt=True, reason="other")

    assert told[-1] == Way(
        "It cannot be changed now, but if Days were 30 and not 45:"
        " Give refund, Amount €40.00 (shop).",
        open=False,
        hindsight=True,
    )


def test_who_gets_all_there_is_and_who_is_still_asked_is_told_no_way() -> None:
    assert ways(RETURNS, days=20, receipt=True, reason="faulty") == ()
    assert ways(RETURNS, days=20, reason="other") == ()


@pytest.mark.parametrize(
    ("language", "row"),
    [("en", "law: Reason is other, not faulty"), ("ja", "law：Reasonはotherで")],
)
def test_rows_are_told_in_the_language_of_the_page_that_is_shown(
    language: str, row: str
) -> None:
    facts = {"days": 45, "receipt": True, "reason": "other"}

    with override(language):
        told = Telling(RETURNS, decide(RETURNS, facts), "EUR").passed()

    assert told[0].startswith(row)


@pytest.mark.django_db
def test_the_advice_on_an_issue_tells_which_version_answers() -> None:
    mei = given.the("mei")
    issue = given_decisions.a_dress()
    given_decisions.marks_on_the_dress(issue, mei)

    advice = queries.advice(issue, member=mei, at=given.MONDAY)

    assert advice.page is not None
    assert advice.page.version in advice.window
    assert advice.ways != ()
    assert all(one.text.endswith(".") for one in advice.ways)
