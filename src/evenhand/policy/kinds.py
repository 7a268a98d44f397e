"""Kinds of value: how each is written on a page, held in memory, shown to people.

Money is held as whole minor units of the page's currency and written in major units:
`129.00` on a page of EUR is 12900 in a fact. Numbers are int, or float where they
have a fraction; arithmetic turns floats into exact fractions of what was written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from evenhand.kernel.money import Money
from evenhand.policy.durations import told_duration

# A list is a tuple; of order lines, a tuple of the values of its fields, in the order
# in which the page declares them (None where one is not known).
Scalar = bool | int | float | str | date
Line = tuple[Scalar | None, ...]
Value = Scalar | tuple[Scalar, ...] | tuple[Line, ...]


class Kind(StrEnum):
    """What a fact, a value or an outcome can be; the text is the word on the page."""

    YES_NO = "yes/no"
    WHOLE = "whole number"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DURATION = "duration"  # whole seconds
    ONE_OF = "one of"
    TEXT = "text"
    TEXTS = "list of text"
    NUMBERS = "list of number"
    AMOUNTS = "list of money"
    DATES = "list of date"
    LINES = "list"  # of order lines: records with fields


NUMERIC = frozenset({Kind.WHOLE, Kind.NUMBER})
ORDERED = frozenset({Kind.WHOLE, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.DURATION})
# What a plain list is a list of.
ELEMENTS = {
    Kind.TEXTS: Kind.TEXT,
    Kind.NUMBERS: Kind.NUMBER,
    Kind.AMOUNTS: Kind.MONEY,
    Kind.DATES: Kind.DATE,
}
_SHOWN_DIGITS = 6  # behind the point, of a number that the page reckons
LISTS = frozenset({Kind.TEXTS, Kind.NUMBERS, Kind.AMOUNTS, Kind.DATES, Kind.LINES})
WORDY = frozenset({Kind.ONE_OF, Kind.TEXT, Kind.TEXTS})
YES = frozenset({"yes", "true"})
NO = frozenset({"no", "false"})


def element(kind: Kind) -> Kind:
    """Return the kind of what a plain list holds; a kind that is no list is itself."""
    return ELEMENTS.get(kind, kind)


class Rounding(StrEnum):
    """How a money result with a fraction of a minor unit becomes whole."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"
    FLOOR = "floor"
    CEILING = "ceiling"


# Whether to go up from the floor: given the floor and the sign of (rest - one half).
_GOES_UP: dict[Rounding, Callable[[int, int], bool]] = {
    Rounding.HALF_UP: lambda floor, half: half > 0 or (half == 0 and floor >= 0),
    Rounding.HALF_EVEN: lambda floor, half: half > 0 or (half == 0 and floor % 2 == 1),
    Rounding.DOWN: lambda floor, _half: floor < 0,
    Rounding.FLOOR: lambda _floor, _half: False,
    Rounding.CEILING: lambda _floor, _half: True,
}


def whole(amount: int | Fraction, rounding: Rounding) -> int:
    """Round to a whole number of minor units; half_up takes halves away from zero."""
    floor, rest = divmod(amount.numerator, amount.denominator)
    if rest == 0:
        return floor
    return floor + _GOES_UP[rounding](floor, 2 * rest - amount.denominator)


def plain(number: int | Fraction) -> int | float:
    """Return an exact result as the number that is stored: int if it is whole."""
    return int(number) if number.denominator == 1 else float(number)


def given_out(value: object) -> Any:
    """Return a value as it leaves the sheet, where a number is an exact fraction."""
    # of every value of every reading this is asked; isinstance goes through abc
    return plain(value) if type(value) is Fraction else value


def exact(number: float | Fraction) -> int | Fraction:
    """Take a float for the decimal that it prints as: 0.1 is one tenth."""
    return Fraction(repr(number)) if isinstance(number, float) else number


def shown(value: object, kind: Kind, currency: str) -> str:
    """Write a value as a person reads it: €82.35, yes, 2026-06-01, red, blue."""
    if value is None:
        return "unknown"
    if kind is Kind.MONEY and isinstance(value, int):
        return str(Money(value, currency or "EUR"))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind is Kind.DURATION and isinstance(value, int):
        return told_duration(value)
    if isinstance(value, Fraction):
        return str(plain(round(value, _SHOWN_DIGITS)))
    return _list(value, kind, currency) if isinstance(value, tuple) else str(value)


def in_words(value: object, kind: Kind, currency: str) -> str:
    """Write a value for people who do not write pages: beyond_trying is beyond trying."""
    written = shown(value, kind, currency)
    return written.replace("_", " ") if kind is Kind.ONE_OF else written


def _list(value: tuple[object, ...], kind: Kind, currency: str) -> str:
    if kind is Kind.LINES:
        return f"{len(value)} line{'' if len(value) == 1 else 's'}"
    return ", ".join(shown(one, element(kind), currency) for one in value)
