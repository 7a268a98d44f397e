"""A decision told to its reader, in each language of the desk."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from string import Formatter

import pytest

from evenhand.policy.counterfactual import Change, Nearest, nearest, wanting
from evenhand.policy.deciding import decide
from evenhand.policy.phrases import phrases
from evenhand.policy.phrases.wording import Phrases
from evenhand.policy.telling import About, Line, told, told_way
from tests.policy.writing import a_page, a_table, facts, rules

HEAD = """+++
policy = "returns"
version = "2026-03-01"
language = "en"
jurisdiction = ["EU"]
[effective]
from = 2026-03-01
to = 2026-12-31
judged_on = "ordered_on"
[money]
currency = "EUR"
+++
"""
PAGE = a_page(
    a_table(
        "Facts",
        "| fact | type | domain | fixed | label | label zh | ask |",
        "| ordered_on | date | 2020-01-01.. | x | Ordered on | 下单日 | When? |",
        "| days | whole number | 0..400 | | Days | 天数 | How many days? |",
        "| worn | yes/no | | | Worn | | Was it worn? |",
        "| price | money | 0.00.. | x | Price | 价格 | |",
    ),
    a_table(
        "Values",
        "| name | type | value | from | reference |",
        "| window | whole number | 14 | 2020-01-01 | art. 9 |",
        "| window | whole number | 30 | 2026-06-01 | art. 9, as amended |",
    ),
    rules(
        "id | when | unless | give | amount | because",
        "full | days <= window | worn yes | refund | price | art. 9",
        "half | days <= 60 | | refund | price / 2 | clause 2",
        "late | | | deny | 0.00 |",
    ),
    head=HEAD,
)
CASE = {"ordered_on": "2026-07-01", "days": 25, "worn": True, "price": 1001}


def test_a_decision_is_told_line_by_line() -> None:
    explanation = told(decide(PAGE, CASE), PAGE, "en")

    assert explanation.window == Line(
        About.WINDOW,
        "2026-03-01",
        "Version 2026-03-01, in force from 1 March 2026 to 31 December 2026,"
        " chosen by Ordered on: 1 July 2026",
    )
    assert explanation.rows == (
        Line(About.EXCEPTED, "full", "full: set aside, as Worn is yes", "verdict"),
        Line(About.MATCHED, "half", "half applies", "verdict"),
    )
    assert explanation.steps == (
        Line(
            About.VALUE,
            "window",
            "Window is 30, as laid down from 1 June 2026; Ordered on is 1 July 2026"
            " (art. 9, as amended)",
        ),
        Line(About.STEP, "half", "Amount = price / 2 = €5.01 (Price €10.01)"),
    )
    assert [one.because for one in explanation.citations] == ["clause 2"]
    assert explanation.jurisdiction == ("EU",)


def test_a_decision_knows_when_its_page_holds_and_which_day_chose_it() -> None:
    decision = decide(PAGE, CASE)

    assert decision.window == (date(2026, 3, 1), date(2026, 12, 31))
    assert decision.judged == ("ordered_on", date(2026, 7, 1))
    assert decide(PAGE, {}).judged == ("ordered_on", None)


def test_what_fails_and_what_is_open_is_told_apart() -> None:
    failed = told(decide(PAGE, {**CASE, "days": 90}), PAGE, "en")
    opened = told(decide(PAGE, {**CASE, "days": None, "worn": False}), PAGE, "en")

    assert [line.text for line in failed.rows] == [
        "full: Days is 90, not <= window",
        "half: Days is 90, not <= 60",
        "late applies",
    ]
    assert opened.rows[0] == Line(
        About.OPEN,
        "full",
        "full: Days is not known (<= window)",
        "verdict",
    )


def test_labels_days_and_sentences_are_the_readers() -> None:
    chinese = told(decide(PAGE, {**CASE, "days": 90}), PAGE, "zh")

    assert chinese.window.text == (
        "版本 2026-03-01，有效期自2026年3月1日起 至2026年12月31日，由下单日决定：2026年7月1日"
    )
    assert chinese.rows[1].text == "half：天数为90，不符合 <= 60"
    assert chinese.steps[0].text.startswith("Window为30，自2026年6月1日起；下单日为")


@pytest.mark.parametrize(
    ("language", "failed", "unknown"),
    [
        ("en", "wear: Worn is no, not yes", "wear: Worn is not known (yes)"),
        ("zh", "wear：Worn为否，不符合 是", "wear：Worn尚不清楚（是）"),
        (
            "ja",
            "wear：Wornはいいえで、はい に当たりません",
            "wear：Wornが分かっていません（はい）",
        ),
        ("th", "wear: Wornคือ ไม่ใช่ ไม่ใช่ ใช่", "wear: ยังไม่ทราบWorn (ใช่)"),
    ],
)
def test_a_yes_that_a_row_wants_is_told_in_the_readers_words(
    language: str, failed: str, unknown: str
) -> None:
    page = a_page(
        a_table("Facts", "| fact | type |", "| worn | yes/no |"),
        rules("id | when | give", "wear | worn yes | deny", "rest | | refund"),
    )

    no = told(decide(page, {"worn": False}), page, language)
    nobody_knows = told(decide(page, {}), page, language)

    assert no.rows[0].text == failed
    assert nobody_knows.rows[0].text == unknown


@pytest.mark.parametrize(
    ("language", "told_lines"),
    [
        (
            "en",
            [
                "asked: Kind is not known",
                "shown: Days is 3, not unknown",
                "bare applies",
                "paid: Amount –",
                "more: Amount is –, not > 1.00",
                "marked: Marks is –, not torn",
                "unpaid applies",
            ],
        ),
        (
            "zh",
            [
                "asked：Kind尚不清楚",
                "shown：Days为3，不符合 未知",
                "适用 bare",
                "paid：Amount：–",
                "more：Amount为–，不符合 > 1.00",
                "marked：Marks为–，不符合 torn",
                "适用 unpaid",
            ],
        ),
    ],
)
def test_what_is_not_known_or_not_given_is_told_in_words(
    language: str, told_lines: list[str]
) -> None:
    page = a_page(
        facts(
            "kind | text? |", "days | whole number? |", "marks | list of text | torn"
        ),
        rules(
            "id | when | give | amount",
            "asked | kind not(null) | refund | 5.00",
            "shown | days null | refund | 5.00",
            "bare | | deny |",
        ),
        rules(
            "id | when | level",
            "paid | amount not(null) | a",
            "more | amount > 1.00 | a",
            "marked | marks torn | a",
            "unpaid | amount null | b",
            name="Table: authority",
        ),
    )

    explained = told(decide(page, {"days": 3, "marks": []}), page, language)

    assert [line.text for line in explained.rows] == told_lines


def test_a_way_is_told_with_what_it_would_lead_to() -> None:
    (way,) = nearest(PAGE, {**CASE, "days": 90}, wanted=wanting(give="refund"))

    assert told_way(way, PAGE, "en") == (
        "If Days were 60 and not 90: Give refund, Amount €5.01 (half)."
    )
    assert told_way(way, PAGE, "ja") == (
        "Daysが90ではなく60であれば：Give：refund、Amount：€5.01（half）。"
    )


def test_hindsight_says_that_nothing_can_be_done_about_it() -> None:
    change = Change("ordered_on", date(2026, 7, 1), date(2026, 5, 1))
    way = Nearest((change,), "half", {"give": "refund"}, 0.5, hindsight=True)

    assert told_way(way, PAGE, "en") == (
        "It cannot be changed now, but if Ordered on were 1 May 2026 and not"
        " 1 July 2026: Give refund (half)."
    )


@pytest.mark.parametrize("language", ["zh", "ja", "th"])
def test_every_language_fills_the_same_holes(language: str) -> None:
    english, other = phrases("en"), phrases(language)

    assert other is not english
    for field in fields(Phrases):
        assert _holes(getattr(other, field.name)) == _holes(
            getattr(english, field.name)
        ), field.name


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_language_without_sentences_is_told_in_english() -> None:
    assert phrases("fr") is phrases("en")
    assert phrases("zh-hans") is phrases("zh")
