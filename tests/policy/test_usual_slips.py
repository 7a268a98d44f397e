"""What authors write at first, and what they are told to write instead."""

from __future__ import annotations

import pytest

from tests.policy.writing import facts, first_fault, rules

FACTS = (
    "days | whole number | 0..30",
    "price | money | 0.00..500.00",
    'kind | one of | red, "sea green"',
    "bought_on | date |",
)


@pytest.mark.parametrize(
    ("cell", "column", "what", "instead"),
    [
        ("days == 14", 12, "“==” is not expected here", "write the value alone, or ="),
        (
            "price <= 20 EUR",
            19,
            "“EUR” is not expected here",
            "write the amount alone: 129.00",
        ),
        (
            "price <= price * 2",
            22,
            "“*” is not expected here",
            "derive it under ## Derived and test its name",
        ),
        (
            "kind sea green",
            12,
            "“sea” is not one of its words",
            'write one of red, "sea green"',
        ),
        (
            "bought_on >= 15.06.2026",
            25,
            ". cannot be read",
            "write a day as 2026-06-15, a number as 0.5",
        ),
    ],
)
def test_a_condition_written_as_elsewhere_is_told_how_to_write_it(
    cell: str, column: int, what: str, instead: str
) -> None:
    fault = first_fault(facts(*FACTS), rules("id | when | give", f"a | {cell} | x"))

    assert (fault.column, fault.what, fault.instead) == (column, what, instead)


def test_a_share_written_with_a_percent_sign_is_told_how_to_write_it() -> None:
    fault = first_fault(facts(*FACTS), rules("id | amount", "a | 20% of price"))

    assert fault.what == "remainders are not in the language"
    assert (
        fault.instead == "for a share write price * 20 / 100, or the columns pct and of"
    )


def test_a_domain_written_as_a_condition_is_told_how_to_write_it() -> None:
    fault = first_fault(facts("days | number | >= 0"), rules("id | give", "a | x"))

    assert (fault.column, fault.what) == (19, "“>=” is not expected here")
    assert fault.instead == "write 0..3650 or 0.."
