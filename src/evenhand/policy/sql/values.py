"""What a name or an expression is in SQL: a number, a truth, a word, or a list.

A number is a fraction of two integers, never a float: what Python holds as a Fraction
is held here as a column above and one below. A date is the days since 1970-01-01, a
duration whole seconds, money whole minor units; all of them are over 1.
`lacks` says that a value may be NULL: not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import TypeVar

import ibis
import ibis.expr.types as ir

from evenhand.policy.kinds import ORDERED, Kind, Rounding, exact, whole
from evenhand.policy.nodes import Order
from evenhand.policy.sql import integers
from evenhand.policy.sql.engines import is_null
from evenhand.policy.sql.integers import Whole, constant
from evenhand.policy.sql.rounding import ROUNDINGS

FIRST_DAY = date(1970, 1, 1).toordinal()
DAYS = (date.min.toordinal() - FIRST_DAY, date.max.toordinal() - FIRST_DAY)
ONE = constant(1)


@dataclass(frozen=True, slots=True)
class Number:
    """The fraction `above / below`; `below` is larger than zero. `day`: it is a date."""

    above: Whole
    below: Whole = ONE
    lacks: bool = False
    day: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes, no or unknown: a column, or the same for all cases."""

    held: ir.BooleanValue | bool | None
    lacks: bool = False

    @property
    def column(self) -> ir.BooleanValue:
        """The truth as SQL."""
        if self.held is None:
            return ibis.null("boolean")
        return ibis.literal(self.held) if isinstance(self.held, bool) else self.held


@dataclass(frozen=True, slots=True)
class Word:
    """A text; of a fact that is one of some `words` also the place in them, as `code`.

    A code is compared in a tenth of the time of a text.
    """

    text: ir.StringValue | str
    lacks: bool = False
    words: tuple[str, ...] = ()
    code: ir.Value | None = None

    def codes_of(self, texts: Sequence[str]) -> list[int]:
        """Return the codes of some texts; none if there are no codes, or not of all."""
        if self.code is None or not set(texts) <= set(self.words):
            return []
        return [self.words.index(one) for one in texts]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that is a fact: where its elements stand, and how many there are."""

    name: str
    count: ir.Value | None
    lacks: bool = True


Held = Number | Truth | Word | Listed
Chosen = TypeVar("Chosen", bound=Held)
NOT_KNOWN = Number(Whole(0, 0, ibis.null("int64")), lacks=True)


def absent(kind: Kind) -> Held:
    """Return what an outcome is that no row gave: NULL of its kind."""
    if kind is Kind.YES_NO:
        return Truth(ibis.null("boolean"), lacks=True)
    if kind in ORDERED:
        return NOT_KNOWN
    return Word(ibis.null("string"), lacks=True)


def number_of(value: float | date | Fraction) -> Number:
    """Return a value written on the page as a number."""
    if isinstance(value, date):
        return Number(constant(value.toordinal() - FIRST_DAY), day=True)
    fraction = exact(value)
    return Number(constant(fraction.numerator), constant(fraction.denominator))


def added(left: Number, right: Number) -> Number:
    """Add two fractions."""
    above, other, below = _over_one(left, right)
    return Number(integers.plus(above, other), below, left.lacks or right.lacks)


def subtracted(left: Number, right: Number) -> Number:
    """Subtract the second from the first."""
    above, other, below = _over_one(left, right)
    return Number(integers.minus(above, other), below, left.lacks or right.lacks)


def multiplied(left: Number, right: Number) -> Number:
    """Multiply; common factors of constants are cancelled first."""
    left, right = _cancelled(left, right), _cancelled(right, left)
    above = integers.times(left.above, right.above)
    below = integers.times(left.below, right.below)
    return Number(above, below, left.lacks or right.lacks)


def divided(left: Number, right: Number) -> Number:
    """Divide; the page's reader has seen that the divisor is never zero."""
    if right.above.low < 0 < right.above.high and right.above.constant is None:
        right = replace(right, above=integers.bounded(right.above, 1, right.above.high))
    above, below = right.above, right.below
    if above.high < 0:
        above, below = integers.negative(above), integers.negative(below)
    above = integers.bounded(above, 1, above.high)
    found = multiplied(left, Number(below, above, right.lacks))
    column = right.above.column
    if column is None or not right.lacks:
        return found
    # what is known of a number is asked of what stands above alone
    return replace(
        found, above=integers.chosen([(column.notnull(), found.above)], None)
    )


def turned(number: Number) -> Number:
    """Turn the sign."""
    return replace(number, above=integers.negative(number.above))


def ordered(order: Order, left: Number, right: Number) -> Truth:
    """Compare two fractions exactly."""
    above, other, _ = _over_one(left, right)
    lacks = left.lacks or right.lacks
    return Truth(integers.compared(order, above, other), lacks)


def extreme(order: Order, numbers: Sequence[Number]) -> Number:
    """Return the smallest (`<=`) or largest (`>=`); unknown if any is."""

    def better(one: Number, other: Number) -> Number:
        first = ordered(order, one, other)
        if isinstance(first.held, bool):
            return one if first.held else other
        if not first.lacks:
            return chosen([(first, one)], other)
        return chosen([(first, one), (negated(first), other)], None)

    return reduce(better, numbers)


def rounded(number: Number, rounding: Rounding) -> Number:
    """Round to a whole number as `kinds.whole` does."""
    above, below = number.above, number.below
    if below.constant == 1:
        return number
    if above.constant is not None and below.constant is not None:
        same = whole(Fraction(above.constant, below.constant), rounding)
        return Number(constant(same), ONE, number.lacks)
    return Number(ROUNDINGS[rounding](above, below), ONE, number.lacks)


