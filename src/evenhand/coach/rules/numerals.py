"""Numbers in words: "two hundred and fifty", 两百五十, 3万5千, สองร้อยห้าสิบ."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

_HAN_VALUES = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5,
    "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "百": 100, "千": 1000,
    "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8,
}  # fmt: skip
HAN = "".join(_HAN_VALUES)
_THAI_VALUES = {
    "ศูนย์": 0, "หนึ่ง": 1, "เอ็ด": 1, "สอง": 2, "ยี่": 2, "สาม": 3, "สี่": 4,
    "ห้า": 5, "หก": 6, "เจ็ด": 7, "แปด": 8, "เก้า": 9, "สิบ": 10, "ร้อย": 100,
    "พัน": 1000, "หมื่น": 10**4, "แสน": 10**5, "ล้าน": 10**6,
}  # fmt: skip
_ENGLISH_VALUES = {
    word: value
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    )
} | {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "a": 1, "an": 1, "hundred": 100, "thousand": 1000,
}  # fmt: skip
_MULTIPLIERS = frozenset({10, 100, 1000, 10**4, 10**5, 10**6, 10**8})

DIGITS = r"\d{1,12}(?:[.,]\d{1,3}){0,4}"
HAN_NUMBER = rf"(?:(?:{DIGITS})?[{HAN}][{HAN}\d]{{0,14}})"
_THAI_WORD = "|".join(_THAI_VALUES)
THAI_NUMBER = rf"(?:(?:{_THAI_WORD}){{1,12}})"
_ENGLISH_WORD = "|".join(sorted(_ENGLISH_VALUES, key=len, reverse=True))
ENGLISH_NUMBER = (
    rf"(?:\b(?:{_ENGLISH_WORD})(?:[\s-](?:and\s)?(?:{_ENGLISH_WORD})\b){{0,8}})"
)

_TOKENS = re.compile(
    rf"\d[\d,]*(?:\.\d+)?|[{HAN}]|{_THAI_WORD}|\b(?:{_ENGLISH_WORD})\b"
)
_ALL_VALUES = {**_HAN_VALUES, **_THAI_VALUES, **_ENGLISH_VALUES}
# 两百五 is 250: a digit after a multiplier stands for the next lower one.
_SPOKEN_TAIL = re.compile(r"([百千万萬])([一二三四五六七八九])$")


def spelled(words: str) -> Decimal:
    """Return the number that the words spell, digits and words mixed or not.

    ValueError when they spell none.
    """
    tail = _SPOKEN_TAIL.search(words)
    parts = [_value(token) for token in _TOKENS.findall(words.lower())]
    if not parts:
        raise ValueError(f"{words!r} spells no number")
    if tail is not None:
        parts[-1] = parts[-1] * _HAN_VALUES[tail[1]] / 10
    return _total(parts)


def _value(token: str) -> Decimal:
    if token[0].isdigit():
        return Decimal(token.replace(",", ""))
    return Decimal(_ALL_VALUES[token])


def _total(parts: Iterable[Decimal]) -> Decimal:
    """Add up, each multiplier taking along the smaller numbers that stand before it."""
    stack: list[Decimal] = []
    for part in parts:
        if part not in _MULTIPLIERS:
            stack.append(part)
            continue
        taken = Decimal(0)
        while stack and stack[-1] < part:
            taken += stack.pop()
        stack.append((taken or Decimal(1)) * part)
    return sum(stack, Decimal(0))
