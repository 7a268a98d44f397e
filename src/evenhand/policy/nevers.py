"""The Never section: what no outcome of the page may ever be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from evenhand.policy import limits
from evenhand.policy.cells import read_condition
from evenhand.policy.errors import Faults
from evenhand.policy.nodes import Condition
from evenhand.policy.saying import _
from evenhand.policy.scope import Scope
from evenhand.policy.sections import Grid, Words, blaming
from evenhand.policy.tables import read_when
from evenhand.policy.tree import Never

_WORDS = frozenset({"id", "when", "because", "note"})
Cells = Mapping[str, Words]


def read_nevers(grid: Grid, scope: Scope, faults: Faults) -> tuple[Never, ...]:
    """Read invariants: `when`, and a column for any fact or outcome they test."""
    names = [head.text for head in grid.header]
    if "id" not in names or len(grid.rows) > limits.NEVERS:
        form = _("a column id, and at most {nevers} rows", nevers=limits.NEVERS)
        faults.add(*grid.header[0].at(0), _("the invariants are not read"), form)
        return ()
    rows = [dict(zip(names, row, strict=True)) for row in grid.rows]
    refuse_twice([cells["id"] for cells in rows], faults)
    return tuple(_never(cells, scope, faults) for cells in rows)


def refuse_twice(ids: Iterable[Words], faults: Faults) -> None:
    """Add a fault for each id that stands twice: a finding names its row by it."""
    seen: set[str] = set()
    for cell in ids:
        if cell.text in seen:
            faults.add(*cell.at(0), _("the id {text} is used twice", text=cell.text))
        seen.add(cell.text)


def _never(cells: Cells, scope: Scope, faults: Faults) -> Never:
    conditions = tuple(_conditions(cells, scope, faults))
    name = cells["id"]
    if not name.text or not conditions:
        faults.add(*name.at(0), _("an invariant needs an id and a condition"))
    because = cells["because"].text if "because" in cells else ""
    return Never(name.text, conditions, because, name.line)


def _conditions(cells: Cells, scope: Scope, faults: Faults) -> Iterator[Condition]:
    if "when" in cells:
        yield from read_when(cells["when"], scope, faults)
    for head, cell in cells.items():
        if head in _WORDS:
            continue
        name = head.removeprefix("if ").strip()
        with blaming(cell, faults):
            condition = read_condition(cell.text, scope.get(name, 0), scope)
            if condition:
                yield condition