def chosen(cases: Sequence[tuple[Truth, Number]], otherwise: Number | None) -> Number:
    """Return the number of the first truth that holds; unknown if none is given."""
    kept, otherwise = decisive(cases, otherwise)
    if not kept:
        return NOT_KNOWN if otherwise is None else otherwise
    every = [number for _, number in kept]
    every += [] if otherwise is None else [otherwise]
    below, aboves = _common(every)
    tests = [truth.column for truth, _ in kept]
    pairs = list(zip(tests, aboves, strict=False))
    last = None if otherwise is None else aboves[-1]
    lacks = otherwise is None or any(number.lacks for number in every)
    day = any(number.day for number in every)
    above = integers.chosen(pairs, last)
    if below is not None:
        return Number(above, below, lacks, day)
    belows = [(test, n.below) for test, n in zip(tests, every, strict=False)]
    last = ONE if otherwise is None else otherwise.below
    return Number(above, integers.chosen(belows, last), lacks)


def decisive(
    cases: Sequence[tuple[Truth, Chosen]], otherwise: Chosen | None
) -> tuple[list[tuple[Truth, Chosen]], Chosen | None]:
    """Leave out cases that never hold, and what stands behind one that always does."""
    kept: list[tuple[Truth, Chosen]] = []
    for truth, value in cases:
        if truth.held is True:
            return kept, value
        if truth.held is not None and truth.held is not False:
            kept.append((truth, value))
    return kept, otherwise


def all_of(truths: Iterable[Truth]) -> Truth:
    """Join by `and`, three-valued."""
    return _joined_truths(list(truths), settled=False)


def any_of(truths: Iterable[Truth]) -> Truth:
    """Join by `or`, three-valued."""
    return _joined_truths(list(truths), settled=True)


def negated(truth: Truth) -> Truth:
    """Turn yes and no; unknown stays."""
    if truth.held is None or isinstance(truth.held, bool):
        return truth if truth.held is None else Truth(not truth.held)
    return Truth(~truth.held, truth.lacks)


def is_true(truth: Truth) -> Truth:
    """Whether it holds for sure; never unknown."""
    if not truth.lacks or isinstance(truth.held, bool):
        return truth
    return (
        Truth(held=False) if truth.held is None else Truth(truth.held.fill_null(False))  # noqa: FBT003  # the SQL constant
    )


def may_hold(truth: Truth) -> Truth:
    """Whether it holds or is unknown; never unknown itself."""
    if truth.held is None:
        return Truth(held=True)
    if not truth.lacks or isinstance(truth.held, bool):
        return truth
    return Truth(truth.held.fill_null(True))  # noqa: FBT003  # the SQL constant


def is_unknown(truth: Truth) -> Truth:
    """Whether it is unknown; never unknown itself."""
    if truth.held is None:
        return Truth(held=True)
    if not truth.lacks or isinstance(truth.held, bool):
        return Truth(held=False)
    return Truth(is_null(truth.held))


def balanced(
    join: Callable[[ir.BooleanValue, ir.BooleanValue], ir.BooleanValue],
    columns: Sequence[ir.BooleanValue],
) -> ir.BooleanValue:
    """Join many columns as a flat tree: two thousand in a row would nest too deep."""
    if len(columns) == 1:
        return columns[0]
    middle = len(columns) // 2
    return join(balanced(join, columns[:middle]), balanced(join, columns[middle:]))


def _joined_truths(truths: list[Truth], *, settled: bool) -> Truth:
    if any(truth.held is settled for truth in truths):
        return Truth(settled)
    open_ones = [truth for truth in truths if truth.held is not (not settled)]
    if not open_ones:
        return Truth(not settled)
    join = (lambda a, b: a | b) if settled else (lambda a, b: a & b)
    columns = [truth.column for truth in open_ones]
    return Truth(balanced(join, columns), any(truth.lacks for truth in open_ones))


def _over_one(left: Number, right: Number) -> tuple[Whole, Whole, Whole]:
    """Bring two fractions over one number below."""
    below, aboves = _common([left, right])
    if below is not None:
        return aboves[0], aboves[1], below
    above = integers.times(left.above, right.below)
    other = integers.times(right.above, left.below)
    return above, other, integers.times(left.below, right.below)


def _common(numbers: Sequence[Number]) -> tuple[Whole | None, list[Whole]]:
    """Bring fractions over one constant; None, and as they are, if there is none."""
    belows = [number.below.constant for number in numbers]
    known = [below for below in belows if below is not None]
    if len(known) < len(belows):
        if len({id(number.below.column) for number in numbers}) == 1:
            return numbers[0].below, [number.above for number in numbers]
        return None, [number.above for number in numbers]
    shared = lcm(*known)
    scaled = [
        integers.times(number.above, constant(shared // below))
        for number, below in zip(numbers, known, strict=True)
    ]
    return constant(shared), scaled


def _cancelled(number: Number, other: Number) -> Number:
    """Take out of what is above the constant factor that the other has below."""
    above, below = number.above.constant, other.below.constant
    own = number.below.constant, other.above.constant
    changed = number
    if above and below and (factor := gcd(above, below)) > 1:
        changed = replace(changed, above=constant(above // factor))
    if own[0] and own[1] and (factor := gcd(own[0], own[1])) > 1:
        changed = replace(changed, below=constant(own[0] // factor))
    return changed
