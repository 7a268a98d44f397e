"""The row that a table of hit policy first takes, as one ladder of conditions."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from evenhand.policy.sql import cells, values
from evenhand.policy.sql.integers import constant, of_column
from evenhand.policy.sql.reach import names_of_row
from evenhand.policy.sql.sheet import Sheet
from evenhand.policy.sql.values import Number, Truth
from evenhand.policy.tree import Table

Changed = tuple[Truth, Number] | None  # where a row is looked for; the row elsewhere


def numbered(column: ir.Value | int, rows: int, low: int | None = None) -> Number:
    """Return the number of a row, between `low` (or minus `rows`) and `rows`."""
    if isinstance(column, int):
        return Number(constant(column))
    return Number(of_column(column, -rows if low is None else low, rows))


def first_of(matches: Sequence[Truth], lacking: Truth, changed: Changed) -> Number:
    """Take the topmost row that matches, unless one before it may match.

    `lacking` tells where anything that the rows read is unknown. Elsewhere the plain
    ladder is enough, and costs a third of the one that asks each row twice.
    """
    rows = len(matches)
    plain = numbered(_ladder(matches, asking=False), rows, low=0)
    if plain.above.column is None:
        return plain
    if changed:
        return values.chosen([(changed[0], plain)], changed[1])
    if lacking.held is False:
        return plain
    full = numbered(_ladder(matches, asking=True), rows)
    return values.chosen([(lacking, full)], plain)


def _ladder(matches: Sequence[Truth], *, asking: bool) -> ir.Value | int:
    branches: list[tuple[ir.BooleanValue, int]] = []
    last = 0
    for number, match in enumerate(matches, 1):
        if match.held is True:
            last = number
            break
        if match.held is False:
            continue
        if match.held is not None:
            branches.append((match.column, number))
        if match.lacks and asking:
            branches.append((values.is_unknown(match).column, -number))
    if not branches:
        return last
    return ibis.cases(*branches, else_=last)


def lacking_of(table: Table, sheet: Sheet) -> Truth:
    """Tell where anything is unknown that the rows of a table read."""
    names = dict.fromkeys(name for row in table.rows for name in names_of_row(row))
    return values.any_of(cells.is_null(sheet.name(name)) for name in names)
