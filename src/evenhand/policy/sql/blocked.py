"""Whether a result without a value waits for a fact, or is simply not there.

The counterpart of `evaluate.blockers`: an outcome that no row gave, and the least of an
empty list, keep a result from a value without anything being unknown.
"""

from __future__ import annotations

from evenhand.policy.nodes import (
    Binary,
    Call,
    Choice,
    Fold,
    Literal,
    Logic,
    Member,
    Name,
    Negative,
    Node,
    children,
)
from evenhand.policy.sql import expressions, values
from evenhand.policy.sql.cells import is_null
from evenhand.policy.sql.integers import constant
from evenhand.policy.sql.reach import counted, names_below
from evenhand.policy.sql.sheet import Sheet
from evenhand.policy.sql.values import Held, Number, Truth


def waits(node: Node, value: Held, sheet: Sheet) -> Truth:
    """Tell whether a value is NULL because something is unknown; never unknown."""
    lacking = is_null(value)
    if lacking.held is False or not may_be_absent(node, sheet):
        return lacking
    return values.all_of([lacking, _blocked(node, sheet)])


def may_be_absent(node: Node, sheet: Sheet) -> bool:
    """Tell whether an expression can lack a value with nothing unknown in it."""
    if isinstance(node, Name):
        return sheet.places[node.name].given is not True
    if isinstance(node, Fold) and node.word in ("min", "max"):
        return True
    if isinstance(node, Call) and node.function == "add_working_days":
        return True
    return any(may_be_absent(child, sheet) for child in children(node))


def is_strict(node: Node, sheet: Sheet) -> bool:
    """Tell whether an expression lacks a value just where a number in it does."""
    match node:
        case Name(name):
            place = sheet.places[name]
            return place.given is True and isinstance(place.shape, Number)
        case Binary() | Negative():
            return all(is_strict(child, sheet) for child in children(node))
        case _:
            return isinstance(node, Literal)


def _blocked(node: Node, sheet: Sheet) -> Truth:
    match node:
        case Name(name):
            return _unknown(name, sheet)
        case Choice():
            return _choice(node, sheet)
        case Logic() | Member():
            open_one = is_null(expressions.truth(node, sheet))
            return values.all_of([open_one, _any_below(node, sheet)])
        case Fold():
            return _fold(node, sheet)
        case _:
            return _any_below(node, sheet)


def _any_below(node: Node, sheet: Sheet) -> Truth:
    return values.any_of(_blocked(child, sheet) for child in children(node))


def _unknown(name: str, sheet: Sheet) -> Truth:
    return values.all_of([sheet.given(name), is_null(sheet.name(name))])


def _choice(node: Choice, sheet: Sheet) -> Truth:
    """Of a choice only the part that is known to count; first its test."""
    test = expressions.truth(node.test, sheet)
    taken = values.is_true(test)
    other = values.is_true(values.negated(test))
    return values.any_of(
        [
            values.all_of([is_null(test), _blocked(node.test, sheet)]),
            values.all_of([taken, _blocked(node.yes, sheet)]),
            values.all_of([other, _blocked(node.no, sheet)]),
        ]
    )


def _fold(node: Fold, sheet: Sheet) -> Truth:
    open_one = is_null(expressions.held(node, sheet))
    no_list = _unknown(node.over.name, sheet)
    if node.word not in ("min", "max"):
        return open_one
    parts = [part for part in (node.where, node.body) if part]
    inside = [_unknown(name, sheet) for one in parts for name in names_below(one)]
    count = expressions.held(counted(node), sheet)
    if not isinstance(count, Number):
        raise TypeError(count)
    none = values.ordered("=", count, Number(constant(0)))
    empty = values.is_true(none)
    some = values.negated(empty)
    return values.all_of([open_one, values.any_of([no_list, *inside, some])])
