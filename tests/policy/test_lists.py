"""Lists as facts: plain ones, and order lines with their fields."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.policy import decide, limits
from evenhand.policy.errors import FactError, Fault
from evenhand.policy.kinds import Kind, shown
from evenhand.policy.tree import Domain
from tests.policy.writing import a_page, a_table, facts, first_fault, rules

LINES = (
    "lines | list? | 1..3",
    "lines.price | money | 0..500",
    "lines.kind | one of? | hygiene, other",
)
ONLY = rules("id | give", "a | x")
PLAIN = facts(
    "words | list of text? | torn, stained",
    "rates | list of number | 0..1",
    "prices | list of money |",
    "days_off | list of date | 2026-01-01..",
)
SHEET = {
    "words": ["torn"],
    "rates": [0.5, 1],
    "prices": [2000, 500],
    "days_off": [date(2026, 5, 1), "2026-12-25"],
}


def test_a_list_of_lines_holds_its_fields_in_their_order() -> None:
    page = a_page(facts(*LINES, "worn | yes/no |"), ONLY)

    lines, worn = page.policy.facts
    assert (lines.kind, lines.optional, lines.domain) == (
        Kind.LINES,
        True,
        Domain(1, 3),
    )
    assert [(one.name, one.kind, one.optional) for one in lines.fields] == [
        ("price", Kind.MONEY, False),
        ("kind", Kind.ONE_OF, True),
    ]
    assert lines.fields[0].domain == Domain(0, 50000)
    assert worn.name == "worn"


@pytest.mark.parametrize(
    ("rows", "line", "column", "what", "instead"),
    [
        (
            ("lines.price | money |",),
            12,
            3,
            "lines is not a list above this row",
            "write lines | list first",
        ),
        (
            ("price | money |", "price.of | money |"),
            13,
            3,
            "price is not a list above this row",
            "write price | list first",
        ),
        (
            ("lines | list |",),
            12,
            3,
            "lines has no fields",
            "write a row such as lines.price | money below it",
        ),
        (
            (*LINES, "lines.price | number |"),
            15,
            3,
            "lines.price is declared twice",
            "",
        ),
        (
            (*LINES, "lines.a.b | number |"),
            15,
            3,
            "lines.a.b is not a name",
            "write lines.one_word",
        ),
        (
            (*LINES, "lines.null | number |"),
            15,
            3,
            "null has a meaning of its own",
            "choose another",
        ),
        (
            (*LINES, "lines.marks | list of text |"),
            15,
            17,
            "a line cannot hold a list",
            "write a field for each",
        ),
        (
            ("lines | list | -1..", "lines.price | money |"),
            12,
            18,
            "a list has no fewer than 0 lines",
            "write ..50",
        ),
        (
            ("lines | list | red", "lines.price | money |"),
            12,
            18,
            "“red” is not a number",
            "",
        ),
        (
            ("rates | list of number | red, blue",),
            12,
            28,
            "“red” is not a number",
            "",
        ),
    ],
)
def test_a_list_that_cannot_be_declared_is_refused(
    rows: tuple[str, ...], line: int, column: int, what: str, instead: str
) -> None:
    assert first_fault(facts(*rows), ONLY) == Fault(line, column, what, instead)


TESTED = rules("id | when | give", "a | lines not(null) | x", "b | | y")


@pytest.mark.parametrize(
    "given",
    [
        [{"price": 1250, "kind": "hygiene"}, {"price": 0, "colour": "red"}],
        [(1250, "hygiene"), (0, None)],
        ([1250.0, "hygiene"], [0, None]),
    ],
)
def test_lines_are_given_as_objects_or_in_the_order_of_the_fields(
    given: object,
) -> None:
    page = a_page(facts(*LINES), TESTED)

    decision = decide(page, {"lines": given})

    assert decision.rule == "a"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (3, "lines is 3; it must be a list of lines, each with price, kind"),
        ("ab", "lines is 'ab'; it must be a list of lines, each with price, kind"),
        ([], "lines is []; it must hold 1 to 3 lines"),
        (
            [{}, 5],
            "lines, line 2, is 5; it must be a list of lines, each with price, kind",
        ),
        (
            [[1]],
            "lines, line 1, is [1]; it must be a list of lines, each with price, kind",
        ),
        (
            [{"price": 1}, {"price": "2"}],
            (
                "lines, line 2, price, is '2'; it must be money in whole minor units of "
                "EUR, €0.00..€500.00"
            ),
        ),
        (
            [{"kind": "food"}],
            "lines, line 1, kind, is 'food'; it must be one of hygiene, other",
        ),
    ],
)
def test_lines_that_cannot_be_are_refused_with_line_and_field(
    given: object, said: str
) -> None:
    page = a_page(facts(*LINES), TESTED)

    with pytest.raises(FactError) as caught:
        decide(page, {"lines": given})

    assert str(caught.value) == said
    assert caught.value.fact == "lines"


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        ("words", ["torn", "burnt"], "place 2"),
        ("rates", [0.5, 2], "place 2"),
        ("rates", [True], "place 1"),
        ("prices", [10.5], "place 1"),
        ("days_off", ["1 May"], "place 1"),
        ("days_off", [date(2025, 1, 1)], "place 1"),
        ("prices", "10", ""),
        ("prices", [1] * (limits.LIST_ITEMS + 1), ""),
    ],
)
def test_a_plain_list_that_cannot_be_is_refused_with_the_place(
    fact: str, value: object, said: str
) -> None:
    page = a_page(PLAIN, ONLY)

    with pytest.raises(FactError) as caught:
        decide(page, {**SHEET, fact: value})

    assert (caught.value.fact, caught.value.where) == (fact, said)


@pytest.mark.parametrize(
    ("cell", "holds"),
    [
        ("words torn", True),
        ("words stained, torn", True),
        ("words not(torn)", False),
        ("words null", False),
        ("rates 1", True),
        ("rates = 0.5", True),
        ("rates 0.75", False),
        ("rates not(0.75)", True),
        ("prices 5.00, 7.00", True),
        ("prices 20", True),
        ("prices not(20.00)", False),
        ("prices 0.20", False),
        ("days_off 2026-12-25", True),
        ("days_off not(2026-12-24)", True),
    ],
)
def test_a_cell_on_a_list_holds_if_any_of_its_values_is_in_it(
    cell: str, holds: bool
) -> None:
    page = a_page(PLAIN, rules("id | when | give", f"a | {cell} | x", "z | | y"))

    assert (decide(page, SHEET).rule == "a") is holds


@pytest.mark.parametrize(
    ("cell", "what", "instead"),
    [
        ("prices > 5", "prices (list of money) has no larger and smaller", None),
        ("prices [1..5]", "prices (list of money) has no larger and smaller", None),
        ("words != torn", "words (list of text) has no larger and smaller", None),
        (
            "words burnt",
            "“burnt” is not one of its words",
            "write one of torn, stained",
        ),
        ("rates null", "rates is never null", "put ? after its type if it can be"),
        (
            "lines 3",
            "lines is a list of lines",
            "derive a fact, such as lines.exists(l, …), and test that",
        ),
    ],
)
def test_a_cell_that_a_list_cannot_hold_is_refused(
    cell: str, what: str, instead: str | None
) -> None:
    declared = f"{PLAIN}\n" + "\n".join(f"| {one} |" for one in LINES)

    fault = first_fault(declared, rules("id | when | give", f"a | {cell} | x"))

    assert fault.what == what
    assert fault.instead == (instead or "list the values, or not(…)")


def test_an_example_gives_lists_and_lines() -> None:
    declared = f"{PLAIN}\n" + "\n".join(f"| {one} |" for one in LINES)
    given = (
        "words [torn]; rates []; prices [20.00, 5]; days_off [2026-05-01]; "
        "lines [(price 12.50, kind hygiene), (price = 3; kind null), ()]"
    )
    examples = a_table("Examples", "| given | expect |", f"| {given} | a |")

    (example,) = a_page(declared, ONLY, examples).policy.examples

    assert example.given == {
        "words": ("torn",),
        "rates": (),
        "prices": (2000, 500),
        "days_off": (date(2026, 5, 1),),
        "lines": ((1250, "hygiene"), (300, None), (None, None)),
    }


@pytest.mark.parametrize(
    ("given", "column", "what", "instead"),
    [
        ("lines 3", 9, "[ is missing before “3”", ""),
        ("lines [3]", 10, "( is missing before “3”", ""),
        (
            "lines [(colour red)]",
            11,
            "“colour” is not a field of a line",
            "fields are price, kind",
        ),
        ("lines [(price 1, price 2)]", 20, "“price” stands twice in one line", ""),
        ("lines [(price 1)", 19, ", is missing before the end", ""),
        ("lines [(price 1) (price 2)]", 20, ", is missing before “(”", ""),
        (
            "lines [(kind food)]",
            16,
            "“food” is not one of its words",
            "write one of hygiene, other",
        ),
    ],
)
def test_lines_that_an_example_cannot_give_are_refused(
    given: str, column: int, what: str, instead: str
) -> None:
    examples = a_table("Examples", "| given | expect |", f"| {given} | a |")

    fault = first_fault(facts(*LINES), ONLY, examples)

    assert (fault.column, fault.what, fault.instead) == (column, what, instead)


def test_neither_a_derived_fact_nor_an_outcome_is_a_list() -> None:
    derived = a_table(
        "Derived", "| name | type | from |", "| all | list of money | prices |"
    )
    outcomes = a_table(
        "Outcomes", "| outcome | type |", "| give | list of date |", "| b | text |"
    )

    assert first_fault(PLAIN, derived, ONLY).what == (
        "a derived fact cannot be list of money"
    )
    assert first_fault(PLAIN, outcomes, ONLY).what == (
        "an outcome cannot be list of date"
    )


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (("torn", "stained"), Kind.TEXTS, "torn, stained"),
        ((2000, 500), Kind.AMOUNTS, "€20.00, €5.00"),
        ((0.5, 1), Kind.NUMBERS, "0.5, 1"),
        ((date(2026, 5, 1),), Kind.DATES, "2026-05-01"),
        (((1, "a"),), Kind.LINES, "1 line"),
        ((), Kind.LINES, "0 lines"),
        (100_800, Kind.DURATION, "1 day 4 hours"),
    ],
)
def test_lists_and_stretches_of_time_are_shown_as_a_person_reads_them(
    value: object, kind: Kind, text: str
) -> None:
    assert shown(value, kind, "EUR") == text
