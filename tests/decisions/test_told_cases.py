"""A case and its answer in a line each: amounts in the currency of the case."""

from __future__ import annotations

import pytest

from evenhand.decisions.earlier import told, told_facts
from evenhand.policy import Page, decide, load
from tests.given_decisions import small_page


def page_in(currencies: str) -> Page:
    text = small_page().replace(
        'currency = "EUR"', 'currency = "EUR"\ncurrency_from = "coin"'
    )
    row = f"| coin | one of? | {currencies} | In what was it paid? |\n"
    return load(text.replace("| price | money", f"{row}| price | money", 1))


@pytest.mark.parametrize(
    ("coin", "price", "amount"),
    [("JPY", 2600, "¥2,600"), ("EUR", 2600, "€26.00"), (None, 2600, "€26.00")],
)
def test_amounts_are_told_in_the_currency_of_the_case(
    coin: str | None, price: int, amount: str
) -> None:
    page = page_in("EUR, JPY")
    facts = {"coin": coin, "price": price, "broken": True}

    answer = decide(page, facts)

    assert dict(told_facts(page, facts))["Price"] == amount
    assert f"; Amount {amount};" in told(page, answer)
