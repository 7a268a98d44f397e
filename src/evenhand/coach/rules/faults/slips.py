"""Slips of the hand: a hole left in a template, a card number typed out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evenhand.coach.rules.faults.spot import Spot, quoting
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Reading

_HOLE = re.compile(
    r"\{\{[^{}\n]{0,60}\}\}|\{%[^%\n]{0,60}%\}|\{[A-Za-z_][\w. ]{0,40}\}|\$\{[^}\n]{1,40}\}"
    r"|\[(?!sic\])(?=[^\[\]\n\d]{0,120}[^\W\d_])[^\[\]\n]{1,120}\](?!\()"
    r"|<(?:name|customer|order|date|amount|product|insert[^<>\n]{0,30})[\w ]{0,20}>"
    r"|【[^【】\n]{0,6}(?:姓名|客户|订单|日期|金额|单号|电话|地址|商品|お名前|氏名|日付|注文番号|金額)[^【】\n]{0,6}】"
    r"|(?<![A-Za-z0-9])[Xx]{3,}(?![A-Za-z0-9])|_{4,}|○{2,}|〇{2,}|●{2,}|(?i:lorem ipsum)"
    r"|\b(?:TODO|TBD|TBC|FIXME)\b"
)
_DIGITS = re.compile(r"(?<![\d.,-])\d(?:[ -]?\d){12,18}(?![ -]?\d)")


def placeholder(reading: Reading) -> Iterator[Spot]:
    """L16: a hole of a template that nobody filled."""
    text = reading.plain.text
    yield from quoting(reading, (match.span() for match in _HOLE.finditer(text)))


def card_number(reading: Reading) -> Iterator[Spot]:
    """L23: 13 to 19 digits that pass the Luhn check (ISO/IEC 7812-1, annex B)."""
    for match in _DIGITS.finditer(reading.plain.text):
        digits = re.sub(r"\D", "", match[0])
        if _passes_luhn(digits):
            yield Spot(*match.span(), {"last": digits[-4:]})


def attachment_missing(reading: Reading) -> Iterator[Spot]:
    """L32: the answer speaks of a file of ours, and none lies beside it."""
    if reading.context.files == 0:
        yield from quoting(reading, reading.heard(Topic.ENCLOSED)[:1])


def _passes_luhn(digits: str) -> bool:
    odd = sum(map(int, digits[-1::-2]))
    even = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (odd + even) % 10 == 0 and len(set(digits)) > 1
