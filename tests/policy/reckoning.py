"""How the plain reading of a page reckons: truth, numbers, days and lists, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from evenhand.policy.kinds import Rounding


def both(values: Iterator[bool | None]) -> bool | None:
    """Kleene's and."""
    found = list(values)
    return False if False in found else None if None in found else True


def either(values: Iterator[bool | None]) -> bool | None:
    """Kleene's or."""
    found = list(values)
    return True if True in found else None if None in found else False


def opposite(value: bool | None) -> bool | None:
    """Kleene's not."""
    return None if value is None else not value


def exact(value: Any) -> Any:
    """A float for the decimal that it prints as."""
    return Fraction(repr(value)) if isinstance(value, float) else value


def ordered(order: str, left: Any, right: Any) -> bool | None:
    """Whether one value stands so to another; None where either is unknown."""
    if left is None or right is None:
        return None
    one, other = exact(left), exact(right)
    same = bool(one == other)
    if order in ("=", "!="):
        return same is (order == "=")
    less = bool(one < other)
    return {"<": less, "<=": less or same, ">": not (less or same), ">=": not less}[
        order
    ]


def joined(sign: str, left: Any, right: Any) -> Any:
    """Two values joined by arithmetic."""
    if isinstance(left, date):
        days = right if sign == "+" else -right
        ordinal = left.toordinal() + days
        return date.fromordinal(max(1, min(ordinal, date.max.toordinal())))
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return Fraction(left) / right


def called(function: str, values: list[Any]) -> Any:
    """A function of known values."""
    match function:
        case "min" | "max":
            return min(values) if function == "min" else max(values)
        case "days":
            return (values[0] - values[1]).days
        case "months":
            return _months(values[0], values[1])
        case "add_months":
            return _add_months(values[0], values[1])
        case "working_days":
            return working_days(values[0], values[1], *values[2:])
        case _:
            return add_working_days(values[0], values[1], *values[2:])


def _months(later: date, earlier: date) -> int:
    if later < earlier:
        return -_months(earlier, later)
    full = 0
    while _add_months(earlier, full + 1) <= later:
        full += 1
    return full


def _add_months(start: date, months: int) -> date:
    place = start.year * 12 + start.month - 1 + months
    if place < 12:
        return date.min
    if place >= 10000 * 12:
        return date.max
    day = start.day
    while True:
        try:
            return date(place // 12, place % 12 + 1, day)
        except ValueError:
            day -= 1


def _works(day: date, holidays: tuple[date, ...]) -> bool:
    return day.weekday() < 5 and day not in holidays


def working_days(later: date, earlier: date, holidays: tuple[date, ...] = ()) -> int:
    """Count the working days after one day up to another, one by one."""
    if later < earlier:
        return -working_days(earlier, later, holidays)
    span = (later - earlier).days
    days = (earlier + timedelta(days=n) for n in range(1, span + 1))
    return sum(_works(day, holidays) for day in days)


def add_working_days(
    start: date, count: int, holidays: tuple[date, ...] = ()
) -> date | None:
    """Walk on until so many working days are full."""
    if count < 0:
        return None
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= _works(day, holidays)
    return day


def folded(word: str, parts: list[bool | None], bodies: list[Any]) -> Any:
    """A list taken together: what each element takes part by, and its body."""
    asked = zip(parts, bodies, strict=True)
    if word == "exists":
        return either(both(iter(pair)) for pair in asked)
    if word == "all":
        return both(either(iter((opposite(part), body))) for part, body in asked)
    if word == "exists_one":
        held = [both(iter(pair)) for pair in asked]
        some = held.count(True)
        return False if some > 1 else None if None in held else some == 1
    gathered = [body for part, body in asked if part is not False]
    if None in parts or None in gathered:
        return None
    if word == "sum":
        return sum(gathered)
    return (min if word == "min" else max)(gathered) if gathered else None


def rounded(value: Fraction | int, rounding: Rounding) -> int:
    """Round by looking at both neighbours and how far they are."""
    low = value.numerator // value.denominator
    if low == value:
        return int(low)
    nearer = low if value - low < Fraction(1, 2) else low + 1
    half = value - low == Fraction(1, 2)
    outward = low + 1 if value > 0 else low
    even = low if low % 2 == 0 else low + 1
    inward = low if value > 0 else low + 1
    return {
        Rounding.HALF_UP: outward if half else nearer,
        Rounding.HALF_EVEN: even if half else nearer,
        Rounding.DOWN: inward,
        Rounding.FLOOR: low,
        Rounding.CEILING: low + 1,
    }[rounding]
