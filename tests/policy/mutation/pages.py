"""Mutants of a page: its tree with one small mistake in it.

The mistakes: a rule dropped, two neighbouring rules swapped, a condition or an
exception dropped, a cell negated, a word of a cell left out, a bound moved by one
unit, an open end closed or a closed one opened, a word of an outcome exchanged, an
amount, share, day or value off by one, plus for minus, and for or, the smaller for the
larger, a list emptied. A named value stands in the tree wherever it is used, and is
changed there. Texts (sentences, reasons, questions, labels) are not changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from evenhand.policy.nodes import Condition, Expression, Literal
from evenhand.policy.tree import Hit, Outcome, Policy, Row, Table
from tests.policy.mutation.conditions import mistaken_conditions
from tests.policy.mutation.expressions import (
    mistaken_expressions,
    other_words,
)

Part = TypeVar("Part")


@dataclass(frozen=True)
class Mutant:
    """A page with one mistake; `what` says where and which."""

    what: str
    policy: Policy


def mutants(policy: Policy) -> Iterator[Mutant]:
    """Every mutant of a page, in the order of the page."""
    yield from _of_derived(policy)
    for place, table in enumerate(policy.tables):
        for what, other in _of_table(table):
            tables = _with(policy.tables, place, other)
            yield Mutant(f"{table.name}: {what}", replace(policy, tables=tables))


def _of_derived(policy: Policy) -> Iterator[Mutant]:
    for place, one in enumerate(policy.derived):
        for what, expression in mistaken_expressions(one.expression):
            other = replace(one, expression=expression)
            derived = _with(policy.derived, place, other)
            yield Mutant(f"{one.name}: {what}", replace(policy, derived=derived))


def _of_table(table: Table) -> Iterator[tuple[str, Table]]:
    rows = table.rows
    if len(rows) > 1:
        for place, row in enumerate(rows):
            yield f"{row.id} dropped", replace(table, rows=_without(rows, place))
    if table.hit is Hit.FIRST:
        for place in range(len(rows) - 1):
            upper, lower = rows[place], rows[place + 1]
            swapped = (*rows[:place], lower, upper, *rows[place + 2 :])
            yield f"{upper.id} and {lower.id} swapped", replace(table, rows=swapped)
    for place, row in enumerate(rows):
        for what, other in _of_row(row, table.outcomes):
            yield f"{row.id}: {what}", replace(table, rows=_with(rows, place, other))


def _of_row(row: Row, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Row]]:
    for what, conditions in _mistaken_group(row.conditions):
        yield what, replace(row, conditions=conditions)
    for place, group in enumerate(row.unless):
        text = "; ".join(f"{one.fact.name} {one.text}" for one in group)
        without = _without(row.unless, place)
        yield f"unless {text} dropped", replace(row, unless=without)
        for what, other in _mistaken_group(group):
            if other:
                unless = _with(row.unless, place, other)
                yield f"unless {what}", replace(row, unless=unless)
    for place, (name, expression) in enumerate(row.results):
        outcome = next(one for one in outcomes if one.name == name)
        for what, mistaken in _mistaken_results(expression, outcome):
            results = _with(row.results, place, (name, mistaken))
            yield f"{name}: {what}", replace(row, results=results)


def _mistaken_group(
    group: tuple[Condition, ...],
) -> Iterator[tuple[str, tuple[Condition, ...]]]:
    for place, condition in enumerate(group):
        name = condition.fact.name
        yield f"{name} {condition.text} dropped", _without(group, place)
        for what, other in mistaken_conditions(condition):
            yield f"{name} {what}", _with(group, place, other)


def _mistaken_results(
    expression: Expression, outcome: Outcome
) -> Iterator[tuple[str, Expression]]:
    root = expression.root
    if isinstance(root, Literal) and isinstance(root.value, str):
        for word in other_words(root.value, outcome.kind, outcome.words):
            yield (
                f"{root.value} becomes {word}",
                replace(expression, root=Literal(word)),
            )
    elif isinstance(root, Literal) and isinstance(root.value, tuple):
        for place in range(len(root.value)):
            fewer = Literal(_without(root.value, place))  # type: ignore[arg-type]  # a list of one kind stays one
            yield f"{root.value[place]} left out", replace(expression, root=fewer)
    else:
        yield from mistaken_expressions(expression)


def _with(parts: tuple[Part, ...], place: int, part: Part) -> tuple[Part, ...]:
    return (*parts[:place], part, *parts[place + 1 :])


def _without(parts: tuple[Part, ...], place: int) -> tuple[Part, ...]:
    return (*parts[:place], *parts[place + 1 :])
