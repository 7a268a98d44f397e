from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.policy.cells import read_condition
from evenhand.policy.deciding import decide
from evenhand.policy.decision import Status
from evenhand.policy.errors import DecisionFault, NeverBroken, Overlap
from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import Condition, Expression, Literal
from evenhand.policy.program import Page, assemble
from evenhand.policy.scope import Scope
from evenhand.policy.tree import Fact, Head, Hit, Outcome, Policy, Row, Table
from tests.policy.writing import a_page, a_table, facts, first_fault, rules

FACTS = facts("days | whole number |", "worn | yes/no |")
RANKED = a_table(
    "Outcomes",
    "| outcome | type | domain |",
    "| give | one of | refund, repair, deny |",
)
ROWS = (
    "id | when | give",
    "late | days > 10 | deny",
    "worn | worn yes | repair",
    "all | | refund",
)


def rows_of(page: Page, table: str, **given: object) -> list[str]:
    outcome: Any = decide(page, given).outcome[table]
    return [row["id"] for row in outcome]


def test_first_takes_the_top_row_that_matches() -> None:
    page = a_page(FACTS, rules(*ROWS))

    assert decide(page, {"days": 20, "worn": True}).outcome == {"give": "deny"}
    assert decide(page, {"days": 1, "worn": True}).outcome == {"give": "repair"}


def test_unique_refuses_to_answer_where_two_rows_match() -> None:
    page = a_page(
        FACTS,
        rules(
            "id | days | give",
            "a | <= 10 | x",
            "b | >= 10 | y",
            name="Table: t (unique)",
        ),
    )

    with pytest.raises(Overlap, match="table t: rows a, b match together") as caught:
        decide(page, {"days": 10})

    assert caught.value.rows == ("a", "b")
    assert decide(page, {"days": 9}).rule == "a"


def test_unique_refuses_also_where_no_answer_could_keep_the_rows_apart() -> None:
    page = a_page(
        facts("days | whole number? |", "worn | yes/no? |"),
        rules(
            "id | when | give",
            "a | worn yes, no | x",
            "b | days null, >= 0 | y",
            name="Table: t (unique)",
        ),
    )

    with pytest.raises(Overlap):
        decide(page, {})


def test_any_lets_rows_meet_that_agree_and_refuses_those_that_do_not() -> None:
    page = a_page(
        FACTS,
        rules(
            "id | when | give",
            "a | days > 10 | x",
            "b | worn yes | x",
            "c | days > 20 | y",
            name="Table: t (any)",
        ),
    )

    assert decide(page, {"days": 11, "worn": True}).outcome == {"give": "x"}
    with pytest.raises(Overlap):
        decide(page, {"days": 21, "worn": False})


def test_priority_takes_the_outcome_that_ranks_highest() -> None:
    page = a_page(FACTS, RANKED, rules(*ROWS, name="Table: t (priority)"))

    assert decide(page, {"days": 20, "worn": True}).rule == "all"


def test_rule_order_and_output_order_list_what_matches() -> None:
    by_rule = a_page(FACTS, RANKED, rules(*ROWS, name="Table: t (rule order)"))
    by_rank = a_page(FACTS, RANKED, rules(*ROWS, name="Table: t (output order)"))

    assert rows_of(by_rule, "t", days=20, worn=True) == ["late", "worn", "all"]
    assert rows_of(by_rank, "t", days=20, worn=True) == ["all", "worn", "late"]


def test_collect_lists_rows_under_the_tables_name_with_their_words() -> None:
    page = a_page(
        FACTS,
        rules("id | give", "only | refund"),
        rules(
            "id | when | offer | because | say | say zh",
            "a | days <= 10 | exchange | clause 1 | Or an exchange. | 也可以换货。",
            "b | worn no | credit | | | ",
            name="Table: offers (collect)",
        ),
    )

    assert decide(page, {"days": 5, "worn": False}).outcome["offers"] == [
        {
            "id": "a",
            "offer": "exchange",
            "say": {"en": "Or an exchange.", "zh": "也可以换货。"},
            "because": "clause 1",
        },
        {"id": "b", "offer": "credit"},
    ]
    assert decide(page, {"days": 50, "worn": True}).outcome["offers"] == []


@pytest.mark.parametrize(
    ("total", "both", "none"),
    [("sum", 30, 0), ("min", 10, None), ("max", 20, None), ("count", 2, 0)],
)
def test_collect_totals_one_column_and_later_tables_can_test_it(
    total: str, both: int, none: int | None
) -> None:
    page = a_page(
        FACTS,
        rules("id | give", "only | refund"),
        rules(
            "id | when | points",
            "a | days > 1 | 10",
            "b | worn yes | 20",
            name=f"Table: score (collect {total})",
        ),
        rules(
            "id | if score | level",
            "none | null | nobody",
            "any | >= 2 | somebody",
            name="Table: level",
        ),
    )

    found = decide(page, {"days": 5, "worn": True}).outcome
    empty = decide(page, {"days": 0, "worn": False}).outcome

    assert (found["score"], found["level"]) == (both, "somebody")
    assert empty.get("score") == none


