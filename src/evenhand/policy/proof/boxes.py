"""Cells judged by themselves: the values of one fact that they take.

Exact for cells that compare with written values: what such a cell takes changes only
at those values, so trying them and their neighbours settles it, without z3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from evenhand.policy.kinds import ORDERED, Kind, exact
from evenhand.policy.nodes import Compare, Condition, Literal, Test, Within, operands
from evenhand.policy.proof.terms import ORDERS
from evenhand.policy.tree import Domain, Row

_FAR = 10**18  # beyond every amount that a page may write
_ANOTHER = "\x00another"  # a text of no page


def is_plain(condition: Condition) -> bool:
    """Tell whether a cell compares one value with written values only."""
    return all(
        isinstance(operand, Literal)
        for test in condition.tests
        for operand in operands(test)
    )


def takes(condition: Condition, value: Any) -> bool:
    """Tell whether a plain cell holds for a known value."""
    return any(_meets(test, value) for test in condition.tests) is not condition.negated


def _meets(test: Test, value: Any) -> bool:
    match test:
        case Compare(order, Literal(bound)):
            return bool(ORDERS[order](value, _number(bound)))
        case Within(Literal(low), Literal(high), low_in, high_in):
            above = ORDERS[">=" if low_in else ">"](value, _number(low))
            return bool(
                above and ORDERS["<=" if high_in else "<"](value, _number(high))
            )
        case _:
            return False


def _number(value: Any) -> Any:
    if isinstance(value, date):
        return value.toordinal()
    return exact(value) if isinstance(value, float) else value


def samples(kind: Kind, domain: Domain, conditions: Iterator[Condition]) -> list[Any]:
    """Return values of a fact of which each kind of answer of these cells is one."""
    if kind is Kind.YES_NO:
        return [True, False]
    if domain.words:
        return list(domain.words)
    marks = {_number(mark) for mark in _marks(conditions)}
    if kind not in ORDERED:
        return [*sorted(marks), _ANOTHER]
    low, high = _number(domain.low), _number(domain.high)
    marks |= {end for end in (low, high) if end is not None}
    points = sorted(marks | set(_between(kind, sorted(marks))))
    return [
        point
        for point in points
        if (low is None or point >= low) and (high is None or point <= high)
    ]


def _between(kind: Kind, marks: list[Any]) -> Iterator[Any]:
    """Give values beside each mark, and far out on both sides."""
    yield from (-_FAR, _FAR)
    for mark in marks:
        yield from (mark - 1, mark + 1)
    if kind is Kind.NUMBER:
        for low, high in pairwise(marks):
            yield Fraction(low + high) / 2


def _marks(conditions: Iterator[Condition]) -> Iterator[Any]:
    for condition in conditions:
        for test in condition.tests:
            for operand in operands(test):
                if isinstance(operand, Literal):
                    yield operand.value


class Boxes:
    """For each row the values that its plain cells take, as bits, fact by fact."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[Row]) -> None:
        cells: dict[str, list[Condition]] = {}
        for row in rows:
            for condition in row.conditions:
                if _is_scalar(condition):
                    cells.setdefault(condition.fact.name, []).append(condition)
        masks = {name: _masks(listed) for name, listed in cells.items()}
        self._rows = [_box(row, masks) for row in rows]

    def meet(self, one: int, other: int) -> bool:
        """Tell whether two rows may match together; no only where cells exclude it."""
        mine, others = self._rows[one], self._rows[other]
        return all(mask & others.get(name, mask) for name, mask in mine.items())

    def inside(self, one: int, other: int) -> bool:
        """Tell whether plain cells do not keep the other row from all that one takes."""
        mine, others = self._rows[one], self._rows[other]
        return all(not mine.get(name, ~mask) & ~mask for name, mask in others.items())


def _masks(conditions: Sequence[Condition]) -> dict[tuple[str, bool], int]:
    """Return the bits of each cell of one fact; the lowest bit is for null."""
    first = conditions[0]
    tried = samples(first.fact.kind, Domain(), iter(conditions))
    masks: dict[tuple[str, bool], int] = {}
    for one in conditions:
        key = (one.text, one.negated)
        if key not in masks:
            bits = (1 << place for place, v in enumerate(tried, 1) if takes(one, v))
            masks[key] = sum(bits) | one.accepts_null
    return masks


def _box(row: Row, masks: dict[str, dict[tuple[str, bool], int]]) -> dict[str, int]:
    box: dict[str, int] = {}
    for one in row.conditions:
        if _is_scalar(one):
            name = one.fact.name
            mask = masks[name][one.text, one.negated]
            box[name] = box.get(name, mask) & mask
    return box


def _is_scalar(condition: Condition) -> bool:
    kinds = (*ORDERED, Kind.YES_NO, Kind.ONE_OF, Kind.TEXT)
    return condition.fact.kind in kinds and is_plain(condition)
