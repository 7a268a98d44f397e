"""Never and Always: proved for every case, or refuted by one that the page decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.policy.deciding import decide
from evenhand.policy.errors import AlwaysBroken, NeverBroken
from evenhand.policy.loading import read
from evenhand.policy.proof.findings import Kind, Severity
from tests.policy.proving import check, of_kind
from tests.policy.writing import a_page, a_table, facts

ROOT = Path(__file__).resolve().parents[2]
PRICED = facts("days | whole number | 0..365", "price | money | 0.00..1000.00")
SHARED = a_table(
    "Table: entitlement (first)",
    "| id | when | give | amount |",
    "| fresh | days <= 14 | refund | price |",
    "| part | days <= 30 | refund | price * 0.85 |",
    "| late | | deny | |",
)


def never(*rows: str) -> str:
    return a_table("Never", "| id | when | give |", *(f"| {row} |" for row in rows))


def always(*rows: str) -> str:
    return a_table("Always", "| id | when | give |", *(f"| {row} |" for row in rows))


def test_an_invariant_that_holds_is_proved() -> None:
    report = check(
        a_page(
            PRICED,
            SHARED,
            never("all | amount > price |", "law | days <= 14 | deny"),
            always("law | days <= 14 | refund"),
        )
    )

    assert report.clean
    assert report.proved[1:] == (
        "Never all: amount > price.",
        "Never law: days <= 14; give deny.",
        "Always law: give refund whenever days <= 14.",
    )


def test_a_never_that_fails_comes_with_a_case_that_breaks_it() -> None:
    page = a_page(PRICED, SHARED, never("law | days <= 40 | deny"))

    (broken,) = of_kind(check(page), Kind.NEVER_BROKEN)

    assert (broken.row, broken.others, broken.severity) == ("law", ("late",), "fault")
    assert [(told.fact, told.text) for told in broken.case] == [("days", "31 to 40")]
    with pytest.raises(NeverBroken):
        decide(page, broken.facts)


def test_an_always_that_fails_comes_with_a_case_that_breaks_it() -> None:
    page = a_page(PRICED, SHARED, always("law | days <= 31 | refund"))

    (broken,) = of_kind(check(page), Kind.ALWAYS_BROKEN)

    assert (broken.row, broken.facts) == ("law", {"days": 31})
    assert broken.what == (
        "law promises give refund whenever days <= 31. It fails: days 31 goes to row"
        " late."
    )
    with pytest.raises(AlwaysBroken):
        decide(page, broken.facts)


@pytest.mark.parametrize(
    ("rounding", "limit", "kept"),
    [
        ("half_up", "0.85 * price", False),  # 0.85 × 0.02 = 0.017, which rounds to 0.02
        ("floor", "0.85 * price", True),
        ("down", "0.85 * price", True),
        ("ceiling", "0.85 * price + 0.01", True),
        ("half_up", "0.85 * price + 0.01", True),
        ("half_even", "0.85 * price", False),
    ],
)
def test_rounding_of_money_is_exact_in_a_proof(
    rounding: str,
    limit: str,
    kept: bool,  # the expectation
) -> None:
    head = (
        '+++\npolicy = "p"\nversion = "1"\n[money]\ncurrency = "EUR"\n'
        f'rounding = "{rounding}"\n+++\n'
    )
    outcomes = a_table(
        "Outcomes", "| outcome | type |", "| amount | money |", "| more | yes/no |"
    )
    page = a_page(
        PRICED,
        outcomes,
        a_table(
            "Table: entitlement (first)",
            "| id | when | amount |",
            "| part | | price * 0.85 |",
        ),
        a_table(
            "Table: over (first)",
            "| id | when | more |",
            f"| over | | amount > ({limit}) |",
        ),
        a_table("Never", "| id | more |", "| over | yes |"),
        head=head,
    )

    report = check(page)

    assert report.clean is kept


def test_an_invariant_whose_facts_never_come_together_guards_nothing() -> None:
    page = a_page(PRICED, SHARED, never("odd | days < 10; days > 20 | deny"))

    (idle,) = of_kind(check(page), Kind.IDLE_INVARIANT)

    assert (idle.row, idle.severity) == ("odd", Severity.WARNING)


def test_an_optional_fact_left_unknown_may_break_an_invariant() -> None:
    page = a_page(
        facts("told | yes/no? |"),
        a_table(
            "Table: entitlement (first)",
            "| id | when | give |",
            "| untold | told null | deny |",
            "| rest | | refund |",
        ),
        never("deny | told not(yes) | deny", "untold | told null | deny"),
    )

    broken = of_kind(check(page), Kind.NEVER_BROKEN)

    assert [(one.row, one.facts) for one in broken] == [("untold", {})]


def test_a_fact_behind_a_derived_null_may_be_unknown_too() -> None:
    page = a_page(
        facts("sent | date |", "came | date |"),
        a_table(
            "Derived",
            "| name | type | from |",
            "| days | whole number | days(came - sent) |",
        ),
        a_table(
            "Table: entitlement (first)",
            "| id | when | give |",
            "| open | days null | deny |",
            "| rest | | refund |",
        ),
        never("deny | | deny"),
    )

    (broken,) = of_kind(check(page), Kind.NEVER_BROKEN)

    assert len(broken.facts) < 2
    with pytest.raises(NeverBroken):
        decide(page, broken.facts)


def test_weakened_shipped_pages_are_refuted() -> None:
    text = (ROOT / "policies" / "returns.md").read_text("utf-8")
    row = "country EU; bought distance; days <= 14 |"
    assert row in text

    report = check(read(text.replace(row, row.replace("<= 14", "<= 13"))))

    broken = {f.row for f in report.findings if f.kind == Kind.ALWAYS_BROKEN}
    assert "eu-law" in broken


def test_what_only_a_root_would_break_is_not_told_as_proved() -> None:
    page = a_page(
        facts("side | number | 0..10"),
        a_table("Derived", "| name | type | from |", "| area | number | side * side |"),
        a_table("Table: t (first)", "| id | give |", "| a | refund |"),
        never("law | area 2 | refund"),
    )

    report = check(page, sql=False)

    assert not any(told.startswith("Never law") for told in report.proved)
    assert not of_kind(report, Kind.NEVER_BROKEN)
