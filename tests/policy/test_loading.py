from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.policy import limits
from evenhand.policy.errors import Fault, PolicyError
from evenhand.policy.examples import check_examples
from evenhand.policy.loading import content_hash, load, read
from tests.policy.writing import (
    HEAD,
    a_page,
    a_table,
    a_text,
    facts,
    faults_of,
    first_fault,
    rules,
)

FACTS = facts("days | whole number | 0..30", "worn | yes/no |")
TABLE = rules("id | when | give", "a | days <= 14 | refund", "b | | deny")


def test_several_faults_are_told_at_once_in_the_order_of_the_page() -> None:
    text = a_text(
        FACTS,
        rules(
            "id | when | give",
            "a | days > 5, < 9 | refund",
            "a | worn maybe | refund",
            "c | shade red | deny",
        ),
    )

    assert faults_of(text) == (
        Fault(
            19,
            12,
            "a comma means or: two inequalities in one cell are a trap",
            "write (5..9) for between",
        ),
        Fault(20, 3, "the id a is used twice"),
        Fault(20, 12, "“maybe” is neither yes nor no", "write yes or no"),
        Fault(21, 7, "shade is not a name on this page", "declare it under ## Facts"),
    )


def test_a_fault_says_itself_in_one_line() -> None:
    fault = Fault(3, 7, "the id a is used twice", "choose another")

    assert str(fault) == "line 3, column 7: the id a is used twice; choose another"


@pytest.mark.parametrize(
    ("head", "line", "what", "instead"),
    [
        ("", 1, "the page has no head", "begin the page with +++, the head, +++"),
        (
            "+++\npolicy = 1\n",
            1,
            "the head has no end",
            "begin the page with +++, the head, +++",
        ),
        (
            '+++\nversion = "1"\n+++\n',
            2,
            "the head has no policy",
            'write policy = "…"',
        ),
        (
            '+++\npolicy = "p"\nversion = 2\n+++\n',
            3,
            "version is not a text",
            'write version = "…"',
        ),
        (
            '+++\npolicy = "p"\nversion = "2"\nsorce = "x"\n+++\n',
            4,
            "sorce is not a field of the head",
            "did you mean source?",
        ),
        (
            '+++\npolicy = "p"\nversion = "2"\n[money]\ncurrency = "euro"\n+++\n',
            5,
            "euro is not a currency code",
            'write currency = "EUR"',
        ),
        (
            '+++\npolicy = "p"\nversion = "2"\n[money]\nrounding = "up"\n+++\n',
            5,
            "up is not a way of rounding",
            "write one of half_up, half_even, down, floor, ceiling",
        ),
        (
            '+++\npolicy = "p"\nversion = "2"\n[effective]\nfrom = "2026"\n+++\n',
            5,
            "from is not a day",
            "write from = 2026-03-01, without quotes",
        ),
        (
            '+++\npolicy = "p"\nversion = "2"\n[effective]\nfrom = 2026-03-02\nto = 2026-03-01\n+++\n',
            6,
            "the page ends before it begins",
            "to is the last day it holds",
        ),
    ],
)
def test_a_head_that_cannot_be_used_is_refused_at_its_line(
    head: str, line: int, what: str, instead: str
) -> None:
    faults = [f for f in faults_of(a_text(FACTS, TABLE, head=head)) if f.what == what]

    assert [(fault.line, fault.instead) for fault in faults] == [(line, instead)]


@pytest.mark.parametrize(
    ("rows", "line", "column", "what"),
    [
        ("days | whole |", 12, 10, "whole is not a type"),
        ("two words | text |", 12, 3, "two words is not a name"),
        ("because | text |", 12, 3, "because has a meaning of its own"),
        ("colour | one of |", 12, 21, "a one of needs its words"),
        ("colour | one of | red, red", 12, 26, "red is listed twice"),
        ("worn | yes/no | yes, no", 12, 19, "yes/no has no domain"),
        ("days | whole number | 9..3", 12, 25, "the domain is empty"),
        ("days | whole number | 9", 12, 26, ".. is missing"),
    ],
)
def test_a_fact_that_cannot_be_declared_is_refused_where_it_stands(
    rows: str, line: int, column: int, what: str
) -> None:
    fault = first_fault(facts(rows), rules("id | give", "only | refund"))

    assert (fault.line, fault.column, fault.what) == (line, column, what)


GIVE = "give is a result of a table, not known here yet"
LATER = "use it in a later table, or give the fact another name"
WHEN = "when has a meaning of its own and is no fact"


@pytest.mark.parametrize(
    ("row", "column", "what", "instead"),
    [
        ("only | give >= 1 | refund | 5", 10, GIVE, LATER),
        ("only | days >= 1 | refund | give + 1", 31, GIVE, LATER),
        (
            "only | days >= 1 | refund | when + 1",
            31,
            WHEN,
            "give the fact another name",
        ),
        ("only | none >= 1 | refund | 5", 10, WHEN.replace("when", "none"), None),
        (
            "only | if give x | refund | 5",
            10,
            WHEN.replace("when", "if"),
            "write the name alone",
        ),
        ("only | by >= 1 | refund | 5", 10, "by is not a name on this page", None),
    ],
)
def test_a_word_that_is_no_fact_here_is_told_with_what_would_do(
    row: str, column: int, what: str, instead: str | None
) -> None:
    fault = first_fault(FACTS, rules("id | when | give | amount", row))

    assert (fault.line, fault.column, fault.what) == (19, column, what)
    assert instead in (None, fault.instead)


