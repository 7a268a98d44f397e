"""Expressions as columns: the same nodes that Python runs, three-valued and exact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import (
    Binary,
    Call,
    Choice,
    Expression,
    Fold,
    Item,
    Literal,
    Logic,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Order,
    Ordered,
)
from evenhand.policy.sql import days, engines, integers, values
from evenhand.policy.sql.refusals import Untranslatable
from evenhand.policy.sql.sheet import Scope
from evenhand.policy.sql.values import Held, Listed, Number, Truth, Word

_ARITHMETIC = {
    "+": values.added,
    "-": values.subtracted,
    "*": values.multiplied,
    "/": values.divided,
}
_ROUNDED = frozenset({Kind.MONEY, Kind.DURATION})


def computed(expression: Expression, scope: Scope) -> Held:
    """Compute an expression; money and durations come out whole, rounded once."""
    found = held(expression.root, scope)
    if expression.kind in _ROUNDED and isinstance(found, Number):
        return values.rounded(found, scope.rounding)
    return found


def held(node: Node, scope: Scope) -> Held:
    """Compute a node, not rounded."""
    ahead = scope.kept(node)
    return ahead if ahead is not None else _held(node, scope)


def _held(node: Node, scope: Scope) -> Held:
    match node:
        case Literal(value):
            return literal(value)
        case Name(name):
            return scope.name(name)
        case Item():
            return scope.item(node)
        case Logic() | Not() | Ordered() | Member():
            return _truth(node, scope)
        case Choice():
            return _choice(node, scope)
        case _:
            return _computed(node, scope)


def literal(value: object) -> Held:
    """Return a value written on the page."""
    match value:
        case bool():
            return Truth(value)
        case int() | float() | date():
            return values.number_of(value)
        case tuple():
            return Word(", ".join(str(one) for one in value))
        case _:
            return Word(str(value))


def number(node: Node, scope: Scope) -> Number:
    """Compute a node that the page's reader found to be a number or a date."""
    found = held(node, scope)
    if not isinstance(found, Number):
        raise Untranslatable("a list or a text stands where a number is needed")
    return found


def truth(node: Node, scope: Scope) -> Truth:
    """Compute a node that the page's reader found to be yes or no."""
    found = held(node, scope)
    if not isinstance(found, Truth):
        raise Untranslatable("something else stands where yes or no is needed")
    return found


def compared(order: Order, left: Held, right: Held) -> Truth:
    """Compare two values of one kind."""
    if isinstance(left, Number) and isinstance(right, Number):
        return values.ordered(order, left, right)
    if isinstance(left, Word) and isinstance(right, Word):
        one, other = _texts_or_codes(left, right)
        found = integers.COMPARISONS[order](one, other)
        return Truth(found, left.lacks or right.lacks)
    if isinstance(left, Truth) and isinstance(right, Truth):
        return _same_truth(left, right, order)
    raise Untranslatable("two lists are compared")


def _texts_or_codes(
    left: Word, right: Word
) -> tuple[ir.Value | str, ir.Value | str | int]:
    if isinstance(right.text, str) and left.code is not None:
        for code in left.codes_of([right.text]):
            return left.code, code
    if isinstance(left.text, str) and isinstance(right.text, str):
        return left.text, right.text
    # Ibis cannot set a plain text beside NULL, as an outcome that no row gives is.
    return _as_value(left.text), _as_value(right.text)


def _as_value(text: ir.Value | str) -> ir.Value:
    return ibis.literal(text) if isinstance(text, str) else text


def _same_truth(left: Truth, right: Truth, order: Order) -> Truth:
    wanted = order == "="
    if isinstance(right.held, bool):
        return left if right.held is wanted else values.negated(left)
    if isinstance(left.held, bool):
        return right if left.held is wanted else values.negated(right)
    found = integers.COMPARISONS[order](left.column, right.column)
    return Truth(found, left.lacks or right.lacks)


def _truth(node: Logic | Not | Ordered | Member, scope: Scope) -> Truth:
    match node:
        case Logic("and", left, right):
            return values.all_of([truth(left, scope), truth(right, scope)])
        case Logic(_, left, right):
            return values.any_of([truth(left, scope), truth(right, scope)])
        case Not(inner):
            return values.negated(truth(inner, scope))
        case Ordered(order, left, right):
            return compared(order, held(left, scope), held(right, scope))
        case Member(value, among):
            if isinstance(among, Name):
                why = "a list is looked through inside another; derive a fact first"
                raise Untranslatable(why)
            return among_these(held(value, scope), [held(one, scope) for one in among])


