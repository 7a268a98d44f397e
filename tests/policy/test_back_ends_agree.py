"""The check sets Python against SQL on cases of the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evenhand.policy import proof
from evenhand.policy.loading import read
from evenhand.policy.nodes import Compare, Literal
from evenhand.policy.program import Page, assemble
from evenhand.policy.proof.back_ends import differing_back_ends
from evenhand.policy.proof.findings import Kind
from evenhand.policy.proof.prover import Clock, Prover
from tests.policy.proving import of_kind
from tests.policy.writing import a_page, a_table, facts

ROOT = Path(__file__).resolve().parents[2]


def a_small_page() -> Page:
    return a_page(
        facts("days | whole number | 0..365", "price | money | 0.00..500.00"),
        a_table(
            "Table: entitlement (first)",
            "| id | when | give | amount |",
            "| fresh | days <= 14 | refund | price * 0.85 |",
            "| late | | deny | |",
        ),
    )


def test_a_page_is_answered_alike_by_both() -> None:
    report = proof.check(a_small_page())

    assert of_kind(report, Kind.BACK_ENDS_DIFFER) == []
    assert report.proved[-1].startswith("Python and SQL answer ")


def test_a_shipped_page_with_lists_is_answered_alike_by_both() -> None:
    page = read((ROOT / "policies" / "goodwill.md").read_text("utf-8"))
    proved: list[str] = []

    found = list(differing_back_ends(Prover(page, Clock(20)), proved))

    assert found == []
    assert proved == ["Python and SQL answer 600 cases alike."]


def test_of_a_large_page_a_sample_is_compared_and_the_check_says_so() -> None:
    rows = [f"| r{day} | days = {day} | refund | {day} |" for day in range(200)]
    page = a_page(
        facts("days | whole number | 0..365", "price | money | 0.00..500.00"),
        a_table(
            "Table: entitlement (first)",
            "| id | when | give | amount |",
            *rows,
            "| late | | deny | |",
        ),
    )
    proved: list[str] = []

    found = list(differing_back_ends(Prover(page, Clock(20)), proved))

    assert found == []
    (said,) = proved
    assert said.startswith("Python and SQL answer ")
    assert said.endswith(" cases alike, by a sample of 101 of 201 rows.")


def test_a_back_end_that_errs_would_be_found() -> None:
    page = a_small_page()
    prover = Prover(page, Clock(20))
    table = page.policy.tables[0]
    (cell,) = table.rows[0].conditions
    moved = replace(cell, tests=(Compare("<=", Literal(13)),))
    row = replace(table.rows[0], conditions=(moved,))
    erring = replace(table, rows=(row, *table.rows[1:]))
    # Python now reads another bound than the tree that SQL is made from.
    program = assemble(replace(page.policy, tables=(erring,))).program
    prover.runner.bare = replace(page, program=program)

    found = list(differing_back_ends(prover, []))

    assert {(one.kind, one.facts["days"]) for one in found} == {
        (Kind.BACK_ENDS_DIFFER, 14)
    }
    assert "disagree on this case: days 14" in found[0].what
