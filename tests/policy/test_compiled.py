"""What a page is compiled to decides as the plain reading of its tree does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evenhand.policy.compiled.straight import MANY, Straight
from evenhand.policy.compiled.traced import (
    Traced,
    write_gapped,
    write_plain,
    write_traced,
)
from evenhand.policy.deciding import decide, decide_at_length
from evenhand.policy.decision import Decision
from evenhand.policy.errors import DecisionFault, FactError, Overlap
from evenhand.policy.evaluate import Evaluation, evaluate, read_sheet
from evenhand.policy.loading import load
from evenhand.policy.program import Page
from evenhand.policy.tree import LISTED
from evenhand.policy.working_days import add_working_days, holidays_of, working_days
from tests.policy import reckoning, reference
from tests.policy.making import cases, pages
from tests.policy.writing import a_page, a_table, facts, rules

# A page is large: shrinking one takes minutes and tells no more than the page does.
ONCE = settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 4, 30))


def or_fault(run: Callable[[], Decision]) -> object:
    try:
        return run()
    except DecisionFault as fault:
        return type(fault), str(fault)


@ONCE
@given(pages(), st.data())
def test_the_page_as_a_function_says_what_the_long_way_says(
    text: str, data: Any
) -> None:
    page = load(text)
    for _ in range(4):
        given_facts = data.draw(cases(page))
        for trace in (True, False):
            quick = or_fault(partial(decide, page, given_facts, trace=trace))
            slow = or_fault(partial(decide_at_length, page, given_facts, trace=trace))

            assert quick == slow


@ONCE
@given(pages(), st.data())
def test_no_way_of_a_page_stumbles_over_a_case_that_has_every_name(
    text: str, data: Any
) -> None:
    page = load(text)
    given_facts = data.draw(cases(page))
    whole = {fact.name: given_facts.get(fact.name) for fact in page.policy.facts}

    told = or_fault(lambda: decide_at_length(page, whole))
    bare = or_fault(lambda: decide_at_length(page, whole, trace=False))

    assert write_plain(page)(whole) in (None, bare)
    assert write_traced(page)(whole) in (None, told)
    assert write_gapped(page)(whole) in (None, told)


@ONCE
@given(pages(), st.data())
def test_one_pass_is_the_plain_reading_of_the_tree(text: str, data: Any) -> None:
    page = load(text)
    for _ in range(4):
        given_facts = data.draw(cases(page))

        plain = reference.one_pass(page.policy, given_facts)
        sheet = read_sheet(page.program, given_facts)
        told = reference.sheet_of(page.policy, given_facts)

        assert {d.name: sheet[d.name] for d in page.policy.derived} == {
            d.name: told[d.name] for d in page.policy.derived
        }
        try:
            found = evaluate(page.program, sheet)
        except Overlap:
            assert plain.end == "overlap"
            continue
        assert _end(found) == plain.end
        if plain.end == "decided":
            assert _rows(found) == plain.rows
            assert _listed_apart(found.outcome, page) == _listed_apart(
                plain.outcome, page
            )


def _end(found: Evaluation) -> str:
    return "stuck" if found.stuck else "pending" if found.pending else "decided"


def _rows(found: Evaluation) -> dict[str, list[str]]:
    return {
        deck.table.name: [rule.row.id for rule in taken] for deck, taken in found.picks
    }


def _listed_apart(outcome: dict[str, Any], page: Page) -> dict[str, Any]:
    """Numbers as they leave the sheet; lists row by row."""
    listed = {table.name for table in page.policy.tables if table.hit in LISTED}
    return {
        name: [{k: _out(v) for k, v in row.items()} for row in value]
        if name in listed
        else _out(value)
        for name, value in outcome.items()
    }


def _out(value: Any) -> Any:
    if isinstance(value, Fraction):
        return float(value) if value.denominator > 1 else int(value)
    return value


@given(st.lists(DAYS, max_size=12), DAYS, DAYS, st.integers(0, 40))
def test_working_days_are_those_that_one_counts_on_a_calendar(
    holidays: list[date], one: date, other: date, count: int
) -> None:
    away = holidays_of(holidays)
    counted = reckoning.working_days(one, other, tuple(holidays))
    last = reckoning.add_working_days(one, count, tuple(holidays))

    assert working_days(one, other, away) == counted
    assert add_working_days(one, count, away) == last


def test_working_days_backwards_are_not_added() -> None:
    assert add_working_days(date(2026, 6, 1), -1) is None
    assert add_working_days(date(9999, 12, 30), 400) == date.max


HOSTILE = (
    "__import__",
    "'; raise SystemExit #",
    '\\"; exec(1)',
    "{__class__}",
    "%s%n",
    "k1",
    "x0 is None",
    "\\",
    "ABSENT",
)


def test_no_word_of_a_page_is_ever_in_what_is_compiled() -> None:
    words = ", ".join(f"'{_quoted(word)}'" for word in HOSTILE)
    page = a_page(
        facts(f"__import__ | one of | {words}", "f | text? |", "new | whole number |"),
        a_table(
            "Derived",
            "| name | type | from |",
            "| Decision | yes/no | f == 'SystemExit()' |",
        ),
        rules(
            "id | when | because | say | exec | pct",
            *(
                f"'{n}-) | __import__ '{_quoted(word)}'; new {n} | {word} |"
                f" {{f}} | '{_quoted(word)}' | new * 2"
                for n, word in enumerate(HOSTILE)
            ),
        ),
    )

    for place, word in enumerate(HOSTILE):
        case = {"__import__": word, "new": place, "f": word}
        decision = decide(page, case)
        assert decision.rule == f"'{place}-)"
        assert decision.outcome == {
            "exec": f"'{_quoted(word)}'",
            "pct": 2 * place,
        }
        assert decision == decide_at_length(page, case)

    for source in _sources_of(page):
        names = {n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name)}
        texts = [n for n in ast.walk(ast.parse(source)) if _is_text(n)]
        assert texts == []
        assert "__import__" not in names
        assert all(name.isascii() and not name.startswith("_") for name in names)


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "\\'").replace("|", "\\|")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _sources_of(page: Page) -> list[str]:
    return [
        kind(page, gaps=gaps).source()
        for kind in (Straight, Traced)
        for gaps in (True, False)
    ]


def test_a_value_that_is_no_value_at_all_is_refused_by_name() -> None:
    page = a_page(
        facts("colour | one of | red, blue", "days | whole number | 0..9"),
        rules("id | when | give", "a | colour red | yes_please"),
    )

    with pytest.raises(FactError, match="colour is") as refused:
        decide(page, {"colour": ["red"], "days": 1})

    assert refused.value.fact == "colour"


def test_what_a_page_does_not_declare_and_what_is_missing_change_nothing() -> None:
    page = a_page(
        facts("colour | one of? | red, blue", "days | whole number | 0..9"),
        rules("id | when | give", "a | days <= 3 | refund", "b | | deny"),
    )

    assert decide(page, {"days": 3, "other": object()}).outcome == {"give": "refund"}
    assert decide(page, {"days": 3}) == decide(page, {"days": 3, "colour": None})


def test_no_cell_is_compared_with_an_outcome_that_no_row_gave() -> None:
    cells = {
        "amount null, > 2.00": ["c"],
        "amount not(null, > 2.00)": [],
        "amount [low..high]": [],
        "amount not([low..high])": [],
        "low [amount..high]": [],
        "low [1.00..amount]": [],
        "share [n..0.7]": [],
        "n not(null); n null, < share": [],
    }

    for cell, rows in cells.items():
        page = a_page(
            facts(
                "sold | yes/no |", "low | money |", "high | money |", "n | number? |"
            ),
            "## Outcomes\n| outcome | type |\n|---|---|\n| share | number |",
            rules("id | when | amount | share", "a | sold yes | 5 | 0.5", "b | | |"),
            rules("id | when | do", f"c | {cell} | x", name="Table: later (collect)"),
        )
        case = {"sold": False, "low": 100, "high": 900, "n": 0.5}

        told: list[dict[str, Any]] = [
            dict(decide(page, case, trace=trace).outcome) for trace in (True, False)
        ]
        asked = decide(page, {**case, "sold": None})

        given = [one["later"] for one in told]
        assert [[row["id"] for row in one] for one in given] == [rows, rows]
        assert asked.needs[0].fact == "sold"


def test_a_long_page_whose_rows_agree_is_not_compiled_for_gaps_that_are_not() -> None:
    lines = [f"r{n} | days >= {n} | 5" for n in range(MANY + 1)]
    table = rules("id | when | give", *lines, name="Table: t (any)")
    page = a_page(facts("days | whole number? | 0..900"), table)

    known, asked = decide(page, {"days": 700}), page.ways.gapped
    unknown = decide(page, {})

    assert (known.rule, known.outcome, asked) == ("r0", {"give": 5}, None)
    assert known == decide_at_length(page, {"days": 700})
    assert unknown == decide_at_length(page, {})
    assert page.ways.gapped is not None
