"""A node with its kind while an expression is read, and how kinds come together."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from evenhand.policy.errors import Misread
from evenhand.policy.expressions.syntax import Syntax
from evenhand.policy.kinds import NUMERIC, ORDERED, Kind
from evenhand.policy.literals import number
from evenhand.policy.nodes import Choice, Literal, Node
from evenhand.policy.saying import _
from evenhand.policy.scope import Scope
from evenhand.policy.tokens import Token
from evenhand.policy.tree import Fact

_WIDENED = frozenset({(Kind.NUMBER, Kind.WHOLE), (Kind.TEXT, Kind.ONE_OF)})
_WORDS = frozenset({Kind.TEXT, Kind.ONE_OF})
AMOUNTS = NUMERIC | {Kind.MONEY, Kind.DURATION}


@dataclass(frozen=True, slots=True)
class Typed:
    """A node with its kind.

    `bare` is the token of a number that has no unit yet, `branches` the two ends of
    a choice between such numbers: beside money they become money. `words` are those
    that a `one of` may be, if it is limited.
    """

    node: Node
    kind: Kind
    offset: int
    bare: Token | None = None
    nonzero: bool = False
    branches: tuple[Typed, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def unitless(self) -> bool:
        """Whether this can still become money."""
        if self.branches:
            return all(branch.unitless for branch in self.branches)
        return self.bare is not None


@dataclass(frozen=True, slots=True)
class Record:
    """A line of a `list`: what its variable stands for."""

    variable: str
    fields: tuple[Fact, ...]

    def field(self, name: str, offset: int) -> Fact:
        """Return a field by name; Misread lists those that there are."""
        for field in self.fields:
            if field.name == name:
                return field
        known = ", ".join(field.name for field in self.fields)
        raise Misread(
            offset,
            _("{name} is not a field of a line", name=name),
            _("known: {known}", known=known),
        )

    def examples(self, variable: str) -> str:
        """Write its fields as an expression reads them."""
        return ", ".join(f"{variable}.{field.name}" for field in self.fields)


Bound = Typed | Record


class Values(Protocol):
    """What functions and lists need of the reader that calls them."""

    scope: Scope
    bound: Mapping[str, Bound]

    def value(self, syntax: Syntax) -> Typed:
        """Type a value."""

    def of_kind(self, syntax: Syntax, wanted: Kind) -> Typed:
        """Type a value of this kind."""

    def alike(self, left: Typed, right: Typed) -> tuple[Typed, Typed]:
        """Bring two values to one kind."""

    def binding(self, variable: str, element: Bound) -> AbstractContextManager[None]:
        """Let a variable stand for an element inside the block."""


def alike(left: Typed, right: Typed, currency: str) -> tuple[Typed, Typed]:
    """Bring both sides to one kind; a bare number beside money becomes money."""
    if left.kind is right.kind and left.kind not in _WORDS:
        return left, right
    if left.kind is Kind.MONEY and right.unitless:
        return left, _money(right, currency)
    if right.kind is Kind.MONEY and left.unitless:
        return _money(left, currency), right
    if {left.kind, right.kind} <= NUMERIC:
        return as_number(left), as_number(right)
    if {left.kind, right.kind} <= _WORDS:
        _check_word(left, right)
        _check_word(right, left)
        return left, right
    what = _("{kind} and {kind2} do not go together", kind=left.kind, kind2=right.kind)
    raise Misread(right.offset, what)


def _check_word(named: Typed, written: Typed) -> None:
    """A word that a fact can never be is a slip of the pen."""
    if not isinstance(written.node, Literal):
        return
    if named.words and written.node.value not in named.words:
        what = _(
            "“{value}” is not a word of {named}",
            value=written.node.value,
            named=_named(named),
        )
        form = _("write one of {value}", value=", ".join(named.words[:12]))
        raise Misread(written.offset, what, form)


def _named(typed: Typed) -> str:
    name = getattr(typed.node, "name", "") or getattr(typed.node, "field", "")
    return name or "the list"


def _money(typed: Typed, currency: str) -> Typed:
    if isinstance(typed.node, Choice):
        yes, no = (_money(branch, currency) for branch in typed.branches)
        node = Choice(typed.node.test, yes.node, no.node)
        return Typed(node, Kind.MONEY, typed.offset)
    if typed.bare is None:
        raise Misread(typed.offset, _("a number stands where money is needed"))
    literal = Literal(number(typed.bare, Kind.MONEY, currency))
    return Typed(literal, Kind.MONEY, typed.offset, nonzero=typed.nonzero)


def as_number(typed: Typed) -> Typed:
    """Take a whole number for a number."""
    return replace(typed, kind=Kind.NUMBER)


def need_amount(typed: Typed) -> None:
    """Misread if no arithmetic can be done with this."""
    if typed.kind not in AMOUNTS:
        raise Misread(
            typed.offset, _("arithmetic needs numbers, not {kind}", kind=typed.kind)
        )


def need_order(typed: Typed, offset: int) -> None:
    """Misread if values of this kind have no larger and smaller."""
    if typed.kind not in ORDERED:
        raise Misread(offset, _("{kind} has no larger and smaller", kind=typed.kind))


def expect_kind(typed: Typed, wanted: Kind, currency: str, text: str) -> Typed:
    """Return this as the kind wanted; `text` is the cell's, to say how to write it."""
    if typed.kind is wanted or (wanted, typed.kind) in _WIDENED:
        return typed
    if wanted is Kind.MONEY and typed.unitless:
        return _money(typed, currency)
    form = (
        _("write {value} as an amount of money", value=text[:40])
        if wanted is Kind.MONEY
        else ""
    )
    what = _(
        "this is {kind}, but {wanted} is needed here", kind=typed.kind, wanted=wanted
    )
    raise Misread(typed.offset, what, form)
