"""What the documentation says about the language is true of the language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from evenhand.policy import limits
from evenhand.policy.deciding import decide
from evenhand.policy.explain import lines
from evenhand.policy.kinds import Kind, Rounding
from evenhand.policy.loading import load, read
from evenhand.policy.printing import formatted
from evenhand.policy.proof import check
from evenhand.policy.proof.findings import Kind as FindingKind
from evenhand.policy.proof.findings import Severity
from evenhand.policy.reserved import RESERVED
from evenhand.policy.stream import decide_lines
from evenhand.policy.tree import Hit
from tests.policy.test_shipped_pages import DRESS
from tests.policy.writing import a_page, a_table, facts, faults_of, rules

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = (ROOT / "docs" / "how-to" / "write-a-policy.md").read_text("utf-8")
REFERENCE = (ROOT / "docs" / "reference" / "policy-page.md").read_text("utf-8")
TUTORIAL = (ROOT / "docs" / "tutorial" / "your-own-policy.md").read_text("utf-8")
EXPLANATION = (ROOT / "docs" / "explanation" / "policy.md").read_text("utf-8")


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_page_of_the_how_to_loads_and_answers_its_cases() -> None:
    page = load(fenced(HOW_TO, "markdown")[0])
    cases = [line for line in HOW_TO.splitlines() if line.startswith('{"id"')]

    first, second = decide_lines(page, cases)

    assert (first["rule"], first["outcome"]) == (
        "thirty-days",
        {"verdict": "upheld", "give": "refund", "amount": 8000, "offers": []},
    )
    assert second["status"] == "needs_fact"


def test_the_case_of_the_explanation_is_decided_as_told() -> None:
    page = load((ROOT / "policies" / "returns.md").read_text("utf-8"))

    decision = decide(page, DRESS)

    offers: Any = decision.outcome["offers"]
    told = fenced(EXPLANATION, "text")[0].splitlines()
    assert list(lines(decision))[: len(told)] == told
    assert (decision.outcome["amount"], offers[0]["amount"]) == (8235, 10235)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, ["days", "worn"]),
        ({"days": 14}, "refund"),
        ({"days": 20}, ["worn"]),
        ({"days": 40}, "deny"),
        ({"worn": True}, ["days"]),
    ],
)
def test_the_questions_of_the_explanation_are_asked_as_told(
    known: dict[str, object], expected: object
) -> None:
    table = next(t for t in fenced(EXPLANATION, "markdown") if "| law |" in t)
    declared = facts(
        "country | one of | EU, UK", "days | whole number | 0..", "worn | yes/no |"
    )
    page = a_page(declared, f"## Table: verdict (first)\n\n{table}")

    decision = decide(page, {"country": "EU", **known})

    asked = [question.fact for question in decision.needs]
    assert (asked or decision.outcome["give"]) == expected


def test_the_reference_names_every_word_of_the_language() -> None:
    head = "policy version title language jurisdiction source reviewed_by reviewed_on"
    nested = "from to judged_on currency currency_from rounding base"
    words = [*head.split(), *nested.split(), *Kind, *Hit, *Rounding]
    words += ["min(", "max(", "days(", "months(", "add_months("]
    words += ["[titles]", "unless", "## Always", "3 days"]

    missing = [word for word in words if f"`{word}" not in REFERENCE]

    assert missing == []
    assert " ".join(sorted(RESERVED)) == " ".join(
        sorted(re.findall(r"cannot be names: `([^`]*)`", REFERENCE)[0].split())
    )


def shown_table(section: str, header: str) -> str:
    """The table of the reference below this header, without its signs of code."""
    rows = REFERENCE.split(f"\n## {section}\n")[1].split(f"\n{header}\n")[1]
    return f"{header}\n{rows}".split("\n\n")[0].replace("`", "")


def test_the_head_the_lists_the_values_and_the_law_of_the_reference_load() -> None:
    head = f"+++\n{fenced(REFERENCE, 'toml')[0]}+++\n"
    listed = shown_table("Facts", "| fact | type | domain |")
    more = "| asked_on | date | |\n| faulty | yes/no | |\n| months | whole number | |"
    values = shown_table("Values", "| name | type | value | from | reference |")
    always = shown_table("Always", "| id | when | give | because |")
    table = rules("id | when | give", "a | months <= window | repair", "z | | refund")
    one_of = a_table(
        "Outcomes",
        "| outcome | type | domain |",
        "| give | one of | repair, replace, refund, deny |",
    )

    page = a_page(
        f"## Facts\n\n{listed}\n{more}",
        f"## Values\n\n{values}",
        one_of,
        table,
        f"## Always\n\n{always}",
        head=head,
    )

    case = {"asked_on": "2026-05-31", "months": 20, "faulty": True}
    assert decide(page, case).rule == "z"
    assert decide(page, {**case, "asked_on": "2026-06-01"}).rule == "a"
    assert page.policy.head.titles == {"zh": "退货"}
    assert [field.name for field in page.policy.facts[0].fields] == [
        "price",
        "category",
    ]
    assert page.policy.always[0].because == "the Sale Act, section 9"


@pytest.mark.parametrize(
    "limit",
    [
        limits.CHARACTERS,
        limits.HEAD_CHARACTERS,
        limits.TITLE_CHARACTERS,
        limits.CELL_CHARACTERS,
        limits.COLUMNS,
        limits.ROWS,
        limits.CELLS,
        limits.CONDITIONS,
        limits.SECTIONS,
        limits.TABLES,
        limits.FACTS,
        limits.NAME_CHARACTERS,
        limits.VALUES,
        limits.ERAS,
        limits.DERIVED,
        limits.OUTCOMES,
        limits.FOLDED_NODES,
        limits.EXAMPLES,
        limits.TESTS_IN_A_CELL,
        limits.NESTING,
        limits.FAULTS,
    ],
)
def test_the_reference_tells_every_limit(limit: int) -> None:
    table = REFERENCE.split("## Limits")[1].split("##")[0]

    assert f"| {limit:,} |" in table
    assert f"| {limits.NEVERS} each |" in table


def test_the_reference_tells_the_work_that_is_allowed() -> None:
    assert f"{limits.ROWS_READ_FOR_EXAMPLES:,} rows read" in REFERENCE
    assert f"{limits.ROWS_READ_FOR_QUESTIONS:,} rows read" in EXPLANATION
    assert f"{limits.LARGEST:,}" in REFERENCE
    assert f"may have {limits.DIGITS} digits" in REFERENCE
    assert f"A list holds at most {limits.LIST_ITEMS}." in REFERENCE


def test_the_answer_line_of_the_reference_has_the_fields_of_an_answer() -> None:
    page = a_page(
        facts("days | whole number |"),
        "## Table: t\n\n| id | give |\n|---|---|\n| law | refund |",
    )
    shown = json.loads(fenced(REFERENCE, "json")[0])

    (answer,) = decide_lines(page, ['{"id": "c1", "facts": {"days": 3}}'])

    assert answer == shown


def test_the_proof_finds_the_hole_of_the_tutorial_as_told() -> None:
    page = load(fenced(TUTORIAL, "markdown")[0])
    what, proposal = fenced(TUTORIAL, "text")[0].splitlines()

    gap, note = check(page).findings

    assert (gap.kind, gap.what, gap.proposal) == (FindingKind.GAP, what, proposal)
    assert f"**line {gap.line}**" in TUTORIAL
    assert (note.kind, note.severity) == (FindingKind.UNUSED, Severity.NOTE)


def test_the_page_of_the_tutorial_is_mended_as_told() -> None:
    text = fenced(TUTORIAL, "markdown")[0]
    mended = text.replace("days (15..30]", "days (14..30]")
    dear = mended.replace("| refund | price |", "| refund | price + delivery_paid |")

    faults = faults_of(dear)
    whole = load(dear.replace("| money | 80.00 |", "| money | 84.90 |"))

    assert check(load(mended)).faults == ()
    assert [fault.what for fault in faults] == ["expected amount €80.00, got €84.90"]
    assert faults[0].what.split()[0] in TUTORIAL
    assert check(whole).findings == ()


def test_the_law_of_the_tutorial_is_broken_by_the_change_it_suggests() -> None:
    text = fenced(TUTORIAL, "markdown")[0]
    broken = text.replace("days (15..30]", "days (10..30]").replace(
        "| money | days <= 14 |", "| money | days <= 10 |"
    )

    first, second = check(read(broken)).faults

    assert "(10..30]" in TUTORIAL
    assert (first.kind, first.row) == (FindingKind.NEVER_BROKEN, "fourteen-days")
    assert second.kind is FindingKind.EXAMPLE_FAILS


def test_the_page_of_the_tutorial_is_formatted() -> None:
    text = fenced(TUTORIAL, "markdown")[0]

    assert formatted(text) == text
