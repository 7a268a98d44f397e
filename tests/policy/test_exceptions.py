"""Rows with exceptions beside them (`unless`), and entitlements (`## Always`)."""

from __future__ import annotations

import pytest

from evenhand.policy import decide
from evenhand.policy.errors import DecisionFault, Fault
from evenhand.policy.nodes import Condition
from tests.policy.writing import a_page, a_table, facts, first_fault, rules

FACTS = facts(
    "days | whole number | 0..30",
    "worn | yes/no? |",
    'kind | one of | plain, custom, "this or that"',
)
HEADER = "id | when | unless | give"
LAST = "z | | | deny"


def texts(groups: tuple[tuple[Condition, ...], ...]) -> list[list[str]]:
    return [[f"{one.fact.name} {one.text}" for one in group] for group in groups]


@pytest.mark.parametrize(
    ("cell", "groups"),
    [
        ("", []),
        ("-", []),
        ("worn yes", [["worn yes"]]),
        ("worn yes; days > 5", [["worn yes", "days > 5"]]),
        ("worn yes or days > 5", [["worn yes"], ["days > 5"]]),
        (
            "kind custom or worn yes; days [3..5] or days 9",
            [["kind custom"], ["worn yes", "days [3..5]"], ["days 9"]],
        ),
        ('kind "this or that" or worn yes', [['kind "this or that"'], ["worn yes"]]),
        ("kind not(custom, plain)", [["kind not(custom, plain)"]]),
    ],
)
def test_a_cell_of_exceptions_is_read_in_groups(
    cell: str, groups: list[list[str]]
) -> None:
    page = a_page(FACTS, rules(HEADER, f"a | days <= 14 | {cell} | refund", LAST))

    assert texts(page.policy.tables[0].rows[0].unless) == groups


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"days": 3, "kind": "plain", "worn": False}, "a"),
        ({"days": 3, "kind": "custom", "worn": False}, "z"),
        ({"days": 3, "kind": "plain", "worn": True}, "a"),
        ({"days": 9, "kind": "plain", "worn": True}, "z"),
        ({"days": 20, "kind": "plain", "worn": False}, "z"),
        ({"days": 3, "kind": "plain"}, "a"),
        ({"days": 9, "kind": "plain"}, None),
        ({"days": 9, "kind": "custom"}, "z"),
    ],
)
def test_a_row_does_not_match_if_all_of_one_exception_holds(
    given: dict[str, object], rule: str | None
) -> None:
    row = "a | days <= 14 | kind custom or worn yes; days > 5 | refund"
    page = a_page(FACTS, rules(HEADER, row, LAST))

    assert decide(page, given).rule == rule


@pytest.mark.parametrize(
    ("cell", "column", "what", "instead"),
    [
        (
            "worn yes or ",
            31,
            "an exception has no condition",
            "write fact test; fact test or fact test",
        ),
        (
            "or worn yes",
            20,
            "an exception has no condition",
            "write fact test; fact test or fact test",
        ),
        (
            "worn yes or ; or days 5",
            32,
            "an exception has no condition",
            "write fact test; fact test or fact test",
        ),
        (
            "worn yes or dys > 5",
            32,
            "dys is not a name on this page",
            "did you mean days?",
        ),
        (
            "days 5; worn maybe",
            33,
            "“maybe” is neither yes nor no",
            "write yes or no",
        ),
    ],
)
def test_an_exception_that_cannot_be_read_is_refused_where_it_stands(
    cell: str, column: int, what: str, instead: str
) -> None:
    fault = first_fault(FACTS, rules(HEADER, f"a | days <= 14 | {cell} | refund", LAST))

    assert fault == Fault(20, column, what, instead)


TABLE = rules("id | when | give", "a | days <= 14 | refund", "z | | deny")
LAW = a_table(
    "Always",
    "| id | when | give | because |",
    "| law | days <= 20; worn no | refund | the Act, section 3 |",
)


def test_an_entitlement_keeps_what_calls_for_it_and_what_it_demands() -> None:
    page = a_page(FACTS, TABLE, LAW)

    (always,) = page.policy.always
    assert (always.id, always.because, always.line) == ("law", "the Act, section 3", 27)
    assert texts((always.when, always.must)) == [
        ["days <= 20", "worn no"],
        ["give refund"],
    ]


def test_a_decision_that_withholds_an_entitlement_is_a_fault() -> None:
    page = a_page(FACTS, TABLE, LAW)

    assert decide(page, {"days": 14, "worn": False}).outcome == {"give": "refund"}
    assert decide(page, {"days": 21, "worn": False}).outcome == {"give": "deny"}
    with pytest.raises(DecisionFault, match="law"):
        decide(page, {"days": 15, "worn": False})


def test_an_example_that_withholds_an_entitlement_refuses_the_page() -> None:
    wrong = a_table("Examples", "| given | expect |", "| days 15; worn no | z |")

    fault = first_fault(FACTS, TABLE, LAW, wrong)

    assert fault.what.startswith("the example cannot be decided: ")
    assert "law" in fault.what


def test_an_entitlement_without_a_condition_holds_for_every_case() -> None:
    always = a_table("Always", "| id | if give |", "| any | not(null) |")

    page = a_page(FACTS, TABLE, always)

    assert page.policy.always[0].when == ()
    assert decide(page, {"days": 30}).rule == "z"


@pytest.mark.parametrize(
    ("lines", "line", "column", "what", "instead"),
    [
        (
            ("| id | when | days |", "| x | worn no | 3 |"),
            25,
            15,
            "days is not an outcome",
            "test a fact under when",
        ),
        (
            ("| id | when | gve |", "| x | worn no | refund |"),
            25,
            15,
            "gve is not a name on this page",
            "did you mean give?",
        ),
        (
            ("| id | when | give |", "| x | give repair | refund |"),
            27,
            7,
            "give is an outcome",
            "give it a column of its own: what it must be",
        ),
        (
            ("| id | when | give |", "| x | worn no | |"),
            27,
            3,
            "an entitlement needs an id and an outcome",
            "name the row, and say in a column what an outcome must be",
        ),
        (
            ("| id | give |", "| x | refund |", "| x | repair |"),
            28,
            3,
            "the id x is used twice",
            "",
        ),
        (
            ("| when | give |", "| worn no | refund |"),
            25,
            3,
            "the entitlements are not read",
            "a column id, and at most 200 rows",
        ),
    ],
)
def test_an_entitlement_that_cannot_be_read_is_refused(
    lines: tuple[str, ...], line: int, column: int, what: str, instead: str
) -> None:
    table = rules("id | when | give", "a | days <= 14 | refund", "z | | repair")

    fault = first_fault(FACTS, table, a_table("Always", *lines))

    assert fault == Fault(line, column, what, instead)


def test_two_invariants_of_one_id_are_refused() -> None:
    never = a_table(
        "Never", "| id | give |", "| x | refund |", "| y | deny |", "| x | deny |"
    )

    fault = first_fault(FACTS, TABLE, never)

    assert (fault.line, fault.what) == (29, "the id x is used twice")
