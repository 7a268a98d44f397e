"""Two pages over drawn cases, compared in SQL and case by case in Python."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from evenhand.policy.loading import load
from evenhand.policy.program import Page
from evenhand.policy.sql.comparing import Move, compare
from evenhand.policy.sql.halves import asked
from evenhand.policy.sql.otherwise import otherwise_of
from evenhand.policy.sql.pairs import terms_of
from evenhand.policy.sql.replaying import replay
from tests.policy import agreeing

PAGE = """+++
policy = "returns"
version = "1"
[money]
currency = "EUR"
+++
# Returns
## Facts
| fact | type | domain |
|---|---|---|
| days | whole number | 0..90 |
| kind | one of | shoes, books, toys, hats |
| price | money | 0..90 |
| tip | money? | 0.. |
| worn | yes/no | |
| share | number | 0..1 |
## Table: entitlement (first)
| id | when | verdict | amount |
|---|---|---|---|
| whole | days <= 14 | upheld | price |
| half | days <= 30; kind shoes, toys | partly_upheld | price / 2 |
| most | days <= 30; kind != hats; worn no | partly_upheld | price * 85 / 100 |
| fixed | days <= 60; share > 0.5 | partly_upheld | 5.00 |
| worn | worn yes | not_upheld | price * 0 |
| double | days > 80 | upheld | price * 2 |
| none | | not_upheld | |
"""
CHANGES = {
    "a window": [("days <= 30; kind shoes", "days <= 20; kind shoes")],
    "most windows": [("<= 14", "<= 9"), ("<= 30", "<= 40"), ("> 80", "> 70")],
    "a share of money": [("price / 2", "price / 4")],
    "money that is given no more": [("upheld | price * 2", "upheld | ")],
    "a verdict": [("| partly_upheld | 5.00", "| upheld | 5.00")],
    "a row that is gone": [("| worn | worn yes | not_upheld | price * 0 |\n", "")],
    "money that may be absent": [("price / 2", "price / 2 + tip")],
}
RANKS = {"upheld": 3, "partly_upheld": 2, "not_upheld": 0}


def _changed(change: str) -> Page:
    text = PAGE
    for before, after in CHANGES[change]:
        assert before in text
        text = text.replace(before, after)
    return load(text)


@pytest.mark.parametrize("change", CHANGES)
def test_two_pages_are_compared_as_python_compares_them(change: str) -> None:
    old, new = load(PAGE), _changed(change)
    cases = list(agreeing.Drawing(old, 7).cases(400))
    facts = agreeing.opened(old, cases, asked(old.policy))

    found = compare(old, new, facts)

    assert _in_order(found.moves) == _in_order(_compared(old, new, cases))
    assert found.cases == 400


@pytest.mark.parametrize("rounding", ["half_up", "half_even"])
def test_shares_of_one_fact_are_compared_by_row_as_python_does(rounding: str) -> None:
    text = PAGE.replace("| 5.00 |", "| price * 80 / 100 |")
    text = text.replace("[money]", f'[money]\nrounding = "{rounding}"')
    old, new = load(text), load(text.replace("<= 30", "<= 20").replace("/ 2", "/ 4"))
    cases = list(agreeing.Drawing(old, 5).cases(400))
    small = [{**one, "price": n % 7} for n, one in enumerate(cases[:200])]
    facts = agreeing.opened(old, [*small, *cases[200:]], asked(old.policy))

    found = compare(old, new, facts)

    assert terms_of(old.policy, new.policy, "amount").scale is not None
    wanted = _compared(old, new, [*small, *cases[200:]])
    assert _in_order(found.moves) == _in_order(wanted)


def _in_order(moves: list[Move]) -> list[Move]:
    return sorted(moves, key=lambda move: (move.old, move.new))


def _compared(old: Page, new: Page, cases: list[dict[str, Any]]) -> list[Move]:
    moves: dict[tuple[str, str], Move] = {}
    for facts in cases:
        one, other = (agreeing.in_python(page, facts) for page in (old, new))
        names = one.get("rule") or one["status"], other.get("rule") or other["status"]
        move = moves.setdefault(names, Move(*names))
        move.cases += 1
        paid, pays = one.get("outcome.amount"), other.get("outcome.amount")
        for amounts, amount in ((move.before, paid), (move.after, pays)):
            if amount is not None:
                amounts["EUR"] = amounts.get("EUR", 0) + int(amount)
        if one["status"] == other["status"] == "hit":
            move.otherwise += names[0] == names[1] and _beside(one) != _beside(other)
            lost = int(paid or 0) - int(pays or 0)
            ranks = [RANKS[answer["outcome.verdict"]] for answer in (one, other)]
            move.worse += lost > 0 or (lost == 0 and ranks[1] < ranks[0])
            if lost > 0:
                move.lost["EUR"] = move.lost.get("EUR", 0) + lost
    return list(moves.values())


def _beside(answer: dict[str, Any]) -> dict[str, Any]:
    """What comes out beside the money."""
    return {name: one for name, one in answer.items() if name != "outcome.amount"}


LATER = """## Derived
| name | type | from |
|---|---|---|
| late | whole number | days - 20 |
## Outcomes
| outcome | type |
|---|---|
| until | number |
| score | number |
## Table: entitlement (first)
| id | when | give | grant | amount | verdict |
|---|---|---|---|---|---|
| soon | days <= 30; worn no | repair | agent | price | upheld |
| rest | | deny | agent | | not_upheld |
## Table: authority (first)
| id | when | level | until |
|---|---|---|---|
| far | amount > 0.20; late >= -15 | manager | late / 3 |
| near | | agent | late / 7 |
## Table: offers (collect)
| id | when | offer | goodwill |
|---|---|---|---|
| credit | days > 40 | credit | price / 2 |
| voucher | give != deny | voucher | 5.00 |
## Table: points (collect sum)
| id | when | score |
|---|---|---|
| one | days > 10 | 2 |
| two | worn yes | days / 4 |
"""
BESIDE = {
    "nothing": ("# Returns", "# Sending back"),
    "a word": (
        "| soon | days <= 30; worn no | repair |",
        "| soon | days <= 30; worn no | refund |",
    ),
    "a level of a later table": ("amount > 0.20", "amount > 0.04"),
    "what money decides later": (
        "| agent | price | upheld",
        "| agent | price / 2 | upheld",
    ),
    "what follows": ("days - 20", "days - 19"),
    "a fraction": ("late / 7", "late / 8"),
    "a listed row": ("| credit | days > 40", "| credit | days > 50"),
    "what a listed row gives": ("price / 2 |\n| voucher", "price / 3 |\n| voucher"),
    "a sum": ("days / 4", "days / 5"),
    "a table that is gone": (
        "## Table: points (collect sum)",
        "## Table: scores (collect sum)",
    ),
    "rounding": ("[money]", '[money]\nrounding = "down"'),
}


@pytest.mark.parametrize("change", BESIDE)
def test_who_keeps_the_row_and_gets_something_else_is_counted(change: str) -> None:
    before, after = BESIDE[change]
    text = PAGE[: PAGE.index("## Table")] + LATER
    assert before in text
    old, new = load(text), load(text.replace(before, after))
    cases = list(agreeing.Drawing(old, 3).cases(200))

    found = compare(old, new, agreeing.opened(old, cases, asked(old.policy)))

    wanted = _compared(old, new, cases)
    assert _in_order(found.moves) == _in_order(wanted)
    assert any(move.otherwise for move in wanted) == (change != "nothing")
    apart = otherwise_of(old.policy, new.policy, "amount")
    assert bool(apart.wanted or apart.rows) == (change != "nothing")


def test_money_is_summed_by_row_as_python_sums_it() -> None:
    page = load(PAGE)
    cases = list(agreeing.Drawing(page, 11).cases(400))
    facts = agreeing.opened(page, cases, asked(page.policy))

    report = replay(page, facts)

    wanted: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for answer in (agreeing.in_python(page, one) for one in cases):
        counted = wanted[answer.get("rule") or answer["status"]]
        counted[0] += 1
        counted[1] += int(answer.get("outcome.amount") or 0)
    found = {
        row.row: [row.cases, sum(row.money.get("amount", {}).values())]
        for row in report.rows
    }
    assert found == wanted
    assert "amount" not in {r.row: r for r in report.rows}["none"].money


def test_money_is_told_by_the_row_unless_it_may_be_absent() -> None:
    old = load(PAGE).policy

    same = terms_of(old, _changed("a share of money").policy, "amount")
    absent = terms_of(old, _changed("money that may be absent").policy, "amount")

    assert same.apart == frozenset({2})
    assert same.wanted == []
    assert absent.apart is None
    assert absent.wanted == ["amount"]
