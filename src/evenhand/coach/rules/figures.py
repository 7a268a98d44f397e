"""Amounts of money in a text: "€102.35", "59元", "ห้าสิบบาท", "JPY 5000円"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from evenhand.coach.rules.numerals import (
    ENGLISH_NUMBER,
    HAN_NUMBER,
    THAI_NUMBER,
    spelled,
)
from evenhand.coach.rules.text import Plain, plain
from evenhand.kernel.money import Money, minor_digits

_CODES = [
    "EUR",
    "USD",
    "GBP",
    "CNY",
    "RMB",
    "JPY",
    "THB",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "AUD",
    "CAD",
    "NZD",
    "SGD",
    "HKD",
    "TWD",
    "KRW",
    "VND",
    "INR",
    "KWD",
    "BHD",
    "CLP",
]
_SIGNS = {
    "us$": "USD", "hk$": "HKD", "nt$": "TWD", "a$": "AUD", "c$": "CAD", "s$": "SGD",
    "€": "EUR", "£": "GBP", "฿": "THB", "₩": "KRW", "₫": "VND",
}  # fmt: skip
_NAMES = {
    "euros": "EUR", "euro": "EUR", "pounds": "GBP", "pound": "GBP", "yuan": "CNY",
    "renminbi": "CNY", "yen": "JPY", "baht": "THB", "francs": "CHF",
    "人民币": "CNY", "块钱": "CNY", "欧元": "EUR", "英镑": "GBP", "美元": "USD",
    "美金": "USD", "日元": "JPY", "港元": "HKD", "港币": "HKD", "泰铢": "THB",
    "円": "JPY", "ユーロ": "EUR", "ドル": "USD", "ポンド": "GBP", "バーツ": "THB",
    "人民元": "CNY", "บาท": "THB", "ยูโร": "EUR", "ปอนด์": "GBP", "เยน": "JPY",
    "หยวน": "CNY",
}  # fmt: skip
# Several countries share these; the desk's own currency decides, when it is one of them.
_SHARED = {
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "CLP"),
    "dollars": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD"),
    "dollar": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD"),
    "ดอลลาร์": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD"),
    "¥": ("CNY", "JPY"),
    "元": ("CNY", "TWD", "HKD"),
    "圆": ("CNY", "TWD", "HKD"),
    "块": ("CNY", "TWD", "HKD"),
}
_YEN_LANGUAGE = "ja"


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NUMBER = (
    r"\d{1,3}(?:[,.']\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)"
    r"|\d{1,3}(?: \d{3}){1,3}(?=,\d{2}(?!\d))(?:,\d{2})"
    r"|\d{1,12}(?:[.,]\d{1,3})?(?!\d)"
)
_CODE = "|".join(code.lower() for code in _CODES)
_AMOUNT = re.compile(
    r"(?<!\d)(?<!\d[.,])(?:"
    rf"(?P<sign>{_any_of([*_SIGNS, '$', '¥'])}|\b(?:{_CODE})|人民币)\s?"
    rf"(?P<number>{_NUMBER})(?P<kilo>k\b)?(?P<echo>\s?(?:元|円|บาท|euros?\b))?"
    rf"|(?P<plain>{_NUMBER})(?P<kilos>k)?\s?"
    rf"(?P<unit>{_any_of([*_SIGNS, *_NAMES, *_SHARED])}|(?:{_CODE})\b)"
    rf"|(?P<words>{HAN_NUMBER}|{THAI_NUMBER}|{ENGLISH_NUMBER})\s?"
    rf"(?P<money>{_any_of([*_NAMES, '元', '圆', '块', 'dollars', 'dollar', 'ดอลลาร์'])})"
    r")"
)
# 块 also counts screens and batteries: bare, it is money only where no noun follows.
_NO_NOUN = re.compile(r"[^\u4e00-\u9fff]|$|[的了吧给就不也都可]")
_WORD_END = re.compile(r"[a-z]")
# Sums said without a currency: "1,440" standing free, and what follows a money verb.
_BARE = re.compile(
    r"(?<![\w.,€£$¥฿/#-])(?P<grouped>\d{1,3}(?:,\d{3})+(?:\.\d{2})?)(?=\s*(?:[.,;:)!?]|$|"
    r"\s(?:to|from|for|by|on|at|as|in|and|or|instead|back|today|plus|per|if)\b))"
    r"|\b(?:refund|refunded|pay|credit|reimburse|compensate|waive|give|deduct|transfer)"
    r"\s+(?:you\s+|to\s+you\s+|the\s+|your\s+|a\s+|up\s+to\s+|back\s+){0,3}"
    r"(?P<given>\d{1,12}(?:[.,]\d{1,3})*)(?![\d%]|\s?%|[.,]\d)(?=\s*(?:[.,;:)!?]|$|"
    r"\s(?:to|from|for|by|on|at|as|in|and|or|instead|back|today|tomorrow|within)\b))"
    r"|(?:退还?|赔偿?|补偿?|返还?|减免?|免)(?:给?您|你)?(?P<han>\d{1,9}(?:\.\d{1,2})?)"
    r"(?=[,，。.;;!)]|\s|$|给)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money and its place [start, end) in the text it was read from."""

    money: Money
    start: int
    end: int


