"""The five roundings of `kinds.whole`, in divisions that round down."""

from __future__ import annotations

from collections.abc import Callable

import ibis

from evenhand.policy.kinds import Rounding
from evenhand.policy.sql.integers import (
    Whole,
    chosen,
    compared,
    constant,
    minus,
    negative,
    plus,
    quotient,
    rest,
    times,
)

_TWO = constant(2)


def _floor(above: Whole, below: Whole) -> Whole:
    return quotient(above, below)


def _ceiling(above: Whole, below: Whole) -> Whole:
    return negative(quotient(negative(above), below))


def _down(above: Whole, below: Whole) -> Whole:
    return _by_sign(above, _floor(above, below), _ceiling(above, below))


def _half_up(above: Whole, below: Whole) -> Whole:
    """Halves go away from zero: floor of (2a + b) / 2b, mirrored below zero."""
    if above.low >= 0 and below.constant is not None and below.constant % 2 == 0:
        return quotient(plus(above, constant(below.constant // 2)), below)
    twice, double = times(_TWO, above), times(_TWO, below)
    from_zero = quotient(plus(twice, below), double)
    if above.low >= 0:
        return from_zero
    mirrored = negative(quotient(minus(below, twice), double))
    return _by_sign(above, from_zero, mirrored)


def _half_even(above: Whole, below: Whole) -> Whole:
    doubled = plus(times(_TWO, above), below)
    double = times(_TWO, below)
    up = quotient(doubled, double)
    is_half = compared("=", rest(doubled, double), constant(0))
    is_odd = compared("=", rest(up, _TWO), constant(1))
    both = (
        ibis.literal(is_half) & is_odd
        if isinstance(is_half, bool)
        else is_half & is_odd
    )
    return chosen([(both, minus(up, constant(1)))], up)


def _by_sign(number: Whole, positive: Whole, mirrored: Whole) -> Whole:
    if number.low >= 0:
        return positive
    below_zero = compared("<", number, constant(0))
    if isinstance(below_zero, bool):
        return mirrored if below_zero else positive
    return chosen([(below_zero, mirrored)], positive)


ROUNDINGS: dict[Rounding, Callable[[Whole, Whole], Whole]] = {
    Rounding.HALF_UP: _half_up,
    Rounding.HALF_EVEN: _half_even,
    Rounding.DOWN: _down,
    Rounding.FLOOR: _floor,
    Rounding.CEILING: _ceiling,
}
