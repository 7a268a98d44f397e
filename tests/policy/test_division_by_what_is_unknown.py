"""A quotient of which the divisor is unknown: unknown to a decision and to a replay."""

from __future__ import annotations

from itertools import product
from typing import Any

from tests.policy import agreeing
from tests.policy.writing import a_page, a_table, facts, rules


def test_a_replay_waits_for_the_divisor_as_a_decision_does() -> None:
    page = a_page(
        facts("dose | number? | 0..10", "right | number? | 0.5..10"),
        a_table(
            "Derived",
            "| name | type | from |",
            "| ratio | number | dose / right |",
            "| turned | number | 1 / right + dose |",
        ),
        rules(
            "id | when | give",
            "over | ratio > 1.5 | refund",
            "turned | turned < 1; ratio not(null) | look",
            "rest | | deny",
        ),
    )
    known: list[dict[str, Any]] = [
        {"dose": dose, "right": right}
        for dose, right in product((None, 0, 0.5, 1, 2), (None, 0.5, 1, 3))
    ]

    decided = [agreeing.in_python(page, one) for one in known]

    assert agreeing.differences(known, decided, agreeing.on_duckdb(page, known)) == []
    assert [one["status"] for one in decided].count("needs_fact") == 8
