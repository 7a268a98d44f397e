"""Values of facts as people enter them, as JSON keeps them, as a page wants them."""

from __future__ import annotations

from datetime import date

from evenhand.kernel.money import Money
from evenhand.policy import limits
from evenhand.policy.given import value_reader
from evenhand.policy.kinds import NO, ORDERED, YES, Kind, Value
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
        raw = _raw(text, kind=fact.kind, currency=currency)
    except ValueError:
        raw = text
    return value_reader(fact, currency)(raw)


def read_kept(kept: object, *, fact: Fact, currency: str) -> Value | None:
    """Read a value as JSON holds it; FactError where the page does not allow it."""
    return None if kept is None else value_reader(fact, currency)(kept)


def to_keep(value: Value | None) -> object:
    """Return the value as JSON holds it: days as text, lists as lists."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def entered(value: Value | None, *, kind: Kind, currency: str) -> str:
    """Return the text that `read_entry` reads back; an empty one for unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    if kind is Kind.MONEY and isinstance(value, int):
        return str(Money(value, currency).major)
    return str(value)


def _raw(text: str, *, kind: Kind, currency: str) -> object:
    """Turn the text into the kind's own form; ValueError where it is none."""
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
        case Kind.TEXTS:
            return [word.strip() for word in text.split(",") if word.strip()]
        case _:
            return text


def _yes_no(text: str) -> bool:
    word = text.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(text)
