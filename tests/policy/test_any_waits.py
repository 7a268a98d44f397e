"""Rows of a table `any`: what waits for a fact is asked for, and is no fault of the page."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.policy import decide
from evenhand.policy.deciding import decide_at_length
from evenhand.policy.errors import Overlap
from evenhand.policy.program import Page
from evenhand.policy.traces import Status
from tests.policy import agreeing
from tests.policy.proving import Fixed, check
from tests.policy.reference import one_pass
from tests.policy.writing import a_page, facts, rules

FACTS = facts(
    "days | whole number? | 0..9",
    "bonus | whole number? | 0..9",
    "fees | list of number? | 0..9",
)
POINTS = rules("outcome | type", "points | number", name="Outcomes")
ANY = "Table: t (any)"


def a_table(*rows: str) -> Page:
    return a_page(FACTS, POINTS, rules("id | when | points", *rows, name=ANY))


BOTH = a_table("a | days >= 0 | 5", "b | days > 2 | bonus + 1")
HALF = a_table("a | days >= 0 | bonus", "b | days > 2 | bonus", "c | days > 5 | 3")
LEAST = a_table("a | days >= 0 | ", "b | days > 2 | fees.min()")


def test_a_result_that_waits_is_asked_for_and_is_no_fault() -> None:
    asked = decide(BOTH, {"days": 3})

    assert asked.status is Status.NEEDS_FACT
    assert [one.fact for one in asked.needs] == ["bonus"]
    assert decide(BOTH, {"days": 3, "bonus": 4}).outcome == {"points": 5}
    with pytest.raises(Overlap):
        decide(BOTH, {"days": 3, "bonus": 5})


def test_rows_that_wait_for_the_same_ask_once_and_then_agree() -> None:
    assert [one.fact for one in decide(HALF, {"days": 3}).needs] == ["bonus"]
    assert decide(HALF, {"days": 3, "bonus": 7}).outcome == {"points": 7}


def test_what_differs_already_is_a_fault_whatever_waits_beside_it() -> None:
    page = a_table("a | | 1", "b | | bonus", "c | | 2")

    with pytest.raises(Overlap):
        decide(page, {})


def test_an_empty_cell_agrees_with_a_result_that_comes_to_nothing() -> None:
    assert decide(LEAST, {"days": 3, "fees": []}).outcome == {}
    assert decide(LEAST, {"days": 3}).status is Status.NEEDS_FACT
    with pytest.raises(Overlap):
        decide(LEAST, {"days": 3, "fees": [2]})


def test_the_check_tells_the_case_in_which_the_amounts_differ_not_the_unknown() -> None:
    findings = [one for one in check(BOTH).findings if one.others == ("a",)]

    assert [one.row for one in findings] == ["b"]
    assert findings[0].facts["bonus"] is not None


RESULTS = ("", "3", "bonus", "bonus + 1", "days + bonus", "fees.min()", "fees.sum()")
WHENS = ("", "days > 2", "days null", "bonus >= 3", "fees 3, 4")


@st.composite
def any_pages(draw: st.DrawFn) -> Page:
    cells = [st.sampled_from(WHENS), st.sampled_from(RESULTS)]
    drawn = draw(st.lists(st.tuples(*cells), min_size=2, max_size=4))
    kept = [*drawn, ("days > 8", "bonus")]  # so that the column is one of numbers
    return a_table(
        *(f"r{n} | {when} | {gives}" for n, (when, gives) in enumerate(kept))
    )


KNOWN: dict[str, tuple[Any, ...]] = {
    "days": (None, 0, 3, 9),
    "bonus": (None, 0, 2, 3),
    "fees": (None, (), (3.0,), (0.5, 2.5)),
}
CASES = [dict(zip(KNOWN, values, strict=True)) for values in product(*KNOWN.values())]


def by_reference(page: Page, case: Mapping[str, Any]) -> str:
    return one_pass(page.policy, case).end


@given(page=any_pages())
@settings(max_examples=60, deadline=None)
def test_one_pass_at_length_and_compiled_ends_as_the_reference_does(page: Page) -> None:
    for case in CASES:
        end = by_reference(page, case)
        try:
            told = decide(page, case).status
            slow = decide_at_length(page, case).status
        except Overlap:
            # Open rows may collide whatever the answer is; a decided case may not.
            assert end in ("overlap", "stuck"), case
            continue
        assert told is slow
        assert end != "overlap", case
        if end in ("decided", "pending"):
            assert (told is Status.NEEDS_FACT) == (end == "pending"), case


@given(page=any_pages())
@settings(max_examples=12, deadline=None)
@pytest.mark.slow
def test_a_database_asks_where_python_asks(page: Page) -> None:
    wanted = [agreeing.in_python(page, case) for case in CASES]

    found = agreeing.on_duckdb(page, CASES)

    assert agreeing.differences(CASES, wanted, found) == []


@given(page=any_pages())
@settings(max_examples=12, deadline=None)
@pytest.mark.slow
def test_the_proof_holds_a_case_decided_where_python_does(page: Page) -> None:
    fixed = Fixed(page)

    for case in CASES:
        if fixed.takes(case):
            decided = by_reference(page, case) == "decided"
            assert (fixed.answer(case) is not None) == decided, case
