"""The nodes of a page's tree: conditions in cells, and expressions.

`tree` holds what they stand in. Every back end (Python, SQL, proof) reads both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from evenhand.policy.kinds import Kind, Value

Order = OneOf["=", "!=", "<", "<=", ">", ">="]
Arithmetic = OneOf["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written on the page, already of its kind (money in minor units)."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, a derived fact, a value, or an outcome of an earlier table."""

    name: str
    kind: Kind


Operand = Literal | Name


@dataclass(frozen=True, slots=True)
class Compare:
    """The fact stands in this order to the operand."""

    order: Order
    operand: Operand


@dataclass(frozen=True, slots=True)
class Within:
    """The fact lies between two operands; each end is in or out."""

    low: Operand
    high: Operand
    low_in: bool
    high_in: bool


@dataclass(frozen=True, slots=True)
class IsNull:
    """The sheet holds nothing for the fact."""


Test = Compare | Within | IsNull


@dataclass(frozen=True, slots=True)
class Condition:
    """One cell: any of its tests holds (or, negated, none). Unknown stays unknown."""

    fact: Name
    tests: tuple[Test, ...]
    negated: bool
    text: str

    @property
    def accepts_null(self) -> bool:
        """Whether the cell holds for a fact of which nothing is known."""
        return not self.negated and IsNull() in self.tests

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the cell reads, its own fact first."""
        found = [self.fact.name]
        for test in self.tests:
            found += [o.name for o in operands(test) if isinstance(o, Name)]
        return tuple(dict.fromkeys(found))


def operands(test: Test) -> tuple[Operand, ...]:
    """Return what a test compares the fact with."""
    if isinstance(test, Compare):
        return (test.operand,)
    if isinstance(test, Within):
        return (test.low, test.high)
    return ()


@dataclass(frozen=True, slots=True)
class Binary:
    """Two numbers, amounts or dates joined by arithmetic."""

    sign: Arithmetic
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Ordered:
    """A comparison inside an expression."""

    order: Order
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` of two yes/no nodes, three-valued."""

    word: OneOf["and", "or"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a yes/no node; unknown stays unknown."""

    node: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus a number or an amount."""

    node: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """`test ? yes : no`."""

    test: Node
    yes: Node
    no: Node


Function = OneOf[
    "min", "max", "days", "months", "add_months", "working_days", "add_working_days"
]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of its arguments.

    min, max of two or more; days, months, working_days of (later, earlier);
    add_months, add_working_days of (date, whole number). Those of working days take
    the holidays besides, as a Literal of a tuple of dates.
    """

    function: Function
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a value is one of some values, or one of a list that is a fact."""

    value: Node
    among: tuple[Node, ...] | Name


@dataclass(frozen=True, slots=True)
class Item:
    """What a fold looks at: the element of a plain list, or a field of an order line."""

    variable: str
    field: str  # empty for the element itself
    kind: Kind


FoldWord = OneOf["all", "exists", "exists_one", "count", "sum", "min", "max"]


@dataclass(frozen=True, slots=True)
class Fold:
    """A list taken together: `lines.filter(l, where).map(l, body).sum()`.

    `all`, `exists` and `exists_one` ask a yes/no body of each element; `count` has no
    body; `sum`, `min`, `max` gather the body. Only elements for which `where` holds
    take part. An unknown list, or an unknown test of an element that could turn the
    answer, makes the fold unknown. A smallest or largest of nothing is unknown too.
    """

    word: FoldWord
    over: Name
    variable: str
    where: Node | None
    body: Node | None
    kind: Kind


Node = (
    Literal
    | Name
    | Binary
    | Ordered
    | Logic
    | Not
    | Negative
    | Choice
    | Call
    | Member
    | Item
    | Fold
)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below this one."""
    found: tuple[Node | None, ...] = ()
    match node:
        case Binary() | Ordered() | Logic():
            found = (node.left, node.right)
        case Not() | Negative():
            found = (node.node,)
        case Choice():
            found = (node.test, node.yes, node.no)
        case Call():
            found = node.arguments
        case Member():
            among = node.among
            found = (node.value, *((among,) if isinstance(among, Name) else among))
        case Fold():
            found = (node.over, node.where, node.body)
    return tuple(one for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class Expression:
    """A computed value: its text on the page, its kind, its tree, the names in it."""

    text: str
    kind: Kind
    root: Node
    names: tuple[str, ...]
