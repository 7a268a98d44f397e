"""A mistake in a shipped page is noticed by the page's own examples and invariants.

Here a sample of the mutants, the same in every run; `bench/policy_mutants.py` judges
all of them.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from evenhand.policy.nodes import Expression
from evenhand.policy.program import Page
from tests.policy.mutation.expressions import mistaken_expressions
from tests.policy.mutation.killing import judge
from tests.policy.mutation.pages import mutants
from tests.policy.shipped import NAMES, page_of
from tests.policy.writing import a_page, a_table, facts, rules

SAMPLE = 12
LEAST = 90.0


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_and_invariants_of_a_page_notice_its_mistakes(name: str) -> None:
    page = page_of(name)
    every = list(mutants(page.policy))
    sample = random.Random(7).sample(every, SAMPLE)  # noqa: S311  # a fixed choice, no secret

    judged = judge(page, sample, seconds=60)

    assert len(every) > 150
    assert judged.share >= LEAST, [mutant.what for mutant in judged.alive]


def small(*examples: str, never: str = "") -> Page:
    sections = [
        facts("days | whole number | 0..60", "worn | yes/no |"),
        rules(
            "id | when | give | amount",
            "early | days <= 14 | refund | 80.00",
            "late | days <= 30; worn no | credit | 40.00",
            "never | | deny |",
        ),
    ]
    if never:
        sections.append(
            a_table("Never", "| id | when | give | because |", f"| {never} |")
        )
    lines = [f"| {one} |" for one in examples]
    sections.append(a_table("Examples", "| given | expect | give | amount |", *lines))
    return a_page(*sections)


GOOD = (
    "days 14; worn no | early | refund | 80.00",
    "days 14; worn yes | early | refund | 80.00",
    "days 15; worn no | late | credit | 40.00",
    "days 30; worn no | late | credit | 40.00",
    "days 15; worn yes | never | deny | none",
    "days 31; worn no | never | deny | none",
)


def test_good_examples_notice_every_mistake_of_a_small_page() -> None:
    page = small(*GOOD)

    judged = judge(page, mutants(page.policy))

    assert [mutant.what for mutant in judged.alive] == []
    assert judged.by_examples > 20


def test_an_example_away_from_the_boundary_lets_a_moved_bound_live() -> None:
    page = small(*GOOD[2:], "days 3; worn yes | early | refund | 80.00")

    judged = judge(page, mutants(page.policy))

    assert "verdict: early: days <= 14: moved to 13" in [
        mutant.what for mutant in judged.alive
    ]


def test_a_never_kills_what_no_example_notices() -> None:
    without = small(*GOOD[2:], "days 3; worn yes | early | refund | 80.00")
    law = "law | days <= 14 | credit, deny | the law"
    held = small(*GOOD[2:], "days 3; worn yes | early | refund | 80.00", never=law)

    alone = judge(without, mutants(without.policy))
    proved = judge(held, mutants(held.policy))

    assert alone.by_proof == 0
    assert proved.by_proof > 0
    assert len(proved.alive) < len(alone.alive)


def test_a_mutant_that_decides_alike_is_not_counted() -> None:
    page = a_page(
        facts("days | whole number | 0..60"),
        rules(
            "id | when | give",
            "early | days <= 14 | refund",
            "late | days > 14 | deny",
        ),
        a_table(
            "Examples",
            "| given | expect | give |",
            "| days 14 | early | refund |",
            "| days 15 | late | deny |",
        ),
    )

    judged = judge(page, mutants(page.policy))

    assert "verdict: early and late swapped" in [one.what for one in judged.same]
    assert judged.alive == ()


def test_a_mutant_differs_from_its_page_in_one_place_only() -> None:
    page = small(*GOOD)

    for mutant in mutants(page.policy):
        same_rest = replace(mutant.policy, tables=page.policy.tables)
        assert mutant.policy != page.policy, mutant.what
        assert same_rest == page.policy, mutant.what


def test_an_expression_is_mistaken_in_each_of_its_parts() -> None:
    page = a_page(
        facts("price | money | 0..", "n | whole number | 0..9"),
        rules("id | amount", "a | n < 3 and price > 5.00 ? price - 1.00 : 2.00"),
    )
    expression: Expression = page.policy.tables[0].rows[0].results[0][1]

    found = [what for what, _ in mistaken_expressions(expression)]

    assert found == [
        "and turned",
        "< becomes <=",
        "3 becomes 4",
        "3 becomes 2",
        "> becomes >=",
        "500 becomes 501",
        "500 becomes 499",
        "- becomes +",
        "100 becomes 101",
        "100 becomes 99",
        "200 becomes 201",
        "200 becomes 199",
    ]


def test_a_cell_is_mistaken_in_each_of_its_parts() -> None:
    page = a_page(
        facts("days | whole number | 0..60"),
        rules("id | when | give", "a | days (3..5] | refund"),
    )

    found = [mutant.what for mutant in mutants(page.policy)]

    assert found == [
        "verdict: a: days (3..5] dropped",
        "verdict: a: days (3..5] negated",
        "verdict: a: days (3..5]: the low end turned",
        "verdict: a: days (3..5]: the high end turned",
        "verdict: a: days (3..5]: low end moved to 4",
        "verdict: a: days (3..5]: low end moved to 2",
        "verdict: a: days (3..5]: high end moved to 6",
        "verdict: a: days (3..5]: high end moved to 4",
    ]
