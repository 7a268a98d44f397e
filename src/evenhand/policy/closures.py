"""The tree turned into Python closures once, when the page is loaded.

A closure takes the sheet: every name of the page with its value, None for unknown.
An outcome that an earlier table left empty stands there as ABSENT: no test holds for
it except `null`. A test gives True, False or None (unknown, Kleene's third value).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from evenhand.policy.calendar import add_days, add_months, days_between, months_between
from evenhand.policy.kinds import Kind, Rounding, exact, plain, whole
from evenhand.policy.nodes import (
    Binary,
    Call,
    Choice,
    Compare,
    Condition,
    Expression,
    Literal,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Operand,
    Ordered,
    Test,
    Within,
)

# Values were checked against their declared kinds on the way in (facts.read_facts);
# inside the closures they are only handed on.
Sheet = Mapping[str, Any]
Check = Callable[[Sheet], bool | None]
Compute = Callable[[Sheet], Any]


class Absent:
    """The one value of an outcome that no row gave."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def check_of(condition: Condition, outcomes: Collection[str]) -> Check:
    """Compile a cell; `outcomes` are the names that may be ABSENT."""
    check = _listed(condition) if condition.fact.kind is Kind.TEXTS else None
    check = check or _plain_set(condition) or _general(condition)
    if not any(name in outcomes for name in condition.names):
        return check
    return _or_absent(check, condition)


def _or_absent(check: Check, condition: Condition) -> Check:
    name, others = condition.fact.name, condition.names[1:]
    accepts = condition.accepts_null

    def run(sheet: Sheet) -> bool | None:
        if sheet[name] is ABSENT:
            return accepts
        if any(sheet[other] is ABSENT for other in others):
            return False
        return check(sheet)

    return run


def _plain_set(condition: Condition) -> Check | None:
    """The commonest cells, without a loop: a value, a list of values, one bound."""
    tests, name, negated = condition.tests, condition.fact.name, condition.negated
    if all(_is_equal_to_literal(test) for test in tests):
        wanted = frozenset(t.operand.value for t in tests)  # type: ignore[union-attr]  # all are Compare with a Literal
        return _not_in(name, wanted) if negated else _in(name, wanted)
    if len(tests) > 1 or negated:
        return None
    match tests[0]:
        case Compare(order, Literal(value)):
            return _bound(name, _ORDERS[order], value)
        case Within(Literal(low), Literal(high), low_in, high_in):
            return _between(name, (low, high), (low_in, high_in))
        case _:
            return None


def _is_equal_to_literal(test: Test) -> bool:
    return (
        isinstance(test, Compare)
        and test.order == "="
        and isinstance(test.operand, Literal)
    )


def _in(name: str, wanted: frozenset[Any]) -> Check:
    if len(wanted) == 1:
        return _bound(name, operator.eq, next(iter(wanted)))

    def run(sheet: Sheet) -> bool | None:
        value = sheet[name]
        return None if value is None else value in wanted

    return run


def _not_in(name: str, refused: frozenset[Any]) -> Check:
    def run(sheet: Sheet) -> bool | None:
        value = sheet[name]
        return None if value is None else value not in refused

    return run


def _bound(name: str, order: Callable[[Any, Any], bool], bound: object) -> Check:
    def run(sheet: Sheet) -> bool | None:
        value = sheet[name]
        return None if value is None else order(value, bound)

    return run


def _between(name: str, ends: tuple[Any, Any], within: tuple[bool, bool]) -> Check:
    low, high = ends
    above = operator.ge if within[0] else operator.gt
    below = operator.le if within[1] else operator.lt

    def run(sheet: Sheet) -> bool | None:
        value = sheet[name]
        return None if value is None else above(value, low) and below(value, high)

    return run


def _general(condition: Condition) -> Check:
    """Any of the tests: True wins, then unknown, then False; `not` turns it."""
    tests = tuple(_test(condition.fact.name, test) for test in condition.tests)
    negated = condition.negated

    def run(sheet: Sheet) -> bool | None:
        result: bool | None = False
        for test in tests:
            held = test(sheet)
            if held:
                return not negated
            if held is None:
                result = None
        return result if result is None else negated

    return run


def _test(name: str, test: Test) -> Check:
    match test:
        case Compare(order, operand):
            return _ordered(
                _ORDERS[order], lambda sheet: sheet[name], _operand(operand)
            )
        case Within(low, high, low_in, high_in):
            above = operator.ge if low_in else operator.gt
            below = operator.le if high_in else operator.lt
            from_low = _ordered(above, lambda sheet: sheet[name], _operand(low))
            to_high = _ordered(below, lambda sheet: sheet[name], _operand(high))
            return _logic("and", from_low, to_high)
        case _:
            return lambda sheet: sheet[name] is None


