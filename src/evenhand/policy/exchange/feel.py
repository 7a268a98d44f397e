"""Conditions and expressions of a page written in FEEL, the language of DMN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from evenhand.kernel.money import minor_digits
from evenhand.policy.exchange.forms import Unfit
from evenhand.policy.kinds import Kind, Rounding, Value
from evenhand.policy.nodes import (
    Binary,
    Call,
    Choice,
    Condition,
    Expression,
    IsNull,
    Literal,
    Logic,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Operand,
    Ordered,
    Test,
    Within,
    children,
)

# FEEL's own rounding functions, each exactly one of ours.
ROUNDED = {
    Rounding.HALF_UP: "round half up",
    Rounding.HALF_EVEN: "decimal",
    Rounding.DOWN: "round down",
    Rounding.FLOOR: "floor",
    Rounding.CEILING: "ceiling",
}


class Feel:
    """Writes for one page: its currency, and what each name is called in the model."""

    __slots__ = ("called", "digits", "rounding")

    def __init__(
        self, currency: str, rounding: Rounding, called: Callable[[str], str]
    ) -> None:
        self.digits = minor_digits(currency) if currency else 0
        self.rounding = rounding
        self.called = called

    # Values

    def value(self, value: Value | None, kind: Kind | None) -> str:
        """Write a value; money in major units."""
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        if isinstance(value, date):
            return f'date("{value.isoformat()}")'
        if isinstance(value, tuple):
            return self._list(value)
        return self._amount(value, kind)

    def _list(self, values: tuple[object, ...]) -> str:
        texts = [one for one in values if isinstance(one, str)]
        if len(texts) != len(values):
            raise Unfit("only a list of texts stands in a DMN table")
        return f"[{', '.join(self.value(one, Kind.TEXT) for one in texts)}]"

    def _amount(self, value: float, kind: Kind | None) -> str:
        if kind is Kind.DURATION:
            return f'duration("PT{value}S")'
        exact = Decimal(repr(value))
        if kind is Kind.MONEY:
            exact = exact.scaleb(-self.digits)
        return format(exact, "f")

    # Cells

    def cell(self, condition: Condition) -> str:
        """Write the tests of a condition as unary tests."""
        kind = condition.fact.kind
        tests = ", ".join(self._test(test, kind) for test in condition.tests)
        return f"not({tests})" if condition.negated else tests

    def _test(self, test: Test, kind: Kind) -> str:
        if isinstance(test, IsNull):
            return "null"
        if isinstance(test, Within):
            low, high = (self._operand(end, kind) for end in (test.low, test.high))
            ends = "[" if test.low_in else "(", "]" if test.high_in else ")"
            return f"{ends[0]}{low}..{high}{ends[1]}"
        operand = self._operand(test.operand, kind)
        if kind is Kind.TEXTS:
            return f"list contains(?, {operand})"
        if test.order == "=":
            return operand
        return f"not({operand})" if test.order == "!=" else f"{test.order} {operand}"

    def _operand(self, operand: Operand, kind: Kind) -> str:
        if isinstance(operand, Name):
            return self.called(operand.name)
        return self.value(operand.value, kind)

    def statement(self, conditions: tuple[Condition, ...]) -> str:
        """Write conditions that must all hold as one expression."""
        return " and ".join(f"({self._said(one)})" for one in conditions)

    def _said(self, condition: Condition) -> str:
        subject = self.called(condition.fact.name)
        kind = condition.fact.kind
        tests = " or ".join(self._about(subject, t, kind) for t in condition.tests)
        return f"not({tests})" if condition.negated else tests

    def _about(self, subject: str, test: Test, kind: Kind) -> str:
        if isinstance(test, IsNull):
            return f"{subject} = null"
        if isinstance(test, Within):
            return f"{subject} in {self._test(test, kind)}"
        operand = self._operand(test.operand, kind)
        if kind is Kind.TEXTS:
            return f"list contains({subject}, {operand})"
        return f"{subject} {test.order} {operand}"

    # Expressions

    def expression(self, expression: Expression) -> str:
        """Write a result or a derived fact; money is rounded as the page says."""
        text = self._node(expression.root, expression.kind)
        if expression.kind is Kind.MONEY and _has_fraction(expression.root):
            return f"{ROUNDED[self.rounding]}({text}, {self.digits})"
        return text

    def _node(self, node: Node, wanted: Kind | None) -> str:
        write = _WRITERS.get(type(node))
        if write is None:
            raise Unfit(f"{type(node).__name__.lower()} of lists is full FEEL")
        return write(self, node, wanted)

    def literal(self, node: Literal, wanted: Kind | None) -> str:
        return self.value(node.value, wanted)

    def name(self, node: Name, _wanted: Kind | None) -> str:
        return self.called(node.name)

    def binary(self, node: Binary, wanted: Kind | None) -> str:
        left, right = kind_of(node.left), kind_of(node.right)
        if left is Kind.DATE or wanted is Kind.DATE:
            moved = self._node(node.right, Kind.WHOLE)
            start = self._node(node.left, Kind.DATE)
            return f'({start} {node.sign} {moved} * duration("P1D"))'
        if node.sign in "+-":
            kinds = [_shown(left, right, wanted)] * 2
        else:
            kinds = _scaled(node.sign, left, right, wanted)
        sides = self._node(node.left, kinds[0]), self._node(node.right, kinds[1])
        return f"({sides[0]} {node.sign} {sides[1]})"

    def ordered(self, node: Ordered, _wanted: Kind | None) -> str:
        kind = _shown(kind_of(node.left), kind_of(node.right))
        left, right = self._node(node.left, kind), self._node(node.right, kind)
        return f"({left} {node.order} {right})"

    def logic(self, node: Logic, _wanted: Kind | None) -> str:
        sides = (self._node(side, Kind.YES_NO) for side in (node.left, node.right))
        return f"({f' {node.word} '.join(sides)})"

    def inverted(self, node: Not, _wanted: Kind | None) -> str:
        return f"not({self._node(node.node, Kind.YES_NO)})"

    def negative(self, node: Negative, wanted: Kind | None) -> str:
        return f"(-{self._node(node.node, wanted)})"

    def choice(self, node: Choice, wanted: Kind | None) -> str:
        kind = _shown(kind_of(node.yes), kind_of(node.no), wanted)
        test = self._node(node.test, Kind.YES_NO)
        yes, no = self._node(node.yes, kind), self._node(node.no, kind)
        return f"(if {test} then {yes} else {no})"

    def call(self, node: Call, wanted: Kind | None) -> str:
        if node.function in ("min", "max"):
            kind = _shown(*(kind_of(one) for one in node.arguments), wanted)
            inside = ", ".join(self._node(one, kind) for one in node.arguments)
            return f"{node.function}({inside})"
        if node.function == "days":
            later, earlier = (self._node(one, Kind.DATE) for one in node.arguments)
            return f'(({later} - {earlier}) / duration("P1D"))'
        if node.function == "add_months":
            start = self._node(node.arguments[0], Kind.DATE)
            months = self._node(node.arguments[1], Kind.WHOLE)
            return f'({start} + {months} * duration("P1M"))'
        raise Unfit(f"FEEL has no {node.function}")

    def member(self, node: Member, _wanted: Kind | None) -> str:
        kind = kind_of(node.value)
        value = self._node(node.value, kind)
        if isinstance(node.among, Name):
            return f"list contains({self.called(node.among.name)}, {value})"
        inside = ", ".join(self._node(one, kind) for one in node.among)
        return f"list contains([{inside}], {value})"


_WRITERS: Mapping[type, Callable[[Feel, Any, Kind | None], str]] = {
    Literal: Feel.literal,
    Name: Feel.name,
    Binary: Feel.binary,
    Ordered: Feel.ordered,
    Logic: Feel.logic,
    Not: Feel.inverted,
    Negative: Feel.negative,
    Choice: Feel.choice,
    Call: Feel.call,
    Member: Feel.member,
}


def _scaled(
    sign: str, left: Kind | None, right: Kind | None, wanted: Kind | None
) -> list[Kind | None]:
    """Tell the kinds of the sides of a product or quotient, literals among them."""
    if sign == "/":
        # Money by money is a number, money by a number is money.
        if left is None:
            left = right if wanted is Kind.NUMBER else wanted
        return [left, right or (left if wanted is Kind.NUMBER else Kind.NUMBER)]
    if left is None and right is None:
        return [wanted, Kind.NUMBER]
    # Beside a plain number, what is written must be what the product is.
    mine = wanted if right in _PLAIN else Kind.NUMBER
    other = wanted if left in _PLAIN else Kind.NUMBER
    return [left or mine, right or other]


def _shown(*kinds: Kind | None) -> Kind | None:
    """Return what sides of one kind are: money or duration if one shows it.

    A number of times an amount that has a name shows only the number.
    """
    found = [kind for kind in kinds if kind]
    return next((kind for kind in found if kind not in _PLAIN), next(iter(found), None))


_PLAIN = (Kind.WHOLE, Kind.NUMBER)


def kind_of(node: Node) -> Kind | None:
    """Return the kind that a node shows; None for a written value."""
    found: Kind | None = None
    match node:
        case Name():
            found = node.kind
        case Ordered() | Logic() | Not() | Member():
            found = Kind.YES_NO
        case Call():
            found = _kind_of_call(node)
        case Binary():
            found = _kind_of_binary(node)
        case Negative() | Choice():
            found = _shown(*(kind_of(one) for one in children(node)[-2:]))
        case Literal() if isinstance(node.value, date):
            found = Kind.DATE
    return found


def _kind_of_call(node: Call) -> Kind | None:
    if node.function in ("days", "months", "working_days"):
        return Kind.WHOLE
    if node.function in ("add_months", "add_working_days"):
        return Kind.DATE
    return _shown(*(kind_of(one) for one in node.arguments))


def _kind_of_binary(node: Binary) -> Kind | None:
    left, right = kind_of(node.left), kind_of(node.right)
    if node.sign in "+-":
        return _shown(left, right)
    if node.sign == "/" and left is right is Kind.MONEY:
        return Kind.NUMBER
    for kind in (Kind.MONEY, Kind.DURATION):
        if kind in (left, right):
            return kind
    return left or right


def _has_fraction(node: Node) -> bool:
    """Tell whether arithmetic could leave a fraction of the smallest unit."""
    if isinstance(node, Binary) and node.sign in "*/":
        return True
    return any(_has_fraction(one) for one in children(node))
