"""Cases and cells in the words of the page: what a shop owner reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from evenhand.kernel.money import Money
from evenhand.policy.durations import told_duration
from evenhand.policy.kinds import Kind, Value, shown
from evenhand.policy.nodes import Compare, Condition, Literal, Test, Within, operands
from evenhand.policy.program import Page
from evenhand.policy.proof.findings import Told
from evenhand.policy.tree import Fact, Row


def told_value(page: Page, fact: Fact, value: object) -> str:
    """Return a fact's value as a person reads it."""
    currency = page.policy.head.currency
    if fact.kind is Kind.LINES and isinstance(value, list):
        return "; ".join(_line(fact, line, currency) for line in value) or "none"
    if isinstance(value, list):
        return shown(tuple(value), fact.kind, currency) or "none"
    return shown(value, fact.kind, currency)


def _line(listed: Fact, line: Mapping[str, object], currency: str) -> str:
    told = (
        f"{field.label or field.name} {shown(line[field.name], field.kind, currency)}"
        for field in listed.fields
        if field.name in line
    )
    return "(" + ", ".join(told) + ")"


def told_case(page: Page, case: Mapping[str, object]) -> tuple[Told, ...]:
    """Return a case fact by fact, in the order of the page."""
    return tuple(
        Told(
            fact.name,
            fact.label or fact.name.replace("_", " "),
            told_value(page, fact, case[fact.name]),
        )
        for fact in page.policy.facts
        if fact.name in case
    )


def sentence(case: Iterable[Told]) -> str:
    """Return a case as part of a sentence: `days 15, reason defective`."""
    return ", ".join(f"{one.label} {one.text}" for one in case) or "any case"


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


def widened(condition: Condition, value: Value, currency: str) -> str:
    """Return the cell that takes this value in as well; "" if there is no simple one."""
    if condition.negated or len(condition.tests) != 1:
        words = all(_is_word(test) for test in condition.tests)
        if words and not condition.negated:
            text = written(value, condition.fact.kind, currency)
            return f"{condition.fact.name} {condition.text}, {text}"
        return ""
    text = _wider(condition.tests[0], written(value, condition.fact.kind, currency))
    return f"{condition.fact.name} {text}" if text else ""


def _is_word(test: Test) -> bool:
    return (
        isinstance(test, Compare)
        and test.order == "="
        and isinstance(test.operand, Literal)
    )


def _wider(test: Test, text: str) -> str:
    match test:
        case Compare("<" | "<=", Literal()):
            return f"<= {text}"
        case Compare(">" | ">=", Literal()):
            return f">= {text}"
        case _:
            return ""


def distance(condition: Condition, value: Value) -> float:
    """Return how far a value lies from what a cell compares with; 0 for words."""
    ends = [
        operand.value
        for test in condition.tests
        for operand in operands(test)
        if isinstance(operand, Literal)
    ]
    return min((_apart(value, end) for end in ends), default=0.0)


def _apart(one: Value, other: Value) -> float:
    if isinstance(one, date) and isinstance(other, date):
        return abs((one - other).days)
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return abs(one - other) if numbers else 0.0  # type: ignore[operator]  # both are numbers


def joined(words: Iterable[str], last: str = "and") -> str:
    """Join words as a sentence does: a, b and c."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}"


def is_bound(test: Test) -> bool:
    """Tell whether a test ends somewhere: an inequality or a range."""
    return isinstance(test, Within) or (
        isinstance(test, Compare) and test.order not in ("=", "!=")
    )
