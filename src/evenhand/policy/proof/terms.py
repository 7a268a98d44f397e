"""Values as formulas: z3 expressions with constants folded, and three-valued truth.

A formula is a z3 expression or a plain Python constant. What Python can settle never
reaches z3, which keeps the formulas of a page of 500 rules small.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import z3

from evenhand.policy.kinds import Kind, Rounding, whole

Formula = Any  # z3 brings no types


def all_of(parts: Iterable[Formula]) -> Formula:
    """Join by and."""
    kept = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            kept.append(part)
    if len(kept) < 2:
        return kept[0] if kept else True
    return z3.And(*kept)


def any_of(parts: Iterable[Formula]) -> Formula:
    """Join by or."""
    kept = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            kept.append(part)
    if len(kept) < 2:
        return kept[0] if kept else False
    return z3.Or(*kept)


def neg(part: Formula) -> Formula:
    """Return the opposite."""
    return (not part) if isinstance(part, bool) else z3.Not(part)


def implies(test: Formula, then: Formula) -> Formula:
    """Return whether the second holds wherever the first does."""
    return any_of((neg(test), then))


def either(test: Formula, yes: Formula, no: Formula) -> Formula:
    """Return one value or the other."""
    if isinstance(test, bool):
        return yes if test else no
    if yes is no:
        return yes
    if isinstance(yes, bool) and isinstance(no, bool):
        return test if yes else neg(test)
    return z3.If(test, yes, no)


@dataclass(frozen=True, slots=True)
class Truth:
    """Kleene's three values: `yes` where it holds, `no` where it fails, else unknown.

    `sure`: it is never unknown, so `no` is just the opposite of `yes`.
    """

    yes: Formula
    no: Formula
    sure: bool = False

    @property
    def unknown(self) -> Formula:
        """Where it neither holds nor fails."""
        return False if self.sure else neg(any_of((self.yes, self.no)))

    @property
    def opposite(self) -> Truth:
        """Not; unknown stays unknown."""
        return Truth(self.no, self.yes, self.sure)


def surely(formula: Formula) -> Truth:
    """Return the truth of what is never unknown."""
    return Truth(formula, neg(formula), sure=True)


def if_known(formula: Formula, known: Formula) -> Truth:
    """Return the truth of what is unknown unless `known`."""
    if known is True:
        return surely(formula)
    return Truth(all_of((known, formula)), all_of((known, neg(formula))))


def kleene_all(truths: Iterable[Truth]) -> Truth:
    """And, three-valued."""
    parts = tuple(truths)
    yes = all_of(part.yes for part in parts)
    if all(part.sure for part in parts):
        return surely(yes)
    return Truth(yes, any_of(part.no for part in parts))


def kleene_any(truths: Iterable[Truth]) -> Truth:
    """Or, three-valued."""
    return kleene_all(truth.opposite for truth in truths).opposite


@dataclass(frozen=True, slots=True)
class Term:
    """A value: `value / den` where `known`.

    `absent` is where no row gave this outcome; it is then not known either. Words
    stand as codes, days as their ordinals, amounts and durations as whole numbers.
    """

    kind: Kind
    value: Formula
    known: Formula = True
    absent: Formula = False
    den: int = 1

    @property
    def truth(self) -> Truth:
        """Read a yes/no value as a truth."""
        return if_known(self.value, self.known)

    @property
    def missing(self) -> Formula:
        """Where the sheet holds nothing for it: unknown, and not absent."""
        return all_of((neg(self.known), neg(self.absent)))


def from_truth(truth: Truth) -> Term:
    """Read a truth as a yes/no value."""
    known = True if truth.sure else any_of((truth.yes, truth.no))
    return Term(Kind.YES_NO, truth.yes, known)


ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compared(order: str, left: Term, right: Term) -> Formula:
    """Compare two values as if both were known."""
    one, other = left.value, right.value
    if left.den != right.den:
        one, other = _times(one, right.den), _times(other, left.den)
    return ORDERS[order](one, other)


def ordered(order: str, left: Term, right: Term) -> Truth:
    """Compare two values; unknown if either is."""
    return if_known(compared(order, left, right), both_known(left, right))


def both_known(*terms: Term) -> Formula:
    """Return where all of these are known."""
    return all_of(term.known for term in terms)


def _times(value: Formula, factor: int) -> Formula:
    return value if factor == 1 else value * factor


def is_constant(term: Term) -> bool:
    """Tell whether the value is a plain number, not one to be found."""
    return isinstance(term.value, int)


def added(left: Term, right: Term, sign: int, kind: Kind) -> Term:
    """Add, or subtract with sign -1."""
    den = math.lcm(left.den, right.den)
    one = _times(left.value, den // left.den)
    other = _times(right.value, sign * (den // right.den))
    return Term(kind, one + other, both_known(left, right), den=den)


def multiplied(left: Term, right: Term, kind: Kind) -> Term:
    """Multiply; with a constant on either side the result stays linear."""
    known, den = both_known(left, right), left.den * right.den
    return reduced(Term(kind, left.value * right.value, known, den=den))


def divided(left: Term, right: Term, kind: Kind) -> Term:
    """Divide; exact, and linear where the divisor is a constant."""
    known = both_known(left, right)
    if is_constant(right):
        sign = -1 if right.value < 0 else 1
        top = _times(left.value, sign * right.den)
        return reduced(Term(kind, top, known, den=left.den * abs(right.value)))
    over = _real(_times(right.value, left.den))
    return Term(kind, _real(_times(left.value, right.den)) / over, known)


def reduced(term: Term) -> Term:
    """Cancel a constant fraction: 50/100 is 1/2."""
    if not is_constant(term) or term.den == 1:
        return term
    ratio = Fraction(term.value, term.den)
    return Term(term.kind, ratio.numerator, term.known, den=ratio.denominator)


def real_of(term: Term) -> Formula:
    """Return a number as one formula of reals, without a denominator."""
    value = _real(term.value)
    return value if term.den == 1 else value / term.den


def _real(value: Formula) -> Formula:
    if isinstance(value, int):
        return z3.RealVal(value)
    return z3.ToReal(value) if z3.is_int(value) else value


def rounded(term: Term, rounding: Rounding) -> Term:
    """Round to whole units, exactly as `kinds.whole` does."""
    value, den = term.value, term.den
    if isinstance(value, int):
        amount = whole(Fraction(value, den), rounding)
        return Term(term.kind, amount, term.known)
    if z3.is_int(value):
        if den == 1:
            return term
        floor = value / den  # on whole numbers z3's / is the floor for den > 0
        rest = value - floor * den
    else:
        floor = z3.ToInt(value / den)
        rest = value - z3.ToReal(floor) * den
    up = _GOES_UP[rounding](floor, rest, den)
    return Term(term.kind, either(up, floor + 1, floor), term.known)


def _half_up(floor: Formula, rest: Formula, den: int) -> Formula:
    return z3.Or(2 * rest > den, z3.And(2 * rest == den, floor >= 0))


def _half_even(floor: Formula, rest: Formula, den: int) -> Formula:
    return z3.Or(2 * rest > den, z3.And(2 * rest == den, floor % 2 == 1))


_GOES_UP: dict[Rounding, Callable[[Formula, Formula, int], Formula]] = {
    Rounding.HALF_UP: _half_up,
    Rounding.HALF_EVEN: _half_even,
    Rounding.DOWN: lambda floor, rest, _den: z3.And(floor < 0, rest > 0),
    Rounding.FLOOR: lambda _floor, _rest, _den: False,
    Rounding.CEILING: lambda _floor, rest, _den: rest > 0,
}


def chosen(test: Formula, yes: Term, no: Term) -> Term:
    """Return one term or the other, brought to one denominator."""
    den = math.lcm(yes.den, no.den)
    one, other = (_times(t.value, den // t.den) for t in (yes, no))
    known = either(test, yes.known, no.known)
    absent = either(test, yes.absent, no.absent)
    return Term(yes.kind, either(test, one, other), known, absent, den)