def amounts_in(
    text: str, *, language: str, currency: str | None = None
) -> tuple[Amount, ...]:
    """Return the sums of money in the text, in reading order.

    `currency` is the desk's own: it decides what a shared sign ("$", "¥", 元) means and
    lets sums without a sign count; without it ¥ is yen in Japanese, yuan elsewhere.
    """
    folded = plain(text)
    return tuple(
        Amount(amount.money, *folded.span(amount.start, amount.end))
        for amount in amounts_read(folded, language=language, currency=currency)
    )


def amounts_read(
    folded: Plain, *, language: str, currency: str | None
) -> tuple[Amount, ...]:
    """As `amounts_in`, of a folded text; the places count folded characters."""
    found = list(_signed(folded.low, language, currency))
    if currency is not None:
        taken = {place for amount in found for place in range(amount.start, amount.end)}
        found.extend(
            amount
            for amount in _bare(folded.low, currency)
            if amount.start not in taken
        )
    return tuple(sorted(found, key=lambda amount: amount.start))


def said(money: Money, language: str) -> str:
    """Write an amount as a reader of the language expects: 59元, 5,000円, 450 บาท, €59.00."""
    number = f"{money.major:,.{minor_digits(money.currency)}f}"
    short = number.removesuffix(".00")
    if language == "zh" and money.currency == "CNY":
        return f"{short}元"
    if language == "ja" and money.currency == "JPY":
        return f"{number}円"
    if language == "th" and money.currency == "THB":
        return f"{short} บาท"
    return str(money)


def _signed(low: str, language: str, currency: str | None) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(low):
        unit = match["sign"] or match["unit"] or match["money"]
        if match["sign"] is None and not _is_unit(unit, low, match.end()):
            continue
        number = match["number"] or match["plain"]
        kilo = match["kilo"] or match["kilos"]
        code = _code(unit, language, currency)
        major = _read(number, code) if number else spelled(match["words"])
        money = _money(major * 1000 if kilo else major, code)
        if money is not None:
            yield Amount(money, match.start(), match.end())


def _bare(low: str, currency: str) -> Iterator[Amount]:
    for match in _BARE.finditer(low):
        name = match.lastgroup or "grouped"
        money = _money(_read(match[name], currency), currency)
        if money is not None:
            yield Amount(money, match.start(name), match.end(name))


def _is_unit(unit: str, low: str, end: int) -> bool:
    if unit == "块":
        return _NO_NOUN.match(low, end) is not None
    return not (unit[-1].isascii() and unit.isalpha() and _WORD_END.match(low, end))


def _code(unit: str, language: str, currency: str | None) -> str:
    if unit.upper() in _CODES:
        return "CNY" if unit == "rmb" else unit.upper()
    if unit in _SHARED:
        shared = _SHARED[unit]
        if currency in shared:
            return currency
        return "JPY" if unit == "¥" and language == _YEN_LANGUAGE else shared[0]
    return _SIGNS.get(unit) or _NAMES[unit]


def _read(number: str, code: str) -> Decimal:
    """Read "1,099", "1.099,00", "102,35" or "1'099.50": the last mark may be decimal."""
    bare = number.replace("'", "").replace(" ", "")
    mark = max(bare.rfind("."), bare.rfind(","))
    if mark < 0:
        return Decimal(bare)
    whole, part = bare[:mark], bare[mark + 1 :]
    groups = len(part) == 3 and (minor_digits(code) != 3 or bare[mark] == ",")
    digits = whole.replace(",", "").replace(".", "")
    return Decimal(digits + part) if groups else Decimal(f"{digits}.{part}")


def _money(major: Decimal, code: str) -> Money | None:
    try:
        return Money.of(major, code)
    except ValueError:
        return None  # finer than the currency: not an amount of it
