"""What an expression says before its names are looked up: its syntax tree.

`reader` makes it from text, `typing` turns it into the typed nodes of the page's tree,
`printing` writes it back. `offset` is the place in the text where a node begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evenhand.policy.tokens import Token

Sign = Literal[
    "or", "and", "=", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/"
]  # fmt: skip
ORDERS = frozenset({"=", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Written:
    """A literal of one token: a number, a text, a day."""

    token: Token

    @property
    def offset(self) -> int:
        """Where it begins."""
        return self.token.offset


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: its seconds, and how the page writes it."""

    seconds: int
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Word:
    """A name, or yes, no, true, false."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """Minus an amount, or the opposite of an answer."""

    sign: Literal["-", "not"]
    inner: Syntax
    offset: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Two sides of a sign; `at` is the place of the sign."""

    sign: Sign
    left: Syntax
    right: Syntax
    at: int

    @property
    def offset(self) -> int:
        """Where the left side begins."""
        return _leftmost(self.left)


@dataclass(frozen=True, slots=True)
class Ternary:
    """`test ? yes : no`."""

    test: Syntax
    yes: Syntax
    no: Syntax

    @property
    def offset(self) -> int:
        """Where the test begins."""
        return _leftmost(self.test)


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of its arguments, `min(a, b)`, or of a list, `lines.exists(l, …)`."""

    target: Syntax | None
    name: str
    arguments: tuple[Syntax, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an order line: `l.price`."""

    target: Syntax
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Several:
    """A list written out: `["red", "blue"]`."""

    elements: tuple[Syntax, ...]
    offset: int


Syntax = (
    Written | Span | Word | Prefix | Joined | Ternary | Apply | Field | Several
)  # fmt: skip


def _leftmost(syntax: Syntax) -> int:
    """Walk to the beginning without recursion: chains are long before they are refused."""
    while isinstance(syntax, Joined | Ternary):
        syntax = syntax.left if isinstance(syntax, Joined) else syntax.test
    return syntax.offset


def parts(syntax: Syntax) -> tuple[Syntax, ...]:
    """Return the parts directly below this one."""
    found: tuple[Syntax | None, ...] = ()
    match syntax:
        case Prefix(_, inner):
            found = (inner,)
        case Joined(_, left, right):
            found = (left, right)
        case Ternary(test, yes, no):
            found = (test, yes, no)
        case Field(target):
            found = (target,)
        case Apply(target, _, arguments):
            found = (target, *arguments)
        case Several(elements):
            found = elements
    return tuple(part for part in found if part is not None)
