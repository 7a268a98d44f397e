from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.coach.rules.figures import amounts_in, said
from evenhand.coach.rules.numerals import spelled
from evenhand.kernel.money import Money


def read(
    text: str, language: str, currency: str | None = None
) -> list[tuple[str, str]]:
    found = amounts_in(text, language=language, currency=currency)
    return [
        (
            f"{amount.money.major} {amount.money.currency}",
            text[amount.start : amount.end],
        )
        for amount in found
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "€102.35 back", [("102.35 EUR", "€102.35")]),
        ("en", "102.35 EUR back", [("102.35 EUR", "102.35 EUR")]),
        ("en", "102,35 €, 1.099,00 €", [("102.35 EUR", "102,35 €"), ("1099.00 EUR", "1.099,00 €")]),
        ("en", "£1,099 or $50k", [("1099.00 GBP", "£1,099"), ("50000.00 USD", "$50k")]),
        ("en", "two hundred and fifty euros", [("250.00 EUR", "two hundred and fifty euros")]),
        ("en", "A$20 and CHF 5.50", [("20.00 AUD", "A$20"), ("5.50 CHF", "CHF 5.50")]),
        ("zh", "退59元,另付¥200", [("59.00 CNY", "59元"), ("200.00 CNY", "¥200")]),
        ("zh", "三百块,1.5万元", [("300.00 CNY", "三百块"), ("15000.00 CNY", "1.5万元")]),
        ("zh", "两百五十块钱", [("250.00 CNY", "两百五十块钱")]),
        ("zh", "赔２００元", [("200.00 CNY", "２００元")]),
        ("ja", "JPY 5000円 ¥1,200", [("5000 JPY", "JPY 5000円"), ("1200 JPY", "¥1,200")]),
        ("ja", "1万5千円", [("15000 JPY", "1万5千円")]),
        ("th", "50 บาท ฿50", [("50.00 THB", "50 บาท"), ("50.00 THB", "฿50")]),
        ("th", "๑,๐๙๙ บาท", [("1099.00 THB", "๑,๐๙๙ บาท")]),
        ("th", "สองร้อยห้าสิบบาท", [("250.00 THB", "สองร้อยห้าสิบบาท")]),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_its_language_writes_it(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert read(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "order 20417 weighs 3 kg, 50% done on 24/07/2026"),
        ("zh", "换了两块屏幕,跑了3趟"),
        ("ja", "3台のうち1台、¥1.5"),
        ("th", "เหลือ 3 ชิ้น เวลา 18.00 น."),
    ],
)
def test_other_numbers_are_no_money(language: str, text: str) -> None:
    assert read(text, language) == []


def test_the_desks_own_currency_decides_what_a_shared_sign_means() -> None:
    assert read("$20", "en", "AUD") == [("20.00 AUD", "$20")]
    assert read("200元", "zh", "TWD") == [("200.00 TWD", "200元")]
    assert read("¥200", "en", "JPY") == [("200 JPY", "¥200")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I will refund you 480 today.", [("480.00 GBP", "480")]),
        ("I will refund 59.00 to your card.", [("59.00 GBP", "59.00")]),
        ("a third workshop, 1,440, held in June", [("1440.00 GBP", "1,440")]),
        ("I will refund 3 items and pay 50% of 2 more", []),
    ],
)
def test_a_bare_sum_counts_where_the_currency_is_known(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert read(text, "en", "GBP") == expected
    assert read(text, "en") == []


MONEY = st.one_of(
    st.builds(
        Money, st.integers(0, 10**9), st.sampled_from(["EUR", "GBP", "CNY", "THB"])
    ),
    st.builds(Money, st.integers(0, 10**7), st.just("JPY")),
)


@given(MONEY, st.sampled_from(["en", "zh", "ja", "th"]))
def test_what_is_said_is_read_back(money: Money, language: str) -> None:
    text = said(money, language)

    found = amounts_in(f"x {text} y", language=language, currency=money.currency)

    assert [(amount.money, amount.start) for amount in found] == [(money, 2)]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("twenty-five", 25),
        ("one hundred thousand", 100_000),
        ("两百五", 250),
        ("一千二百万", 12_000_000),
        ("3万5千", 35_000),
        ("สองหมื่นสามพันสี่ร้อยห้าสิบเอ็ด", 23_451),
    ],
)
def test_a_number_in_words_is_read(words: str, value: int) -> None:
    assert spelled(words) == value