def test_a_column_that_tests_a_fact_is_told_from_one_that_gives() -> None:
    fault = first_fault(
        facts("give | whole number |"), rules("id | give", "only | refund")
    )

    assert (fault.line, fault.what) == (18, "refund is not a name on this page")
    assert fault.instead == (
        "give is a fact, so its column tests it: a result needs another name"
    )


def test_money_needs_a_currency() -> None:
    head = '+++\npolicy = "p"\nversion = "1"\n+++\n'

    fault = first_fault(
        facts("price | money |"), rules("id | give", "a | x"), head=head
    )

    assert fault.what == "money without a currency"


def test_a_section_that_was_meant_but_misspelt_is_refused() -> None:
    fault = first_fault(
        FACTS, TABLE, a_table("Exmples", "| given | expect |", "| days 1 | a |")
    )

    assert fault.what == "Exmples is not a section"


def test_prose_and_tables_in_code_and_under_other_headings_are_left_alone() -> None:
    page = a_page(
        "Words before.",
        FACTS,
        TABLE,
        "## What this means\n\n| day | answer |\n|---|---|\n| 1 | yes |",
        "```\n## Facts\n| not | a | table |\n```",
    )

    assert [fact.name for fact in page.policy.facts] == ["days", "worn"]


def test_a_pipe_inside_a_cell_is_escaped_and_columns_stay_right() -> None:
    table = rules("id | say | give", r"a | this \| that {dys} | refund")

    fault = first_fault(FACTS, table)

    assert (fault.column, fault.what) == (20, "{dys} is not a name on this page")


def test_a_row_with_too_few_cells_is_refused() -> None:
    fault = first_fault(FACTS, rules("id | when | give", "a | days 1"))

    assert (fault.line, fault.what) == (19, "2 cells in a table of 3 columns")


def test_an_example_that_fails_refuses_the_page_and_says_what_came_instead() -> None:
    examples = a_table(
        "Examples",
        "| given | expect | give |",
        "| days 14; worn no | a | refund |",
        "| days 15; worn no | a | refund |",
        "| days 15; worn no | b | refund |",
        "| worn no | ask days | |",
    )

    faults = faults_of(a_text(FACTS, TABLE, examples))

    assert [(f.line, f.column, f.what, f.instead) for f in faults] == [
        (27, 22, "expected a, got b", "a failed: days 15 vs <= 14"),
        (28, 22, "expected give refund, got deny", ""),
    ]


@pytest.mark.parametrize(
    ("given", "expect", "what"),
    [
        ("dys 3", "a", "“dys” is not a fact of this page"),
        ("days 3", "z", "“z” cannot be expected"),
        ("days 3 worn no", "a", "“worn” is not expected here"),
        ("days three", "a", "“three” is not a number"),
    ],
)
def test_an_example_that_cannot_be_read_is_refused(
    given: str, expect: str, what: str
) -> None:
    examples = a_table("Examples", "| given | expect |", f"| {given} | {expect} |")

    assert first_fault(FACTS, TABLE, examples).what == what


def test_examples_may_be_written_with_equals_signs_and_commas() -> None:
    examples = a_table("Examples", "| given | expect |", "| days=15, worn=false | b |")

    assert len(a_page(FACTS, TABLE, examples).policy.examples) == 1


def test_the_hash_does_not_depend_on_line_ends() -> None:
    text = a_text(FACTS, TABLE)

    assert content_hash(text) == content_hash(text.replace("\n", "\r\n"))
    assert content_hash(text) != content_hash(text.replace("14", "15"))
    assert load(text).page_hash == content_hash(text)


@settings(max_examples=200)
@given(st.text(max_size=300))
@example("| a | b |")
@example("+++\n+++\n## Facts\n|")
def test_any_text_is_loaded_or_refused_with_faults(text: str) -> None:
    for page in (text, HEAD + text, a_text(FACTS, TABLE) + text):
        faults = faults_of(page)

        assert len(faults) <= limits.FAULTS


@settings(max_examples=300)
@given(st.text('days worn<>=!.,()[]"0123456789-+*/?:;|not ndr', max_size=40))
def test_any_cell_and_any_expression_is_read_or_refused(cell: str) -> None:
    cell = cell.replace("|", "\\|")

    faults = faults_of(
        a_text(FACTS, rules("id | when | amount", f"a | {cell} | {cell}"))
    )

    assert all(fault.line == 19 for fault in faults)


def test_a_page_can_be_read_although_its_examples_differ() -> None:
    wrong = a_table("Examples", "| given | expect |", "| days 3 | b |")

    page = read(a_text(FACTS, TABLE, wrong))

    assert [fault.what for fault in check_examples(page)] == ["expected b, got a"]
    with pytest.raises(PolicyError):
        load(a_text(FACTS, TABLE, wrong))
