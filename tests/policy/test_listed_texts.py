"""Results that list texts: their words, quotes and domain."""

from __future__ import annotations

import pytest

from evenhand.policy import decide, load
from evenhand.policy.errors import Fault
from evenhand.policy.printing import print_page
from evenhand.policy.printing.formatting import formatted
from tests.policy.writing import a_page, a_table, a_text, facts, first_fault, rules

FACTS = facts("d | yes/no? |")
PAPERS = a_table(
    "Outcomes",
    "| outcome | type | domain |",
    '| papers | list of text | note, "bank letter", "a, b" |',
)
LEVELS = rules(
    "id | if papers | level",
    'x | "bank letter" | high',
    "y | | low",
    name="Table: authority",
)


def table(cell: str) -> str:
    return rules("id | papers", f"a | {cell}")


@pytest.mark.parametrize(
    ("cell", "papers", "level"),
    [
        ("note", ("note",), "low"),
        ("note,bank letter", ("note", "bank letter"), "high"),
        ('note, "bank letter"', ("note", "bank letter"), "high"),
        ('"bank letter", "note"', ("bank letter", "note"), "high"),
        ('"a, b" , note', ("a, b", "note"), "low"),
        ('"a, b"', ("a, b",), "low"),
    ],
)
def test_texts_are_listed_with_commas_and_quoted_where_they_hold_one(
    cell: str, papers: tuple[str, ...], level: str
) -> None:
    page = a_page(FACTS, PAPERS, table(cell), LEVELS)

    assert decide(page, {}).outcome == {"papers": papers, "level": level}


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (
            "note, nota",
            Fault(
                24,
                13,
                "“nota” is not one of its words",
                'write one of note, "bank letter", "a, b"',
            ),
        ),
        ("note,, note", Fault(24, 12, "a word is missing before “,”")),
        ("note,", Fault(24, 12, "a word is missing before the end")),
    ],
)
def test_a_listed_text_that_cannot_be_is_refused_where_it_stands(
    cell: str, fault: Fault
) -> None:
    assert first_fault(FACTS, PAPERS, table(cell)) == fault


def test_an_example_lists_texts_in_the_same_way() -> None:
    examples = a_table(
        "Examples",
        "| given | expect | papers |",
        '| d yes | a | "a, b", bank letter |',
    )
    text = a_text(FACTS, PAPERS, table('"a, b", "bank letter"'), examples)

    page = load(text)

    (example,) = page.policy.examples
    assert example.outcome == {"papers": ("a, b", "bank letter")}
    assert load(print_page(page)).policy.examples[0].outcome == example.outcome
    assert formatted(formatted(text)) == formatted(text)
