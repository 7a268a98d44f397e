"""From the syntax of an expression to typed nodes: names looked up, kinds checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from evenhand.policy import limits
from evenhand.policy.errors import Misread
from evenhand.policy.expressions.calls import CALLS, METHODS, refuse_function
from evenhand.policy.expressions.dates import moved
from evenhand.policy.expressions.lists import Streams
from evenhand.policy.expressions.syntax import (
    ORDERS,
    Apply,
    Field,
    Joined,
    Prefix,
    Span,
    Syntax,
    Ternary,
    Word,
    Written,
)
from evenhand.policy.expressions.typed import (
    Bound,
    Record,
    Typed,
    alike,
    expect_kind,
    need_amount,
    need_order,
)
from evenhand.policy.kinds import LISTS, NO, NUMERIC, YES, Kind
from evenhand.policy.literals import day
from evenhand.policy.nodes import (
    Arithmetic,
    Binary,
    Choice,
    Item,
    Literal,
    Logic,
    Negative,
    Node,
    Not,
    Order,
    Ordered,
)
from evenhand.policy.saying import _
from evenhand.policy.scope import Known, Scope
from evenhand.policy.tokens import Token
from evenhand.policy.tree import Derived, Domain, Fact


class Typer:
    """Types one expression; `bound` are the variables of the lists looked through."""

    __slots__ = ("bound", "scope", "steps", "streams", "text")

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self.bound: Mapping[str, Bound] = {}
        self.steps = 0
        self.streams = Streams(self)

    @contextmanager
    def binding(self, variable: str, element: Bound) -> Iterator[None]:
        """Let a variable stand for the element of a list inside the block."""
        before = self.bound
        self.bound = {**before, variable: element}
        yield
        self.bound = before

    def value(self, syntax: Syntax) -> Typed:
        """Type a value; Misread where it has no meaning or is a list."""
        self.steps += 1
        if self.steps > limits.EXPRESSION_NODES:
            raise Misread(
                syntax.offset, _("the expression is too long"), _("derive a fact")
            )
        match syntax:
            case Written() | Span():
                return _literal(syntax)
            case Word(name, offset):
                return self._word(name, offset)
            case Joined():
                return self._joined(syntax)
            case Prefix():
                return (
                    self._negated(syntax) if syntax.sign == "-" else self._not(syntax)
                )
            case _:
                return self._applied(syntax)

    def answer(self, syntax: Syntax) -> Typed:
        """Type a yes/no value."""
        return self.of_kind(syntax, Kind.YES_NO)

    def of_kind(self, syntax: Syntax, wanted: Kind) -> Typed:
        """Type a value of this kind."""
        return self.expect(self.value(syntax), wanted)

    def expect(self, typed: Typed, wanted: Kind) -> Typed:
        """Misread if this is not, and cannot become, of the kind wanted."""
        return expect_kind(typed, wanted, self.scope.currency, self.text)

    def alike(self, left: Typed, right: Typed) -> tuple[Typed, Typed]:
        """Bring two values to one kind."""
        return alike(left, right, self.scope.currency)

    def _word(self, name: str, offset: int) -> Typed:
        element = self.bound.get(name)
        if isinstance(element, Typed):
            return element
        if element is not None:
            form = _("write one of its fields: {value}", value=element.examples(name))
            raise Misread(
                offset, _("{name} is a whole line of the list", name=name), form
            )
        known = self.scope.find(name)
        if known is None and name in YES | NO:
            return Typed(Literal(name in YES), Kind.YES_NO, offset)
        if name == "null" and known is None:
            form = _("what is unknown stays unknown; test a column for null")
            raise Misread(offset, _("null is no value"), form)
        known = known or self.scope.get(name, offset)
        if known.kind in LISTS:
            form = _(
                "ask of it: size({name}), {name}.exists(x, …), x in {name}", name=name
            )
            raise Misread(offset, _("{name} is a list, not a value", name=name), form)
        node = self.scope.operand(known)
        words = known.domain.words
        return Typed(
            node, known.kind, offset, nonzero=_nonzero(known, node), words=words
        )

    def _joined(self, syntax: Joined) -> Typed:
        sign = syntax.sign
        if sign in ("or", "and"):
            left, right = self.answer(syntax.left), self.answer(syntax.right)
            node = Logic("and" if sign == "and" else "or", left.node, right.node)
            return Typed(node, Kind.YES_NO, syntax.offset)
        if sign in ORDERS:
            return self._ordered(syntax)
        if sign == "in":
            return self.streams.member(self.value(syntax.left), syntax.right)
        left, right = self.value(syntax.left), self.value(syntax.right)
        if sign in ("+", "-"):
            return self._added(syntax, left, right)
        return self._multiplied(syntax, left, right)

    def _ordered(self, syntax: Joined) -> Typed:
        left, right = self.alike(self.value(syntax.left), self.value(syntax.right))
        if syntax.sign not in ("=", "!="):
            need_order(left, syntax.at)
        node = Ordered(cast(Order, syntax.sign), left.node, right.node)
        return Typed(node, Kind.YES_NO, syntax.offset)

    def _added(self, syntax: Joined, left: Typed, right: Typed) -> Typed:
        if Kind.DATE in (left.kind, right.kind):
            return moved(syntax, left, right)
        if Kind.TEXT in (left.kind, right.kind):
            refuse_function("+", syntax.at)
        left, right = self.alike(left, right)
        need_amount(left)
        node = Binary(cast(Arithmetic, syntax.sign), left.node, right.node)
        return Typed(node, left.kind, syntax.offset)

    def _multiplied(self, syntax: Joined, left: Typed, right: Typed) -> Typed:
        need_amount(left)
        need_amount(right)
        if syntax.sign == "*":
            kind = _product_kind(left.kind, right.kind, syntax.at)
            return Typed(Binary("*", left.node, right.node), kind, syntax.offset)
        kind = _quotient_kind(left.kind, right.kind, syntax.at)
        if not right.nonzero:
            form = _("give the fact a domain that starts above 0")
            raise Misread(right.offset, _("this could divide by nothing"), form)
        return Typed(Binary("/", left.node, right.node), kind, syntax.offset)

    def _negated(self, syntax: Prefix) -> Typed:
        inner = self.value(syntax.inner)
        need_amount(inner)
        offset, nonzero = syntax.offset, inner.nonzero
        if not isinstance(inner.node, Literal):
            return Typed(Negative(inner.node), inner.kind, offset, nonzero=nonzero)
        value = Literal(-cast(float, inner.node.value))
        if inner.bare is None:
            return Typed(value, inner.kind, offset, nonzero=nonzero)
        text = inner.bare.text
        text = text[1:] if text.startswith("-") else f"-{text}"
        bare = Token("number", text, offset)
        return Typed(value, inner.kind, offset, bare, nonzero)

    def _not(self, syntax: Prefix) -> Typed:
        inner = self.answer(syntax.inner)
        return Typed(Not(inner.node), Kind.YES_NO, syntax.offset)

    def _choice(self, test: Syntax, yes: Syntax, no: Syntax) -> Typed:
        asked = self.answer(test)
        one, other = self.alike(self.value(yes), self.value(no))
        node = Choice(asked.node, one.node, other.node)
        branches = (one, other)
        nonzero = one.nonzero and other.nonzero
        return Typed(node, one.kind, test.offset, nonzero=nonzero, branches=branches)

    def _applied(self, syntax: Syntax) -> Typed:
        match syntax:
            case Ternary(test, yes, no):
                return self._choice(test, yes, no)
            case Field(target, name, offset):
                return self._field(target, name, offset)
            case Apply():
                return self._called(syntax)
            case _:
                form = _("ask of it: x in […], […].exists(x, …)")
                raise Misread(syntax.offset, _("a list is no value"), form)

    def _called(self, call: Apply) -> Typed:
        if call.target is None and call.name == "size" and len(call.arguments) == 1:
            call = Apply(call.arguments[0], "size", (), call.offset)
        if call.name not in (CALLS if call.target is None else METHODS):
            refuse_function(call.name, call.offset)
        if call.target is None:
            return CALLS[call.name](self, call.arguments, call.offset)
        return self.streams.method(call)

    def _field(self, target: Syntax, name: str, offset: int) -> Typed:
        element = self.bound.get(target.name) if isinstance(target, Word) else None
        if not isinstance(element, Record):
            form = _("fields are those of a line: lines.exists(l, l.price > 5)")
            raise Misread(
                target.offset, _("nothing here has a field {name}", name=name), form
            )
        field = element.field(name, offset)
        node = Item(element.variable, field.name, field.kind)
        nonzero = _apart_from_zero(field.domain)
        words = field.domain.words
        return Typed(node, field.kind, offset, nonzero=nonzero, words=words)


def _literal(syntax: Written | Span) -> Typed:
    if isinstance(syntax, Span):
        value, kind = syntax.seconds, Kind.DURATION
        return Typed(Literal(value), kind, syntax.offset, nonzero=value != 0)
    token = syntax.token
    if token.kind == "string":
        return Typed(Literal(token.text), Kind.TEXT, token.offset)
    if token.kind == "date":
        return Typed(Literal(day(token)), Kind.DATE, token.offset)
    whole = "." not in token.text
    amount = int(token.text) if whole else float(token.text)
    kind = Kind.WHOLE if whole else Kind.NUMBER
    return Typed(Literal(amount), kind, token.offset, token, amount != 0)


def _product_kind(left: Kind, right: Kind, at: int) -> Kind:
    united = {left, right} - NUMERIC
    if left in united and right in united:
        what = (
            _("money times money")
            if left is right is Kind.MONEY
            else _("{left} times {right}", left=left, right=right)
        )
        raise Misread(at, _("{what} has no meaning", what=what))
    if united:
        return united.pop()
    return left if left is right else Kind.NUMBER


def _quotient_kind(left: Kind, right: Kind, at: int) -> Kind:
    if left is right or {left, right} <= NUMERIC:
        return Kind.NUMBER
    if right in NUMERIC:
        return left
    thing = "a number" if left in NUMERIC else str(left)
    raise Misread(
        at, _("{thing} divided by {right} has no meaning", thing=thing, right=right)
    )


def _nonzero(known: Known, node: Node) -> bool:
    """Tell whether a name can never be zero, so that it may divide."""
    if isinstance(node, Literal):
        return node.value != 0
    declared = known.declared
    by_date = isinstance(declared, Derived) and declared.dated
    return (isinstance(declared, Fact) or by_date) and _apart_from_zero(known.domain)


def _apart_from_zero(domain: Domain) -> bool:
    low, high = domain.low, domain.high
    above = isinstance(low, int | float) and low > 0
    return above or (isinstance(high, int | float) and high < 0)
