"""A replay counts what Python decides one by one: rows, money, and what is missing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evenhand.policy import Page, load
from evenhand.policy.evaluate import evaluate, read_sheet
from evenhand.policy.sql.files import open_facts
from evenhand.policy.sql.halves import asked
from evenhand.policy.sql.reach import names_of_row
from evenhand.policy.sql.replaying import replay
from tests.policy import agreeing

ROOT = Path(__file__).resolve().parents[2]
WITHIN = """+++
policy = "within"
version = "1"
[money]
currency = "EUR"
+++
## Facts
| fact | type | domain |
|---|---|---|
| sent | date | |
| back | date | |
| kind | one of | shoes, books, hats |
| price | money | 0..90 |
| fee | money? | 0.. |
| worn | yes/no | |
| tags | list of text | |
## Derived
| name | type | from |
|---|---|---|
| age | whole number | days(back - sent) |
## Table: entitlement (first)
| id | when | amount |
|---|---|---|
| soon | age <= 14; worn no | price |
| less | age <= 30; kind shoes, books | price * 85 / 100 |
| tagged | tags "gift"; kind not(hats) | price |
| fee | fee not(null); worn no | price - fee |
| choice | age > 60 | worn ? price / 3 : price |
| none | | |
"""


def _returns() -> str:
    """Return the page of the bench, with money that is a share of what was paid."""
    text = (ROOT / "bench" / "pages" / "returns26.md").read_text(encoding="utf-8")
    text = re.sub(r"\bamount\b", "paid", text)
    return text.replace("[money]", '[money]\nbase = "paid"')


@pytest.mark.parametrize("text", [WITHIN, _returns()], ids=["within", "returns26"])
@pytest.mark.parametrize("is_apart", [True, False], ids=["apart", "together"])
def test_a_replay_counts_what_python_decides(text: str, *, is_apart: bool) -> None:
    page = load(text)
    cases = list(agreeing.Drawing(page, 11).cases(500))
    names = asked(page.policy) if is_apart else ()

    found = replay(page, agreeing.opened(page, cases, names))

    answers = [agreeing.in_python(page, facts) for facts in cases]
    rows = Counter(one.get("rule") or one["status"] for one in answers)
    assert {one.row: one.cases for one in found.rows} == rows
    assert len(rows) > 5
    money: Counter[str] = Counter()
    for one in answers:
        money[one.get("rule") or one["status"]] += one.get("outcome.amount") or 0
    given = {one.row: one.money.get("amount", {}).get("EUR", 0) for one in found.rows}
    assert given == {row: money[row] for row in rows}
    assert found.missing == Counter(
        name for facts in cases for name in _missing(page, facts)
    )


def _missing(page: Page, facts: dict[str, Any]) -> set[str]:
    """Return the unknown facts that a case waits for."""
    found = evaluate(page.program, read_sheet(page.program, facts))
    names = set(names_of_row(found.stuck[1].row)) if found.stuck else set(found.pending)
    under = {one.name: set(one.expression.names) for one in page.policy.derived}
    reached = {name for one in names for name in under.get(one, {one})}
    return {name for name in reached if facts.get(name) is None}


def test_a_list_that_cannot_be_read_is_a_fault_and_not_a_missing_fact(
    tmp_path: Path,
) -> None:
    page = load(WITHIN)
    given = tmp_path / "cases.csv"
    known = "2026-01-01,2026-02-20,books,100,0,yes"
    given.write_text(
        "sent,back,kind,price,fee,worn,tags\n"
        f'{known},"[""gift""]"\n{known},"[]"\n'
        f'{known},[gift]\n{known},"{{""a"": 1}}"\n'
        f"{known},\n",
        encoding="utf-8",
    )

    found = replay(page, open_facts(given, page.policy))

    assert found.faults == {"facts: tags": 2}
    assert found.missing == {"tags": 1}
    assert found.statuses == {"hit": 2, "needs_fact": 1, "no_rule": 0, "fault": 2}
