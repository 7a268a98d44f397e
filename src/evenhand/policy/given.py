"""Values given for one case, taken for the facts that a page declares."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from evenhand.policy import limits
from evenhand.policy.durations import from_outside
from evenhand.policy.errors import FactError
from evenhand.policy.kinds import ELEMENTS, ORDERED, Kind, Line, Scalar, Value, shown
from evenhand.policy.tree import Domain, Fact

ReadFact = Callable[[object], Value]
Take = Callable[[object], Scalar | None]  # None: the value does not fit
Given = list[object] | tuple[object, ...]


def value_reader(fact: Fact, currency: str) -> ReadFact:
    """Return the function that takes a value for this fact or raises FactError."""
    if fact.kind is Kind.LINES:
        return _lines_reader(fact, currency)
    right = f"it must be {_right(fact, currency)}"
    if fact.kind in ELEMENTS:
        return _list_reader(fact, right)
    name, take = fact.name, _taker(fact.kind, fact.domain)

    def read(value: object) -> Value:
        taken = take(value)
        if taken is None:
            raise FactError(name, value, right)
        return taken

    return read


def _right(fact: Fact, currency: str) -> str:
    domain, kind = fact.domain, ELEMENTS.get(fact.kind, fact.kind)
    if domain.words:
        return f"{fact.kind} {', '.join(domain.words)}"
    unit = f" in whole minor units of {currency}" if kind is Kind.MONEY else ""
    if kind is Kind.DURATION:
        unit = " in whole seconds, or text such as PT72H"
    elif kind is Kind.DATE:
        unit = " such as 2026-06-15"
    elif kind is Kind.YES_NO:
        unit = ", true or false"
    if domain.low is None and domain.high is None:
        return f"{fact.kind}{unit}"
    ends = (domain.low, domain.high)
    low, high = ("" if e is None else shown(e, kind, currency) for e in ends)
    return f"{fact.kind}{unit}, {low}..{high}"


def _taker(kind: Kind, domain: Domain) -> Take:
    """Return the function that takes one value of this kind within this domain."""
    if kind is Kind.YES_NO:
        return _yes_no
    if kind is Kind.DATE:
        return _bounded(_date, domain)
    if kind in ORDERED:
        largest = limits.LARGEST
        low = -largest if domain.low is None else domain.low
        high = largest if domain.high is None else domain.high
        return _bounded(_AMOUNTS[kind], Domain(low, high))
    words = frozenset(domain.words)

    def word(value: object) -> str | None:
        fits = isinstance(value, str) and (not words or value in words)
        return cast(str, value) if fits else None

    return word


def _yes_no(value: object) -> bool | None:
    return value if value is True or value is False else None


def _bounded(take: Take, domain: Domain) -> Take:
    # Both ends and what is taken are of one ordered kind.
    low, high = cast(float | None, domain.low), cast(float | None, domain.high)

    def bounded(value: object) -> Scalar | None:
        taken = cast(float | None, take(value))
        if taken is None or (low is not None and taken < low):
            return None
        return None if high is not None and taken > high else taken

    return bounded


def _date(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return cast(date, value) if is_day else None


def _whole(value: object) -> int | None:
    if type(value) is int:  # bool is an int to isinstance, not to a shop
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)  # 3.0 is what some writers of JSON make of 3
    return None


def _number(value: object) -> int | float | None:
    whole = _whole(value)
    if whole is not None:
        return whole
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    return value if isinstance(value, float) and math.isfinite(value) else None


_AMOUNTS: dict[Kind, Take] = {
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.MONEY: _whole,
    Kind.DURATION: from_outside,
}


def _list_reader(fact: Fact, right: str) -> ReadFact:
    take = _taker(ELEMENTS[fact.kind], fact.domain)

    def read(value: object) -> Value:
        found = []
        for place, one in enumerate(_sequence(fact.name, right, value), 1):
            taken = take(one)
            if taken is None:
                raise FactError(fact.name, one, right, f"place {place}")
            found.append(taken)
        return tuple(found)

    return read


def _sequence(name: str, right: str, value: object) -> Given:
    if not isinstance(value, list | tuple):
        raise FactError(name, value, right)
    if len(value) > limits.LIST_ITEMS:
        raise FactError(name, value, f"it may hold at most {limits.LIST_ITEMS}")
    return value


def _lines_reader(fact: Fact, currency: str) -> ReadFact:
    """Take a list of objects, or of values in the order of the declared fields."""
    readers = tuple(_field_reader(fact.name, one, currency) for one in fact.fields)
    names = tuple(field.name for field in fact.fields)
    right = f"it must be a list of lines, each with {', '.join(names)}"
    low = cast(int, fact.domain.low or 0)
    high = (
        limits.LIST_ITEMS if fact.domain.high is None else cast(int, fact.domain.high)
    )

    def read(value: object) -> Value:
        given = _sequence(fact.name, right, value)
        if not low <= len(given) <= high:
            raise FactError(fact.name, value, f"it must hold {low} to {high} lines")
        found: list[Line] = []
        for place, one in enumerate(given, 1):
            values = _in_order(one, names)
            if values is None:
                raise FactError(fact.name, one, right, f"line {place}")
            pairs = zip(readers, values, strict=True)
            found.append(tuple(take(each, place) for take, each in pairs))
        return tuple(found)

    return read


def _in_order(line: object, names: tuple[str, ...]) -> Given | None:
    if isinstance(line, Mapping):
        return tuple(line.get(name) for name in names)
    fits = isinstance(line, list | tuple) and len(line) == len(names)
    return cast(Given, line) if fits else None


def _field_reader(
    name: str, field: Fact, currency: str
) -> Callable[[object, int], Scalar | None]:
    take = _taker(field.kind, field.domain)
    right = f"it must be {_right(field, currency)}"

    def read(value: object, place: int) -> Scalar | None:
        if value is None:
            return None
        taken = take(value)
        if taken is None:
            raise FactError(name, value, right, f"line {place}, {field.name}")
        return taken

    return read
