"""Lists, durations and working days in expressions: what they give, what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.policy import limits
from evenhand.policy.deciding import decide
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

FACTS = facts(
    "price | money? | 0..",
    "days | whole number? |",
    "asked_on | date? |",
    "start_on | date? |",
    "waited | duration? |",
    "colour | one of? | red, blue",
    "marks | list of text? | torn, stained",
    "scores | list of number? |",
    "fees | list of money? |",
    "visits | list of date? |",
    "lines | list? |",
    "lines.price | money |",
    "lines.category | one of | shoes, hygiene",
    "lines.count | whole number? | 1..9",
    "lines.worn | yes/no? |",
)
VALUES = a_table(
    "Values",
    "| name | type | value |",
    "| holidays | list of date | 2026-04-03, 2026-04-06 |",
    "| weeks | list of number | 1, 2 |",
)
SHOES = {"price": 9000, "category": "shoes", "count": 1, "worn": False}
SOAP = {"price": 500, "category": "hygiene", "count": 3, "worn": True}
UNSURE = {"price": 2000, "category": "shoes"}


def computed(expression: str, kind: str, **given: object) -> Any:
    outcomes = a_table("Outcomes", "| outcome | type |", f"| result | {kind} |")
    text = expression.replace("|", "\\|")
    page = a_page(FACTS, VALUES, outcomes, rules("id | result", f"only | {text}"))
    return decide(page, given).outcome.get("result")


@pytest.mark.parametrize(
    ("expression", "kind", "expected"),
    [
        ('lines.exists(l, l.category == "hygiene")', "yes/no", True),
        ("lines.all(l, l.price > 5)", "yes/no", False),
        ("lines.exists_one(l, l.worn)", "yes/no", True),
        ("lines.exists_one(l, l.price > 1)", "yes/no", False),
        ("size(lines)", "whole number", 2),
        ("lines.filter(l, l.worn).size()", "whole number", 1),
        ("lines.map(l, l.price * l.count).sum()", "money", 10500),
        ("lines.filter(l, l.worn).map(m, m.price).sum()", "money", 500),
        ("lines.map(l, l.worn, l.price).sum()", "money", 500),
        ("lines.filter(l, l.price > 100).map(l, l.price).sum()", "money", 0),
        ("lines.map(l, l.price).min()", "money", 500),
        ("lines.map(l, l.price).max() - price", "money", 8000),
        ("lines.filter(a, a.worn).filter(b, b.price > 5).size()", "whole number", 0),
        ('"hygiene" in lines.map(l, l.category)', "yes/no", True),
        ("lines.map(l, l.price).exists(p, p > 50)", "yes/no", True),
        ('"torn" in marks', "yes/no", True),
        ('marks.all(m, m != "stained")', "yes/no", True),
        ("scores.sum()", "number", 4),
        ("scores.map(s, s * s).max()", "number", 6.25),
        ("fees.min()", "money", 100),
        ("fees.filter(f, f > 1.50).size()", "whole number", 1),
        ("asked_on in visits", "yes/no", False),
        ("visits.max()", "date", date(2026, 3, 9)),
    ],
)
def test_a_list_that_is_a_fact_is_asked(
    expression: str, kind: str, expected: object
) -> None:
    given = {
        "lines": [SHOES, SOAP],
        "price": 1000,
        "marks": ["torn"],
        "scores": [1.5, 2.5],
        "fees": [100, 200],
        "visits": ["2026-03-02", "2026-03-09"],
        "asked_on": "2026-03-03",
    }

    assert computed(expression, kind, **given) == expected


@pytest.mark.parametrize(
    ("expression", "lines", "expected"),
    [
        ("lines.exists(l, l.worn)", [SOAP, UNSURE], True),
        ("lines.exists(l, l.worn)", [SHOES, UNSURE], None),
        ("lines.exists(l, l.worn)", [], False),
        ("lines.exists(l, l.worn)", None, None),
        ("lines.all(l, l.worn)", [SHOES, UNSURE], False),
        ("lines.all(l, l.worn)", [SOAP, UNSURE], None),
        ("lines.all(l, l.worn)", [], True),
        ("lines.exists_one(l, l.worn)", [SOAP, UNSURE], None),
        ("lines.exists_one(l, l.worn)", [SOAP, SOAP, UNSURE], False),
        ("lines.filter(l, l.worn).size() == 0", [SHOES, UNSURE], None),
        ("lines.map(l, l.count).sum() == 0", [], True),
        ("lines.map(l, l.count).sum() > 0", [SHOES, UNSURE], None),
        ("lines.map(l, l.count).min() > 0", [], None),
        (
            "lines.filter(l, l.price > 50).map(l, l.count).sum() == 1",
            [SHOES, UNSURE],
            True,
        ),
    ],
)
def test_an_unknown_element_counts_only_while_it_could_turn_the_answer(
    expression: str, lines: object, expected: bool | None
) -> None:
    assert computed(expression, "yes/no", lines=lines) is expected


@pytest.mark.parametrize(
    ("expression", "days", "expected"),
    [
        ("days in [7, 14]", 14, True),
        ("days in [7, 14]", 8, False),
        ("days in [7, 14]", None, None),
        ("days in []", None, False),
        ("[7, 14].exists(n, n == days)", 7, True),
        ("[7, 14].all(n, n >= days)", 8, False),
        ("[7, 14, 21].exists_one(n, n > days)", 14, True),
        ("[7, 14, 21].exists_one(n, n > days)", 7, False),
        ("[7, 14, 21].filter(n, n > days).size() == 2", 7, True),
        ("[7, 14, 21].filter(n, n > days).map(n, n * 2).sum() == 42", 14, True),
        ("[7, days].max() == 9", 9, True),
        ("weeks.exists(w, w * 7 == days)", 14, True),
        ("days in weeks", 2, True),
        ('colour in ["red", "blue"] or days == 1', 1, True),
        ("!(days == 3) && days >= 2 || false", 2, True),
    ],
)
def test_a_list_that_is_written_out_is_asked_the_same(
    expression: str, days: int | None, expected: bool | None
) -> None:
    assert computed(expression, "yes/no", days=days) is expected


@pytest.mark.parametrize(
    ("expression", "kind", "expected"),
    [
        ("waited + 2 hours", "duration", 266_400),
        ("waited - 1 day 4 hours", "duration", 158_400),
        ("waited * 2", "duration", 518_400),
        ("waited / 7", "duration", 37_029),  # 37,028.57 seconds
        ("-(waited)", "duration", -259_200),
        ("waited / 1 day", "number", 3),
        ('waited >= duration("72h")', "yes/no", True),
        ('waited > duration("PT72H")', "yes/no", False),
        ("max(waited, 4 days)", "duration", 345_600),
        ("start_on + 14 days", "date", date(2026, 4, 15)),
        ("2 weeks + start_on", "date", date(2026, 4, 15)),
        ("start_on - 3 days", "date", date(2026, 3, 29)),
        ('start_on == timestamp("2026-04-01T00:00:00Z")', "yes/no", True),
        ("working_days(asked_on - start_on)", "whole number", 4),
        ("working_days(asked_on - start_on, holidays)", "whole number", 2),
        ("working_days(start_on - asked_on, holidays)", "whole number", -2),
        ("add_working_days(start_on, 2)", "date", date(2026, 4, 3)),
        ("add_working_days(start_on, 2, holidays)", "date", date(2026, 4, 7)),
        ("add_working_days(start_on, 0)", "date", date(2026, 4, 1)),
        ("add_working_days(start_on, -1)", "date", None),
    ],
)
def test_durations_and_working_days_are_computed(
    expression: str, kind: str, expected: object
) -> None:
    # 1 April 2026 is a Wednesday, the 3rd and the 6th are the holidays of VALUES.
    given = {"waited": "PT72H", "start_on": "2026-04-01", "asked_on": "2026-04-07"}

    assert computed(expression, kind, **given) == expected


@pytest.mark.parametrize(
    ("expression", "column", "what"),
    [
        ("lines", 10, "lines is a list, not a value"),
        ("lines.exists(l, l)", 26, "l is a whole line of the list"),
        ("lines.exists(l, l.size)", 28, "size is not a field of a line"),
        ("lines.exists(l, l.price)", 28, "this is money, but yes/no is needed here"),
        ("lines.exists(days, yes)", 23, "days means something else here"),
        ("lines.exists(l)", 16, "exists() takes a name and a test"),
        ("lines.exists(3, yes)", 23, "a name for the element is missing"),
        ("lines.sum()", 16, "whole lines have no sum"),
        ("lines.filter(l, l.worn)", 16, "a list is no value"),
        ("marks.sum() > 1", 16, "text has no sum"),
        ("marks.max()", 16, "text has no larger and smaller"),
        ("marks.size(1)", 16, "size() of a list takes nothing"),
        ('"green" in marks', 10, "“green” is not a word of the list"),
        ("1 in lines", 15, "a line of a list is no value"),
        ("1 in days", 15, "days is whole number, not a list"),
        ("lines.exists(l, fees.exists(f, f > l.price))", 26, "a list inside a list is not looked through"),
        ("lines[0].price > 1", 15, "no element is picked by its place"),
        ("[1, 2]", 10, "a list is no value"),
        ("[].sum()", 13, "an empty list has no sum"),
        ("price.worn", 10, "nothing here has a field worn"),
        ('"a" + "b"', 14, "text functions are not in the language"),
        ('colour.startsWith("r")', 17, "startsWith(): text functions are not in the language"),
        ("int(price)", 10, "int(): types are not converted"),
        ("has(price)", 10, "has(): an expression does not ask whether something is known"),
        ("price == null", 19, "null is no value"),
        ("days % 2 == 0", 15, "remainders are not in the language"),
        ("{1: 2}", 10, "maps are not in the language"),
        ("1e3 > days", 10, "1e3 is no number"),
        ("sizes(lines)", 10, "sizes is not a function of the language"),
        ('colour == "a\\n"', 22, "\\n has no meaning in a text"),
        ('r"red" == colour', 10, "“r” before a text has no meaning"),
        ('timestamp("2026-04-01T09:00:00Z") > start_on', 20, "a time of day is not in the language"),
        ('duration("3 years") > waited', 19, "this is no duration of whole seconds"),
        ("1.5 hours > waited", 10, "“1.5” is not a whole number"),
        ("2 hours 1 day > waited", 18, "the larger unit comes first"),
        ("start_on + waited == start_on", 21, "a date moves by whole written days"),
        ("start_on + 36 hours == start_on", 21, "a date moves by whole written days"),
        ("14 + start_on == start_on", 13, "the date comes first"),
        ("waited * waited > 1 day", 17, "duration times duration has no meaning"),
        ("price / waited > 1", 16, "money divided by duration has no meaning"),
        ("waited + 3 > 1 day", 19, "duration and whole number do not go together"),
        ("working_days(asked_on) > 1", 23, "- is missing between two dates"),
        ("working_days(asked_on - start_on, weeks) > 1", 44, "weeks is list of number"),
        ("working_days(asked_on - start_on, visits) > 1", 44, "these are not the holidays"),
        ("add_working_days(asked_on) == start_on", 10, "add_working_days needs a date and a whole number"),
        ("days(asked_on, start_on) > 1", 10, "days takes one difference of two dates"),
        ("[1, 2].filter(n, n > days).min() > 1", 37, "no min of a written, filtered list"),
    ],
)  # fmt: skip
def test_what_is_not_in_the_language_is_refused_with_its_place(
    expression: str, column: int, what: str
) -> None:
    outcomes = a_table("Outcomes", "| outcome | type |", "| result | yes/no |")
    table = rules("id | result", f"only | {expression}")

    fault = first_fault(FACTS, VALUES, outcomes, table, head=HEAD)

    # "| only | " is nine characters: the cell's text begins in column 10.
    assert (fault.column, fault.what) == (column, what)


@pytest.mark.parametrize(
    "expression",
    [
        " + ".join(["days"] * 70) + " > 1",
        " or ".join(["days == 1"] * 70),
        "not " * 41 + "yes",
        "-" * 41 + "1 > 0",
        (
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(a, a + a).map(b, b + b).map(c, c + c)"
            ".map(d, d + d).map(e, e + e).map(f, f + f).map(g, g + g).sum() > 1"
        ),
        (
            "[1, 2, 3, 4, 5].all(a, [1, 2, 3, 4, 5].all(b, [1, 2, 3, 4, 5].all(c, "
            "[1, 2, 3, 4, 5].all(d, a + b + c + d > days))))"
        ),
    ],
)
def test_an_expression_that_grows_too_large_is_refused(expression: str) -> None:
    outcomes = a_table("Outcomes", "| outcome | type |", "| result | yes/no |")
    table = rules("id | result", f"only | {expression}")

    fault = first_fault(FACTS, VALUES, outcomes, table)

    assert fault.what in ("the expression is too long", "nested too deep")


def test_all_expressions_of_a_page_together_are_bounded() -> None:
    # 11 times 11 elements of two written lists make some 600 nodes of 76 characters.
    ten = "[0,1,2,3,4,5,6,7,8,9,10]"
    grown = f"{ten}.all(a,{ten}.all(b,a+b>days))?1:2"
    table = rules("id | amount", *(f"r{row} | {grown}" for row in range(300)))

    faults = faults_of(a_text(FACTS, table))

    assert len(faults) == limits.FAULTS
    assert {fault.what for fault in faults} == {
        "the expressions of the page are too long together"
    }


ASKED = (
    "{}.exists(n, n > days)",
    "{}.all(n, n > days or n == 2)",
    "{}.exists_one(n, n >= days)",
    "{}.filter(n, n > days).size() == 1",
    "{}.filter(n, n > days).map(n, n * 2).sum() == 6",
    "{}.filter(n, n > 1).exists_one(n, n > days)",
    "{}.filter(n, n > days).all(n, n == 3)",
    "days in {}",
    "size({}) == 3",
)


@pytest.mark.parametrize("asked", ASKED)
@given(
    values=st.lists(st.integers(0, 4), min_size=1, max_size=4),
    days=st.none() | st.integers(0, 4),
)
@settings(max_examples=40, deadline=None)
def test_a_written_list_answers_as_the_same_list_in_a_fact(
    asked: str, values: list[int], days: int | None
) -> None:
    facts_given = {"scores": values, "days": days}

    written = computed(asked.format(values), "yes/no", **facts_given)

    assert written is computed(asked.format("scores"), "yes/no", **facts_given)
