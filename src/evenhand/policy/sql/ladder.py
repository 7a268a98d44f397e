"""The row that a table of hit policy first takes, as one ladder of conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from evenhand.policy.sql import cells, values
from evenhand.policy.sql.cells import Asked
from evenhand.policy.sql.integers import constant, negative, of_column
from evenhand.policy.sql.outcomes import is_row
from evenhand.policy.sql.reach import names_of_row
from evenhand.policy.sql.sheet import Place, Sheet
from evenhand.policy.sql.values import Number, Truth
from evenhand.policy.tree import Table

Changed = tuple[Truth, Number] | None  # where a row is looked for; the row elsewhere


def numbered(column: ir.Value | int, rows: int, low: int | None = None) -> Number:
    """Return the number of a row, between `low` (or minus `rows`) and `rows`."""
    if isinstance(column, int):
        return Number(constant(column))
    return Number(of_column(column, -rows if low is None else low, rows))


def first_of(table: Table, sheet: Sheet, changed: Changed) -> Place:
    """Take the topmost row that matches, unless one before it may match.

    Where all is known that the rows read, the plain ladder is enough. Elsewhere the
    topmost row is looked for that may match; asked of that row alone is then whether
    it does, and the case waits there if not.
    """
    rows = [cells.asked_of(row, sheet) for row in table.rows]
    lacking = lacking_of(table, sheet)
    may: Number | None = None
    if not changed and lacking.held is not False:
        may = _ladder(
            [values.all_of(values.may_hold(t) for t, _ in row) for row in rows]
        )
        if sheet.each_lacks:
            return _waiting(table, rows, may, sheet)
    plain = _ladder([values.all_of(truth for truth, _ in row) for row in rows])
    if changed and plain.above.column is not None:
        plain = values.chosen([(changed[0], plain)], changed[1])
    if may is None:
        return sheet.stage({"": plain})[""]
    return _waiting(table, rows, values.chosen([(lacking, may)], plain), sheet)


def _ladder(matches: Sequence[Truth]) -> Number:
    branches: list[tuple[ir.BooleanValue, int]] = []
    last = 0
    for number, match in enumerate(matches, 1):
        if match.held is True:
            last = number
            break
        if match.held is not None and match.held is not False:
            branches.append((match.column, number))
    column = ibis.cases(*branches, else_=last) if branches else last
    return numbered(column, len(matches), low=0)


def _waiting(
    table: Table, rows: Sequence[Sequence[Asked]], taken: Number, sheet: Sheet
) -> Place:
    """Turn the sign of a row that may match and is not known to."""
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    others: list[int] = []
    for number, row in enumerate(rows, 1):
        for truth, name in row:
            if values.is_unknown(truth).held is not False:
                (by_name[name] if name else others).append(number)
    found = sheet.stage({"": taken})[""]
    pick = found.on(sheet.table)
    if not isinstance(pick, Number):
        raise TypeError(pick)
    unknown = [
        values.all_of([cells.is_null(sheet.name(name)), is_row(pick, numbers)])
        for name, numbers in by_name.items()
    ]
    for number in dict.fromkeys(others):
        for truth, name in cells.asked_of(table.rows[number - 1], sheet):
            if not name:
                is_here = is_row(pick, [number])
                unknown.append(values.all_of([is_here, values.is_unknown(truth)]))
    waits = Number(negative(pick.above))
    chosen = values.chosen([(values.any_of(unknown), waits)], pick)
    return sheet.stage({"": chosen})[""]


def lacking_of(table: Table, sheet: Sheet) -> Truth:
    """Tell where anything is unknown that the rows of a table read."""
    names = dict.fromkeys(name for row in table.rows for name in names_of_row(row))
    return values.any_of(cells.is_null(sheet.name(name)) for name in names)
