"""Values of facts as people enter them, as JSON keeps them, as a page wants them."""

from __future__ import annotations

from datetime import date
from typing import cast

from evenhand.kernel.money import Money
from evenhand.policy import limits
from evenhand.policy.durations import read_duration, told_duration
from evenhand.policy.errors import Misread
from evenhand.policy.given import value_reader
from evenhand.policy.kinds import (
    LISTS,
    NO,
    ORDERED,
    YES,
    Kind,
    Line,
    Scalar,
    Value,
    element,
)
from evenhand.policy.lists import read_lines
from evenhand.policy.printing.values import value_text
from evenhand.policy.tokens import Reader
from evenhand.policy.tree import Fact

# What a person writes for "nobody knows": the fact is unknown from then on.
UNKNOWN = "unknown"


def read_entry(text: str, *, fact: Fact, currency: str) -> Value | None:
    """Read what somebody entered: "129.00", "2026-06-01", "yes", "a, b".

    None for "unknown"; FactError where the page does not allow the value.
    """
    text = text.strip()
    if text == UNKNOWN and UNKNOWN not in fact.domain.words:
        return None
    try:
        raw = _raw(text, fact=fact, currency=currency)
    except ValueError:
        raw = text
    return value_reader(fact, currency)(raw)


def read_kept(kept: object, *, fact: Fact, currency: str) -> Value | None:
    """Read a value as JSON holds it; FactError where the page does not allow it."""
    return None if kept is None else value_reader(fact, currency)(kept)


def to_keep(value: Value | Line | None) -> object:
    """Return the value as JSON holds it: days as text, lists and their lines as lists."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [to_keep(one) for one in value]
    return value


def entered(value: Value | None, *, fact: Fact, currency: str) -> str:
    """Return the text that `read_entry` reads back; an empty one for unknown."""
    if value is None:
        return ""
    if fact.kind is Kind.LINES and isinstance(value, tuple):
        lines = (_line(cast(Line, one), fact, currency) for one in value)
        return f"[{', '.join(lines)}]"
    if isinstance(value, tuple):
        inner = cast(tuple[Scalar, ...], value)
        return ", ".join(_one(part, element(fact.kind), currency) for part in inner)
    return _one(value, fact.kind, currency)


def _one(value: Scalar, kind: Kind, currency: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind is Kind.MONEY and isinstance(value, int):
        return str(Money(value, currency).major)
    if kind is Kind.DURATION and isinstance(value, int):
        return told_duration(value)
    return str(value)


def _line(line: Line, fact: Fact, currency: str) -> str:
    pairs = zip(fact.fields, line, strict=True)
    told = (
        f"{field.name} {value_text(value, field.kind, field.domain.words, currency)}"
        for field, value in pairs
        if value is not None
    )
    return f"({', '.join(told)})"


def _raw(text: str, *, fact: Fact, currency: str) -> object:
    """Turn the text into the kind's own form; ValueError where it is none."""
    if fact.kind is Kind.LINES:
        return _lines(text, fact, currency)
    if fact.kind in LISTS:
        parts = [part.strip() for part in text.split(",")]
        kind = element(fact.kind)
        return [_scalar(part, kind, currency) for part in parts if part]
    return _scalar(text, fact.kind, currency)


def _lines(text: str, fact: Fact, currency: str) -> object:
    reader = Reader.of_cell(text if text.startswith("[") else f"[{text}]")
    try:
        found = read_lines(reader, fact, currency)
        reader.expect_end()
    except Misread as error:
        raise ValueError(text) from error
    return found


def _scalar(text: str, kind: Kind, currency: str) -> object:
    if kind in ORDERED and sum(sign.isdigit() for sign in text) > limits.DIGITS:
        raise ValueError(text)
    match kind:
        case Kind.YES_NO:
            return _yes_no(text)
        case Kind.WHOLE:
            return int(text)
        case Kind.NUMBER:
            return int(text) if text.lstrip("-").isdigit() else float(text)
        case Kind.MONEY:
            return Money.entered(text, currency).minor
        case Kind.DURATION:
            return _duration(text)
        case _:
            return text


def _duration(text: str) -> object:
    """Read `3 days`; anything else goes on as it is, such as PT72H."""
    reader = Reader.of_cell(text)
    try:
        seconds = read_duration(reader)
        reader.expect_end()
    except Misread:
        return text
    return seconds


def _yes_no(text: str) -> bool:
    word = text.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(text)
