"""A check does bounded work: what it does not settle in time it says so."""

from __future__ import annotations

import pytest

from evenhand.policy.loading import read
from evenhand.policy.proof.findings import Kind
from evenhand.policy.proof.prover import Clock, OutOfTime
from tests.policy.proving import check, of_kind
from tests.policy.writing import a_table, a_text, facts


def test_products_of_many_facts_are_given_up_not_solved_for_ever() -> None:
    names = [f"f{place}" for place in range(12)]
    text = a_text(
        facts(*(f"{name} | number | -1000..1000" for name in names)),
        a_table(
            "Derived",
            "| name | type | from |",
            f"| all | number | {' * '.join(names)} |",
            f"| odd | number | {' + '.join(f'{n} * {n} * {n}' for n in names)} |",
        ),
        a_table(
            "Table: t (first)",
            "| id | when | give |",
            "| a | all 7; odd 33 | x |",
            "| rest | | y |",
        ),
        a_table("Never", "| id | when | give |", "| cubes | all 7; odd 33 | x |"),
    )

    report = check(read(text), seconds=3)

    assert {one.kind for one in report.findings} <= {
        Kind.NOT_PROVED,
        Kind.NEVER_BROKEN,
    }
    assert of_kind(report, Kind.NOT_PROVED) or of_kind(report, Kind.NEVER_BROKEN)


def test_a_clock_that_has_run_out_stops_the_next_question() -> None:
    with pytest.raises(OutOfTime):
        Clock(0.0).left()


def test_a_page_of_many_rows_and_cells_is_told_as_not_proved_in_time() -> None:
    rows = [
        f"| r{row} | {'; '.join(f'f{c} [{row + c}..{row + c + 7}]' for c in range(12))} | x |"
        for row in range(400)
    ]
    text = a_text(
        facts(*(f"f{place} | whole number | 0..1000" for place in range(12))),
        a_table("Table: t (first)", "| id | when | give |", *rows, "| rest | | y |"),
    )

    report = check(read(text), seconds=0.05)

    (told,) = of_kind(report, Kind.NOT_PROVED)
    assert "rows of t" in told.what
