"""The names that a cell or an expression may use, and what each stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from evenhand.policy import limits
from evenhand.policy.errors import Misread
from evenhand.policy.kinds import ORDERED, Kind
from evenhand.policy.nodes import Choice, Literal, Name, Node
from evenhand.policy.reserved import RESERVED
from evenhand.policy.saying import _
from evenhand.policy.tree import Constant, Derived, Domain, Fact, Outcome

Declared = Fact | Constant | Derived | Outcome


@dataclass(frozen=True, slots=True)
class Known:
    """What a name stands for: its kind, what it may be, whether it may be null."""

    name: str
    kind: Kind
    domain: Domain
    optional: bool
    declared: Declared


class Scope:
    """Names declared so far on the page; outcomes join after their table.

    `below` are the names of Derived while its rows are read: those not yet declared
    stand further down, or in the row itself. `results` head columns of tables.
    """

    __slots__ = ("_compared", "_known", "_nodes", "below", "currency", "results")

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self._compared = 0
        self._nodes = 0
        self.below: set[str] = set()
        self.results: frozenset[str] = frozenset()
        self._known: dict[str, Known] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def declare(self, declared: Declared) -> None:
        """Add a name, or replace the outcome of an earlier table by a later one's."""
        self._known[declared.name] = _known(declared)

    def find(self, name: str) -> Known | None:
        """Return what the name stands for, if it is declared."""
        return self._known.get(name)

    def get(self, name: str, offset: int) -> Known:
        """Return what the name stands for; Misread names the nearest known one."""
        known = self._known.get(name)
        if known is None and name in self.below:
            what = _("{name} is not declared above this row", name=name)
            form = _("a derived fact follows from those above it: move its row up")
            raise Misread(offset, what, form)
        if known is None:
            raise Misread(offset, *self._undeclared(name))
        return known

    def _undeclared(self, name: str) -> tuple[str, str]:
        """Say what is the matter with a name that is not declared, and what would do."""
        if name in RESERVED:
            what = _("{name} has a meaning of its own and is no fact", name=name)
            if name == "if":  # heads a column only
                return what, _("write the name alone")
            return what, _("give the fact another name")
        if name in self.results:
            what = _("{name} is a result of a table, not known here yet", name=name)
            return what, _("use it in a later table, or give the fact another name")
        what = _("{name} is not a name on this page", name=name)
        near = self._nearest(name)
        if near:
            return what, _("did you mean {near}?", near=near)
        return what, _("declare it under ## Facts")

    def _nearest(self, word: str) -> str:
        """Return the name most like a word; "" if none is, or enough were compared."""
        self._compared += len(self._known)
        if self._compared > limits.COMPARISONS or len(word) > limits.NAME_CHARACTERS:
            return ""
        return next(iter(get_close_matches(word, self._known, n=1)), "")

    def add_nodes(self, count: int) -> None:
        """Note how large an expression is; Misread past what a page may hold."""
        self._nodes += count
        if self._nodes > limits.PAGE_NODES:
            what = _("the expressions of the page are too long together")
            raise Misread(0, what, _("derive a fact once and use its name"))

    def operand(self, known: Known) -> Literal | Name:
        """Return the node for a name: a value of the page stands as a literal."""
        if isinstance(known.declared, Constant):
            return Literal(known.declared.value)
        return Name(known.name, known.kind)


def _known(declared: Declared) -> Known:
    kind, domain, optional = _meaning(declared)
    return Known(declared.name, kind, domain, optional, declared)


def _meaning(declared: Declared) -> tuple[Kind, Domain, bool]:
    if isinstance(declared, Fact):
        return declared.kind, declared.domain, declared.optional
    if isinstance(declared, Constant):
        return declared.kind, Domain(), False
    if isinstance(declared, Derived):
        span = _span(declared) if declared.dated else Domain()
        return declared.expression.kind, span, True
    return declared.kind, Domain(words=declared.words), True


def _span(dated: Derived) -> Domain:
    """Return the smallest and the largest of the values that a dated value takes."""
    if dated.expression.kind not in ORDERED:
        return Domain()
    values: list[Any] = []
    node: Node = dated.expression.root
    while isinstance(node, Choice):
        values += [one.value for one in (node.yes,) if isinstance(one, Literal)]
        node = node.no
    values += [one.value for one in (node,) if isinstance(one, Literal)]
    return Domain(min(values), max(values))
