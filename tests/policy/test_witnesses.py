"""How a finding is told: the fewest facts, short numbers, no stray words, and ranks."""

from __future__ import annotations

from evenhand.policy import load
from evenhand.policy.decision import Status
from evenhand.policy.proof.cases import Runner
from evenhand.policy.proof.findings import Kind
from tests.policy.proving import check, of_kind
from tests.policy.test_check_findings import DAYS, entitlement, found
from tests.policy.writing import a_page, a_table, facts


def test_a_row_that_ranks_lower_is_not_told_to_move_up() -> None:
    dead = found(
        DAYS,
        a_table(
            "Outcomes",
            "| outcome | type | domain |",
            "| give | one of | refund, deny |",
        ),
        entitlement("no | worn yes | deny", "yes | days >= 0 | refund", hit="priority"),
        kind=Kind.UNREACHABLE,
    )

    assert len(dead) == 1
    assert dead[0].what == (
        "The row no of table entitlement is never reached: yes ranks higher and takes"
        " every case that it could."
    )
    assert dead[0].proposal == (
        "Give no a result that ranks above that of yes, narrow yes (days >= 0), or"
        " remove no."
    )


COINS = """+++
policy = "coins"
version = "1"
[money]
currency = "EUR"
currency_from = "coin"
+++"""


def test_an_amount_in_each_currency_that_nothing_uses_is_told_once() -> None:
    page = a_page(
        facts("coin | one of | EUR, JPY", "worn | yes/no |"),
        a_table(
            "Values", "| name | type | value |", "| least | money | 5 EUR, 500 JPY |"
        ),
        entitlement("a | worn yes | x", "b | worn no | y"),
        head=COINS,
    )

    spare = of_kind(check(page), Kind.UNUSED)

    assert [one.what for one in spare] == [
        "The value least is used by no row, expression or sentence."
    ]


def test_a_dead_end_tells_what_bears_on_it_and_nothing_else() -> None:
    dead = found(
        facts("fees | list of number |", "worn | yes/no |", "days | whole number |"),
        a_table("Derived", "| name | type | from |", "| most | number | fees.max() |"),
        entitlement("a | worn yes; most > 2 | x", "b | days > 3 | y", "c | | z"),
        kind=Kind.DEAD_END,
    )

    assert [t.text for one in dead for t in one.case] == ["none", "yes"]
    assert [set(one.facts or ()) for one in dead] == [{"fees", "worn", "days"}]


def test_a_number_in_a_witness_has_no_more_digits_than_it_needs() -> None:
    page = a_page(
        facts("share | number | 0..1", "load | number | 0..1"),
        a_table(
            "Derived",
            "| name | type | from |",
            "| part | number | share / 7 + load / 3 |",
        ),
        entitlement("a | part > 0.4; load < 0.9 | x", "b | part <= 0.4 | y"),
    )

    gap = of_kind(check(page), Kind.GAP)[0]

    assert all(len(told.text) <= 8 for told in gap.case)


def test_a_free_text_in_a_witness_is_no_word_of_another_fact() -> None:
    dead = found(
        facts("said | text |", "kind | one of | big, small", "days | whole number |"),
        entitlement('a | said "hello"; days > 3 | x', "b | kind small | y"),
        kind=Kind.GAP,
    )

    told = {t.text for one in dead for t in one.case if t.fact == "said"}
    assert told <= {"another text", "hello"}
    assert "another text" in told


COLLIDING = """+++
policy = "colliding"
version = "1"
[money]
currency = "EUR"
+++
## Facts
| fact | type | domain |
|---|---|---|
| days | whole number | 0..90 |
| kind | one of | shoes, books |
| price | money | 0.. |
## Outcomes
| outcome | type | domain |
|---|---|---|
| amount | money | |
| level | one of | agent, manager |
## Table: first (first)
| id | when | amount |
|---|---|---|
| soon | days <= 30 | price |
| late | | |
## Table: then (unique)
| id | when | level |
|---|---|---|
| any | kind shoes | agent |
| old | kind shoes; days > 10 | manager |
| book | kind books | agent |
"""


def test_a_case_is_decided_after_one_in_which_rows_of_a_later_table_collide() -> None:
    runner = Runner(load(COLLIDING))
    collided = runner.run({"days": 20, "kind": "shoes"})

    waits = runner.run({"days": 20})

    assert collided.overlap is not None
    assert [trace.table for trace in collided.above] == ["first"]
    assert waits.decision is not None
    assert waits.decision.status is Status.NEEDS_FACT