def among_these(value: Held, others: list[Held]) -> Truth:
    """Tell whether a value equals any of these; `IN` where all are constants."""
    texts = [o.text for o in others if isinstance(o, Word) and isinstance(o.text, str)]
    text = value.text if isinstance(value, Word) else ""
    if not isinstance(text, str) and len(texts) == len(others) > 1:
        codes = value.codes_of(texts) if isinstance(value, Word) else []
        if isinstance(value, Word) and value.code is not None and codes:
            return Truth(
                engines.is_code_of(value.code, codes, value.words), value.lacks
            )
        return Truth(engines.is_any(text, texts), value.lacks)
    return values.any_of(compared("=", value, other) for other in others)


def _choice(node: Choice, scope: Scope) -> Held:
    test = truth(node.test, scope)
    yes, no = held(node.yes, scope), held(node.no, scope)
    if test.held is None or isinstance(test.held, bool):
        if test.held is None:
            return _unknown_like(yes)
        return yes if test.held else no
    return (
        chosen([(test, yes)], no)
        if not test.lacks
        else chosen([(test, yes), (values.negated(test), no)], None)
    )


def chosen(cases: list[tuple[Truth, Held]], otherwise: Held | None) -> Held:
    """Return the value of the first truth that holds; unknown if none is given."""
    kept, last = values.decisive(cases, otherwise)
    if not kept:
        return last if last is not None else _unknown_like(cases[0][1])
    every = [value for _, value in kept] + ([] if last is None else [last])
    numbers = [value for value in every if isinstance(value, Number)]
    tests = [test for test, _ in kept]
    if len(numbers) == len(every):
        pairs = list(zip(tests, numbers, strict=False))
        return values.chosen(pairs, None if last is None else numbers[-1])
    columns = [_column(value) for value in every]
    branches = [(t.column, c) for t, c in zip(tests, columns, strict=False)]
    column = ibis.cases(*branches, else_=ibis.null() if last is None else columns[-1])
    lacks = last is None or any(value.lacks for value in every)
    return Truth(column, lacks) if isinstance(every[0], Truth) else Word(column, lacks)


def _unknown_like(value: Held) -> Held:
    match value:
        case Truth():
            return values.absent(Kind.YES_NO)
        case Number():
            return values.NOT_KNOWN
        case _:
            return values.absent(Kind.TEXT)


def _column(value: Held) -> ibis.Value:
    match value:
        case Truth():
            return value.column
        case Word(text):
            return ibis.literal(text) if isinstance(text, str) else text
        case _:
            raise Untranslatable("a list is chosen, or mixed with something else")


def _computed(node: Node, scope: Scope) -> Number:
    match node:
        case Binary("/", Binary("*", left, right), Literal()):
            # (a * 30) / 100 as a * (30 / 100), whose constant is cancelled first.
            share = values.divided(number(right, scope), number(node.right, scope))
            return values.multiplied(number(left, scope), share)
        case Binary(sign, left, right):
            return _joined(sign, number(left, scope), number(right, scope))
        case Negative(inner):
            return values.turned(number(inner, scope))
        case Call():
            return _called(node, scope)
        case Fold():
            why = "a list is looked through inside another; derive a fact first"
            raise Untranslatable(why)
        case _:
            raise AssertionError(node)


def _joined(sign: str, left: Number, right: Number) -> Number:
    found: Number = _ARITHMETIC[sign](left, right)
    if not left.day:
        return found
    moved = days.held_in_calendar(found.above)
    return Number(moved, lacks=found.lacks, day=True)


def _called(node: Call, scope: Scope) -> Number:
    return called(node, [number(one, scope) for one in node.arguments[: _reads(node)]])


def _reads(node: Call) -> int:
    """How many arguments are numbers or days; holidays come after them."""
    return len(node.arguments) if node.function in ("min", "max") else 2


def called(
    node: Call, given: Sequence[Number], keep: days.Keep = days.inline
) -> Number:
    """Apply a function; `keep` lays parts down as columns where it is long."""
    if node.function in ("min", "max"):
        return values.extreme("<=" if node.function == "min" else ">=", given)
    first, second = given[0].above, given[1].above
    lacks = given[0].lacks or given[1].lacks
    holidays = _holidays(node)
    match node.function:
        case "days":
            return Number(integers.minus(first, second), lacks=lacks)
        case "months":
            return Number(days.months_between(first, second, keep), lacks=lacks)
        case "working_days":
            return Number(days.working_days(first, second, holidays), lacks=lacks)
        case "add_months":
            return Number(days.months_on(first, second, keep), lacks=lacks, day=True)
        case _:
            found = days.working_days_on(first, second, holidays, keep)
            return Number(found, lacks=lacks or second.low < 0, day=True)


def _holidays(node: Call) -> list[date]:
    given = node.arguments[2] if len(node.arguments) > 2 else None
    dates = given.value if isinstance(given, Literal) else ()
    return (
        [day for day in dates if isinstance(day, date)]
        if isinstance(dates, tuple)
        else []
    )


def is_list(value: Held) -> bool:
    """Tell whether a value is a list."""
    return isinstance(value, Listed)
