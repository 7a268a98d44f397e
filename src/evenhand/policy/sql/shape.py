"""The shape of a table of facts: which columns of which type hold a page's facts.

Yes/no is a boolean. Whole numbers, money (minor units) and durations (seconds) are
integers of 64 bits. A number is an integer too, in millionths. A date is the days since
1970-01-01. Words and texts are strings. NULL is unknown. A list is how many elements it
has; the elements stand in a table of their own, with the number of their case.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import cast

import ibis.expr.datatypes as dt

from evenhand.policy import limits
from evenhand.policy.kinds import ELEMENTS, LISTS, Kind, Value, exact
from evenhand.policy.sql.integers import LONG
from evenhand.policy.sql.refusals import Untranslatable
from evenhand.policy.sql.sheet import CASE, OWN, Place, fact_number
from evenhand.policy.sql.values import DAYS, FIRST_DAY, Listed, Truth, Word
from evenhand.policy.tree import Fact, Policy

NUMBER_DIGITS = 6
MILLION = 10**NUMBER_DIGITS
VALUE = "~value"  # the column of the elements of a list without fields
FAULT = "~fault"  # the fact with a value that cannot be, where a case has one
_RAW_INTEGERS = {"TINYINT": "int8", "SMALLINT": "int16", "INTEGER": "int32"}
_RAW_DIGITS = 12  # in millionths these have no more than 18
_LONG_BYTES = 8
_WHOLE = frozenset({Kind.WHOLE, Kind.MONEY, Kind.DURATION})
Cell = bool | int | str | None


def column_type(kind: Kind) -> str:
    """Return the type of the column that holds a fact of a kind."""
    if kind is Kind.YES_NO:
        return "boolean"
    if kind is Kind.DATE or kind in LISTS:
        return "int32"
    return "int64" if kind in _WHOLE or kind is Kind.NUMBER else "string"


def columns_of(policy: Policy) -> dict[str, str]:
    """Return the columns of the table of cases: the number of the case, and facts."""
    _refuse_twins(policy)
    columns = {CASE: "int64"}
    columns |= {fact.name: column_type(fact.kind) for fact in policy.facts}
    return {**columns, FAULT: "string"}


def list_columns(fact: Fact) -> dict[str, str]:
    """Return the columns of the table of a list's elements."""
    columns = {CASE: "int64"}
    if fact.kind is Kind.LINES:
        return columns | {one.name: column_type(one.kind) for one in fact.fields}
    return {**columns, VALUE: column_type(ELEMENTS[fact.kind])}


def element_facts(fact: Fact) -> Mapping[str, Fact]:
    """Return, for each column of a list's elements, the fact that says its kind."""
    if fact.kind is Kind.LINES:
        return {one.name: one for one in fact.fields}
    return {VALUE: Fact(VALUE, ELEMENTS[fact.kind], fact.domain)}


def lists_of(policy: Policy) -> dict[str, Fact]:
    """Return the facts of a page that are lists."""
    return {fact.name: fact for fact in policy.facts if fact.kind in LISTS}


def _refuse_twins(policy: Policy) -> None:
    """Columns do not tell capitals from small letters on every engine."""
    seen: dict[str, str] = {}
    for fact in policy.facts:
        twin = seen.setdefault(fact.name.casefold(), fact.name)
        if twin != fact.name:
            why = "two facts differ in capitals only, which columns cannot"
            raise Untranslatable(why, where=f"{twin}, {fact.name}")


def place_of(fact: Fact, *, column: str, is_narrow: bool, lacks: bool = True) -> Place:
    """Return the place of a fact's column, with the bounds that its domain gives.

    `is_narrow`: the column itself has 64 bits at most.
    """
    kind = fact.kind
    if kind in LISTS:
        return Place(Listed(fact.name, None, lacks), column)
    if kind is Kind.YES_NO:
        return Place(Truth(None, lacks), column)
    if column_type(kind) == "string":
        return Place(Word("", lacks), column)
    low, high = bounds(fact)
    if is_narrow:
        low, high = max(low, -LONG), min(high, LONG)
    below = MILLION if kind is Kind.NUMBER else 1
    day = kind is Kind.DATE
    shape = fact_number(low, high, below, lacks=lacks, day=day)
    return Place(shape, column)


def raw_type(fact: Fact, kind: str) -> str:
    """Return the type of a column of DuckDB that is left as it is; "" if none is."""
    if column_type(fact.kind) != "int64":
        return ""
    if fact.kind is not Kind.NUMBER:
        return _RAW_INTEGERS.get(kind, "")
    digits, _, scale = kind.removeprefix("DECIMAL(").rstrip(")").partition(",")
    if not kind.startswith("DECIMAL(") or not 0 < int(scale) <= NUMBER_DIGITS:
        return ""
    return f"decimal({digits}, {int(scale)})" if int(digits) <= _RAW_DIGITS else ""


def is_raw_type(fact: Fact, kind: dt.DataType) -> bool:
    """Tell whether the column of a fact was left as the file has it."""
    if column_type(fact.kind) != "int64":
        return False
    return bool(kind.scale if kind.is_decimal() else kind.nbytes < _LONG_BYTES)


def code_column(name: str) -> str:
    """Return the name of the column that holds the codes of a word's fact."""
    return f"{OWN}code:{name}"


def coded(place: Place, name: str, words: tuple[str, ...]) -> Place:
    """Return the place of a word that has a column of codes too."""
    if not isinstance(place.shape, Word):
        raise TypeError(place.shape)
    return replace(
        place, shape=replace(place.shape, words=words), code=code_column(name)
    )


def bounds(fact: Fact) -> tuple[int, int]:
    """Return between which integers a fact lies in its column, both in."""
    low, high = fact.domain.low, fact.domain.high
    if fact.kind is Kind.DATE:
        return (
            DAYS[0] if low is None else cast(date, low).toordinal() - FIRST_DAY,
            DAYS[1] if high is None else cast(date, high).toordinal() - FIRST_DAY,
        )
    ends = (
        -limits.LARGEST if low is None else low,
        limits.LARGEST if high is None else high,
    )
    scale = MILLION if fact.kind is Kind.NUMBER else 1
    scaled = [exact(cast(float, end)) * scale for end in ends]
    return math.ceil(scaled[0]), math.floor(scaled[1])


def laid(value: Value | None, kind: Kind) -> Cell:
    """Return what the column of a fact holds for a value that Python has read.

    ValueError for a number with more than six digits behind the point.
    """
    match value:
        case None | bool() | str():
            return value
        case date():
            return value.toordinal() - FIRST_DAY
        case tuple():
            return len(value)
    scaled = exact(value) * (MILLION if kind is Kind.NUMBER else 1)
    if scaled.denominator != 1:
        raise ValueError(
            f"{value} has more than {NUMBER_DIGITS} digits behind the point"
        )
    return int(scaled)


def elements(values: tuple[object, ...], fact: Fact) -> Iterator[tuple[Cell, ...]]:
    """Give the rows that a list's elements take in their own table, less the case."""
    kinds = [one.kind for one in element_facts(fact).values()]
    for value in values:
        line = value if isinstance(value, tuple) else (value,)
        yield tuple(laid(v, kind) for v, kind in zip(line, kinds, strict=True))
