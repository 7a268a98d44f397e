"""The Always section: what every decision must grant when its facts call for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy import limits
from evenhand.policy.cells import read_condition
from evenhand.policy.errors import Faults, Misread
from evenhand.policy.nevers import refuse_twice
from evenhand.policy.nodes import Condition
from evenhand.policy.saying import _
from evenhand.policy.scope import Known, Scope
from evenhand.policy.sections import Grid, Words, blaming
from evenhand.policy.tables import read_when
from evenhand.policy.tree import Always, Outcome

_WORDS = frozenset({"id", "when", "because", "note"})
Cells = Mapping[str, Words]


def read_always(grid: Grid, scope: Scope, faults: Faults) -> tuple[Always, ...]:
    """Read entitlements: `when` over facts, and what each outcome must then be."""
    names = [head.text for head in grid.header]
    if "id" not in names or len(grid.rows) > limits.NEVERS:
        form = _("a column id, and at most {nevers} rows", nevers=limits.NEVERS)
        faults.add(*grid.header[0].at(0), _("the entitlements are not read"), form)
        return ()
    columns = _outcomes(grid, scope, faults)
    if len(columns) < len(set(names) - _WORDS):
        return ()
    rows = [dict(zip(names, row, strict=True)) for row in grid.rows]
    refuse_twice([cells["id"] for cells in rows], faults)
    return tuple(_always(cells, columns, scope, faults) for cells in rows)


def _outcomes(grid: Grid, scope: Scope, faults: Faults) -> Mapping[str, Known]:
    """Map each column to the outcome that it tests; a fault for any other name."""
    found = {}
    for head in grid.header:
        if head.text in _WORDS:
            continue
        with blaming(head, faults):
            known = scope.get(head.text.removeprefix("if ").strip(), 0)
            if not isinstance(known.declared, Outcome):
                what = _("{name} is not an outcome", name=known.name)
                raise Misread(0, what, _("test a fact under when"))
            found[head.text] = known
    return found


def _always(
    cells: Cells, columns: Mapping[str, Known], scope: Scope, faults: Faults
) -> Always:
    name = cells["id"]
    when = tuple(_when(cells["when"], scope, faults)) if "when" in cells else ()
    must = tuple(_must(cells, columns, scope, faults))
    empty = all(cells[head].text in ("", "-") for head in columns)
    if not name.text or empty:
        form = _("name the row, and say in a column what an outcome must be")
        faults.add(*name.at(0), _("an entitlement needs an id and an outcome"), form)
    because = cells["because"].text if "because" in cells else ""
    return Always(name.text, when, must, because, name.line)


def _when(cell: Words, scope: Scope, faults: Faults) -> Iterator[Condition]:
    for condition in read_when(cell, scope, faults):
        for name in condition.names:
            known = scope.find(name)
            if known and isinstance(known.declared, Outcome):
                form = _("give it a column of its own: what it must be")
                faults.add(*cell.at(0), _("{name} is an outcome", name=name), form)
        yield condition


def _must(
    cells: Cells, columns: Mapping[str, Known], scope: Scope, faults: Faults
) -> Iterator[Condition]:
    for head, known in columns.items():
        with blaming(cells[head], faults):
            condition = read_condition(cells[head].text, known, scope)
            if condition:
                yield condition
