"""Mistakes in a cell: negated, a bound moved, an end closed, a word left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from evenhand.policy.nodes import Compare, Condition, Literal, Operand, Test, Within
from tests.policy.mutation.expressions import CLOSED, neighbours


def mistaken_conditions(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Every cell that differs from this one in one place."""
    negated = replace(condition, negated=not condition.negated)
    yield f"{condition.text} negated", negated
    tests = condition.tests
    for place, test in enumerate(tests):
        rest = tests[:place], tests[place + 1 :]
        if len(tests) > 1:
            fewer = replace(condition, tests=(*rest[0], *rest[1]))
            yield f"a word of {condition.text} left out", fewer
        for what, other in _mistaken_tests(test):
            changed = replace(condition, tests=(*rest[0], other, *rest[1]))
            yield f"{condition.text}: {what}", changed


def _mistaken_tests(test: Test) -> Iterator[tuple[str, Test]]:
    if isinstance(test, Compare):
        yield from _compared(test)
    elif isinstance(test, Within):
        yield from _within(test)


def _compared(test: Compare) -> Iterator[tuple[str, Test]]:
    if test.order not in ("=", "!="):
        yield "the end turned", replace(test, order=CLOSED[test.order])
    for operand in _moved(test.operand):
        yield f"moved to {operand.value}", replace(test, operand=operand)


def _within(test: Within) -> Iterator[tuple[str, Test]]:
    yield "the low end turned", replace(test, low_in=not test.low_in)
    yield "the high end turned", replace(test, high_in=not test.high_in)
    for operand in _moved(test.low):
        yield f"low end moved to {operand.value}", replace(test, low=operand)
    for operand in _moved(test.high):
        yield f"high end moved to {operand.value}", replace(test, high=operand)


def _moved(operand: Operand) -> Iterator[Literal]:
    """A bound one unit on and one back; yes and no are negated already."""
    if isinstance(operand, Literal) and not isinstance(operand.value, bool):
        for near in neighbours(operand.value):
            yield Literal(near)