def test_a_case_that_no_row_of_the_first_table_takes_has_no_rule() -> None:
    page = a_page(FACTS, rules("id | days | give", "a | <= 10 | x"))

    decision = decide(page, {"days": 11, "worn": False})

    assert (decision.status, decision.rule) == (Status.NO_RULE, None)
    assert decision.outcome == {}


def test_an_outcome_that_a_never_row_forbids_is_a_fault_and_no_outcome() -> None:
    page = a_page(
        FACTS,
        rules("id | when | give", "a | days > 10 | deny", "b | | refund"),
        a_table("Never", "| id | when | give |", "| law | worn no | deny |"),
    )

    with pytest.raises(NeverBroken, match="row a breaks the invariant law"):
        decide(page, {"days": 11, "worn": False})
    assert issubclass(NeverBroken, DecisionFault)
    assert decide(page, {"days": 11, "worn": True}).outcome == {"give": "deny"}


def test_a_table_with_a_rank_needs_one() -> None:
    fault = first_fault(
        FACTS, rules("id | days | points", "a | 1 | 5", name="Table: t (priority)")
    )

    assert fault.what == "the table t (priority) has no column with a rank"


def test_a_total_needs_one_column_of_numbers() -> None:
    fault = first_fault(FACTS, rules(*ROWS, name="Table: t (collect sum)"))

    assert fault.what == "the table t (collect sum) needs one column of numbers"


def test_a_hit_policy_that_is_not_known_is_named_with_the_nearest() -> None:
    fault = first_fault(FACTS, rules(*ROWS, name="Table: t (frist)"))

    assert (fault.line, fault.column) == (15, 4)
    assert fault.what == "(frist) is not a hit policy"
    assert fault.instead == "did you mean first?"


# The DMN TCK's own tables, built straight into the tree: no page between.

KINDS = {"number": Kind.NUMBER, "string": Kind.ONE_OF, "boolean": Kind.YES_NO}


def tck_page(table: dict[str, Any]) -> Page:
    """A DMN decision table as a typed tree."""
    names = table["inputs"]
    declared = [
        Fact(name, KINDS[kind], optional=True)
        for name, kind in zip(names, table["types"], strict=True)
    ]
    scope = Scope("")
    for fact in declared:
        scope.declare(fact)
    rows = tuple(
        Row(
            f"r{number}", tuple(conditions(cells, names, scope)), results(table, values)
        )
        for number, (cells, values) in enumerate(table["rules"])
    )
    columns = tuple(
        Outcome(name, Kind.ONE_OF, tuple(table["priority"].get(name) or ()))
        for name in table["outputs"]
    )
    hit = Hit(table["hit"])
    return assemble(
        Policy(
            Head("tck", "1"), tuple(declared), (), (), (Table("t", hit, columns, rows),)
        )
    )


def conditions(cells: list[str], names: list[str], scope: Scope) -> Iterator[Condition]:
    for name, cell in zip(names, cells, strict=True):
        condition = read_condition(cell, scope.get(name, 0), scope)
        if condition:
            yield condition


def results(
    table: dict[str, Any], values: list[str]
) -> tuple[tuple[str, Expression], ...]:
    found = []
    for name, text in zip(table["outputs"], values, strict=True):
        value = json.loads(text)
        kind = Kind.ONE_OF if isinstance(value, str) else Kind.NUMBER
        found.append((name, Expression(text, kind, Literal(value), ())))
    return tuple(found)


def answer(table: dict[str, Any], outcome: dict[str, Any]) -> object:
    """An outcome in the shape in which the TCK expects it."""
    if table["hit"] in ("rule order", "output order", "collect"):
        rows = [{n: v for n, v in row.items() if n != "id"} for row in outcome["t"]]
        single = len(table["outputs"]) == 1
        return [next(iter(row.values())) for row in rows] if single else rows
    if table["hit"].startswith("collect "):
        return outcome["t"]
    return outcome if len(outcome) > 1 else next(iter(outcome.values()), None)


@pytest.mark.outside
def test_every_hit_policy_case_of_the_dmn_tck_is_answered_as_it_says(
    outside_data: Path,
) -> None:
    lines = (outside_data / "policy" / "dmn_tables.jsonl").read_text().splitlines()
    tables = [table for table in map(json.loads, lines) if table["level"] == 2]
    cases = wrong = 0

    for table in tables:
        page = tck_page(table)
        for case in table["tests"]:
            decision = decide(page, case["given"])
            cases += 1
            got = answer(table, dict(decision.outcome))
            wrong += not _same(got, case["expect"])

    assert (cases, wrong) == (51, 0)


def _same(got: object, expected: object) -> bool:
    if isinstance(got, int | float) and isinstance(expected, int | float):
        return abs(got - expected) < 1e-9
    return got == expected
