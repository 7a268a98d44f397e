"""What a check says, as sentences: numbers, plurals and conditions as people read them."""

from __future__ import annotations

import pytest

from evenhand.policy.proof.findings import Kind
from tests.policy.proving import check, of_kind
from tests.policy.writing import a_page, a_table, a_text, facts, rules

DAYS = facts("days | whole number | 0..365", "price | money | 10.00..500.00")
ALL = rules("id | when | give", "a | days <= 14 | refund", "rest | | deny")


def always(row: str) -> str:
    return a_table("Always", "| id | when | give |", f"| {row} |")


def test_a_gap_is_found_above_a_table_in_which_every_case_collides() -> None:
    above = rules("id | when | give", "a | days <= 14 | refund")
    below = rules("id | call", "b | yes", "c | no", name="Table: duties (unique)")

    report = check(a_page(DAYS, above, below))

    (gap,) = of_kind(report, Kind.GAP)
    assert gap.what == "No row of table verdict covers this case: days 15 to 365."
    assert of_kind(report, Kind.NOT_PROVED) == []
    assert len(of_kind(report, Kind.OVERLAP)) == 1


def test_one_case_that_rows_miss_for_several_reasons_is_told_once() -> None:
    table = rules(
        "id | when | give",
        "a | days != 15 | refund",
        "b | days > 15; price < 20.00 | deny",
        "c | days > 15; price > 20.00 | deny",
    )

    gaps = of_kind(check(a_page(DAYS, table)), Kind.GAP)

    assert [gap.what for gap in gaps] == [
        "No row of table verdict covers this case: days 15."
    ]


@pytest.mark.parametrize(
    ("cell", "kind", "why"),
    [
        ("price >= 10.00", Kind.ALWAYS_TRUE, "the domain of price is 10.00..500.00"),
        ("price > 500.00", Kind.NEVER_TRUE, "the domain of price is 10.00..500.00"),
        ("days >= 0", Kind.ALWAYS_TRUE, "the domain of days is 0..365"),
    ],
)
def test_a_domain_is_told_as_the_page_writes_it(
    cell: str, kind: Kind, why: str
) -> None:
    table = rules("id | when | give", f"a | {cell} | refund", "rest | | deny")

    (idle,) = of_kind(check(a_page(DAYS, table)), kind)

    assert idle.what.endswith(f" holds: {why}.")


def test_a_row_for_what_is_unknown_that_comes_too_late_is_told_to_go_up() -> None:
    known = facts("days | whole number | 0..365", "dose | number? | 1..10")
    late = rules(
        "id | when | give",
        "a | dose > 2 | x",
        "b | days > 3 | y",
        "c | dose null | z",
        "d | | w",
    )

    (dead,) = of_kind(check(a_page(known, late)), Kind.UNREACHABLE)

    assert dead.what == (
        "The row c of table verdict is never reached: in every case that it could take,"
        " a above it waits for a fact."
    )
    assert dead.proposal == "Move c above a, or remove c."


def test_a_row_that_its_own_exception_takes_away_says_both() -> None:
    table = a_table(
        "Table: verdict (first)",
        "| id | when | unless | give |",
        "| a | days > 20 | days > 10 or price > 9.00; days 3 | refund |",
        "| rest | | | deny |",
    )

    (dead,) = of_kind(check(a_page(DAYS, table)), Kind.UNREACHABLE)

    assert dead.what == (
        "The row a of table verdict can never match. No case meets this:"
        " days > 20; unless days > 10 or price > 9.00; days 3."
    )


def test_what_always_holds_is_told_without_a_condition() -> None:
    both = rules("id | when | give", "a | days <= 14 | refund", "rest | | refund")

    kept = check(a_page(DAYS, both, always("law | | refund")))
    broken = check(a_page(DAYS, ALL, always("law | | refund")))

    assert "Always law: give refund in every case." in kept.proved
    (told,) = of_kind(broken, Kind.ALWAYS_BROKEN)
    assert told.what == (
        "law promises give refund in every case. It fails: days 15 to 365 goes to row"
        " rest."
    )


def test_an_entitlement_that_guards_nothing_names_what_never_comes_together() -> None:
    report = check(a_page(DAYS, ALL, always("law | days < 3; days > 5 | refund")))

    (idle,) = of_kind(report, Kind.IDLE_INVARIANT)
    assert idle.what == (
        "Always law guards nothing. No case meets this: days < 3; days > 5."
    )


def test_a_list_that_holds_a_line_at_least_hides_no_fault() -> None:
    lines = ("lines | list | 1..5", "lines.price | money | 0.00..100.00")
    known = facts("days | whole number | 0..365", *lines)

    report = check(a_page(known, ALL, always("law | days <= 20 | refund")))

    (told,) = of_kind(report, Kind.ALWAYS_BROKEN)
    assert told.what.startswith("law promises give refund whenever days <= 20.")
    assert of_kind(report, Kind.NOT_PROVED) == []


def test_one_example_is_told_as_one() -> None:
    now, before = (
        a_table("Examples", "| given | expect |", f"| days {day} | a |")
        for day in (3, 4)
    )

    report = check(a_page(DAYS, ALL, now), earlier=[a_text(DAYS, ALL, before)])

    assert "The example is decided as it says." in report.proved
    assert "One example of an earlier version was decided." in report.proved


def test_a_domain_that_begins_at_a_fraction_is_proved_like_any_other() -> None:
    known = facts("dose | number | 0.5..10")
    table = rules("id | when | give", "a | dose <= 1.5 | x", "b | dose > 1.5 | y")

    report = check(a_page(known, table))

    assert report.findings == ()
    assert "Every case has a row in table verdict." in report.proved
