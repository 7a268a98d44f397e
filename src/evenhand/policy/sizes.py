"""How long the exact numbers of a page may grow: squares of squares have no end.

A number is held as whole number / (power of ten * rest). What is counted are digits: of
the whole number, of the power of ten, and of the rest that divisions leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from evenhand.policy.kinds import Kind, exact
from evenhand.policy.nodes import (
    Binary,
    Call,
    Choice,
    Expression,
    Fold,
    Item,
    Literal,
    Name,
    Node,
    children,
)
from evenhand.policy.tree import SINGLE, TOTALLED, Fact, Policy, Row, Table

_LIST = 3  # digits that the sum of a list, or of all rows, has more than its parts
_UNLIKE = 8  # so many times the rest, where each element may divide by another number


@dataclass(frozen=True, slots=True)
class Size:
    """At most so many digits."""

    whole: int
    tens: int = 0
    rest: int = 0

    @property
    def digits(self) -> int:
        return self.whole + self.tens + self.rest


_PLAIN = Size(16)  # money, whole numbers, durations; days are shorter
_NUMBER = Size(18, 18)
_ITSELF = ""  # the field that stands for the element of a plain list
Sizes = dict[str, Size]
Items = Mapping[tuple[str, str], Size]


def longest(policy: Policy) -> Iterator[tuple[int, str, int]]:
    """Give the digits of the longest number that each expression makes.

    With them the name of the derived fact or the row, and the line if it is a row.
    """
    sizes = {fact.name: _of_kind(fact.kind) for fact in policy.facts}
    sizes |= {one.name: _of_kind(one.kind) for one in policy.values}
    reckoner = _Reckoner(sizes, policy.facts)
    for derived in policy.derived:
        sizes[derived.name] = reckoner.result(derived.expression)
        yield reckoner.most, derived.name, 0
    for table in policy.tables:
        yield from _of_table(table, reckoner)


def _of_table(table: Table, reckoner: _Reckoner) -> Iterator[tuple[int, str, int]]:
    """What a table gives is read by the tables after it, not by its own rows."""
    given: Sizes = {}
    for row in table.rows:
        for name, size in _of_row(row, reckoner):
            given[name] = _either(given.get(name, size), size)
        yield reckoner.most, row.id, row.line
    if table.hit in SINGLE:
        # a table that gives nothing leaves what an earlier one gave
        for name, size in given.items():
            reckoner.sizes[name] = _either(reckoner.sizes.get(name, size), size)
    elif table.hit in TOTALLED and given:
        total = next(iter(given.values()))
        rest = total.rest * _UNLIKE
        reckoner.sizes[table.name] = Size(total.whole + _LIST, total.tens, rest)


def _of_row(row: Row, reckoner: _Reckoner) -> Iterator[tuple[str, Size]]:
    for name, expression in row.results:
        yield name, reckoner.result(expression)


def _of_kind(kind: Kind) -> Size:
    return _NUMBER if kind in (Kind.NUMBER, Kind.NUMBERS) else _PLAIN


def _either(one: Size, other: Size) -> Size:
    return Size(
        max(one.whole, other.whole),
        max(one.tens, other.tens),
        max(one.rest, other.rest),
    )


class _Reckoner:
    """Reckons expressions by the sizes of names; `most` is the longest of the last."""

    __slots__ = ("fields", "items", "most", "sizes")

    def __init__(self, sizes: Sizes, facts: Iterable[Fact]) -> None:
        self.sizes = sizes
        self.fields = {fact.name: fact.fields for fact in facts}
        self.items: Items = {}
        self.most = 0

    def result(self, expression: Expression) -> Size:
        """Return the size of what an expression gives; money comes out whole."""
        self.most = 0
        size = self.size(expression.root)
        return size if expression.kind is Kind.NUMBER else Size(max(size.whole, 1))

    def size(self, node: Node) -> Size:
        found = self._size(node)
        self.most = max(self.most, found.digits)
        return found

    def _size(self, node: Node) -> Size:
        match node:
            case Literal():
                return _of_literal(node)
            case Name():
                return self.sizes.get(node.name, _PLAIN)
            case Item():
                return self.items.get((node.variable, node.field), _of_kind(node.kind))
            case Binary():
                return _joined(node, self.size(node.left), self.size(node.right))
            case Fold():
                return self._fold(node)
            case _:
                return self._other(node)

    def _other(self, node: Node) -> Size:
        below = [self.size(child) for child in children(node)]
        if isinstance(node, Choice):
            return _either(*below[1:])
        if isinstance(node, Call) and node.function not in ("min", "max"):
            return _PLAIN  # days, months, a date
        found = below[0]
        for size in below[1:]:
            found = _either(found, size)
        return found

    def _fold(self, fold: Fold) -> Size:
        outside = self.items
        fields = self.fields.get(fold.over.name, ())
        element = self.sizes.get(fold.over.name, _PLAIN)
        self.items = {
            (fold.variable, _ITSELF): element,
            **{(fold.variable, one.name): _of_kind(one.kind) for one in fields},
        }
        below = [self.size(part) for part in (fold.where, fold.body) if part]
        self.items = outside
        if fold.body is None or fold.word in ("all", "exists", "exists_one"):
            return _PLAIN
        found = below[-1]
        if fold.word != "sum":
            return found
        rest = found.rest * _UNLIKE
        return replace(found, whole=found.whole + _LIST + rest, rest=rest)


def _of_literal(literal: Literal) -> Size:
    value = literal.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _PLAIN
    number = Fraction(exact(value))
    tens = len(str(number.denominator)) if number.denominator > 1 else 0
    return Size(len(str(abs(number.numerator))), tens)


def _joined(node: Binary, one: Size, other: Size) -> Size:
    if node.sign == "*":
        return Size(
            one.whole + other.whole, one.tens + other.tens, one.rest + other.rest
        )
    if node.sign == "/":
        whole = one.whole + other.tens + other.rest
        return Size(whole, one.tens, one.rest + other.whole)
    tens, rest = max(one.tens, other.tens), one.rest + other.rest
    whole = max(
        one.whole + tens - one.tens + other.rest,
        other.whole + tens - other.tens + one.rest,
    )
    return Size(whole + 1, tens, rest)
