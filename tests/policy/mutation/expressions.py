"""Mistakes in an expression: a number off by one, an end closed, a sign turned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from evenhand.policy.kinds import Kind, Scalar, Value
from evenhand.policy.nodes import (
    Binary,
    Call,
    Expression,
    Fold,
    Literal,
    Logic,
    Member,
    Name,
    Node,
    Order,
    Ordered,
    children,
)

MINUTE: Final = 60  # seconds: the smallest unit that a page writes


class Change(NamedTuple):
    """What was changed, and the node that takes the other's place."""

    what: str
    node: Any


CLOSED: Final[Mapping[Order, Order]] = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "!=",
    "!=": "=",
}
_SIGNS: Final[Mapping[str, Any]] = {"+": "-", "-": "+"}
_WORDS: Final[Mapping[str, Any]] = {
    "and": "or",
    "or": "and",
    "min": "max",
    "max": "min",
}


def mistaken_expressions(
    expression: Expression,
) -> Iterator[tuple[str, Expression]]:
    """Every expression that differs from this one in one place."""
    for what, root in mistakes(expression.root):
        yield what, replace(expression, root=root)


def mistakes(node: Node, unit: int = 1) -> Iterator[Change]:
    """Every node that differs from this one in itself or in one node below it.

    `unit` is what a number moves by: a minute beside a duration, else one.
    """
    yield from _own(node, unit)
    if any(isinstance(one, Name) and is_duration(one) for one in children(node)):
        unit = MINUTE
    for field in fields(node):
        below = getattr(node, field.name)
        if _is_node(below):
            for what, other in mistakes(below, unit):
                yield Change(what, replace(node, **{field.name: other}))
        elif isinstance(below, tuple):
            yield from _in_tuple(node, field.name, below, unit)


def _in_tuple(
    node: Any, name: str, below: tuple[Any, ...], unit: int
) -> Iterator[Change]:
    for place, one in enumerate(below):
        if not _is_node(one):
            continue
        for what, other in mistakes(one, unit):
            parts = (*below[:place], other, *below[place + 1 :])
            yield Change(what, replace(node, **{name: parts}))


def is_duration(name: Name) -> bool:
    """Whether a number beside this name counts seconds."""
    return name.kind is Kind.DURATION


def _is_node(thing: object) -> bool:
    return hasattr(thing, "__dataclass_fields__")


def _own(node: Node, unit: int) -> Iterator[Change]:
    match node:
        case Literal(value):
            for near in neighbours(value, unit):
                yield Change(f"{value} becomes {near}", Literal(near))
        case Ordered(order=order):
            turned = CLOSED[order]
            yield Change(f"{order} becomes {turned}", replace(node, order=turned))
        case Member(among=tuple() as among) if len(among) > 1:
            for place in range(len(among)):
                fewer = (*among[:place], *among[place + 1 :])
                yield Change("a word of a list is gone", replace(node, among=fewer))
        case _:
            yield from _turned(node)


def _turned(node: Node) -> Iterator[Change]:
    """Plus for minus, and for or, the smaller for the larger, all for the filtered."""
    match node:
        case Binary(sign="+" | "-" as sign):
            turned = _SIGNS[sign]
            yield Change(f"{sign} becomes {turned}", replace(node, sign=turned))
        case Logic(word=word):
            yield Change(f"{word} turned", replace(node, word=_WORDS[word]))
        case Call(function="min" | "max" as function):
            other = _WORDS[function]
            yield Change(f"{function} becomes {other}", replace(node, function=other))
        case Fold(word="sum" | "count", where=where) if where is not None:
            yield Change("the filter of a list is gone", replace(node, where=None))


def neighbours(value: Value, unit: int = 1) -> Iterator[Value]:
    """Values one unit away: a day, a cent, one; no for yes; an empty list."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, date):
        yield value + timedelta(days=1)
        yield value - timedelta(days=1)
    elif isinstance(value, int | float):
        yield value + unit
        yield value - unit
    elif isinstance(value, tuple) and value:
        yield ()


def other_words(value: Scalar, kind: Kind, words: tuple[str, ...]) -> Iterator[Value]:
    """Another word of the same column, for a result that is a word."""
    if kind is Kind.ONE_OF and isinstance(value, str):
        place = words.index(value) if value in words else -1
        others = words[place + 1 :] + words[: max(place, 0)]
        yield from others[:1]
