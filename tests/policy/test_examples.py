"""What an example may say of the rows of a list and of a list of words."""

from __future__ import annotations

import pytest

from evenhand.policy.deciding import decide
from evenhand.policy.examples import agrees
from tests.policy.writing import a_page, a_table, a_text, facts, faults_of, rules

DECLARED = facts("price | money | 0..", "late | yes/no |")
VERDICT = rules(
    "id | when | give | remedies",
    "late | late yes | choice | refund, repair",
    "early | | deny |",
)
OUTCOMES = a_table(
    "Outcomes", "| outcome | type |", "| remedies | list of text |", "| by | date |"
)
OFFERS = rules(
    "id | when | offer | amount",
    "half | late yes | refund | price / 2",
    "card | late yes | voucher |",
    "tea | price > 50.00 | voucher | 5.00",
    name="Table: offers (collect)",
)


def examples(header: str, *lines: str) -> str:
    return a_table("Examples", f"| {header} |", *(f"| {line} |" for line in lines))


def told(header: str, line: str) -> list[str]:
    text = a_text(DECLARED, OUTCOMES, VERDICT, OFFERS, examples(header, line))
    return [fault.what for fault in faults_of(text)]


def test_an_example_holds_what_each_row_of_a_list_gives() -> None:
    header = "given | expect | offers | offers.offer | offers.amount"
    line = "price 60.00; late yes | late | half, card, tea"

    right = told(header, f"{line} | refund; voucher; voucher | 30.00; none; 5.00")
    wrong = told(header, f"{line} | refund; voucher; voucher | 30.00; none; 5.01")

    assert right == []
    assert wrong == [
        "expected offers.amount €30.00 / none / €5.01, got €30.00 / none / €5.00"
    ]


def test_none_alone_says_that_no_row_gives_anything() -> None:
    header = "given | expect | offers.amount"

    assert told(header, "price 10.00; late no | early | none") == []
    assert told(header, "price 60.00; late no | early | none") == [
        "expected offers.amount none, got €5.00"
    ]


def test_fewer_rows_than_were_written_are_a_difference() -> None:
    header = "given | expect | offers.amount"

    assert told(header, "price 10.00; late yes | late | 5.00; none; 5.00") == [
        "expected offers.amount €5.00 / none / €5.00, got €5.00 / none"
    ]


def test_a_list_of_words_is_held_word_by_word() -> None:
    header = "given | expect | remedies"

    assert told(header, "price 1.00; late yes | late | refund, repair") == []
    assert told(header, "price 1.00; late no | early | none") == []
    assert told(header, "price 1.00; late yes | late | refund") == [
        "expected remedies refund, got refund, repair"
    ]


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("five", "“five” is not a number"),
        ("5.00 5.00", "“5.00” is not expected here"),
        ("5.00;", "the end is not a number"),
    ],
)
def test_what_is_no_value_of_the_column_is_refused(cell: str, what: str) -> None:
    found = told(
        "given | expect | offers.amount", f"price 1.00; late yes | late | {cell}"
    )

    assert len(found) == 1
    assert found[0] == what


def test_a_column_of_no_table_is_refused() -> None:
    found = told("given | expect | offers.colour", "price 1.00; late no | early | red")

    assert len(found) == 1
    assert "offers.colour" in found[0]


def test_a_decision_agrees_with_an_example_or_not() -> None:
    page = a_page(
        DECLARED,
        OUTCOMES,
        VERDICT,
        OFFERS,
        examples("given | expect | give", "price 1.00; late yes | late | choice"),
    )
    (example,) = page.policy.examples

    assert agrees(page, decide(page, {"price": 100, "late": True}), example)
    assert not agrees(page, decide(page, {"price": 100, "late": False}), example)


def test_why_a_row_was_passed_over_is_told_in_money_not_in_cents() -> None:
    asked = rules("id | when", "dear | price >= 50.00", "cheap |")
    wanted = examples("given | expect", "price 49.99 | dear")

    faults = faults_of(a_text(facts("price | money | 0.."), asked, wanted))

    assert [fault.what for fault in faults] == ["expected dear, got cheap"]
    assert faults[0].instead == "dear failed: price €49.99 vs >= 50.00"
