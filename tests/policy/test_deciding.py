from __future__ import annotations

from datetime import date, datetime

import pytest

from evenhand.policy.deciding import decide
from evenhand.policy.decision import Citation, Passed, Status, Step
from evenhand.policy.decision import Tested as Met
from evenhand.policy.errors import FactError
from evenhand.policy.explain import lines
from tests.policy.writing import HEAD, a_page, a_table, facts, rules

FACTS = facts(
    "days | whole number | 0..3650",
    "category | one of | electronics, apparel",
    "member | one of? | silver, gold",
    "price | money | 0..10000.00",
    "rate | number? | 0..1",
    "bought_on | date? | 2020-01-01..2030-12-31",
    "worn | yes/no? |",
    "marks | list of text? | torn, stained",
    "name | text? |",
)
PAGE = a_page(
    FACTS,
    rules(
        "id | when | give | amount | because | say | say zh",
        "R22 | days <= 30; category not(electronics) | refund | price | clause 4.2 | I refund {amount}. | 退款{amount}。",
        "R23 | days <= 30; member gold | refund | price * 85 / 100 | clause 4.3 | I refund {amount} after {days} days. | ",
        "R24 | | deny | | clause 4.7 | The {days} days are over, {name}. | 已过{days}天。",
    ),
    rules(
        "id | if amount | level | because",
        "small | <= 100 | agent | limit",
        "large | | manager | limit",
        name="Table: authority",
    ),
)


def test_a_row_passed_over_is_told_with_values_and_tests() -> None:
    decision = decide(
        PAGE, {"days": 52, "category": "electronics", "member": "silver", "price": 9900}
    )

    assert decision.rule == "R24"
    assert decision.trace[0].passed == (
        Passed(
            "R22",
            (
                Met("days", 52, "<= 30", held=False),
                Met("category", "electronics", "not(electronics)", held=False),
            ),
            (),
        ),
        Passed(
            "R23",
            (
                Met("days", 52, "<= 30", held=False),
                Met("member", "silver", "gold", held=False),
            ),
            (),
        ),
    )
    assert decision.trace[0].matched == ("R24",)
    assert next(lines(decision)) == (
        "R22 failed: days 52 vs <= 30, category electronics vs not(electronics)"
    )


def test_what_is_unknown_is_told_apart_from_what_failed() -> None:
    decision = decide(PAGE, {"days": 52, "category": "electronics", "price": 9900})

    assert decision.trace[0].passed[1] == Passed(
        "R23",
        (Met("days", 52, "<= 30", held=False),),
        (Met("member", None, "gold", held=None),),
    )


def test_arithmetic_is_told_with_its_values() -> None:
    decision = decide(
        PAGE, {"days": 5, "category": "electronics", "member": "gold", "price": 9900}
    )

    assert decision.outcome == {"give": "refund", "amount": 8415, "level": "agent"}
    assert decision.steps == (
        Step("R23", "amount", "price * 85 / 100", (("price", 9900),), 8415),
    )


def test_every_table_cites_its_row_and_later_tables_read_the_outcome() -> None:
    decision = decide(PAGE, {"days": 5, "category": "apparel", "price": 19900})

    assert decision.outcome["level"] == "manager"
    assert decision.citations == (
        Citation("verdict", "R22", "clause 4.2"),
        Citation("authority", "large", "limit"),
    )


def test_sentences_are_filled_language_by_language() -> None:
    decision = decide(PAGE, {"days": 5, "category": "apparel", "price": 19900})

    assert decision.say == {"en": "I refund €199.00.", "zh": "退款€199.00。"}


def test_a_sentence_with_a_hole_that_nothing_fills_is_left_out() -> None:
    known = {"days": 52, "category": "apparel", "price": 9900}

    assert decide(PAGE, known).say == {"zh": "已过52天。"}
    assert decide(PAGE, {**known, "name": "Ms Novak"}).say == {
        "en": "The 52 days are over, Ms Novak.",
        "zh": "已过52天。",
    }


def test_a_decision_names_its_page_version_and_hash() -> None:
    decision = decide(PAGE, {"days": 5, "category": "apparel", "price": 100})

    assert (decision.policy, decision.version) == ("small", "1")
    assert decision.page_hash == PAGE.page_hash
    assert len(decision.page_hash) == 64


def test_money_is_shown_in_the_currency_of_the_case() -> None:
    head = HEAD.replace('"EUR"', '"EUR"\ncurrency_from = "paid_in"')
    page = a_page(
        facts("paid_in | one of? | EUR, CNY", "price | money |"),
        rules("id | amount | say", "only | price | I refund {amount}."),
        head=head,
    )

    assert decide(page, {"price": 9900, "paid_in": "CNY"}).say == {
        "en": "I refund ¥99.00."
    }
    assert decide(page, {"price": 9900}).say == {"en": "I refund €99.00."}