def _operand(operand: Operand) -> Compute:
    if isinstance(operand, Literal):
        value = operand.value
        return lambda _sheet: value
    name = operand.name
    return lambda sheet: sheet[name]


def _listed(condition: Condition) -> Check | None:
    """A list of text holds a word if the word is in it; `null` is no list at all."""
    words = frozenset(
        test.operand.value
        for test in condition.tests
        if isinstance(test, Compare) and isinstance(test.operand, Literal)
    )
    name, negated = condition.fact.name, condition.negated
    null = any(not isinstance(test, Compare) for test in condition.tests)

    def run(sheet: Sheet) -> bool | None:
        value = sheet[name]
        if value is None:
            return (not negated) if null else None
        return words.isdisjoint(value) is negated

    return run


def compute_of(expression: Expression, rounding: Rounding) -> Compute:
    """Compile an expression: money comes out rounded, a number as int or float."""
    root = expression.root
    if isinstance(root, Literal):
        value = root.value
        return lambda _sheet: value
    if isinstance(root, Name):
        return _handed_on(root.name)
    inner = _node(root)
    if expression.kind is Kind.MONEY:
        return _finished(inner, lambda amount: whole(amount, rounding))
    if expression.kind in (Kind.NUMBER, Kind.WHOLE):
        return _finished(inner, plain)
    return inner


def _handed_on(name: str) -> Compute:
    def run(sheet: Sheet) -> object:
        value = sheet[name]
        return None if value is ABSENT else value

    return run


def _finished(inner: Compute, finish: Callable[[Any], Any]) -> Compute:
    def run(sheet: Sheet) -> object:
        value = inner(sheet)
        return None if value is None else finish(value)

    return run


def node_value(node: Node, sheet: Sheet) -> object:
    """Compute one node, not rounded; None if a name that it needs is unknown."""
    value: object = _node(node)(sheet)
    return value


def _node(node: Node) -> Compute:
    match node:
        case Literal(value):
            constant = exact(value) if isinstance(value, float) else value
            return lambda _sheet: constant
        case Name(name):
            return _exact_name(name)
        case Binary(sign, left, right):
            return _both(_ARITHMETIC[sign], _node(left), _node(right))
        case Ordered(order, left, right):
            return _ordered(_ORDERS[order], _node(left), _node(right))
        case Logic(word, left, right):
            return _logic(word, _node(left), _node(right))
        case _:
            return _larger_node(node)


def _larger_node(node: Node) -> Compute:
    match node:
        case Not(inner):
            return _finished(_node(inner), operator.not_)
        case Negative(inner):
            return _finished(_node(inner), operator.neg)
        case Choice(test, yes, no):
            return _choice(_node(test), _node(yes), _node(no))
        case Call(function, arguments):
            return _call(_FUNCTIONS[function], tuple(_node(a) for a in arguments))
        case _:
            raise AssertionError(node)


def _exact_name(name: str) -> Compute:
    def run(sheet: Sheet) -> object:
        value = sheet[name]
        if value is ABSENT:
            return None
        return exact(value) if isinstance(value, float) else value

    return run


def _both(join: Callable[[Any, Any], Any], left: Compute, right: Compute) -> Compute:
    def run(sheet: Sheet) -> object:
        one = left(sheet)
        if one is None:
            return None
        other = right(sheet)
        return None if other is None else join(one, other)

    return run


def _ordered(order: Callable[[Any, Any], bool], left: Compute, right: Compute) -> Check:
    def run(sheet: Sheet) -> bool | None:
        one = left(sheet)
        if one is None:
            return None
        other = right(sheet)
        return None if other is None else order(one, other)

    return run


def _logic(word: str, left: Check, right: Check) -> Check:
    settled = word == "or"  # True settles an or, False settles an and

    def run(sheet: Sheet) -> bool | None:
        one = left(sheet)
        if one is settled:
            return settled
        other = right(sheet)
        if other is settled:
            return settled
        return None if one is None or other is None else not settled

    return run


def _choice(test: Check, yes: Compute, no: Compute) -> Compute:
    def run(sheet: Sheet) -> object:
        held = test(sheet)
        if held is None:
            return None
        return yes(sheet) if held else no(sheet)

    return run


def _call(function: Callable[..., Any], arguments: tuple[Compute, ...]) -> Compute:
    def run(sheet: Sheet) -> object:
        values = [argument(sheet) for argument in arguments]
        return None if None in values else function(*values)

    return run


def _plus(left: Any, right: Any) -> Any:
    return add_days(left, right) if isinstance(left, date) else left + right


def _minus(left: Any, right: Any) -> Any:
    return add_days(left, -right) if isinstance(left, date) else left - right


def _divided(left: int | Fraction, right: int | Fraction) -> Fraction:
    return Fraction(left) / right


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": _plus,
    "-": _minus,
    "*": operator.mul,
    "/": _divided,
}


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "days": days_between,
    "months": months_between,
    "add_months": add_months,
}
