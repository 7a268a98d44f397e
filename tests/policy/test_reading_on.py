"""A page is read on from where it was stuck, and that comes to what all of it comes to."""

from __future__ import annotations

from random import Random

import pytest

from evenhand.policy.errors import Overlap
from evenhand.policy.evaluate import Evaluation, read_sheet
from evenhand.policy.exploring import Budget, Explorer, first_unknown
from evenhand.policy.program import Page
from tests.policy.shipped import NAMES, page_of
from tests.policy.writing import a_page, facts, rules

RANKED = a_page(
    facts(
        "worn | yes/no? |", "paid | whole number? | 0..9", "days | whole number? | 0..9"
    ),
    rules("outcome | type", "sum | number", name="Outcomes"),
    rules(
        "id | when | sum",
        "x | worn no | paid",
        "y | days > 2 | paid + 1",
        "z | days <= 9 | 3",
        name="Table: a (any)",
    ),
    rules(
        "id | when | give",
        "p | sum > 3 | refund",
        "q | sum <= 3 | no",
        name="Table: b (unique)",
    ),
)


def read(
    explorer: Explorer, assumed: dict[str, object], before: Evaluation | None = None
) -> tuple[Evaluation | None, object]:
    """A reading, and all that it says; of rows that collide only which they are."""
    try:
        found = explorer.read(assumed, before)
    except Overlap as overlap:
        return None, (overlap.table, overlap.rows)
    said = (found.picks, found.outcome, found.pending, found.waiting, found.stuck)
    return found, (*said, found.sheet)


@pytest.mark.parametrize(
    "page", [*map(page_of, NAMES), RANKED], ids=[*NAMES, "by results"]
)
def test_reading_on_after_an_answer_comes_to_what_reading_all_again_does(
    page: Page,
) -> None:
    chosen = Random(page.page_hash)  # noqa: S311  # cases, not secrets

    for _ in range(20):
        explorer = Explorer(page, read_sheet(page.program, {}), Budget(10**9))
        assumed: dict[str, object] = {}
        before: Evaluation | None = explorer.read(assumed)
        while before and (name := first_unknown(before, page.program.outcomes)):
            answers = [*explorer.answers(name, before.sheet)]
            assumed = {**assumed, name: chosen.choice(answers)}
            again, whole = read(explorer, assumed)
            further, onward = read(explorer, assumed, before)
            assert onward == whole
            assert (again is None) == (further is None)
            before = further
