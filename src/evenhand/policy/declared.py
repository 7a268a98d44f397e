"""The Values, Derived and Outcomes sections: names that a page gives itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy import limits
from evenhand.policy.errors import Faults, Misread
from evenhand.policy.expressions import read_expression
from evenhand.policy.facts import labels_of, read_domain, read_kind, read_name
from evenhand.policy.kinds import LISTS, WORDY, Kind
from evenhand.policy.saying import _
from evenhand.policy.scope import Scope
from evenhand.policy.sections import Grid, Words
from evenhand.policy.tree import Derived, Outcome

Cells = Mapping[str, Words]
_DERIVED = "derive a yes/no, a number, an amount, a date or a duration"


def cells_of(
    grid: Grid, columns: Mapping[str, bool], most: int, faults: Faults
) -> Iterator[Cells]:
    """Give each row as column -> cell; `columns` says which must be there.

    A section of more than `most` rows is a fault, and none of them is given.
    """
    names = [head.text for head in grid.header]
    for head in grid.header:
        spoken = head.text.startswith("label ") and "label" in columns
        if head.text not in columns and not spoken:
            form = _("columns are {value}", value=", ".join(columns))
            faults.add(
                *head.at(0), _("{text} is not a column here", text=head.text), form
            )
    missing = [name for name, must in columns.items() if must and name not in names]
    for name in missing:
        faults.add(*grid.header[0].at(0), _("the column {name} is missing", name=name))
    if len(grid.rows) > most:
        line, column = grid.rows[most][0].at(0)
        faults.add(
            line, column, _("more than {most} rows under this heading", most=most)
        )
    elif not missing:
        for row in grid.rows:
            yield dict(zip(names, row, strict=True))


def read_derived(grid: Grid, scope: Scope, faults: Faults) -> tuple[Derived, ...]:
    """Read derived facts; each may use the facts, the values and those above it."""
    columns = {"name": True, "type": True, "from": True, "label": False}
    derived = []
    rows = list(cells_of(grid, columns, limits.DERIVED, faults))
    scope.below = {cells["name"].text for cells in rows}
    for cells in rows:
        name = read_name(cells["name"], set(scope), faults)
        kind = read_kind(cells["type"], faults)
        if name and kind:
            one = _derived(name, kind[0], cells, scope, faults)
            if one:
                scope.declare(one)
                derived.append(one)
    scope.below = set()
    return tuple(derived)


def _derived(
    name: str, kind: Kind, cells: Cells, scope: Scope, faults: Faults
) -> Derived | None:
    if kind in WORDY or kind in LISTS:
        faults.add(
            *cells["type"].at(0),
            _("a derived fact cannot be {kind}", kind=kind),
            _DERIVED,
        )
        return None
    cell = cells["from"]
    try:
        expression = read_expression(cell.text, kind, scope)
    except Misread as misread:
        faults.add(*cell.at(misread.offset), misread.what, misread.instead)
        return None
    label = cells["label"].text if "label" in cells else ""
    return Derived(name, expression, label, labels_of(cells))


def read_outcomes(grid: Grid, currency: str, faults: Faults) -> dict[str, Outcome]:
    """Read the declared columns of results; the order of words is their rank."""
    columns = {"outcome": True, "type": True, "domain": False}
    outcomes: dict[str, Outcome] = {}
    for cells in cells_of(grid, columns, limits.OUTCOMES, faults):
        name = read_name(cells["outcome"], set(outcomes), faults)
        kind = read_kind(cells["type"], faults)
        if kind and kind[0] in LISTS and kind[0] is not Kind.TEXTS:
            what = _("an outcome cannot be {value}", value=kind[0])
            faults.add(
                *cells["type"].at(0), what, _("collect rows in a table of their own")
            )
        elif name and kind:
            domain = cells.get("domain", Words("", cells["outcome"].line, 1))
            words = read_domain(domain, kind[0], currency, faults).words
            outcomes[name] = Outcome(name, kind[0], words)
    return outcomes
