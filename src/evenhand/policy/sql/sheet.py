"""The sheet of every case at once: each name of the page as columns of one table.

Columns are added in stages, each behind a fence. What a name stands for is kept as the
names of its columns, so that it can be read from the table of the day.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import ibis.expr.types as ir

from evenhand.policy.kinds import Rounding
from evenhand.policy.nodes import Call, Item
from evenhand.policy.sql import engines
from evenhand.policy.sql.integers import Whole, constant, of_column, sql
from evenhand.policy.sql.refusals import Untranslatable
from evenhand.policy.sql.values import ONE, Held, Listed, Number, Truth, Word

CASE = "~case"  # the number of a case
OWN = "~"  # begins the names of our own columns; no fact can begin so
_STAGED = re.compile(rf"{OWN}\d+")  # a column that a stage laid down
_MANY = 60  # columns laid down beyond which those are dropped that nobody reads
STAGES = 600  # of one query: each takes some hundredths of a second to put into words


class Scope(Protocol):
    """What an expression may ask of the place where it stands."""

    rounding: Rounding

    def name(self, name: str) -> Held:
        """Return what a name stands for."""

    def item(self, item: Item) -> Held:
        """Return the element, or the field of it, that a fold looks at."""

    def kept(self, key: Hashable) -> Held | None:
        """Return what was computed ahead for a node, if it was."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its shape, with the names of columns for the columns.

    `given` tells whether an outcome was given at all: always, never, or a column.
    `code` is the column of a word's code. `is_raw`: the column is as the file has it,
    an integer of fewer bits or a decimal, and is brought into shape where it is read:
    on DuckDB that costs less than a column of its own.
    """

    shape: Held
    column: str = ""
    below: str = ""
    given: bool | str = True
    code: str = ""
    is_raw: bool = False

    @property
    def columns(self) -> Iterator[str]:
        """Give the names of the columns that it reads."""
        given = "" if isinstance(self.given, bool) else self.given
        yield from filter(None, (self.column, self.below, given, self.code))

    def under(self, prefix: str) -> Place:
        """Return the place in a table that has the columns under a prefix."""
        below = self.below and prefix + self.below
        given = self.given if isinstance(self.given, bool) else prefix + self.given
        column = self.column and prefix + self.column
        return Place(self.shape, column, below, given)

    def on(self, table: ir.Table) -> Held:
        """Read the value from a table that has the columns."""
        shape = self.shape
        if not self.column:
            return shape
        column = table[self.column]
        match shape:
            case Number():
                below = shape.below
                if self.below:
                    below = of_column(table[self.below], below.low, below.high)
                if self.is_raw:
                    column = _in_shape(column, below)
                above = of_column(column, shape.above.low, shape.above.high)
                return replace(shape, above=above, below=below)
            case Truth():
                return replace(shape, held=column)
            case Word():
                code = table[self.code] if self.code else None
                return replace(shape, text=column, code=code)
            case Listed():
                return replace(shape, count=column)


def _in_shape(column: ir.Value, below: Whole) -> ir.Value:
    scaled = column * below.constant if column.type().is_decimal() else column
    return scaled.cast("int64")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known ahead: facts that no case lacks, or that every case lacks one."""

    names: frozenset[str] = frozenset()
    each_lacks: bool = False


NOTHING_KNOWN = Known()


@dataclass(slots=True)
class Sheet:
    """Every name with its place, and the table that holds the columns so far.

    `each_lacks`: every case lacks something, so that nothing is gained by asking which.
    """

    table: ir.Table
    rounding: Rounding
    lists: Mapping[str, ir.Table]
    fence: engines.Fence = engines.fenced
    places: dict[str, Place] = field(default_factory=dict)
    ahead: dict[Hashable, Place] = field(default_factory=dict)
    reads: dict[Hashable, frozenset[str]] = field(default_factory=dict)
    counted: int = 0
    each_lacks: bool = False
    stages: int = 0

    def name(self, name: str) -> Held:
        """Return what a name stands for; NULL where an outcome was not given."""
        return self.places[name].on(self.table)

    def given(self, name: str) -> Truth:
        """Tell whether a name is there at all: an outcome may not have been given."""
        given = self.places[name].given
        return Truth(given if isinstance(given, bool) else self.table[given])

    def item(self, item: Item) -> Held:
        """Refuse: no element is looked at outside a fold."""
        raise AssertionError(item)

    def kept(self, key: Hashable) -> Held | None:
        """Return what was computed ahead for a node."""
        place = self.ahead.get(key)
        return place.on(self.table) if place else None

    def stage(self, values: Mapping[str, Held]) -> dict[str, Place]:
        """Add values as columns of their own; what is constant needs none.

        Untranslatable where so many follow from each other that it would take minutes.
        """
        columns: dict[str, ir.Value] = {}
        places = {name: self._laid(value, columns) for name, value in values.items()}
        if columns:
            self.stages += 1
            if self.stages > STAGES:
                why = f"what is computed takes more than {STAGES} steps, one after"
                raise Untranslatable(f"{why} the other; compute less in the table")
            self.table = self.fence(self.table.mutate(**columns))
        return places

    def drop(self, unread: Collection[str]) -> None:
        """Drop these names, and once there are many the columns that nobody reads.

        Each stage has every column in it: a long page would take the square of its
        length. A call that is needed once more is computed once more.
        """
        laid = [name for name in self.table.columns if _STAGED.fullmatch(name)]
        if len(laid) <= _MANY:
            return
        for name in unread:
            self.places.pop(name, None)
        for key in [key for key in self.ahead if isinstance(key, Call)]:
            del self.reads[key], self.ahead[key]
        places = (*self.places.values(), *self.ahead.values())
        read = {column for place in places for column in place.columns}
        self.table = self.fence(self.table.drop(*(c for c in laid if c not in read)))

    def forget(self, name: str) -> None:
        """Drop what was computed ahead from a name that has another value now."""
        stale = [key for key, names in self.reads.items() if name in names]
        for key in stale:
            del self.reads[key], self.ahead[key]

    def keep_ahead(self, key: Hashable, place: Place, names: Collection[str]) -> None:
        """Keep what was computed for a node that reads these names."""
        self.ahead[key] = place
        self.reads[key] = frozenset(names)

    def own(self) -> str:
        """Return a name for a column of our own."""
        self.counted += 1
        return f"{OWN}{self.counted}"

    def _laid(self, value: Held, columns: dict[str, ir.Value]) -> Place:
        column: ir.Value
        match value:
            case Number():
                return self._number(value, columns)
            case Truth() if isinstance(value.held, bool):
                return Place(value)
            case Truth():
                column = value.column
            case Word() if isinstance(value.text, str):
                return Place(value)
            case Word():
                column = value.text
            case Listed():
                raise AssertionError(value)
        name = self.own()
        columns[name] = column
        return Place(value, name)

    def _number(self, value: Number, columns: dict[str, ir.Value]) -> Place:
        if value.above.column is None and value.below.column is None:
            return Place(value)
        name, below = self.own(), ""
        columns[name] = sql(value.above)
        shape = replace(value, above=_bare(value.above))
        if value.below.column is not None:
            below = self.own()
            columns[below] = sql(value.below)
            shape = replace(shape, below=_bare(value.below))
        return Place(shape, name, below)


def _bare(number: Whole) -> Whole:
    """Return the bounds alone."""
    return Whole(number.low, number.high)


def fact_number(low: int, high: int, below: int, *, lacks: bool, day: bool) -> Number:
    """Return the shape of a fact that is a number."""
    shared = ONE if below == 1 else constant(below)
    return Number(Whole(low, high), shared, lacks, day)
