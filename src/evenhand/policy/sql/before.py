"""A page beside an earlier one that was decided first: only what changed is looked at.

Most rows of two versions are the same. Where no row that differs comes out differently
for a case, the case takes the row that it took before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from evenhand.policy.nodes import Condition
from evenhand.policy.sql import cells, expressions, values
from evenhand.policy.sql.integers import of_column
from evenhand.policy.sql.ladder import lacking_of
from evenhand.policy.sql.reach import ahead_of_cells
from evenhand.policy.sql.sheet import Sheet
from evenhand.policy.sql.values import Number, Truth
from evenhand.policy.tree import Hit, Policy, Row

Pair = tuple[tuple[Condition, ...], tuple[Condition, ...]]


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier page, and the column with the row that each case took by it."""

    policy: Policy
    column: str


def changed(
    before: Before, policy: Policy, sheet: Sheet
) -> tuple[Truth, Number] | None:
    """Tell where a row differs, and the row taken elsewhere; None if that is no help.

    `sheet` is of the later page. It is a help only where all is known that rows read.
    """
    old, new = before.policy, policy
    if not _comparable(old, new) or _lacks(old, sheet) or _lacks(new, sheet):
        return None
    rows = list(zip(old.tables[0].rows, new.tables[0].rows, strict=True))
    pairs = list(
        dict.fromkeys(_pair(*both) for both in rows if _pair(*both) != ((), ()))
    )
    read = [cell for pair in pairs for side in pair for cell in side]
    if 2 * len(pairs) > len(rows) or any(ahead_of_cells(read)):
        return None
    same = Number(of_column(sheet.table[before.column], 0, len(rows)))
    return values.any_of(_differ(pair, sheet) for pair in pairs), same


def _lacks(policy: Policy, sheet: Sheet) -> bool:
    return lacking_of(policy.tables[0], sheet).held is not False


def _comparable(old: Policy, new: Policy) -> bool:
    """Tell whether the first tables have the same rows, over the same names."""
    if not old.tables or not new.tables:
        return False
    one, other = old.tables[0], new.tables[0]
    facts = [
        [(fact.name, fact.kind, fact.domain, fact.fields) for fact in policy.facts]
        for policy in (old, new)
    ]
    return (
        one.hit is other.hit is Hit.FIRST
        and [_fixed(row) for row in one.rows] == [_fixed(row) for row in other.rows]
        and facts[0] == facts[1]
        and (old.values, old.derived) == (new.values, new.derived)
        and old.head.rounding is new.head.rounding
    )


def _fixed(row: Row) -> tuple[object, ...]:
    return row.id, tuple(_bare(group) for group in row.unless)


def _pair(old: Row, new: Row) -> Pair:
    """Return the cells of a row that the other version does not have, of each."""
    mine, theirs = _bare(old.conditions), _bare(new.conditions)
    gone = tuple(cell for cell in mine if cell not in theirs)
    return gone, tuple(cell for cell in theirs if cell not in mine)


def _bare(found: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return tuple(replace(cell, text="") for cell in found)


def _differ(pair: Pair, sheet: Sheet) -> Truth:
    gone, come = (cells.all_hold(side, sheet) for side in pair)
    return expressions.compared("!=", gone, come)
