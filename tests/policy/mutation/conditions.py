"""Mistakes in a cell: negated, a bound moved, an end closed, a word left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from evenhand.policy.nodes import Compare, Condition, Literal, Operand, Test, Within
from tests.policy.mutation.expressions import (
    CLOSED,
    MINUTE,
    is_duration,
    neighbours,
)


def mistaken_conditions(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Every cell that differs from this one in one place."""
    negated = replace(condition, negated=not condition.negated)
    yield f"{condition.text} negated", negated
    tests = condition.tests
    unit = MINUTE if is_duration(condition.fact) else 1
    for place, test in enumerate(tests):
        rest = tests[:place], tests[place + 1 :]
        if len(tests) > 1:
            fewer = replace(condition, tests=(*rest[0], *rest[1]))
            yield f"a word of {condition.text} left out", fewer
        for what, other in _mistaken_tests(test, unit):
            changed = replace(condition, tests=(*rest[0], other, *rest[1]))
            yield f"{condition.text}: {what}", changed


def _mistaken_tests(test: Test, unit: int) -> Iterator[tuple[str, Test]]:
    if isinstance(test, Compare):
        yield from _compared(test, unit)
    elif isinstance(test, Within):
        yield from _within(test, unit)


def _compared(test: Compare, unit: int) -> Iterator[tuple[str, Test]]:
    if test.order not in ("=", "!="):
        yield "the end turned", replace(test, order=CLOSED[test.order])
    for operand in _moved(test.operand, unit):
        yield f"moved to {operand.value}", replace(test, operand=operand)


def _within(test: Within, unit: int) -> Iterator[tuple[str, Test]]:
    yield "the low end turned", replace(test, low_in=not test.low_in)
    yield "the high end turned", replace(test, high_in=not test.high_in)
    for operand in _moved(test.low, unit):
        yield f"low end moved to {operand.value}", replace(test, low=operand)
    for operand in _moved(test.high, unit):
        yield f"high end moved to {operand.value}", replace(test, high=operand)


def _moved(operand: Operand, unit: int) -> Iterator[Literal]:
    """A bound one unit on and one back; yes and no are negated already."""
    if isinstance(operand, Literal) and not isinstance(operand.value, bool):
        for near in neighbours(operand.value, unit):
            yield Literal(near)
