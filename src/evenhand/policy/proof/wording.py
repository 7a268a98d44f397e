"""Cases and cells in the words of the page: what a shop owner reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from typing import Literal as Literally

from evenhand.kernel.money import Money
from evenhand.policy.durations import told_duration
from evenhand.policy.kinds import LISTS, Kind, Value, in_words
from evenhand.policy.nodes import Compare, Condition, Literal, Test, Within, operands
from evenhand.policy.program import Page
from evenhand.policy.proof.findings import Told
from evenhand.policy.proof.words import OTHER
from evenhand.policy.saying import _, in_turn
from evenhand.policy.tree import Fact, Row

FAR = 10.0**18


def told_value(page: Page, fact: Fact, value: object, *, coin: str = "") -> str:
    """Return a fact's value as a person reads it; `coin` is the currency of the case."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return _("unknown")
    if value == OTHER:
        return _("another text")
    currency = coin or page.policy.head.currency
    if fact.kind is Kind.LINES and isinstance(value, list):
        return "; ".join(_line(fact, line, currency) for line in value) or _("none")
    if isinstance(value, list):
        return in_words(tuple(value), fact.kind, currency) or _("none")
    return in_words(value, fact.kind, currency)


def _line(listed: Fact, line: Mapping[str, object], currency: str) -> str:
    told = (
        f"{field.label or field.name} {in_words(line[field.name], field.kind, currency)}"
        for field in listed.fields
        if field.name in line
    )
    return "(" + ", ".join(told) + ")"


def told_case(page: Page, case: Mapping[str, object]) -> tuple[Told, ...]:
    """Return a case fact by fact, in the order of the page."""
    coin = currency_of(page, case)
    return tuple(
        Told(
            fact.name,
            fact.label or fact.name.replace("_", " "),
            told_value(page, fact, case[fact.name], coin=coin),
        )
        for fact in page.policy.facts
        if fact.name in case
    )


def currency_of(page: Page, case: Mapping[str, object]) -> str:
    """Return the currency in which a case has its amounts: the head's, or its own."""
    own = case.get(page.policy.head.currency_from)
    return own if isinstance(own, str) and own else page.policy.head.currency


def told_derived(
    page: Page, values: Mapping[str, Any], *, coin: str = ""
) -> tuple[Told, ...]:
    """Return derived facts of a case; a pair of ends is told as from one to the other."""
    currency = coin or page.policy.head.currency
    return tuple(
        Told(
            one.name,
            one.label or one.name.replace("_", " "),
            _told_ends(values[one.name], one.expression.kind, currency),
        )
        for one in page.policy.derived
        if values.get(one.name) is not None
    )


def _told_ends(value: Any, kind: Kind, currency: str) -> str:
    if not isinstance(value, tuple) or kind in LISTS:
        return in_words(value, kind, currency)
    return told_span(
        *(None if e is None else in_words(e, kind, currency) for e in value)
    )


def told_span(low: str | None, high: str | None) -> str:
    """Say from where to where values reach; None is without end."""
    if low == high:
        return low or _("any value")
    if high is None:
        return _("{low} or more", low=low)
    if low is None:
        return _("{high} or less", high=high)
    return _("{low} to {high}", low=low, high=high)


def sentence(case: Iterable[Told]) -> str:
    """Return a case as part of a sentence: `days 15, reason defective`."""
    told = [in_turn([one.label, one.text], " ") for one in case]
    return in_turn(told, ", ") if told else _("any case")


def cell_of(condition: Condition) -> str:
    """Return a condition as `when` writes it."""
    return f"{condition.fact.name} {condition.text}"


def cells_of(row: Row) -> str:
    """Return all conditions of a row as `when` writes them."""
    return "; ".join(cell_of(one) for one in row.conditions) or "no condition"


def written(value: Value, kind: Kind, currency: str) -> str:
    """Write a value as a cell writes it: 12900 of EUR is 129.00."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind is Kind.MONEY and isinstance(value, int):
        return str(Money(value, currency).major)
    if kind is Kind.DURATION and isinstance(value, int):
        return told_duration(value)
    if isinstance(value, str):
        return (
            value if value.replace("_", "").replace("-", "").isalnum() else f'"{value}"'
        )
    return value.isoformat() if isinstance(value, date) else str(value)


def widened(condition: Condition, ends: tuple[Any, Any], currency: str) -> str:
    """Return the cell that takes in these values too, from one end to the other.

    "" if there is no simple one: an end that is None has nothing to write.
    """
    kind, name = condition.fact.kind, condition.fact.name
    low, high = (None if e is None else written(e, kind, currency) for e in ends)
    if condition.negated:
        return ""
    if all(_is_word(test) for test in condition.tests):
        return f"{name} {condition.text}, {low}" if low == high else ""
    if len(condition.tests) > 1:
        return ""
    test = condition.tests[0]
    if isinstance(test, Within):
        text = _wider_range(test, condition.text, (low, high), ends)
    else:
        text = _wider(test, low, high)
    return f"{name} {text}" if text else ""


def _is_word(test: Test) -> bool:
    return (
        isinstance(test, Compare)
        and test.order == "="
        and isinstance(test.operand, Literal)
    )


def _wider(test: Test, low: str | None, high: str | None) -> str:
    match test:
        case Compare("<" | "<=", Literal()):
            return f"<= {high}" if high else ""
        case Compare(">" | ">=", Literal()):
            return f">= {low}" if low else ""
        case _:
            return ""


def _wider_range(
    test: Within,
    text: str,
    told: tuple[str | None, str | None],
    ends: tuple[Any, Any],
) -> str:
    """Move one end of a range: the lower one if the values lie below it."""
    head, _dots, tail = text.partition("..")
    low, high = (
        e.value if isinstance(e, Literal) else None for e in (test.low, test.high)
    )
    if told[0] and low is not None and ends[1] is not None and ends[1] <= low:
        return f"[{told[0]}..{tail}"
    if told[1] and high is not None and ends[0] is not None and ends[0] >= high:
        return f"{head}..{told[1]}]"
    return ""


def distance(condition: Condition, value: Value) -> float:
    """Return how far a value lies from what a cell compares with; FAR for words."""
    ends = [
        operand.value
        for test in condition.tests
        for operand in operands(test)
        if isinstance(operand, Literal)
    ]
    return min((_apart(value, end) for end in ends), default=FAR)


def _apart(one: Value, other: Value) -> float:
    if isinstance(one, date) and isinstance(other, date):
        return abs((one - other).days)
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return abs(one - other) if numbers else FAR  # type: ignore[operator]  # both are numbers


def joined(words: Iterable[str], last: Literally["and", "or"] = "and") -> str:
    """Join words as a sentence does: a, b and c."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    words_before = ", ".join(listed[:-1])
    if last == "or":
        return _("{words} or {last}", words=words_before, last=listed[-1])
    return _("{words} and {last}", words=words_before, last=listed[-1])


def is_bound(test: Test) -> bool:
    """Tell whether a test ends somewhere: an inequality or a range."""
    return isinstance(test, Within) or (
        isinstance(test, Compare) and test.order not in ("=", "!=")
    )
