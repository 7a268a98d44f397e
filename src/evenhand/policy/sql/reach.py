"""What an expression reads, and what in it must be computed ahead as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeGuard

from evenhand.policy.kinds import LISTS
from evenhand.policy.nodes import (
    Call,
    Condition,
    Expression,
    Fold,
    IsNull,
    Literal,
    Member,
    Name,
    Node,
    children,
)
from evenhand.policy.tree import Row

# Each of these is long in SQL, so its parts are laid down as columns first.
LONG_CALLS = frozenset({"months", "add_months", "add_working_days"})
Ahead = Call | Fold | Member | Condition


def names_below(node: Node) -> tuple[str, ...]:
    """Return every name that a node reads."""
    found: list[str] = [node.name] if isinstance(node, Name) else []
    for child in children(node):
        found += names_below(child)
    return tuple(dict.fromkeys(found))


def ahead_of(root: Node) -> dict[Ahead, int]:
    """Give what must be computed before a node, innermost first.

    With each, how many others must be computed one after the other before it. What
    stands inside a fold is computed with it, element by element.
    """
    found: dict[Ahead, int] = {}
    _ahead(root, found)
    return found


def _ahead(node: Node, found: dict[Ahead, int]) -> int:
    """Add what a node needs; return the highest level of it, -1 where it needs none."""
    if isinstance(node, Fold):
        gathers = node.word in ("min", "max")
        if gathers:
            found[counted(node)] = 0
        found[node] = int(gathers)
        return found[node]
    below = max((_ahead(child, found) for child in children(node)), default=-1)
    if _is_ahead(node):
        below += 1
        found[node] = below
    return below


def _is_ahead(node: Node) -> TypeGuard[Call | Member]:
    """Tell whether a node that is no fold must be computed before it is read."""
    if isinstance(node, Member):
        return isinstance(node.among, Name)
    return isinstance(node, Call) and is_long(node)


def is_long(node: Call) -> bool:
    """Tell whether a call reads an argument more than once, so that it must be short."""
    if node.function in ("min", "max"):
        plain = all(isinstance(one, Name | Literal) for one in node.arguments)
        return len(node.arguments) > 2 or not plain
    return node.function in LONG_CALLS


def counted(fold: Fold) -> Fold:
    """Return the fold that counts what another gathers."""
    return replace(fold, word="count", body=None)


def ahead_of_cells(conditions: Iterable[Condition]) -> Iterator[Ahead]:
    """Give the cells that look through a list."""
    for one in conditions:
        is_list = one.fact.kind in LISTS
        if is_list and any(not isinstance(test, IsNull) for test in one.tests):
            yield one


def conditions_of(row: Row) -> tuple[Condition, ...]:
    """Return the cells of a row, those of its exceptions too."""
    return (*row.conditions, *(cell for group in row.unless for cell in group))


def names_of_row(row: Row) -> tuple[str, ...]:
    """Return every name that decides whether a row matches."""
    found = [name for cell in conditions_of(row) for name in cell.names]
    return tuple(dict.fromkeys(found))


def roots(row: Row) -> tuple[Expression, ...]:
    """Return the expressions of a row's results."""
    return tuple(expression for _, expression in row.results)
