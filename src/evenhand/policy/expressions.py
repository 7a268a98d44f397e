"""Expressions of a page: a small subset of CEL with kinds checked at load.

`price - loss`, `price * 60 / 100`, `min(loss, 20.00)`, `days(asked_on - bought_on)`,
`worn and not informed`, `late ? 0.00 : price`. Money can be added to money and
multiplied by numbers; an amount is a number with the page's currency next to money.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from evenhand.policy import limits
from evenhand.policy.errors import Misread
from evenhand.policy.kinds import NO, NUMERIC, ORDERED, YES, Kind
from evenhand.policy.literals import day, number
from evenhand.policy.nodes import (
    Arithmetic,
    Binary,
    Call,
    Choice,
    Expression,
    Literal,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Order,
    Ordered,
    children,
)
from evenhand.policy.scope import Known, Scope
from evenhand.policy.tokens import Reader, Token
from evenhand.policy.tree import Fact

_ORDERS = ("<=", ">=", "!=", "==", "=", "<", ">")
_FUNCTIONS = ("min", "max", "days", "months", "add_months")


@dataclass(frozen=True, slots=True)
class _Typed:
    """A node with its kind.

    `bare` is the token of a number that has no unit yet, `branches` the two ends of
    a choice between such numbers: beside money they become money.
    """

    node: Node
    kind: Kind
    offset: int
    bare: Token | None = None
    nonzero: bool = False
    branches: tuple[_Typed, ...] = ()

    @property
    def unitless(self) -> bool:
        """Whether this can still become money."""
        if self.branches:
            return all(branch.unitless for branch in self.branches)
        return self.bare is not None


def read_expression(text: str, wanted: Kind, scope: Scope) -> Expression:
    """Read an expression that must give this kind; Misread tells the offset."""
    reader = _ExpressionReader(text, scope)
    typed = reader.expect_kind(reader.whole(), wanted)
    return Expression(text, wanted, typed.node, names_in(typed.node))


def names_in(root: Node) -> tuple[str, ...]:
    """Return every name used below a node, in the order of the text."""
    found: dict[str, None] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            found[node.name] = None
        waiting.extend(reversed(children(node)))
    return tuple(found)


class _ExpressionReader:
    __slots__ = ("depth", "reader", "scope")

    def __init__(self, text: str, scope: Scope) -> None:
        self.reader = Reader.of_expression(text)
        self.scope = scope
        self.depth = 0

    def whole(self) -> _Typed:
        typed = self._choice()
        self.reader.expect_end()
        return typed

    def _nested(self, read: Callable[[], _Typed]) -> _Typed:
        self.depth += 1
        if self.depth > limits.NESTING:
            raise Misread(self.reader.next.offset, "nested too deep", "derive a fact")
        typed = read()
        self.depth -= 1
        return typed

    def _choice(self) -> _Typed:
        test = self._or()
        if not self.reader.take_sign("?"):
            return test
        test = self.expect_kind(test, Kind.YES_NO)
        yes = self._nested(self._choice)
        self.reader.expect(":")
        no = self._nested(self._choice)
        yes, no = self._alike(yes, no)
        node = Choice(test.node, yes.node, no.node)
        return _Typed(node, yes.kind, test.offset, branches=(yes, no))

    def _or(self) -> _Typed:
        return self._logic("or", lambda: self._logic("and", self._not))

    def _logic(self, word: str, below: Callable[[], _Typed]) -> _Typed:
        left = below()
        while self.reader.next.is_word(word):
            self.reader.take()
            left = self.expect_kind(left, Kind.YES_NO)
            right = self.expect_kind(below(), Kind.YES_NO)
            node = Logic("and" if word == "and" else "or", left.node, right.node)
            left = _Typed(node, Kind.YES_NO, left.offset)
        return left

    def _not(self) -> _Typed:
        if not self.reader.next.is_word("not"):
            return self._ordered()
        offset = self.reader.take().offset
        inner = self.expect_kind(self._nested(self._not), Kind.YES_NO)
        return _Typed(Not(inner.node), Kind.YES_NO, offset)

    def _ordered(self) -> _Typed:
        left = self._sum()
        sign = self.reader.take_sign(*_ORDERS)
        if sign is None:
            return left
        left, right = self._alike(left, self._sum())
        order = "=" if sign.text == "==" else sign.text
        if order not in ("=", "!=") and left.kind not in ORDERED:
            raise Misread(sign.offset, f"{left.kind} has no larger and smaller")
        node = Ordered(cast(Order, order), left.node, right.node)
        return _Typed(node, Kind.YES_NO, left.offset)

    def _sum(self) -> _Typed:
        left = self._product()
        while sign := self.reader.take_sign("+", "-"):
            left = self._added(left, sign, self._product())
        return left

    def _added(self, left: _Typed, sign: Token, right: _Typed) -> _Typed:
        if left.kind is Kind.DATE:
            return self._moved(left, sign, right)
        left, right = self._alike(left, right)
        self._need_amount(left)
        node = Binary(cast(Arithmetic, sign.text), left.node, right.node)
        return _Typed(node, left.kind, left.offset)

    def _moved(self, left: _Typed, sign: Token, right: _Typed) -> _Typed:
        if right.kind is Kind.DATE:
            form = "write days(later - earlier) or months(later - earlier)"
            raise Misread(left.offset, "the time between two dates has no unit", form)
        right = self.expect_kind(right, Kind.WHOLE)
        node = Binary(cast(Arithmetic, sign.text), left.node, right.node)
        return _Typed(node, Kind.DATE, left.offset)

    def _product(self) -> _Typed:
        left = self._signed()
        while sign := self.reader.take_sign("*", "/"):
            left = self._scaled(left, sign, self._signed())
        return left

    def _scaled(self, left: _Typed, sign: Token, right: _Typed) -> _Typed:
        self._need_amount(left)
        self._need_amount(right)
        both = left.kind is Kind.MONEY and right.kind is Kind.MONEY
        if sign.text == "*":
            if both:
                raise Misread(sign.offset, "money times money has no meaning")
            kind = _product_kind(left.kind, right.kind)
            return _Typed(Binary("*", left.node, right.node), kind, left.offset)
        if right.kind is Kind.MONEY and not both:
            raise Misread(sign.offset, "a number divided by money has no meaning")
        if not right.nonzero:
            form = "give the fact a domain that starts above 0"
            raise Misread(right.offset, "this could divide by nothing", form)
        kind = Kind.NUMBER if both else left.kind
        kind = Kind.NUMBER if kind is Kind.WHOLE else kind
        return _Typed(Binary("/", left.node, right.node), kind, left.offset)

    def _signed(self) -> _Typed:
        minus = self.reader.take_sign("-")
        if minus is None:
            return self._primary()
        inner = self._nested(self._signed)
        self._need_amount(inner)
        if inner.bare and isinstance(inner.node, Literal):
            bare = Token("number", f"-{inner.bare.text}", minus.offset)
            value = -cast(float, inner.node.value)
            return _Typed(Literal(value), inner.kind, minus.offset, bare, inner.nonzero)
        node = Negative(inner.node)
        return _Typed(node, inner.kind, minus.offset, nonzero=inner.nonzero)

    def _primary(self) -> _Typed:
        token = self.reader.take()
        match token.kind:
            case "number":
                return _bare(token)
            case "string":
                return _Typed(Literal(token.text), Kind.TEXT, token.offset)
            case "date":
                return _Typed(Literal(day(token)), Kind.DATE, token.offset)
            case "word":
                return self._word(token)
        if token.is_sign("("):
            inner = self._nested(self._choice)
            self.reader.expect(")")
            return inner
        raise Misread(token.offset, f"a value is missing before {token}")

    def _word(self, token: Token) -> _Typed:
        if token.is_word(*_FUNCTIONS) and self.reader.next.is_sign("("):
            self.reader.take()
            return self._call(token)
        known = self.scope.find(token.text)
        if known is None and token.is_word(*YES, *NO):
            value = Literal(token.text in YES)
            return _Typed(value, Kind.YES_NO, token.offset)
        known = known or self.scope.get(token.text, token.offset)
        node = self.scope.operand(known)
        return _Typed(node, known.kind, token.offset, nonzero=_nonzero(known, node))

    def _call(self, token: Token) -> _Typed:
        if token.text in ("days", "months"):
            return self._between(token)
        arguments = [self._nested(self._choice)]
        while self.reader.take_sign(","):
            arguments.append(self._nested(self._choice))
        self.reader.expect(")")
        if token.text == "add_months":
            return self._month_moved(token, arguments)
        if len(arguments) < 2:
            raise Misread(token.offset, f"{token.text} needs two or more values")
        return self._extreme(token, arguments)

    def _extreme(self, token: Token, arguments: list[_Typed]) -> _Typed:
        first = next((a for a in arguments if a.bare is None), arguments[0])
        alike = [self._alike(first, argument)[1] for argument in arguments]
        if first.kind not in ORDERED:
            raise Misread(token.offset, f"{first.kind} has no larger and smaller")
        nodes = tuple(argument.node for argument in alike)
        kind = next((a.kind for a in alike if a.kind is Kind.NUMBER), first.kind)
        call = Call("min" if token.text == "min" else "max", nodes)
        return _Typed(call, kind, token.offset)

    def _between(self, token: Token) -> _Typed:
        later = self.expect_kind(self._product(), Kind.DATE)
        self.reader.expect("-")
        earlier = self.expect_kind(self._product(), Kind.DATE)
        self.reader.expect(")")
        pair = (later.node, earlier.node)
        node = Call("days" if token.text == "days" else "months", pair)
        return _Typed(node, Kind.WHOLE, token.offset)

    def _month_moved(self, token: Token, arguments: list[_Typed]) -> _Typed:
        if len(arguments) != 2:
            raise Misread(token.offset, "add_months needs a date and a whole number")
        start = self.expect_kind(arguments[0], Kind.DATE)
        months = self.expect_kind(arguments[1], Kind.WHOLE)
        node = Call("add_months", (start.node, months.node))
        return _Typed(node, Kind.DATE, token.offset)

    def _alike(self, left: _Typed, right: _Typed) -> tuple[_Typed, _Typed]:
        """Bring both sides to one kind; a bare number beside money becomes money."""
        if left.kind is right.kind:
            return left, right
        if left.kind is Kind.MONEY and right.unitless:
            return left, self._money(right)
        if right.kind is Kind.MONEY and left.unitless:
            return self._money(left), right
        if {left.kind, right.kind} <= NUMERIC:
            return _number(left), _number(right)
        if {left.kind, right.kind} <= {Kind.TEXT, Kind.ONE_OF}:
            self._check_word(left, right)
            self._check_word(right, left)
            return left, right
        what = f"{left.kind} and {right.kind} do not go together"
        raise Misread(right.offset, what)

    def _check_word(self, name: _Typed, literal: _Typed) -> None:
        if isinstance(name.node, Name) and isinstance(literal.node, Literal):
            known = self.scope.find(name.node.name)
            words = known.domain.words if known else ()
            if words and literal.node.value not in words:
                what = f"“{literal.node.value}” is not a word of {name.node.name}"
                raise Misread(literal.offset, what, f"write one of {', '.join(words)}")

    def _money(self, typed: _Typed) -> _Typed:
        if isinstance(typed.node, Choice):
            yes, no = (self._money(branch) for branch in typed.branches)
            node = Choice(typed.node.test, yes.node, no.node)
            return _Typed(node, Kind.MONEY, typed.offset)
        if typed.bare is None:
            raise Misread(typed.offset, "a number stands where money is needed")
        value = number(typed.bare, Kind.MONEY, self.scope.currency)
        literal = Literal(value)
        return _Typed(literal, Kind.MONEY, typed.offset, nonzero=typed.nonzero)

    def _need_amount(self, typed: _Typed) -> None:
        if typed.kind not in NUMERIC and typed.kind is not Kind.MONEY:
            raise Misread(typed.offset, f"arithmetic needs numbers, not {typed.kind}")

    def expect_kind(self, typed: _Typed, wanted: Kind) -> _Typed:
        if typed.kind is wanted or (wanted, typed.kind) in _WIDENED:
            return typed
        if wanted is Kind.MONEY and typed.unitless:
            return self._money(typed)
        form = "write {} as an amount of money" if wanted is Kind.MONEY else ""
        what = f"this is {typed.kind}, but {wanted} is needed here"
        raise Misread(typed.offset, what, form.format(self.reader.text[:40]))


_WIDENED = frozenset({(Kind.NUMBER, Kind.WHOLE), (Kind.TEXT, Kind.ONE_OF)})


def _product_kind(left: Kind, right: Kind) -> Kind:
    if Kind.MONEY in (left, right):
        return Kind.MONEY
    return left if left is right else Kind.NUMBER


def _bare(token: Token) -> _Typed:
    whole = "." not in token.text
    value = int(token.text) if whole else float(token.text)
    kind = Kind.WHOLE if whole else Kind.NUMBER
    return _Typed(Literal(value), kind, token.offset, token, value != 0)


def _number(typed: _Typed) -> _Typed:
    return replace(typed, kind=Kind.NUMBER)


def _nonzero(known: Known, node: Node) -> bool:
    """Tell whether a name can never be zero, so that it may divide."""
    if isinstance(node, Literal):
        return node.value != 0
    domain = known.domain
    if not isinstance(known.declared, Fact):
        return False
    above = isinstance(domain.low, int | float) and domain.low > 0
    return above or (isinstance(domain.high, int | float) and domain.high < 0)


def share_of(percent: Expression, base: Expression) -> Expression:
    """Return so many percent of a base amount, as the `pct` and `of` columns say."""
    product = Binary("*", base.root, percent.root)
    node = Binary("/", product, Literal(100))
    text = f"{percent.text}% of {base.text}"
    return Expression(text, Kind.MONEY, node, names_in(node))
