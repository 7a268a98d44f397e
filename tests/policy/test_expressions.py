from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy.calendar import add_days, add_months, months_between
from evenhand.policy.deciding import decide
from evenhand.policy.kinds import Rounding, whole
from tests.policy.writing import HEAD, a_page, a_table, facts, first_fault, rules

FACTS = facts(
    "price | money | 0..",
    "loss | money? | 0..",
    "share | number? |",
    "parts | whole number? | 1..",
    "worn | yes/no? |",
    "told | yes/no? |",
    "colour | one of? | red, blue",
    "start_on | date? |",
    "end_on | date? |",
)


def computed(expression: str, kind: str = "money", **given: object) -> object:
    page = a_page(
        FACTS,
        a_table("Outcomes", "| outcome | type | domain |", f"| result | {kind} | |"),
        rules("id | when | result", f"only | | {expression}"),
    )
    return decide(page, {"price": 12900, **given}).outcome.get("result")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("price", 12900),
        ("price - 51.60", 7740),
        ("price + 4.95 - 51.60", 8235),
        ("price * 60 / 100", 7740),
        ("60 * price / 100", 7740),
        ("price * 0.335", 4322),  # 4321.5 goes up
        ("-price * 0.335", -4322),  # and away from zero
        ("price / 3", 4300),
        ("price / 7", 1843),
        ("price / parts", 4300),
        ("min(price, 20.00)", 2000),
        ("max(20.00, price, 5)", 12900),
        ("price * (1 + share)", 14190),
        ("worn ? 0.00 : price", 12900),
        ("worn ? price : 5", 500),
        ("not worn and told ? 1 : 2", 100),
        ("worn or told ? 1 : 2", 100),
        ('colour == "red" ? 1 : 2', 100),
        ('colour != "red" ? 1 : 2', 200),
        ("price > 100 ? 1 : 2", 100),
        ("price >= 129 and share < 0.2 ? 1 : 2", 100),
        ("worn ? 1 : told ? 2 : 3", 200),
        ("12", 1200),
        ("-0.05", -5),
    ],
)
def test_an_amount_is_computed_exactly_and_rounded_once(
    expression: str, expected: int
) -> None:
    given: dict[str, object] = {"share": 0.1, "parts": 3, "worn": False, "told": True}

    assert computed(expression, "money", colour="red", **given) == expected


@pytest.mark.parametrize(
    ("expression", "kind", "expected"),
    [
        ("share", "number", 0.1),
        ("share + 0.2", "number", 0.3),
        ("share * 10", "number", 1),
        ("parts * 2", "whole number", 6),
        ("parts / 2", "number", 1.5),
        ("days(end_on - start_on)", "whole number", 41),
        ("months(end_on - start_on)", "whole number", 1),
        ("end_on + 14", "date", date(2026, 3, 28)),
        ("end_on - 14", "date", date(2026, 2, 28)),
        ("add_months(start_on, 1)", "date", date(2026, 3, 1)),
        ("max(start_on, end_on)", "date", date(2026, 3, 14)),
        ("start_on < end_on", "yes/no", True),
        ("2026-01-31", "date", date(2026, 1, 31)),
        ("worn", "yes/no", False),
        ("yes", "yes/no", True),
    ],
)
def test_numbers_days_and_answers_are_computed_too(
    expression: str, kind: str, expected: object
) -> None:
    given = {"share": 0.1, "parts": 3, "worn": False}
    days = {"start_on": "2026-02-01", "end_on": date(2026, 3, 14)}

    assert computed(expression, kind, **given, **days) == expected


def test_unknown_spreads_through_arithmetic_but_not_past_what_settles_it() -> None:
    assert computed("price - loss") is None
    assert computed("worn and told ? 1 : 2") is None
    assert computed("worn and told ? 1 : 2", worn=False) == 200
    assert computed("worn or told ? 1 : 2", worn=True) == 100
    assert computed("worn ? loss : 3", worn=False) == 300


