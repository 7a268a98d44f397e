"""A case and its answer in a line each: amounts in the currency of the case."""

from __future__ import annotations

import pytest
from django.utils import translation

from evenhand.decisions.earlier import told, told_facts
from evenhand.decisions.models import PolicyDraft
from evenhand.decisions.templatetags.decision_words import draft_title
from evenhand.decisions.trying import tried
from evenhand.policy import Page, decide, load
from tests.given_decisions import PAGES, small_page


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
    assert f"; Amount: {amount};" in told(page, answer)


LINES = """| lines | list? | | |
| lines.price | money | 0.. | |
| lines.kind | one of | big, small | |
"""


def test_a_case_and_its_answer_are_told_in_the_reader_s_language() -> None:
    page = load((PAGES / "warranty.md").read_text("utf-8"))
    example = page.policy.examples[3]

    with translation.override("ja"):
        facts = told_facts(page, example.given)
        answer = told(page, decide(page, example.given))

    assert facts[:2] == (("当店での購入", "はい"), ("適用される法", "CN"))
    assert ("お届け日", "2026年4月10日") in facts
    assert answer.startswith("判定: 認めない; 対応内容: 有償修理; ご請求: ¥450.00;")


def test_order_lines_are_told_one_by_one() -> None:
    page = load(small_page().replace("| price | money", LINES + "| price | money", 1))

    facts = told_facts(page, {"lines": [{"price": 500, "kind": "big"}, {"price": 20}]})

    assert facts == (("Lines", "(price €5.00, kind big); (price €0.20)"),)
    assert told_facts(page, {"lines": []}) == (("Lines", "–"),)


def test_the_reason_of_a_failed_example_is_told_in_the_words_of_the_page() -> None:
    text = (PAGES / "warranty.md").read_text("utf-8")
    text = text.replace(
        "labour 400.00; parts 50.00 | W-03 |", "labour 400.00; parts 50.00 | no-fault |"
    )

    with translation.override("zh-hans"):
        tryout = tried(text)

    assert [one.reasons for one in tryout.wrong] == [
        ("no-fault：检出的故障为其他，不符合 未检出故障",)
    ]


def test_a_draft_is_called_what_its_head_says_in_the_reader_s_language() -> None:
    text = small_page().replace("+++\n\n#", '[titles]\nzh = "小物"\n+++\n\n#', 1)
    draft = PolicyDraft(text=text, title="Small things")

    with translation.override("zh-hans"):
        assert draft_title(draft) == "小物"
    with translation.override("th"):
        assert draft_title(draft) == "Small things"
