"""The row that a table of hit policy first takes, as one ladder of conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from evenhand.policy.sql import cells, values
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
    plain = _ladder([values.all_of(truth for truth, _ in row) for row in rows])
    if plain.above.column is None:
        return sheet.stage({"": plain})[""]
    if changed:
        return sheet.stage({"": values.chosen([(changed[0], plain)], changed[1])})[""]
    lacking = lacking_of(table, sheet)
    if lacking.held is False:
        return sheet.stage({"": plain})[""]
    may = _ladder([values.all_of(values.may_hold(one) for one, _ in r) for r in rows])
    number = may if sheet.each_lacks else values.chosen([(lacking, may)], plain)
    return _waiting(table, sheet.stage({"": number})[""], sheet)


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


def _waiting(table: Table, found: Place, sheet: Sheet) -> Place:
    """Turn the sign of a row that may match and is not known to."""
    pick = found.on(sheet.table)
    if not isinstance(pick, Number):
        raise TypeError(pick)
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    unknown: list[Truth] = []
    for number, row in enumerate(table.rows, 1):
        for truth, name in cells.asked_of(row, sheet):
            if name and values.is_unknown(truth).held is not False:
                by_name[name].append(number)
            elif not name:
                is_here = is_row(pick, [number])
                unknown.append(values.all_of([is_here, values.is_unknown(truth)]))
    for name, numbers in by_name.items():
        lacks = cells.is_null(sheet.name(name))
        unknown.append(values.all_of([lacks, is_row(pick, numbers)]))
    waits = Number(negative(pick.above))
    chosen = values.chosen([(values.any_of(unknown), waits)], pick)
    return sheet.stage({"": chosen})[""]


def lacking_of(table: Table, sheet: Sheet) -> Truth:
    """Tell where anything is unknown that the rows of a table read."""
    names = dict.fromkeys(name for row in table.rows for name in names_of_row(row))
    return values.any_of(cells.is_null(sheet.name(name)) for name in names)
