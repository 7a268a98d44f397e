"""Values and conditions as a cell writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from evenhand.kernel.money import minor_digits
from evenhand.policy import limits
from evenhand.policy.durations import begins_duration, read_duration, told_duration
from evenhand.policy.kinds import Kind, Line, Scalar, Value, element
from evenhand.policy.nodes import Compare, Condition, Literal, Operand, Test, Within
from evenhand.policy.tokens import Reader, quoted
from evenhand.policy.tree import Constant, Domain, Fact

_WORD = re.compile(r"[^\W\d]\w*(?:-\w+)*")
_PLAIN = frozenset({Kind.TEXTS, Kind.NUMBERS, Kind.AMOUNTS, Kind.DATES})


Durations = Mapping[int, str]
NO_DURATIONS: Durations = {}


def value_text(
    value: Scalar,
    kind: Kind,
    words: tuple[str, ...],
    currency: str,
    durations: Durations = NO_DURATIONS,
) -> str:
    """Write one value; a text without quotes only where it is one of `words`.

    `durations` are those of the cell as its author wrote them: 72 hours stay that.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        bare = value in words and _WORD.fullmatch(value) and value != "not"
        return value if bare else quoted(value)
    if kind is Kind.DURATION:
        return _duration(cast(int, value), durations)
    if kind is Kind.MONEY:
        return money_text(cast(int, value), currency)
    return number_text(value)


def durations_in(text: str) -> Durations:
    """Return the durations of a cell, by their seconds, spaced as they should be."""
    reader, found = Reader.of_cell(text), {}
    while reader.next.kind != "end":
        if not begins_duration(reader):
            reader.take()
            continue
        start = reader.next.offset
        seconds = read_duration(reader)
        found[seconds] = " ".join(text[start : reader.next.offset].split())
    return found


def _duration(seconds: int, durations: Durations) -> str:
    sign = "-" if seconds < 0 else ""
    return sign + durations.get(abs(seconds), told_duration(abs(seconds)))


def money_text(minor: int, currency: str) -> str:
    """Write minor units in major ones, with all digits: 2000 is 20.00 in euros."""
    return f"{Decimal(minor).scaleb(-minor_digits(currency)):f}"


def amounts_text(rows: Iterable[Constant]) -> str:
    """Write an amount in each currency that a case may have: 20.00 EUR, 2000 JPY."""
    amounts = (
        f"{money_text(cast(int, row.value), row.currency)} {row.currency}"
        for row in rows
    )
    return ", ".join(amounts)


def number_text(value: float) -> str:
    """Write a number out, without an exponent."""
    return str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}"


def any_value_text(
    value: Value, fact: Fact, currency: str, durations: Durations = NO_DURATIONS
) -> str:
    """Write what an example gives for a fact: a value, `[a, b]`, or order lines."""
    words = fact.domain.words
    if fact.kind is Kind.LINES:
        lines = (
            _line_text(line, fact, currency) for line in cast(tuple[Line, ...], value)
        )
        return f"[{', '.join(lines)}]"
    if fact.kind in _PLAIN:
        return list_text(cast(tuple[Scalar, ...], value), fact.kind, words, currency)
    return value_text(cast(Scalar, value), fact.kind, words, currency, durations)


def texts_text(texts: Iterable[str]) -> str:
    """Write the texts that a row gives as a list; quotes only around a comma."""
    return ", ".join(f'"{text}"' if "," in text else text for text in texts)


def list_text(
    values: Iterable[Scalar], kind: Kind, words: tuple[str, ...], currency: str
) -> str:
    """Write a plain list: `[torn, stained]`."""
    inner = element(kind)
    return f"[{', '.join(value_text(one, inner, words, currency) for one in values)}]"


def _line_text(line: Line, listed: Fact, currency: str) -> str:
    fields = zip(listed.fields, line, strict=True)
    parts = (
        f"{field.name} {value_text(value, field.kind, field.domain.words, currency)}"
        for field, value in fields
        if value is not None
    )
    return f"({', '.join(parts)})"


def domain_text(
    domain: Domain, kind: Kind, currency: str, durations: Durations = NO_DURATIONS
) -> str:
    """Write a domain: `0..3650`, `..10`, or its words; close together to fit a cell."""
    if domain.words:
        words = [value_text(word, kind, domain.words, "") for word in domain.words]
        wide = ", ".join(words)
        return wide if len(wide) <= limits.CELL_CHARACTERS else ",".join(words)
    if domain.low is None and domain.high is None:
        return ""
    inner = Kind.WHOLE if kind is Kind.LINES else element(kind)
    ends = (_end(end, inner, currency, durations) for end in (domain.low, domain.high))
    return "..".join(ends)


def _end(end: Scalar | None, kind: Kind, currency: str, durations: Durations) -> str:
    """Write an end of a domain; nothing of money is 0 there."""
    if end is None:
        return ""
    if end == 0 and kind is Kind.MONEY:
        return "0"
    return value_text(end, kind, (), currency, durations)


def condition_text(condition: Condition, words: tuple[str, ...], currency: str) -> str:
    """Write the cell of a condition: `<= 14`, `[1..5)`, `not(red, blue)`."""
    kind = element(condition.fact.kind)
    durations = durations_in(condition.text) if kind is Kind.DURATION else NO_DURATIONS

    def operand(one: Operand) -> str:
        if isinstance(one, Literal):
            value = cast(Scalar, one.value)
            return value_text(value, kind, words, currency, durations)
        return one.name

    text = ", ".join(_test_text(test, operand) for test in condition.tests)
    return f"not({text})" if condition.negated else text


def _test_text(test: Test, operand: Callable[[Operand], str]) -> str:
    match test:
        case Compare("=", one):
            return operand(one)
        case Compare(order, one):
            return f"{order} {operand(one)}"
        case Within(low, high, low_in, high_in):
            opening, closing = "[" if low_in else "(", "]" if high_in else ")"
            return f"{opening}{operand(low)}..{operand(high)}{closing}"
        case _:
            return "null"
