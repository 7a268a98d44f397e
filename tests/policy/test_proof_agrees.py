"""The formulas of a page say of every case what Python decides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evenhand.policy.errors import FactError, Overlap
from evenhand.policy.evaluate import evaluate, read_sheet
from evenhand.policy.kinds import LISTS
from evenhand.policy.loading import read
from evenhand.policy.program import Page
from tests.policy.making import cases as made_cases
from tests.policy.making import pages
from tests.policy.proving import Fixed, cases

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "policies").glob("*.md"))


def decided(page: Page, case: Mapping[str, object]) -> dict[str, Any] | None:
    """What one pass of Python says, as `Fixed.answer` says it."""
    try:
        found = evaluate(page.program, read_sheet(page.program, case))
    except Overlap:
        return None
    if not found.decided:
        return None
    plain = {
        outcome.name
        for table in page.policy.tables
        for outcome in table.outcomes
        if outcome.kind not in LISTS
    }
    return {
        "rows": {
            deck.table.name: {rule.row.id for rule in taken}
            for deck, taken in found.picks
        },
        "outcome": {
            name: value
            for name, value in found.outcome.items()
            if name in plain and not isinstance(value, list)
        },
    }


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_formulas_and_python_agree_on_a_shipped_page(file: Path) -> None:
    page = read(file.read_text("utf-8"))
    fixed, free = Fixed(page), Fixed(page, written_out=False)

    for case in cases(page, 20, seed=3):
        expected = decided(page, case)
        assert fixed.answer(case) == expected, case
        assert expected is None or free.allows(case, expected["rows"]), case


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_formulas_and_python_agree_on_any_page(data: st.DataObject) -> None:
    page = read(data.draw(pages()))
    fixed, free = Fixed(page), Fixed(page, written_out=False)

    for _ in range(4):
        case = data.draw(made_cases(page))
        try:
            expected = decided(page, case)
        except FactError:
            continue
        if fixed.takes(case):
            assert fixed.answer(case) == expected, case
            assert expected is None or free.allows(case, expected["rows"]), case
