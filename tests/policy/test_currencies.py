"""Amounts that a page writes in each currency that a case may have."""

from __future__ import annotations

import pytest

from evenhand.policy import decide
from evenhand.policy.decision import Status
from evenhand.policy.errors import Fault
from evenhand.policy.proof.wording import told_case
from tests.policy.writing import a_page, a_table, facts, first_fault, rules

HEAD = """+++
policy = "small"
version = "1"
[money]
currency = "EUR"
currency_from = "paid_in"
+++
"""
FACTS = facts("paid_in | one of | EUR, JPY, KWD", "loss | money | 0..")
CAP = a_table(
    "Values",
    "| name | type | value | reference |",
    "| cap | money | 20.00 EUR, 2000 JPY, 6.5 KWD | clause 4 |",
)
TABLE = rules("id | when | amount", "a | loss <= cap | loss", "z | | min(loss, cap)")


@pytest.mark.parametrize(
    ("paid_in", "loss", "rule", "amount"),
    [
        ("EUR", 2000, "a", 2000),
        ("EUR", 2001, "z", 2000),
        ("JPY", 2000, "a", 2000),
        ("JPY", 2001, "z", 2000),
        ("KWD", 6500, "a", 6500),
        ("KWD", 6501, "z", 6500),
    ],
)
def test_a_value_is_the_amount_in_the_currency_of_the_case(
    paid_in: str, loss: int, rule: str, amount: int
) -> None:
    page = a_page(FACTS, CAP, TABLE, head=HEAD)

    decision = decide(page, {"paid_in": paid_in, "loss": loss})

    assert (decision.rule, decision.outcome) == (rule, {"amount": amount})


def test_while_the_currency_is_unknown_it_is_asked_if_it_matters() -> None:
    page = a_page(FACTS, CAP, TABLE, head=HEAD)

    decision = decide(page, {"loss": 6000})

    assert decision.status is Status.NEEDS_FACT
    assert [question.fact for question in decision.needs] == ["paid_in"]


def test_a_loss_below_the_cap_of_every_currency_needs_no_currency() -> None:
    page = a_page(FACTS, CAP, TABLE, head=HEAD)

    decision = decide(page, {"loss": 2000})

    assert (decision.status, decision.rule) == (Status.HIT, "a")
    assert decision.outcome == {"amount": 2000}


def test_the_amounts_are_kept_as_rows_with_their_currency() -> None:
    page = a_page(FACTS, CAP, TABLE, head=HEAD)

    (derived,) = page.policy.derived
    assert [(v.currency, v.value, v.reference) for v in page.policy.values] == [
        ("EUR", 2000, "clause 4"),
        ("JPY", 2000, "clause 4"),
        ("KWD", 6500, "clause 4"),
    ]
    assert (derived.name, derived.dated) == ("cap", False)
    assert derived.expression.text == "20.00 EUR, 2000 JPY, 6.5 KWD"
    assert derived.expression.names == ("paid_in",)


@pytest.mark.parametrize(
    ("value", "column", "what", "instead"),
    [
        (
            "20.00 EUR, 2000 JPY",
            17,
            "there is no amount in KWD",
            "paid_in may be EUR, JPY, KWD",
        ),
        (
            "20.00 EUR, 2000 JPY, 6 THB",
            40,
            "“THB” is not a currency of the case",
            "write one of EUR, JPY, KWD",
        ),
        ("20.00 EUR, 30 EUR", 31, "there are two amounts in EUR", ""),
        (
            "20.00 EUR, x JPY",
            28,
            "“x” is not a number",
            "write 20.00 EUR, 2000 JPY",
        ),
        (
            "20.00 EUR, 2000.50 JPY, 6 KWD",
            28,
            "'2000.50' is finer than one minor unit of JPY",
            "",
        ),
        ("20.00 EUR 2000 JPY", 27, "“2000” is not expected here", ""),
    ],
)
def test_amounts_that_do_not_serve_every_case_are_refused(
    value: str, column: int, what: str, instead: str
) -> None:
    cap = a_table("Values", "| name | type | value |", f"| cap | money | {value} |")

    fault = first_fault(FACTS, cap, rules("id | give", "a | x"), head=HEAD)

    assert fault == Fault(20, column, what, instead)


def test_amounts_in_currencies_need_a_fact_that_says_which() -> None:
    fault = first_fault(FACTS, CAP, rules("id | give", "a | x"))

    assert (fault.what, fault.instead) == (
        "no fact says which currency a case has",
        'name a one of fact: currency_from = "…" under [money] in the head',
    )


def test_a_value_in_currencies_has_one_row() -> None:
    rows = (
        "| cap | money | 20.00 EUR, 2000 JPY, 6 KWD |",
        "| cap | money | 30.00 |",
    )
    cap = a_table("Values", "| name | type | value |", *rows)
    plain = rules("id | give", "a | x")

    fault = first_fault(FACTS, cap, plain, head=HEAD)

    assert (fault.line, fault.what, fault.instead) == (
        21,
        "cap has amounts in several currencies, and another row",
        "give each row its own name",
    )
    assert (
        first_fault(
            FACTS,
            a_table("Values", "| name | type | value |", *reversed(rows)),
            plain,
            head=HEAD,
        ).what
        == fault.what
    )


def test_a_case_is_told_in_its_own_currency() -> None:
    page = a_page(FACTS, CAP, TABLE, head=HEAD)
    case = {"paid_in": "JPY", "loss": 2001}

    told = [one.text for one in told_case(page, case)]

    assert told == ["JPY", "¥2,001"]
    assert [one.text for one in told_case(page, {**case, "paid_in": "EUR"})] == [
        "EUR",
        "€20.01",
    ]
