"""Two versions: proved to decide alike, or where they part, and who is worse off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evenhand.policy.deciding import decide
from evenhand.policy.loading import read
from evenhand.policy.program import Page
from evenhand.policy.proof import compare
from evenhand.policy.proof.rowdiff import Edit
from evenhand.policy.proof.standing import Standing, standing
from tests.policy.writing import a_page, a_table, facts, rules

ROOT = Path(__file__).resolve().parents[2]
FACTS = ("days | whole number | 0..365", "price | money | 0.00..1000.00")
ROWS = (
    "fresh | days <= 14 | refund | price",
    "part | days <= 30 | refund | price * 0.85",
    "late | | deny | ",
)


def version(*rows: str, declared: tuple[str, ...] = FACTS, hit: str = "first") -> Page:
    return a_page(
        facts(*declared),
        a_table(
            f"Table: entitlement ({hit})",
            "| id | when | give | amount |",
            *(f"| {row} |" for row in rows),
        ),
    )


def test_versions_that_say_the_same_otherwise_are_proved_equal() -> None:
    other = version(
        "none | days > 30 | deny | ",
        "some | days [15..30] | refund | price * 85 / 100",
        "all | days < 15 | refund | price",
    )

    found = compare(version(*ROWS), other)

    assert (found.equal, found.complete, found.never_worse) == (True, True, True)
    assert found.changes == ()
    assert {row.edit for row in found.rows} == {Edit.ADDED, Edit.REMOVED}


def test_a_moved_bound_is_found_with_rows_columns_and_a_case() -> None:
    old, new = version(*ROWS), version(ROWS[0], ROWS[1].replace("30", "20"), ROWS[2])

    found = compare(old, new)

    (change,) = found.changes
    assert (change.old.row, change.new.row) == ("part", "late")
    assert change.columns == ("give", "amount")
    assert change.standing is Standing.WORSE
    assert (found.equal, found.complete, found.never_worse) == (False, True, False)
    days = change.facts["days"]
    assert isinstance(days, int)
    assert 21 <= days <= 30
    assert decide(old, change.facts).rule == "part"
    assert decide(new, change.facts).rule == "late"
    assert [(row.row, row.edit) for row in found.rows] == [("part", Edit.CHANGED)]
    assert found.rows[0].new == "days <= 20 | give refund, amount price * 0.85"


def test_a_wider_version_is_proved_never_worse() -> None:
    new = version(ROWS[0].replace("14", "20"), ROWS[1].replace("30", "40"), ROWS[2])

    found = compare(version(*ROWS), new)

    assert found.never_worse is True
    assert [(one.old.row, one.new.row, one.standing) for one in found.changes] == [
        ("part", "fresh", Standing.BETTER),
        ("late", "part", Standing.BETTER),
    ] or sorted((one.old.row, one.new.row) for one in found.changes) == [
        ("late", "part"),
        ("part", "fresh"),
    ]


def test_the_order_of_rows_alone_is_told_as_moved() -> None:
    other = version(ROWS[1], ROWS[0], ROWS[2])

    found = compare(version(*ROWS), other)

    assert [row.edit for row in found.rows] == [Edit.MOVED]
    assert [(one.old.row, one.new.row) for one in found.changes] == [("fresh", "part")]


def test_a_gap_that_is_closed_is_a_change_from_no_rule() -> None:
    found = compare(version(*ROWS[:2]), version(*ROWS))

    (change,) = found.changes
    assert (change.old.status, change.old.row) == ("no_rule", "")
    assert (change.new.row, change.standing) == ("late", Standing.OTHER)


def test_a_domain_of_money_is_told_as_the_page_writes_it() -> None:
    found = compare(
        version(*ROWS, declared=(FACTS[0], "price | money | 0.00..50.00")),
        version(*ROWS, declared=(FACTS[0], "price | money | 0.00..80.00")),
    )

    assert [(row.old, row.new) for row in found.rows] == [
        ("money 0.00..50.00", "money 0.00..80.00")
    ]


def test_rows_that_are_listed_alike_are_told_with_what_they_give() -> None:
    offers = [
        a_table(
            "Table: offers (collect)",
            "| id | when | offer | amount |",
            f"| sorry | days > 14 | voucher | {amount} |",
            "| word | days > 14 | | |",
        )
        for amount in ("5.00", "6.00")
    ]
    old, new = (
        a_page(facts(*FACTS), rules("id | give", "all | deny"), one) for one in offers
    )

    (change,) = compare(old, new).changes

    assert change.columns == ("offers",)
    assert [side.told["offers"] for side in (change.old, change.new)] == [
        "sorry (offer voucher, amount €5.00), word",
        "sorry (offer voucher, amount €6.00), word",
    ]


def test_facts_that_differ_are_noted() -> None:
    new = version(*ROWS, declared=("days | whole number | 0..100", "price | money | 0.00..1000.00", "colour | text |"))  # fmt: skip

    found = compare(version(*ROWS), new)

    assert found.equal
    assert found.notes == (
        "The domain of days changed: cases of both are compared.",
        "The fact colour is new.",
    )


@pytest.mark.parametrize(
    ("before", "after", "equal"),
    [
        (("a | days < 5 | x | ", "b | days < 9 | y | "), ("b | days < 9 | y | ", "a | days < 5 | x | "), False),
        (("a | days < 5 | x | ", "b | days > 9 | y | "), ("b | days > 9 | y | ", "a | days < 5 | x | "), True),
        (("a | days < 5 | x | ",), ("a | days < 5 | x | ", "b | days > 365 | y | "), True),
        (("a | days < 5 | x | ",), ("other | days < 5 | x | ",), False),
    ],
)  # fmt: skip
def test_tables_that_list_rows_are_equal_where_they_list_the_same(
    before: tuple[str, ...], after: tuple[str, ...], equal: bool
) -> None:
    found = compare(version(*before, hit="collect"), version(*after, hit="collect"))

    assert found.equal is equal


def test_a_shipped_page_is_equal_to_itself() -> None:
    page = read((ROOT / "policies" / "returns.md").read_text("utf-8"))

    found = compare(page, page)

    assert (found.equal, found.never_worse, found.rows) == (True, True, ())


def test_new_words_alone_need_no_proof() -> None:
    rows = ROWS[0] + " | clause 1", ROWS[1] + " | clause 1", ROWS[2] + " | clause 2"
    told = a_page(
        facts(*FACTS),
        a_table(
            "Table: entitlement (first)",
            "| id | when | give | amount | because |",
            *(f"| {row} |" for row in rows),
        ),
    )

    found = compare(version(*ROWS), told, seconds=0)

    assert (found.equal, found.never_worse) == (True, True)
    assert [row.edit for row in found.rows] == [Edit.CHANGED] * 3


def test_a_comparison_is_data_that_json_holds() -> None:
    new = version(ROWS[0], ROWS[2])

    stored = json.loads(json.dumps(compare(version(*ROWS), new).as_json()))

    assert stored["equal"] is False
    assert stored["changes"][0]["old"]["told"]["give"] == "refund"
    assert stored["rows"][0]["edit"] == "removed"


def test_a_comparison_out_of_time_says_so() -> None:
    found = compare(version(*ROWS), version(ROWS[0], ROWS[2]), seconds=0)

    assert (found.equal, found.complete, found.never_worse) == (False, False, None)
    assert found.notes == (
        "The 0 seconds allowed were used up.",
        "There may be other changes than those told.",
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"give": "refund", "amount": 900}, {"give": "refund", "amount": 800}, "worse"),
        ({"give": "deny"}, {"give": "store_credit", "amount": 500}, "better"),
        ({"give": "refund", "amount": 500}, {"give": "replace"}, "worse"),
        ({"give": "refund", "amount": 500}, {"give": "refund", "amount": 500}, "same"),
        ({"charge": 500}, {"charge": 300}, "better"),
        ({"verdict": "upheld"}, {"verdict": "partly_upheld"}, "worse"),
        ({"give": "find_seller"}, {"give": "refund", "amount": 5}, "other"),
    ],
)
def test_who_is_better_off_goes_by_what_is_given_then_money_then_verdict(
    old: dict[str, object], new: dict[str, object], expected: str
) -> None:
    assert standing(old, new) == expected
