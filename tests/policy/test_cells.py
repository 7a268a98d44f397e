from __future__ import annotations

import pytest

from evenhand.policy.deciding import decide
from tests.policy.writing import a_page, facts, first_fault, rules

FACTS = facts(
    "days | whole number? | 0..3650",
    "limit | whole number? | 0..3650",
    "price | money? | 0..",
    "colour | one of? | red, blue, not-as-described, “x”".replace("“x”", '"sea green"'),
    "worn | yes/no? |",
    "seen_on | date? |",
    "name | text? |",
    "marks | list of text? | torn, stained, scratched",
)


def holds(test: str, **given: object) -> bool:
    page = a_page(FACTS, rules("id | when | give", f"yes | {test} | a", "no | | b"))
    return decide(page, given).rule == "yes"


@pytest.mark.parametrize(
    ("test", "days", "expected"),
    [
        ("days 14", 14, True),
        ("days 14", 15, False),
        ("days = 14", 14, True),
        ("days != 14", 14, False),
        ("days < 14", 14, False),
        ("days <= 14", 14, True),
        ("days > 14", 14, False),
        ("days >= 14", 14, True),
        ("days 7, 14", 14, True),
        ("days not(7, 14)", 14, False),
        ("days not(7, 14)", 15, True),
        ("days [7..14]", 7, True),
        ("days (7..14]", 7, False),
        ("days [7..14)", 14, False),
        ("days ]7..14[", 7, False),
        ("days ]7..14[", 8, True),
        ("days [0..3], [10..14]", 12, True),
        ("days [0..3], >= 10", 5, False),
        ("days not([7..14])", 15, True),
    ],
)
def test_a_number_is_compared_as_the_cell_says(
    test: str, days: int, expected: bool
) -> None:
    assert holds(test, days=days) is expected


def test_a_fact_is_compared_with_another_fact() -> None:
    assert holds("days <= limit", days=14, limit=14)
    assert not holds("days <= limit", days=15, limit=14)
    assert holds("days [0..limit]", days=14, limit=14)


def test_words_are_listed_and_quoted_where_they_hold_a_space() -> None:
    assert holds('colour red, "sea green"', colour="sea green")
    assert holds("colour not-as-described", colour="not-as-described")
    assert not holds("colour not(red)", colour="red")


def test_yes_and_no_may_be_written_true_and_false() -> None:
    assert holds("worn yes", worn=True)
    assert holds("worn false", worn=False)
    assert not holds("worn true", worn=False)


def test_an_amount_is_written_in_major_units_and_given_in_minor_ones() -> None:
    assert holds("price <= 20.00", price=2000)
    assert not holds("price <= 20", price=2001)


def test_a_day_is_written_as_year_month_day() -> None:
    assert holds("seen_on >= 2026-06-01", seen_on="2026-06-01")
    assert not holds("seen_on (2026-06-01..2026-06-30]", seen_on="2026-06-01")


def test_a_text_is_compared_in_quotes() -> None:
    assert holds('name "Lena", "Nova 5"', name="Nova 5")
    assert not holds('name "Lena"', name="lena")


def test_a_list_holds_a_cell_if_any_of_its_words_is_in_it() -> None:
    assert holds("marks torn, stained", marks=["scratched", "torn"])
    assert not holds("marks torn, stained", marks=["scratched"])
    assert holds("marks not(torn, stained)", marks=[])
    assert not holds("marks not(torn)", marks=["torn"])


def test_null_holds_while_nothing_is_known() -> None:
    assert holds("days null")
    assert not holds("days null", days=0)
    assert holds("days not(null)", days=0)
    assert holds("days null, <= 3", days=3)
    assert holds("marks null")


def test_a_dense_column_and_a_sparse_when_say_the_same() -> None:
    table = rules(
        "id | days | colour | give", "a | <= 14 | red, blue | x", "b | - | | y"
    )
    page = a_page(FACTS, table)

    assert decide(page, {"days": 14, "colour": "blue"}).rule == "a"
    assert decide(page, {"days": 15, "colour": "blue"}).rule == "b"


@pytest.mark.parametrize(
    ("cell", "column", "what", "instead"),
    [
        (
            "days >= 5, < 10",
            14,
            "a comma means or: two inequalities in one cell are a trap",
            "write [5..10) for between",
        ),
        (
            "days < 5, > 10",
            14,
            "a comma means or: two inequalities in one cell are a trap",
            "write not([5..10]) for outside",
        ),
        (
            "days > 5, > 10",
            14,
            "a comma means or: two inequalities in one cell are a trap",
            "keep the one that reaches furthest",
        ),
        (
            "days != 5, != 6",
            14,
            "a comma means or: != with another test is a trap",
            "write not(a, b)",
        ),
        ("days [9..3]", 14, "the range is empty", "the smaller end comes first"),
        ("days [1, 2]", 16, ".. is missing", "write [1..5]"),
        (
            "days lots",
            14,
            "lots is not a name on this page",
            "declare it under ## Facts",
        ),
        ("days 1 2", 16, "“2” is not expected here", ""),
        ("days 14.5", 14, "“14.5” is not a whole number", ""),
        ("days not(7", 19, ") is missing before the end", ""),
        ("worn maybe", 14, "“maybe” is neither yes nor no", "write yes or no"),
        (
            "colour > red",
            16,
            "colour (one of) has no larger and smaller",
            "list the words, or not(…)",
        ),
        (
            "colour pink",
            16,
            "“pink” is not one of its words",
            'write one of red, blue, not-as-described, "sea green"',
        ),
        ("name Lena", 14, "“Lena” is not a text", 'write it in quotes: "…"'),
        ('name "Lena', 14, "a quote is not closed", 'write "…"'),
        (
            "seen_on 2026-02-30",
            17,
            "“2026-02-30” is not a date",
            "write a day such as 2026-06-15",
        ),
        (
            "days > 14, days <= 30",
            25,
            "“<=” is not expected here",
            "join conditions by a semicolon; for or write a row for each",
        ),
        ("price 1.234", 15, "'1.234' is finer than one minor unit of EUR", ""),
        (
            "price <= days",
            18,
            "days is whole number, price money",
            "compare facts of one type; a semicolon joins conditions",
        ),
        (
            "shade red",
            9,
            "shade is not a name on this page",
            "declare it under ## Facts",
        ),
        ("days", 14, "days has no test", "write days yes, days <= 5 …"),
        ("days > 1 & days < 5", 18, "& is not used here", "write and, or, not"),
    ],
)
def test_a_cell_that_cannot_be_read_is_shown_where_and_how(
    cell: str, column: int, what: str, instead: str
) -> None:
    fault = first_fault(FACTS, rules("id | when | give", f"row | {cell} | a"))

    # "| row | " is eight characters: the cell's text begins in column 9.
    assert (fault.line, fault.column) == (25, column)
    assert (fault.what, fault.instead) == (what, instead)


def test_null_is_refused_for_a_fact_that_is_always_known() -> None:
    fault = first_fault(
        facts("days | whole number |"), rules("id | when | give", "a | days null | x")
    )

    assert fault.what == "days is never null"
    assert fault.instead == "put ? after its type if it can be"
