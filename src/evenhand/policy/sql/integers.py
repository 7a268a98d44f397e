"""Whole numbers in SQL with the bounds that they keep, so that none can overflow.

Every operation knows how large its result may be. What fits 64 bits stays there; what
needs more gets 38 digits; what could need more than those is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from evenhand.policy.nodes import Order
from evenhand.policy.sql.engines import cut_quotient, widened
from evenhand.policy.sql.refusals import Untranslatable

LONG = 2**63 - 1
DIGITS = 38
LARGEST = 10**DIGITS - 1


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer between two bounds (both in); `column` is None for a constant."""

    low: int
    high: int
    column: ir.Value | None = None

    @property
    def constant(self) -> int | None:
        """Its value, if it has one for all cases."""
        return self.low if self.column is None else None

    @property
    def is_wide(self) -> bool:
        """Whether it may need more than 64 bits."""
        return _is_wide(self.low, self.high)


def constant(value: int) -> Whole:
    """Return a number that is the same for all cases."""
    return Whole(value, value)


def of_column(column: ir.Value, low: int, high: int) -> Whole:
    """Return a column whose values are known to lie between two bounds."""
    return Whole(low, high, column)


def sql(number: Whole, *, wide: bool = False) -> ir.Value:
    """Write a number for an operation of 64 bits, or of 38 digits."""
    column = number.column
    if column is None:
        if number.is_wide:
            return widened(ibis.literal(str(number.low)))
        return ibis.literal(number.low)
    narrow = column.type().is_integer() and column.type().nbytes < 8
    column = column.cast("int64") if narrow else column
    if wide and not column.type().is_decimal():
        return widened(column)
    return column


def plus(left: Whole, right: Whole) -> Whole:
    """Add."""
    low, high = left.low + right.low, left.high + right.high
    if 0 in (left.constant, right.constant):
        return left if right.constant == 0 else right
    return _joined("+", left, right, (low, high))


def minus(left: Whole, right: Whole) -> Whole:
    """Subtract."""
    low, high = left.low - right.high, left.high - right.low
    return left if right.constant == 0 else _joined("-", left, right, (low, high))


def times(left: Whole, right: Whole) -> Whole:
    """Multiply."""
    if left.constant == 1:
        return right
    if right.constant == 1:
        return left
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return _joined("*", left, right, (min(ends), max(ends)))


def negative(number: Whole) -> Whole:
    """Turn the sign."""
    return minus(constant(0), number)


def quotient(left: Whole, right: Whole) -> Whole:
    """Divide by a number above zero, rounding down; unknown where either is."""
    ends = [a // b for a in (left.low, left.high) for b in (right.low, right.high)]
    bounds = (min(ends), max(ends))
    if left.constant is not None and right.constant is not None:
        return constant(left.constant // right.constant)
    if right.constant == 1:
        return left
    wide = left.is_wide or right.is_wide
    above, below = sql(left, wide=wide), sql(right, wide=wide)
    if left.low < 0:
        # Engines cut towards zero; one step less for a negative with a rest.
        room = sql(minus(right, constant(1)), wide=wide)
        shifted = minus(left, minus(right, constant(1)))
        if shifted.is_wide and not wide:
            above, below, room = widened(above), widened(below), widened(room)
        above = ibis.ifelse(above < 0, above - room, above)
    cut = cut_quotient(above, below)
    if cut.type().is_decimal() and not _is_wide(*bounds):
        cut = cut.cast("int64")
    return Whole(*bounds, cut)


def rest(left: Whole, right: Whole) -> Whole:
    """Return what a division rounding down leaves, at least zero."""
    found = minus(left, times(quotient(left, right), right))
    return bounded(found, 0, right.high - 1)


def bounded(number: Whole, low: int, high: int) -> Whole:
    """Say bounds that are known for another reason than arithmetic."""
    low, high = max(low, number.low), min(high, number.high)
    if number.column is None:
        return number
    column = number.column
    if column.type().is_decimal() and not _is_wide(low, high):
        column = column.cast("int64")
    return Whole(low, high, column)


def compared(order: Order, left: Whole, right: Whole) -> ir.BooleanValue | bool:
    """Compare; a plain bool where the bounds say it all and nothing can be unknown."""
    if left.constant is not None and right.constant is not None:
        return COMPARISONS[order](left.constant, right.constant)
    wide = left.is_wide or right.is_wide
    plain = not wide and right.constant is not None and left.column is not None
    one = left.column if plain else sql(left, wide=wide)
    found: ir.BooleanValue = COMPARISONS[order](one, sql(right, wide=wide))
    return found


def chosen(
    cases: Sequence[tuple[ir.BooleanValue, Whole]], otherwise: Whole | None
) -> Whole:
    """Return the number of the first condition that holds; NULL if none is given."""
    every = [number for _, number in cases]
    every += [] if otherwise is None else [otherwise]
    low, high = min(n.low for n in every), max(n.high for n in every)
    wide = _is_wide(low, high)
    branches = [(test, sql(number, wide=wide)) for test, number in cases]
    last = ibis.null() if otherwise is None else sql(otherwise, wide=wide)
    if not branches:
        return every[0]
    return Whole(low, high, ibis.cases(*branches, else_=last))


def _joined(sign: str, left: Whole, right: Whole, bounds: tuple[int, int]) -> Whole:
    if left.constant is not None and right.constant is not None:
        _keep_in_digits(bounds)
        return constant(bounds[0])
    wide = _is_wide(*bounds) or left.is_wide or right.is_wide
    column = _SIGNS[sign](sql(left, wide=wide), sql(right, wide=wide))
    if wide and not _is_wide(*bounds):
        column = column.cast("int64")
    return Whole(*bounds, column)


def _is_wide(low: int, high: int) -> bool:
    _keep_in_digits((low, high))
    return low < -LONG or high > LONG


def _keep_in_digits(bounds: tuple[int, int]) -> None:
    if max(abs(bounds[0]), abs(bounds[1])) > LARGEST:
        form = "give the facts in it a smaller domain"
        raise Untranslatable(f"the numbers may need more than {DIGITS} digits; {form}")


_SIGNS: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}
COMPARISONS: dict[Order, Any] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
