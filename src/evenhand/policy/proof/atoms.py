"""The stretch around a value in which the cells of a table say the same of a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from evenhand.policy.kinds import ORDERED, exact
from evenhand.policy.nodes import Condition, Literal, operands
from evenhand.policy.proof.terms import Formula, Term, all_of, compared
from evenhand.policy.tree import Table


@dataclass(frozen=True, slots=True)
class Atom:
    """Around `value`: the nearest written values below and above it, or it is one.

    Values are as the page writes them; below and above are outside.
    """

    value: Any
    below: Any = None
    above: Any = None
    written: bool = False

    @property
    def ends(self) -> tuple[Any, Any]:
        """The first and the last value inside; None where nothing ends it.

        Of numbers with fractions there is no first one, so the value stands for all.
        """
        if self.written or not isinstance(self.value, int):
            return self.value, self.value
        low = None if self.below is None else self.below + 1
        high = None if self.above is None else self.above - 1
        return low, high


def atom_of(table: Table, name: str, value: Any) -> Atom:
    """Return the stretch of one ordered name around a value."""
    marks = sorted(set(_marks(table, name)), key=_number)
    at = _number(value)
    return Atom(
        value,
        below=next((m for m in reversed(marks) if _number(m) < at), None),
        above=next((m for m in marks if _number(m) > at), None),
        written=any(_number(mark) == at for mark in marks),
    )


def inside(atom: Atom, term: Term, literal: Any) -> Formula:
    """Return where a term lies in the stretch; `literal` makes terms of values."""
    if atom.written:
        return compared("=", term, literal(atom.value))
    ends = []
    if atom.below is not None:
        ends.append(compared(">", term, literal(atom.below)))
    if atom.above is not None:
        ends.append(compared("<", term, literal(atom.above)))
    return all_of(ends)


def _marks(table: Table, name: str) -> Iterator[Any]:
    for condition in _cells(table):
        if condition.fact.name == name and condition.fact.kind in ORDERED:
            for test in condition.tests:
                for operand in operands(test):
                    if isinstance(operand, Literal):
                        yield operand.value


def _cells(table: Table) -> Iterator[Condition]:
    for row in table.rows:
        yield from row.conditions
        for group in row.unless:
            yield from group


def _number(value: Any) -> Any:
    return value.toordinal() if isinstance(value, date) else exact(value)


def ordered_names(
    conditions: Iterable[Condition], sheet: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the ordered names that cells test, with their values in a case."""
    return {
        one.fact.name: sheet[one.fact.name]
        for one in conditions
        if one.fact.kind in ORDERED and isinstance(sheet.get(one.fact.name), _VALUES)
    }


_VALUES = (int, float, date)
