"""Cells that decide nothing, and values that fall between two rows."""

from __future__ import annotations

import pytest

from evenhand.policy.proof.findings import Finding, Kind
from tests.policy.proving import check, of_kind
from tests.policy.writing import a_page, a_table, facts

DAYS = facts("days | whole number | 0..365", "worn | yes/no |")


def entitlement(*rows: str, hit: str = "first") -> str:
    return a_table(
        f"Table: entitlement ({hit})",
        "| id | when | give |",
        *(f"| {r} |" for r in rows),
    )


def found(*sections: str, kind: Kind) -> list[Finding]:
    return of_kind(check(a_page(*sections)), kind)


@pytest.mark.parametrize(
    ("fact", "cell", "kind"),
    [
        ("days | whole number | 0..365", "days >= 0", Kind.ALWAYS_TRUE),
        ("days | whole number | 0..365", "days not((400..500])", Kind.ALWAYS_TRUE),
        ("days | whole number | 0..365", "days > 365", Kind.NEVER_TRUE),
        ("share | number | 0..1", "share <= 1", Kind.ALWAYS_TRUE),
        ("share | number | 0..1", "share > 1", Kind.NEVER_TRUE),
        ("why | one of | a, b", "why a, b", Kind.ALWAYS_TRUE),
        ("why | one of | a, b", "why not(a, b)", Kind.NEVER_TRUE),
        ("due | date | 2026-01-01..", "due >= 2026-01-01", Kind.ALWAYS_TRUE),
        ("wait | duration | 0 seconds..", "wait < 0 seconds", Kind.NEVER_TRUE),
        ("price | money | 0..", "price >= 0.00", Kind.ALWAYS_TRUE),
        ("told | yes/no |", "told yes, no", Kind.ALWAYS_TRUE),
    ],
)
def test_a_cell_that_always_or_never_holds_is_found(
    fact: str, cell: str, kind: Kind
) -> None:
    findings = found(
        facts(fact), entitlement(f"a | {cell} | x", "rest | | y"), kind=kind
    )

    assert [(one.row, one.cell) for one in findings] == [("a", cell)]


@pytest.mark.parametrize(
    "cell", ["days not(null)", "days < 365", "days > 0", "worn yes"]
)
def test_a_cell_that_decides_something_is_not_told(cell: str) -> None:
    optional = facts("days | whole number? | 0..365", "worn | yes/no |")
    report = check(a_page(optional, entitlement(f"a | {cell} | x", "rest | | y")))

    assert {finding.kind for finding in report.findings} <= {Kind.UNUSED}


def test_a_derived_fact_is_judged_by_what_it_follows_from() -> None:
    always = found(
        facts("amount | whole number | 0.."),
        a_table(
            "Derived",
            "| name | type | from | label |",
            "| fee_band | yes/no | amount >= 5000 or amount < 10000 | >= 5000, < 10000 |",
        ),
        entitlement("a | fee_band yes | x", "rest | | y"),
        kind=Kind.ALWAYS_TRUE,
    )

    (told,) = always
    assert told.what == (
        "The condition fee_band yes (>= 5000, < 10000) in row a of table entitlement"
        " always holds: fee_band follows from amount >= 5000 or amount < 10000."
    )


def test_one_boundary_value_that_falls_through_is_a_sliver() -> None:
    slivers = found(
        DAYS,
        entitlement(
            "fresh | days < 30 | refund",
            "late | days (30..60] | store_credit",
            "rest | | deny",
        ),
        kind=Kind.SLIVER,
    )

    assert [(s.row, s.others, s.facts) for s in slivers] == [
        ("rest", ("fresh", "late"), {"days": 30})
    ]
    assert slivers[0].proposal == (
        "Let one of the two take it in: days <= 30 in fresh, or >= 30 in late."
    )


def test_a_sliver_of_a_derived_fact_is_found_through_its_sources() -> None:
    slivers = found(
        facts("from_on | date |", "to_on | date |"),
        a_table(
            "Derived",
            "| name | type | from |",
            "| days | whole number | days(to_on - from_on) |",
        ),
        entitlement("a | days <= 14 | x", "b | days >= 16 | y", "rest | | z"),
        kind=Kind.SLIVER,
    )

    (sliver,) = slivers
    given = sliver.facts
    assert (given["to_on"] - given["from_on"]).days == 15  # type: ignore[operator]  # both are dates


@pytest.mark.parametrize(
    "rows",
    [
        ("a | days < 30 | x", "b | days > 30 | y", "on | days 30 | z"),
        ("a | days < 30 | x", "b | days > 30 | x", "rest | | x"),
        ("a | days < 30; worn yes | x", "b | days > 30; worn no | y", "rest | | z"),
        ("a | days < 30 | x", "b | days > 35 | y", "rest | | z"),
    ],
)
def test_a_boundary_that_is_meant_is_no_sliver(rows: tuple[str, ...]) -> None:
    assert found(DAYS, entitlement(*rows), kind=Kind.SLIVER) == []
