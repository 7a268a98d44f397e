"""What expressions need laid down as columns before they are read themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evenhand.policy.nodes import Call, Condition, Expression
from evenhand.policy.sql.calls import call_ahead
from evenhand.policy.sql.lists import fold_ahead
from evenhand.policy.sql.reach import Ahead, ahead_of, ahead_of_cells
from evenhand.policy.sql.sheet import Sheet
from evenhand.policy.tree import Fact


def prepare(
    sheet: Sheet,
    found: Iterable[Expression],
    conditions: Iterable[Condition],
    lists: Mapping[str, Fact],
) -> None:
    """Compute folds, tests of lists and long calls that these will read."""
    wanted: dict[Ahead, int] = {}
    for expression in found:
        wanted |= ahead_of(expression.root)
    wanted |= dict.fromkeys(ahead_of_cells(conditions), 0)
    new = {one: depth for one, depth in wanted.items() if sheet.kept(one) is None}
    for depth in sorted(set(new.values())):
        here = [one for one, at in new.items() if at == depth]
        fold_ahead(sheet, [o for o in here if not isinstance(o, Call)], lists)
        for one in here:
            if isinstance(one, Call):
                call_ahead(sheet, one)
