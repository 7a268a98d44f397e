"""Pages on which much follows from each other, put into a query in bounded time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from evenhand.policy.deciding import decide
from evenhand.policy.program import Page
from evenhand.policy.sql import sheet
from evenhand.policy.sql.comparing import compare
from evenhand.policy.sql.files import Facts, open_facts
from evenhand.policy.sql.reach import ahead_of
from evenhand.policy.sql.refusals import Untranslatable
from evenhand.policy.sql.replaying import RowCount, replay
from tests.policy.writing import a_page, a_table, facts, rules

FACTS = facts("days | whole number? | 0..90", "worn | yes/no? |")
CASES = [{"days": days, "worn": days % 2 == 0} for days in range(12)]


def nested(calls: int) -> str:
    """`max(max(days - 1, 3) - 2, 3)` and so on."""
    text = "days"
    for number in range(calls):
        text = f"max({text} - {number % 2}, 3)"
    return text


def a_chain(links: int, *, last: str = "") -> Page:
    """A page of derived facts, each of which follows from the one before."""
    rows = [
        f"| d{n} | whole number | max(d{n - 1} - 1, worn ? 2 : 1) |"
        for n in range(1, links)
    ]
    derived = a_table(
        "Derived", "| name | type | from |", "| d0 | whole number | days |", *rows
    )
    table = rules(
        "id | when | give", f"a | {last or f'd{links - 1}'} > 1 | refund", "b | | deny"
    )
    return a_page(FACTS, derived, table)


def opened(folder: Path, page: Page) -> Facts:
    """The cases in a file."""
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in CASES))
    return open_facts(path, page.policy)


def by_row(page: Page) -> dict[str, int]:
    """How many of the cases each row decides, one by one."""
    found = [decide(page, case, trace=False).rule for case in CASES]
    return {row: found.count(row) for row in ("a", "b") if row in found}


def counted(rows: Iterable[RowCount]) -> dict[str, int]:
    return {row.row: row.cases for row in rows}


def test_calls_in_each_other_are_found_once_each() -> None:
    page = a_page(
        FACTS,
        a_table(
            "Derived", "| name | type | from |", f"| d | whole number | {nested(25)} |"
        ),
        rules("id | when | give", "a | d > 3 | refund", "b | | deny"),
    )

    found = ahead_of(page.policy.derived[0].expression.root)

    assert list(found.values()) == list(range(25))


def test_calls_in_each_other_are_replayed_as_they_are_decided(tmp_path: Path) -> None:
    page = a_page(
        FACTS,
        a_table(
            "Derived", "| name | type | from |", f"| d | whole number | {nested(9)} |"
        ),
        rules("id | when | give", "a | d > 3 | refund", "b | | deny"),
    )

    assert counted(replay(page, opened(tmp_path, page)).rows) == by_row(page)
    assert len(by_row(page)) == 2


def test_columns_that_nobody_reads_any_more_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "_MANY", 5)
    page, other = a_chain(9), a_chain(9, last="d4")

    report = compare(other, page, opened(tmp_path, page))

    assert counted(replay(page, opened(tmp_path, page)).rows) == by_row(page)
    assert {move.old for move in report.moves} == {*by_row(other)}
    assert len(by_row(page)) == len(by_row(other)) == 2


def test_a_query_of_too_many_steps_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "STAGES", 12)
    page = a_chain(9)

    with pytest.raises(Untranslatable, match=r"derived fact d\d: .* more than 12"):
        replay(page, opened(tmp_path, page))
