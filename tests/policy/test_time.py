"""Durations in facts, cells and outcomes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evenhand.policy import decide
from evenhand.policy.errors import FactError
from tests.policy.writing import a_page, a_table, facts, first_fault, rules

FACTS = facts("wait | duration | 0 hours..30 days", "limit | duration? |")


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (7200, "short"),
        (7200.0, "short"),
        (timedelta(hours=2), "short"),
        ("PT2H", "short"),
        ("PT2H1S", "long"),
        ("P1D", "long"),
        ("P1DT4H", "exact"),
        (100_800, "exact"),
        ("P4W", "none"),
        (timedelta(days=3), "none"),
    ],
)
def test_a_duration_is_given_in_seconds_as_timedelta_or_as_iso_text(
    given: object, rule: str
) -> None:
    page = a_page(
        FACTS,
        rules(
            "id | wait | give",
            "short | <= 2 hours | a",
            "exact | 1 day 4 hours, 29 hours | b",
            "long | (2 hours..1 day 12 hours] | c",
            "none | | d",
        ),
    )

    assert decide(page, {"wait": given}).rule == rule


@pytest.mark.parametrize(
    "given",
    ["2 hours", "P1M", "PT", "P", "", True, 1.5, timedelta(milliseconds=1), "P31D", -1],
)
def test_what_is_no_duration_within_the_domain_is_refused(given: object) -> None:
    page = a_page(FACTS, rules("id | give", "a | x"))

    with pytest.raises(FactError) as caught:
        decide(page, {"wait": given})

    assert caught.value.right == (
        "it must be duration in whole seconds, or text such as PT72H, "
        "0 seconds..30 days"
    )


def test_a_duration_is_compared_with_another() -> None:
    page = a_page(
        FACTS, rules("id | wait | give", "a | <= limit | x", "b | [limit..9 days] | y")
    )

    assert decide(page, {"wait": 60, "limit": 60}).rule == "a"
    assert decide(page, {"wait": 61, "limit": 60}).rule == "b"


@pytest.mark.parametrize(
    ("cell", "column", "what"),
    [
        ("<= 2", 10, "“2” is not a duration"),
        ("2 lightyears", 7, "“2” is not a duration"),
        ("4 hours 1 day", 15, "the larger unit comes first"),
        ("1 hour 2 hours", 14, "the larger unit comes first"),
        ("1.5 hours", 7, "“1.5” is not a whole number"),
        ("[2 days..1 day]", 7, "the range is empty"),
        (
            "> 1 day, < 2 days",
            7,
            "a comma means or: two inequalities in one cell are a trap",
        ),
    ],
)
def test_a_duration_that_cannot_be_read_is_refused_where_it_stands(
    cell: str, column: int, what: str
) -> None:
    fault = first_fault(FACTS, rules("id | wait | give", f"a | {cell} | x"))

    assert (fault.line, fault.column, fault.what) == (19, column, what)


def test_an_outcome_may_be_a_duration() -> None:
    outcomes = a_table("Outcomes", "| outcome | type |", "| answer_in | duration |")
    examples = a_table(
        "Examples",
        "| given | expect | answer_in |",
        "| wait 90 minutes | a | 1 hour 30 minutes |",
    )
    table = rules("id | answer_in", "a | wait")

    page = a_page(FACTS, outcomes, table, examples)

    assert decide(page, {"wait": "PT1H30M"}).outcome == {"answer_in": 5400}


def test_durations_are_totalled() -> None:
    outcomes = a_table("Outcomes", "| outcome | type |", "| more | duration |")
    table = rules(
        "id | when | more",
        "a | wait > 1 hour | 2 days",
        "b | wait > 2 hours | 12 hours",
        name="Table: grace (collect sum)",
    )

    page = a_page(FACTS, outcomes, table)

    assert decide(page, {"wait": "PT3H"}).outcome == {"grace": 216_000}


def test_dates_are_not_totalled() -> None:
    outcomes = a_table("Outcomes", "| outcome | type |", "| by | date |")
    table = rules("id | by", "a | 2026-01-01", name="Table: dues (collect sum)")

    fault = first_fault(FACTS, outcomes, table)

    assert fault.what == "the table dues (collect sum) needs one column of numbers"
