"""Expressions as formulas: each node of the tree becomes a term."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import cast

import z3

from evenhand.policy.kinds import Kind, Rounding, Value
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
    Ordered,
    children,
)
from evenhand.policy.proof.calendars import Calendar, working_days, working_days_on
from evenhand.policy.proof.folds import FreeFolds
from evenhand.policy.proof.lists import Element, Listed, Part, folded
from evenhand.policy.proof.terms import (
    Formula,
    Term,
    Truth,
    added,
    all_of,
    any_of,
    both_known,
    chosen,
    compared,
    divided,
    either,
    from_truth,
    if_known,
    kleene_all,
    kleene_any,
    multiplied,
    neg,
    ordered,
    rounded,
    surely,
)
from evenhand.policy.proof.words import Words

_ZERO = Term(Kind.NUMBER, 0)
# What a computed value is rounded to; the others stay as they are.
_ROUNDED = {Kind.MONEY, Kind.DURATION}


@dataclass(slots=True)
class Translator:
    """Turns nodes into terms over the names that `names` holds.

    Folds over free lists become unknowns, one for each fold that is written.
    """

    words: Words
    calendar: Calendar
    rounding: Rounding
    names: dict[str, Term] = field(default_factory=dict)
    sides: list[Formula] = field(default_factory=list)
    folds: FreeFolds = field(init=False)

    def __post_init__(self) -> None:
        self.folds = FreeFolds(self.sides)

    def result(self, expression: Expression) -> Term:
        """Return the value of an expression, finished as Python finishes it."""
        term = self.term(expression.root, {})
        if isinstance(expression.root, Literal | Name):
            return Term(expression.kind, term.value, term.known, term.absent, term.den)
        term = Term(expression.kind, term.value, term.known, den=term.den)
        if expression.kind in _ROUNDED:
            return rounded(term, self.rounding)
        return term

    def literal(self, value: Value) -> Term:
        """Return a value of the page."""
        if isinstance(value, bool):
            return Term(Kind.YES_NO, value)
        if isinstance(value, int):
            return Term(Kind.WHOLE, value)
        if isinstance(value, str):
            return Term(Kind.TEXT, self.words.code(value))
        if isinstance(value, date):
            return Term(Kind.DATE, value.toordinal())
        if isinstance(value, tuple):
            elements = [{"": self.literal(cast(Value, one))} for one in value]
            return Term(Kind.TEXTS, Listed(elements, len(elements)))
        ratio = Fraction(repr(value))
        return Term(Kind.NUMBER, ratio.numerator, den=ratio.denominator)

    def term(self, node: Node, items: Mapping[str, Element]) -> Term:
        """Return the value of one node; `items` are the elements that folds look at."""
        match node:
            case Literal(value):
                return self.literal(value)
            case Name(name):
                return self.names[name]
            case Item(variable, name):
                return items[variable][name]
            case Binary(sign, left, right):
                return self._joined(
                    sign, self.term(left, items), self.term(right, items)
                )
            case Ordered(order, left, right):
                truth = ordered(order, self.term(left, items), self.term(right, items))
                return from_truth(truth)
            case _:
                return self._larger(node, items)

    def _larger(self, node: Node, items: Mapping[str, Element]) -> Term:
        match node:
            case Logic() | Not():
                return from_truth(self._logic(node, items))
            case Negative(inner):
                term = self.term(inner, items)
                return added(_ZERO, term, -1, term.kind)
            case Choice(test, yes, no):
                return self._choice(
                    *(self.term(part, items) for part in (test, yes, no))
                )
            case Call():
                return self._call(node, items)
            case Member():
                return self._member(node, items)
            case Fold():
                return self._fold(node, items)
        raise AssertionError(node)

    def _logic(self, node: Logic | Not, items: Mapping[str, Element]) -> Truth:
        if isinstance(node, Not):
            return self.term(node.node, items).truth.opposite
        sides = [self.term(side, items).truth for side in (node.left, node.right)]
        return kleene_all(sides) if node.word == "and" else kleene_any(sides)

    def _joined(self, sign: str, left: Term, right: Term) -> Term:
        known = both_known(left, right)
        if left.kind is Kind.DATE:
            by = right.value if sign == "+" else -right.value
            moved = self.calendar.shifted(left, by)
            return Term(Kind.DATE, moved.value, known)
        if sign == "*":
            return multiplied(left, right, Kind.NUMBER)
        if sign == "/":
            return divided(left, right, Kind.NUMBER)
        return added(left, right, 1 if sign == "+" else -1, Kind.NUMBER)

    def _choice(self, test: Term, yes: Term, no: Term) -> Term:
        truth = test.truth
        taken = chosen(truth.yes, yes, no)
        known = any_of((all_of((truth.yes, yes.known)), all_of((truth.no, no.known))))
        return Term(taken.kind, taken.value, known, den=taken.den)

    def _call(self, call: Call, items: Mapping[str, Element]) -> Term:
        if call.function in ("working_days", "add_working_days"):
            return self._working_days(call, items)
        terms = [self.term(argument, items) for argument in call.arguments]
        if call.function in ("min", "max"):
            return self._extreme("<" if call.function == "min" else ">", terms)
        one, other = terms
        if call.function == "days":
            return added(one, other, -1, Kind.WHOLE)
        if call.function == "months":
            return self.calendar.months_apart(one, other)
        return self.calendar.months_on(one, other)

    def _extreme(self, order: str, terms: list[Term]) -> Term:
        known = both_known(*terms)
        best = reduce(
            lambda one, other: chosen(compared(order, other, one), other, one), terms
        )
        return Term(best.kind, best.value, known, den=best.den)

    def _working_days(self, call: Call, items: Mapping[str, Element]) -> Term:
        holidays: tuple[int, ...] = ()
        if len(call.arguments) > 2:
            days = cast(Literal, call.arguments[2]).value
            holidays = tuple(day.toordinal() for day in cast(tuple[date, ...], days))
        one, other = (self.term(argument, items) for argument in call.arguments[:2])
        if call.function == "working_days":
            return working_days(one, other, holidays)
        return working_days_on(one, other, holidays)

    def _member(self, node: Member, items: Mapping[str, Element]) -> Term:
        value = self.term(node.value, items)
        if isinstance(node.among, Name):
            among = self.names[node.among.name]
            if among.known is False:
                return Term(Kind.YES_NO, value=False, known=False)
            found = if_known(among.value.has(value), both_known(value, among))
            return from_truth(found)
        wanted = [self.term(one, items) for one in node.among]
        return from_truth(kleene_any(ordered("=", value, one) for one in wanted))

    def _fold(self, fold: Fold, items: Mapping[str, Element]) -> Term:
        over = self.names[fold.over.name]
        if over.known is False:
            return Term(fold.kind, value=False, known=False)
        listed: Listed = over.value
        if listed.elements is None:
            return self._free_fold(fold, over, items)
        parts = [
            self._part(fold, listed.present(place), {**items, fold.variable: element})
            for place, element in enumerate(listed.elements)
        ]
        return folded(fold.word, fold.kind, parts, over.known)

    def _part(self, fold: Fold, present: Formula, items: Mapping[str, Element]) -> Part:
        where, body = fold.where, fold.body
        return Part(
            present,
            self.term(where, items).truth if where else surely(formula=True),
            self.term(body, items) if body else None,
        )

    def _free_fold(self, fold: Fold, over: Term, items: Mapping[str, Element]) -> Term:
        known_one = self.folds.found.get(fold)
        if known_one:
            return known_one.term
        part = self._part(fold, True, {**items, fold.variable: over.value.any_one})  # noqa: FBT003  # it is there
        value = unknown_of(fold.kind, f"fold {len(self.folds.found)}")
        return self.folds.add(fold, over, part, value)

    def blocked(self, node: Node) -> Formula:
        """Return where an unknown fact keeps the node from having a value.

        Where it has none for another reason its outcome is absent (`evaluate.blockers`).
        """
        if isinstance(node, Name):
            return self.names[node.name].missing
        if isinstance(node, Choice):
            return self._blocked_choice(node)
        if isinstance(node, Fold):
            return self._blocked_fold(node)
        below = any_of(self.blocked(child) for child in children(node))
        if isinstance(node, Logic | Member):
            return all_of((below, neg(self.term(node, {}).known)))
        return below

    def _blocked_fold(self, fold: Fold) -> Formula:
        """A fold waits for its list or its facts; a least of nothing for nothing."""
        known = self.term(fold, {}).known
        parts = [part for part in (fold.where, fold.body) if part]
        inside = any_of(self.names[n].missing for one in parts for n in _read_by(one))
        if fold.word not in ("min", "max"):
            return neg(known)
        count = self.term(replace(fold, word="count", kind=Kind.WHOLE, body=None), {})
        nothing = all_of((count.known, neg(inside), count.value == 0))
        return all_of((neg(known), neg(nothing)))

    def _blocked_choice(self, node: Choice) -> Formula:
        truth = self.term(node.test, {}).truth
        taken = either(truth.yes, self.blocked(node.yes), self.blocked(node.no))
        return either(truth.unknown, self.blocked(node.test), taken)


def _read_by(node: Node) -> Iterator[str]:
    """Give each name of the page that a node reads."""
    if isinstance(node, Name):
        yield node.name
    for child in children(node):
        yield from _read_by(child)


def unknown_of(kind: Kind, label: str) -> Formula:
    """Return a new unknown of this kind."""
    if kind is Kind.YES_NO:
        return z3.Bool(label)
    return z3.Real(label) if kind is Kind.NUMBER else z3.Int(label)