def test_a_day_in_a_sentence_is_written_as_its_language_writes_it() -> None:
    page = a_page(
        facts("told_on | date |"),
        a_table("Outcomes", "| outcome | type | domain |", "| by | date | |"),
        rules(
            "id | by | say | say zh | say ja | say th | say fr",
            "only | told_on + 14 | By {by}. | {by}前 | {by}まで | ภายใน {by} | {by}",
        ),
    )

    said = decide(page, {"told_on": date(2026, 11, 21)}).say

    assert said == {
        "en": "By 5 December 2026.",
        "zh": "2026年12月5日前",
        "ja": "2026年12月5日まで",
        "th": "ภายใน 5 ธันวาคม 2569",
        "fr": "2026-12-05",
    }


def test_what_the_page_does_not_declare_is_not_looked_at() -> None:
    known = {"days": 5, "category": "apparel", "price": 100}

    assert decide(PAGE, {**known, "shoe_size": object()}) == decide(PAGE, known)


@pytest.mark.parametrize(
    ("fact", "value", "right"),
    [
        ("days", "5", "it must be whole number, 0..3650"),
        ("days", True, "it must be whole number, 0..3650"),
        ("days", 5.5, "it must be whole number, 0..3650"),
        ("days", -1, "it must be whole number, 0..3650"),
        ("days", 4000, "it must be whole number, 0..3650"),
        ("category", "food", "it must be one of electronics, apparel"),
        ("category", 3, "it must be one of electronics, apparel"),
        (
            "price",
            99.5,
            "it must be money in whole minor units of EUR, €0.00..€10,000.00",
        ),
        ("rate", float("nan"), "it must be number, 0..1"),
        ("rate", 1.5, "it must be number, 0..1"),
        (
            "bought_on",
            "1 March",
            "it must be date such as 2026-06-15, 2020-01-01..2030-12-31",
        ),
        (
            "bought_on",
            date(2019, 1, 1),
            "it must be date such as 2026-06-15, 2020-01-01..2030-12-31",
        ),
        (
            "bought_on",
            datetime(2026, 1, 1),  # noqa: DTZ001  # the refused value
            "it must be date such as 2026-06-15, 2020-01-01..2030-12-31",
        ),
        ("worn", 1, "it must be yes/no, true or false"),
        ("marks", "torn", "it must be list of text torn, stained"),
        ("name", 7, "it must be text"),
    ],
)
def test_a_value_that_a_fact_cannot_have_is_refused_by_name(
    fact: str, value: object, right: str
) -> None:
    with pytest.raises(FactError) as caught:
        decide(PAGE, {"days": 5, "category": "apparel", "price": 100, fact: value})

    assert (caught.value.fact, caught.value.right) == (fact, right)
    assert caught.value.value is value
    assert str(caught.value).startswith(f"{fact} is ")


def test_what_a_list_cannot_hold_is_refused_with_its_place() -> None:
    known = {"days": 5, "category": "apparel", "price": 100}

    with pytest.raises(FactError) as caught:
        decide(PAGE, {**known, "marks": ["torn", "burnt"]})

    assert (caught.value.fact, caught.value.where) == ("marks", "place 2")
    assert str(caught.value) == (
        "marks, place 2, is 'burnt'; it must be list of text torn, stained"
    )


def test_none_and_missing_are_the_same() -> None:
    known = {"days": 52, "category": "apparel", "price": 9900}

    assert decide(PAGE, {**known, "member": None, "rate": None}) == decide(PAGE, known)
    assert decide(PAGE, {"days": None}).status is Status.NEEDS_FACT


def test_a_derived_fact_is_told_with_the_facts_it_comes_from() -> None:
    page = a_page(
        facts("bought_on | date |", "asked_on | date |"),
        a_table(
            "Values",
            "| name | type | value | reference |",
            "| window | whole number | 14 | clause 1 |",
        ),
        a_table(
            "Derived",
            "| name | type | from |",
            "| days | whole number | days(asked_on - bought_on) |",
        ),
        rules("id | days | give", "in | <= window | refund", "late | | deny"),
    )

    decision = decide(page, {"bought_on": "2026-06-01", "asked_on": "2026-06-16"})

    assert decision.rule == "late"
    assert decision.trace[0].passed[0].failed == (
        Met("days", 15, "<= window", held=False),
    )
    assert decision.steps == (
        Step(
            "derived",
            "days",
            "days(asked_on - bought_on)",
            (("asked_on", date(2026, 6, 16)), ("bought_on", date(2026, 6, 1))),
            15,
        ),
    )
    assert [q.fact for q in decide(page, {"bought_on": "2026-06-01"}).needs] == [
        "asked_on"
    ]


def test_a_whole_number_may_come_as_a_float_without_a_fraction() -> None:
    known = {"days": 5.0, "category": "apparel", "price": 19900.0}

    assert decide(PAGE, known).outcome["amount"] == 19900
    assert isinstance(decide(PAGE, known).outcome["amount"], int)


def test_a_share_on_a_page_without_a_currency_is_a_number_and_stays_exact() -> None:
    page = a_page(
        facts("fine | number | 0.."),
        rules("id | when | give | pct | of", "half | | waive | 50 | fine"),
        rules("id | if amount | word", "a | (0.17..0.18) | small", name="Table: later"),
        head='+++\npolicy = "small"\nversion = "1"\n+++\n',
    )

    outcome = decide(page, {"fine": 0.35}).outcome

    assert (outcome["amount"], outcome["word"]) == (0.175, "small")