@pytest.mark.parametrize(
    ("expression", "column", "what", "instead"),
    [
        ("price * price", 16, "money times money has no meaning", ""),
        (
            "price / share",
            18,
            "this could divide by nothing",
            "give the fact a domain that starts above 0",
        ),
        (
            "price / 0",
            18,
            "this could divide by nothing",
            "give the fact a domain that starts above 0",
        ),
        ("price + share", 18, "money and number do not go together", ""),
        (
            "share",
            10,
            "this is number, but money is needed here",
            "write share as an amount of money",
        ),
        (
            "end_on - start_on",
            10,
            "the time between two dates has no unit",
            "write days(later - earlier) or months(later - earlier)",
        ),
        ("worn + 1", 17, "yes/no and whole number do not go together", None),
        (
            'colour == "green" ? 1 : 2',
            20,
            "“green” is not a word of colour",
            "write one of red, blue",
        ),
        ("worn < told ? 1 : 2", 15, "yes/no has no larger and smaller", ""),
        ("prise - 1.00", 10, "prise is not a name on this page", "did you mean price?"),
        ("min(price)", 10, "min needs two or more values", ""),
        ("price -", 17, "a value is missing before the end", ""),
        ("(price", 16, ") is missing before the end", ""),
        ("price 5", 16, "“5” is not expected here", ""),
        (
            "price > 1",
            10,
            "this is yes/no, but money is needed here",
            "write price > 1 as an amount of money",
        ),
        ("(" * 45 + "1" + ")" * 45, 43, "nested too deep", "derive a fact"),
        ("1234567890123456.00", 10, "the number is too long", "15 digits do"),
        ("1.005", 10, "'1.005' is finer than one minor unit of EUR", ""),
    ],
)
def test_an_expression_that_has_no_meaning_is_refused_where_it_stands(
    expression: str, column: int, what: str, instead: str | None
) -> None:
    fault = first_fault(FACTS, rules("id | amount", f"only | {expression}"))

    # "| only | " is nine characters: the cell's text begins in column 10.
    assert (fault.line, fault.column) == (26, column)
    assert fault.what == what
    assert instead is None or fault.instead == instead


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        ("half_up", (3, -3)),
        ("half_even", (2, -2)),
        ("down", (2, -2)),
        ("floor", (2, -3)),
        ("ceiling", (3, -2)),
    ],
)
def test_the_head_says_how_half_a_cent_is_rounded(
    rounding: str, expected: tuple[int, int]
) -> None:
    head = HEAD.replace('"EUR"', f'"EUR"\nrounding = "{rounding}"')
    table = rules("id | amount | back", "only | price / 2 | -price / 2")
    outcomes = a_table("Outcomes", "| outcome | type |", "| back | money |")
    page = a_page(facts("price | money |"), outcomes, table, head=head)

    outcome = decide(page, {"price": 5}).outcome

    assert (outcome["amount"], outcome["back"]) == expected


def test_pct_of_a_base_is_the_amount() -> None:
    head = HEAD.replace('"EUR"', '"EUR"\nbase = "price"')
    table = rules("id | when | pct | of", "a | price > 100 | 85 | ", "b | | 50 | 20.00")
    page = a_page(facts("price | money |"), table, head=head)

    assert decide(page, {"price": 12900}).outcome == {"pct": 85, "amount": 10965}
    assert decide(page, {"price": 100}).outcome == {"pct": 50, "amount": 1000}


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-02-27", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2026-01-15", "2027-01-14", 11),
        ("2026-01-15", "2027-01-15", 12),
        ("2026-03-05", "2026-01-05", -2),
        ("2026-03-05", "2026-03-05", 0),
    ],
)
def test_a_month_is_full_on_the_same_day_or_the_last(
    earlier: str, later: str, months: int
) -> None:
    counted = months_between(date.fromisoformat(later), date.fromisoformat(earlier))

    assert counted == months


def test_dates_end_with_the_calendar_and_do_not_overflow() -> None:
    assert add_days(date(2026, 1, 1), 10**15) == date.max
    assert add_days(date(2026, 1, 1), -(10**15)) == date.min
    assert add_months(date(2026, 1, 1), 10**15) == date.max
    assert add_months(date(2026, 1, 1), -(10**15)) == date.min


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 600))
def test_so_many_months_on_that_many_months_have_passed(
    start: date, months: int
) -> None:
    assert months_between(add_months(start, months), start) == months


@given(st.fractions(-1000, 1000), st.sampled_from(list(Rounding)))
def test_rounding_never_moves_an_amount_by_a_whole_unit(
    amount: object, rounding: Rounding
) -> None:
    rounded = whole(amount, rounding)  # type: ignore[arg-type]  # hypothesis gives Fractions

    assert abs(rounded - amount) < 1  # type: ignore[operator]  # hypothesis gives Fractions
