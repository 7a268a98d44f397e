"""Months, working days and durations in proofs: exact, or bounded soundly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy.calendar import add_months, months_between
from evenhand.policy.kinds import Kind as FactKind
from evenhand.policy.proof.calendars import working_days, working_days_on
from evenhand.policy.proof.findings import Kind
from evenhand.policy.proof.terms import Term
from evenhand.policy.working_days import add_working_days, holidays_of
from evenhand.policy.working_days import working_days as counted
from tests.policy.proving import check, of_kind
from tests.policy.writing import a_page, a_table, facts

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
NEAR = st.dates(date(2026, 1, 1), date(2026, 3, 31))
MEAN, STRAY = 146_097 / 4_800, 8


def at(day: date) -> Term:
    return Term(FactKind.DATE, day.toordinal())


@given(
    start=st.dates(date(1600, 1, 1), date(2399, 12, 31)), months=st.integers(-600, 600)
)
def test_no_run_of_months_strays_from_the_mean_by_more_than_is_assumed(
    start: date, months: int
) -> None:
    days = (add_months(start, months) - start).days

    assert abs(days - MEAN * months) <= STRAY


@given(later=DAYS, earlier=DAYS)
def test_full_months_lie_within_the_bounds_of_the_proof(
    later: date, earlier: date
) -> None:
    apart = (later - earlier).days - MEAN * months_between(later, earlier)

    assert abs(apart) <= MEAN + STRAY


@given(later=NEAR, earlier=NEAR, holidays=st.lists(NEAR, max_size=6))
def test_working_days_are_counted_as_python_counts_them(
    later: date, earlier: date, holidays: list[date]
) -> None:
    free = tuple(day.toordinal() for day in holidays)

    term = working_days(at(later), at(earlier), free)

    assert term.value == counted(later, earlier, holidays_of(holidays))


@given(start=NEAR, count=st.integers(-3, 60), holidays=st.lists(NEAR, max_size=6))
def test_the_working_day_so_many_on_is_the_one_of_python(
    start: date, count: int, holidays: list[date]
) -> None:
    free = tuple(day.toordinal() for day in holidays)

    term = working_days_on(at(start), Term(FactKind.WHOLE, count), free)

    expected = add_working_days(start, count, holidays_of(holidays))
    assert (term.value if term.known else None) == (expected and expected.toordinal())


def entitlement(when: str) -> str:
    return a_table(
        "Table: entitlement (first)",
        "| id | when | give |",
        f"| yes | {when} | refund |",
        "| no | | deny |",
    )


@pytest.mark.parametrize(
    ("derived", "when", "never"),
    [
        ("days(came - sent)", "value <= 14", "came > last; give refund"),
        ("working_days(came - sent)", "value <= 10", "came > last; give refund"),
    ],
)
def test_a_span_of_days_is_exact(derived: str, when: str, never: str) -> None:
    last = "sent + 14"
    page = a_page(
        facts(
            "sent | date | 2026-01-01..2026-12-31",
            "came | date | 2026-01-01..2027-12-31",
        ),
        a_table(
            "Derived",
            "| name | type | from |",
            f"| value | whole number | {derived} |",
            f"| last | date | {last} |",
        ),
        entitlement(when),
        a_table("Never", "| id | when |", f"| late | {never} |"),
    )

    report = check(page)

    if derived.startswith("days"):
        assert report.clean
    else:  # ten working days from a Friday end on a Friday, two Sundays later at most
        (broken,) = of_kind(report, Kind.NEVER_BROKEN)
        came, sent = broken.facts["came"], broken.facts["sent"]
        assert isinstance(came, date)
        assert isinstance(sent, date)
        assert came > sent + timedelta(days=14)
        assert counted(came, sent) <= 10


def test_a_fault_that_hangs_on_months_is_found_by_an_exact_case() -> None:
    page = a_page(
        facts("sent | date |", "came | date |"),
        a_table(
            "Derived",
            "| name | type | from |",
            "| last | date | add_months(sent, 1) |",
            "| span | whole number | days(last - sent) |",
        ),
        entitlement("came <= last"),
        a_table("Never", "| id | when |", "| short | span < 29; give refund |"),
    )

    (broken,) = of_kind(check(page), Kind.NEVER_BROKEN)

    sent = broken.facts["sent"]
    assert isinstance(sent, date)
    assert (add_months(sent, 1) - sent).days == 28


def test_what_follows_from_the_bounds_of_months_is_proved() -> None:
    page = a_page(
        facts(
            "sent | date | 2000-01-01..2100-01-01",
            "came | date | 2000-01-01..2100-01-01",
        ),
        a_table(
            "Derived",
            "| name | type | from |",
            "| last | date | add_months(sent, 24) |",
            "| days | whole number | days(came - sent) |",
        ),
        entitlement("came <= last"),
        a_table(
            "Never", "| id | when |", "| after-three-years | days > 1095; give refund |"
        ),
    )

    report = check(page)

    assert report.clean
    assert report.proved[-1] == "Never after-three-years: days > 1095; give refund."


def test_a_value_by_date_is_judged_on_both_sides_of_its_day() -> None:
    head = (
        '+++\npolicy = "p"\nversion = "1"\n[effective]\nfrom = 2026-01-01\n'
        'judged_on = "asked_on"\n+++\n'
    )
    page = a_page(
        facts(
            "asked_on | date | 2026-01-01..2027-12-31", "days | whole number | 0..99"
        ),
        a_table(
            "Values",
            "| name | type | from | value |",
            "| window | whole number | 2026-01-01 | 14 |",
            "| window | whole number | 2026-07-01 | 30 |",
        ),
        entitlement("days <= window"),
        a_table("Never", "| id | when |", "| beyond | days > 14; give refund |"),
        head=head,
    )

    (broken,) = of_kind(check(page), Kind.NEVER_BROKEN)

    asked_on = broken.facts["asked_on"]
    assert isinstance(asked_on, date)
    assert asked_on >= date(2026, 7, 1)
