"""Pages within every limit, made so that deciding by them hurts."""

from __future__ import annotations

from string import ascii_lowercase

import pytest

from evenhand.policy import Page, decide
from evenhand.policy.compiled.traced import Traced
from evenhand.policy.decision import Status
from tests.policy.measuring import MOST_CALLS, calls_of, measured
from tests.policy.writing import a_page, a_table, a_text, facts, rules

LETTERS = facts(*(f"{letter} | whole number? |" for letter in ascii_lowercase))
ONES = dict.fromkeys(ascii_lowercase, 1)
TENS = dict.fromkeys(ascii_lowercase, 10)


def cells(count: int, joint: str) -> str:
    """Cells that hold of ones, and none of which holds of tens."""
    return joint.join(f"{ascii_lowercase[n % 26]} 1" for n in range(count))


LAST = "z | | y"
CELLS = cells(400, ";")
ANY = ", ".join(ascii_lowercase[1 + n % 25] for n in range(190))
WIDE = {
    "many conditions": a_page(
        LETTERS, rules("id | when | give", f"r | {CELLS} | x", LAST)
    ),
    "many exceptions": a_page(
        LETTERS, rules("id | unless | give", f"r | {cells(240, ' or ')} | y", "z | | x")
    ),
    "an exception of many conditions": a_page(
        LETTERS, rules("id | unless | give", f"r | {CELLS} | y", "z | | x")
    ),
    "many names in a cell": a_page(
        LETTERS, rules("id | when | give", f"r | a {ANY}; b 1 | x", LAST)
    ),
}


@pytest.mark.parametrize("page", WIDE.values(), ids=WIDE)
def test_a_row_as_wide_as_a_row_may_be_is_decided(page: Page) -> None:
    for trace in (True, False):
        assert decide(page, ONES, trace=trace).outcome == {"give": "x"}
        assert decide(page, TENS, trace=trace).outcome == {"give": "y"}


def test_every_condition_of_a_wide_row_that_failed_is_told() -> None:
    page = WIDE["many conditions"]

    (table,) = decide(page, TENS | {"a": 1}).trace

    (passed,) = table.passed
    assert len(passed.failed) == 400 - 16  # of 26 letters in turn, 16 times the first
    assert {one.fact for one in passed.failed} == set(ascii_lowercase) - {"a"}
    assert table.matched == ("z",)


@pytest.mark.parametrize("section", ["Never", "Always"])
def test_an_invariant_of_many_conditions_is_kept_in_mind(section: str) -> None:
    page = a_page(
        LETTERS,
        rules("id | when | give", "r | a 1 | x", LAST),
        a_table(section, "| id | when | give |", f"| n | {CELLS}; b 2 | x |"),
    )

    assert decide(page, ONES).outcome == {"give": "x"}


@pytest.mark.parametrize("width", [4, 12, 100, 400])
def test_the_function_of_a_page_grows_as_its_conditions_do(width: int) -> None:
    rows = 4800 // width
    table = rules(
        "id | when | give", *(f"r{n} | {cells(width, ';')} | x" for n in range(rows))
    )

    source = Traced(a_page(LETTERS, table), gaps=False).source()

    assert source.count("\n") < 12 * 4800


def test_facts_behind_facts_are_looked_into_once() -> None:
    chain = (
        f"| x{n} | number | {f'x{n - 1} + x{n - 1}' if n else 'days'} |"
        for n in range(180)
    )
    page = a_page(
        facts("days | whole number | 0..30"),
        a_table("Derived", "| name | type | from |", *chain),
        rules("id | when | give", "a | x179 > 1 | x", "b | | y"),
    )

    asked = decide(page, {})

    assert asked.status is Status.NEEDS_FACT
    assert [question.fact for question in asked.needs] == ["days"]


def test_far_working_days_cost_no_more_for_many_holidays() -> None:
    holidays = ", ".join(f"{1900 + n}-01-01" for n in range(150))
    days = (f"| x{n} | date | add_working_days(d, {n * 9000}, h) |" for n in range(190))
    text = a_text(
        facts("d | date |"),
        a_table(
            "Values", "| name | type | value |", f"| h | list of date | {holidays} |"
        ),
        a_table("Derived", "| name | type | from |", *days),
        rules("id | when | give", "a | x1 > d | x", "b | | y"),
        a_table("Examples", "| given | expect |", *["| d 2000-01-03 | a |"] * 100),
    )

    faults, calls = measured(text)

    assert faults == ()
    assert calls < MOST_CALLS / 4


def test_a_value_of_many_days_is_tried_for_bounded_work() -> None:
    eras = (
        f"| v{n} | whole number | {day} | {1900 + day}-01-01 |"
        for n in range(12)
        for day in range(40)
    )
    page = a_page(
        facts("d | date |", "days | whole number | 0..30"),
        a_table("Values", "| name | type | value | from |", *eras),
        rules(
            "id | when | give", *(f"a{n} | days v{n} | x{n}" for n in range(12)), LAST
        ),
        head='+++\npolicy = "p"\nversion = "1"\n[effective]\njudged_on = "d"\n+++\n',
    )

    asked = []
    calls = calls_of(lambda: asked.append(decide(page, {"days": 3})))

    assert [question.fact for question in asked[0].needs] == ["d"]
    assert calls < MOST_CALLS / 10
