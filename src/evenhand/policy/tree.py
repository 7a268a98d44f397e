"""The typed tree of a page: what every back end (Python, SQL, proof) reads.

Nothing here runs. `closures` turns the tree into Python; other back ends translate
the same nodes. A back end needs no other source than this tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal as OneOf

from evenhand.policy.kinds import Kind, Rounding, Value

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


@dataclass(frozen=True, slots=True)
class Call:
    """A function: min, max, days(later, earlier), months(later, earlier), add_months."""

    function: OneOf["min", "max", "days", "months", "add_months"]
    arguments: tuple[Node, ...]


Node = Literal | Name | Binary | Ordered | Logic | Not | Negative | Choice | Call


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below this one."""
    match node:
        case Binary() | Ordered() | Logic():
            return (node.left, node.right)
        case Not() | Negative():
            return (node.node,)
        case Choice():
            return (node.test, node.yes, node.no)
        case Call():
            return node.arguments
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Expression:
    """A computed value: its text on the page, its kind, its tree, the names in it."""

    text: str
    kind: Kind
    root: Node
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """What a value may be: bounds (both in, either may be absent) or a list of words."""

    low: int | float | date | None = None
    high: int | float | date | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared fact. `optional`: it may be unknown for good or not apply.

    `fixed`: nobody can change it, so it is never offered as a way out.
    `asks` maps a language to the question that finds it out.
    """

    name: str
    kind: Kind
    domain: Domain = Domain()
    optional: bool = False
    fixed: bool = False
    label: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constant:
    """A named value of the page with the place where it is laid down."""

    name: str
    kind: Kind
    value: Value
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact that follows from other facts."""

    name: str
    expression: Expression
    label: str = ""


class Hit(StrEnum):
    """Which of the rows that match a table gives (DMN's hit policies)."""

    FIRST = "first"
    UNIQUE = "unique"
    ANY = "any"
    PRIORITY = "priority"
    RULE_ORDER = "rule order"
    OUTPUT_ORDER = "output order"
    COLLECT = "collect"
    SUM = "collect sum"
    MIN = "collect min"
    MAX = "collect max"
    COUNT = "collect count"


SINGLE = frozenset({Hit.FIRST, Hit.UNIQUE, Hit.ANY, Hit.PRIORITY})
LISTED = frozenset({Hit.RULE_ORDER, Hit.OUTPUT_ORDER, Hit.COLLECT})
TOTALLED = frozenset({Hit.SUM, Hit.MIN, Hit.MAX, Hit.COUNT})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A column of results; `words` in the order of rank where it is one of a list."""

    name: str
    kind: Kind
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: when all conditions hold, these outcomes, for this reason."""

    id: str
    conditions: tuple[Condition, ...]
    results: tuple[tuple[str, Expression], ...]
    because: str = ""
    says: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one hit policy."""

    name: str
    hit: Hit
    outcomes: tuple[Outcome, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Never:
    """An invariant: its conditions, over facts and outcomes, never hold together."""

    id: str
    conditions: tuple[Condition, ...]
    because: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A case with its answer: a row id, `ask FACT`, or `no rule`; and outcomes."""

    given: Mapping[str, Value]
    expect: str
    outcome: Mapping[str, Value | None]
    rows: Mapping[str, tuple[str, ...]]  # table -> ids of the rows that match
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Head:
    """Who, which, since when: the +++ part of a page."""

    policy: str
    version: str
    title: str = ""
    language: str = "en"
    from_on: date | None = None
    to_on: date | None = None
    judged_on: str = ""
    currency: str = ""
    currency_from: str = ""
    rounding: Rounding = Rounding.HALF_UP
    base: str = ""
    jurisdiction: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    reviewed_by: str = ""
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole page, typed."""

    head: Head
    facts: tuple[Fact, ...]
    values: tuple[Constant, ...]
    derived: tuple[Derived, ...]
    tables: tuple[Table, ...]
    nevers: tuple[Never, ...] = ()
    examples: tuple[Example, ...] = ()
