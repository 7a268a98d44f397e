"""Money is whole minor units of one currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.kernel.money import CurrencyMismatch, Money, minor_digits

CURRENCIES = st.sampled_from(["EUR", "CNY", "JPY", "THB", "KWD"])
MINORS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "shown"),
    [
        ("129.00", "EUR", 12900, "€129.00"),
        ("1099", "JPY", 1099, "¥1,099"),
        ("450", "THB", 45000, "฿450.00"),
        ("1.234", "KWD", 1234, "KWD 1.234"),
        ("-0.05", "USD", -5, "-$0.05"),
        ("1234567.8", "CNY", 123456780, "¥1,234,567.80"),
    ],
)
def test_an_amount_is_read_exactly_and_shown_as_people_write_it(
    amount: str, currency: str, minor: int, shown: str
) -> None:
    money = Money.of(amount, currency)

    assert money == Money(minor, currency)
    assert str(money) == shown


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("0.005", "EUR"),
        ("1.5", "JPY"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("12,50", "EUR"),
        ("", "EUR"),
        ("1e999999", "EUR"),
        ("1e999990", "EUR"),
        ("-1e13", "EUR"),
        ("1000000000000000", "JPY"),
    ],
)
def test_what_is_no_amount_of_the_currency_is_refused(
    amount: str, currency: str
) -> None:
    with pytest.raises(ValueError, match=r"is not an amount|is finer than"):
        Money.of(amount, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        (" 20 ", "EUR", 2000),
        ("1,129.5", "EUR", 112950),
        ("1,234,567", "JPY", 1234567),
        ("-1,000.00", "USD", -100000),
    ],
)
def test_what_a_person_types_may_have_commas_between_thousands(
    typed: str, currency: str, minor: int
) -> None:
    assert Money.entered(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "typed", ["20,00", "1,5", "1,29.00", ",500", "1,0000", "1.000,50"]
)
def test_a_comma_that_could_be_a_point_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        Money.entered(typed, "EUR")


@pytest.mark.parametrize("typed", ["1e9", "1_000", "NaN", "twenty", "--5", ""])
def test_what_a_person_types_is_digits_alone(typed: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        Money.entered(typed, "EUR")


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("EUR", 2), ("JPY", 0), ("ISK", 0), ("XOF", 0), ("TND", 3), ("CLF", 4)],
)
def test_a_currency_has_the_minor_units_of_the_standard(
    currency: str, digits: int
) -> None:
    assert minor_digits(currency) == digits


@given(minor=MINORS, currency=CURRENCIES)
def test_major_units_lead_back_to_the_same_money(minor: int, currency: str) -> None:
    money = Money(minor, currency)

    assert Money.of(money.major, currency) == money


@given(one=MINORS, other=MINORS, currency=CURRENCIES)
def test_what_is_added_can_be_taken_away(one: int, other: int, currency: str) -> None:
    first, second = Money(one, currency), Money(other, currency)

    assert first + second - second == first
    assert (first <= second) == (one <= other)
    assert (first < second) == (one < other)


def test_amounts_of_two_currencies_are_never_added_or_compared() -> None:
    euro, yen = Money(1, "EUR"), Money(1, "JPY")

    for act in (
        lambda: euro + yen,
        lambda: euro - yen,
        lambda: euro < yen,
        lambda: euro <= yen,
    ):
        with pytest.raises(CurrencyMismatch):
            act()
    assert euro != yen


@pytest.mark.parametrize(
    ("minor", "percent", "part"),
    [(999, 50, 500), (-999, 50, -500), (1, 49, 0), (12900, 10, 1290), (10, "12.5", 1)],
)
def test_a_share_rounds_half_a_unit_away_from_zero(
    minor: int, percent: int | str, part: int
) -> None:
    assert Money(minor, "EUR").share(Decimal(percent)) == Money(part, "EUR")


@given(minor=st.integers(0, 10**12), percent=st.integers(0, 100))
def test_a_share_and_its_rest_differ_from_the_whole_by_at_most_one_unit(
    minor: int, percent: int
) -> None:
    whole = Money(minor, "EUR")
    parts = whole.share(percent) + whole.share(100 - percent)

    assert abs(parts.minor - minor) <= 1


def test_only_nothing_is_falsy() -> None:
    assert not Money(0, "EUR")
    assert Money(-1, "EUR")
