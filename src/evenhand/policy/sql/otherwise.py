"""Cases that keep their row and yet get something else: another word, another level.

Which outcomes can differ at all for the same row is read from the two pages. Of most
versions none can, and nothing is added to the query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import ibis
import ibis.expr.types as ir

from evenhand.policy.nodes import Condition, Expression, Literal, Node
from evenhand.policy.sql.answers import Decided
from evenhand.policy.sql.reach import names_of_row
from evenhand.policy.tree import LISTED, SINGLE, TOTALLED, Policy, Row, Table

OTHER = "~other"  # the column that tells these cases
Rows = dict[str, tuple[int, Row]]  # by id: the number from 1, and the row


@dataclass(slots=True)
class Otherwise:
    """What may differ beside the money for cases that take the same row of two pages.

    `rows` are numbers of one row in both pages that gives other words by itself.
    `names` are outcomes, and `listed` tables, that are compared case by case; `wanted`
    are the columns of results that this needs.
    """

    rows: set[tuple[int, int]] = field(default_factory=set)
    names: dict[str, None] = field(default_factory=dict)
    listed: dict[str, None] = field(default_factory=dict)
    wanted: dict[str, None] = field(default_factory=dict)

    def kept(self, found: Decided) -> tuple[str, ...]:
        """Return the columns of an answer that are compared case by case."""
        own = tuple(f"outcome.{name}" for name in self.names)
        lists = tuple(f"listed.{name}." for name in self.listed)
        return tuple(
            column
            for column in found.table.columns
            if column.removesuffix("/") in own or (lists and column.startswith(lists))
        )

    def differs(
        self, table: ir.Table, old: Decided, new: Decided, prefix: str
    ) -> ir.Value:
        """Tell of each case whether something differs; `prefix` begins the old columns."""
        columns = dict.fromkeys((*self.kept(old), *self.kept(new)))
        tests = [
            _apart(table, name, (old, new), prefix)
            for name in columns
            if not name.endswith("/")
        ]
        return ibis.or_(*tests)


def otherwise_of(old: Policy, new: Policy, amount: str) -> Otherwise:
    """Read from two pages what may differ beside the money `amount`."""
    found = Otherwise()
    changed = set(_changed_derived(old, new))
    rounded = old.head.rounding is not new.head.rounding
    before = {table.name: table for table in old.tables}
    after = {table.name: table for table in new.tables}
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        lead = one is old.tables[0] and other is new.tables[0]
        if lead and one and other and {one.hit, other.hit} <= SINGLE and not rounded:
            _lead(found, (one, other), changed, _elsewhere(old, new), amount)
        elif rounded or one is None or other is None or _differ(one, other, changed):
            _compare_all(found, [t for t in (one, other) if t], changed, amount)
    return found


def _changed_derived(old: Policy, new: Policy) -> Iterator[str]:
    """Give the derived facts that follow otherwise, and those that follow from them."""
    before = {one.name: one.expression for one in old.derived}
    after = {one.name: one.expression for one in new.derived}
    changed: set[str] = set()
    for name in dict.fromkeys((*after, *before)):
        one, other = before.get(name), after.get(name)
        same = one is not None and other is not None and one.root == other.root
        if not same or (other and changed & set(other.names)):
            changed.add(name)
            yield name


def _elsewhere(old: Policy, new: Policy) -> set[str]:
    """Return the outcomes that a table after the first gives."""
    tables = (*old.tables[1:], *new.tables[1:])
    return {name for table in tables for row in table.rows for name, _ in row.results}


def _lead(
    found: Otherwise,
    tables: tuple[Table, Table],
    changed: set[str],
    elsewhere: set[str],
    amount: str,
) -> None:
    """Note what the same row of both first tables gives otherwise."""
    before, after = (_numbered(table) for table in tables)
    fresh: set[str] = set()
    for row in (name for name in before if name in after):
        (number, one), (place, other) = before[row], after[row]
        for name, pair in _unlike(one, other, changed):
            fresh.add(name)
            fixed = all(node is None or isinstance(node, Literal) for node in pair)
            if name == amount:
                continue
            if fixed and name not in elsewhere:
                found.rows.add((number, place))
            else:
                found.names[name] = found.wanted[name] = None
    changed |= fresh


def _numbered(table: Table) -> Rows:
    return {row.id: (number, row) for number, row in enumerate(table.rows, 1)}


def _unlike(
    one: Row, other: Row, changed: set[str]
) -> Iterator[tuple[str, tuple[Node | None, Node | None]]]:
    """Give the results in which two rows differ, or that follow from what does."""
    mine, theirs = dict(one.results), dict(other.results)
    for name in dict.fromkeys((*mine, *theirs)):
        sides = mine.get(name), theirs.get(name)
        roots = (_root(sides[0]), _root(sides[1]))
        read = {word for side in sides if side for word in side.names}
        if roots[0] != roots[1] or read & changed:
            yield name, roots


def _root(result: Expression | None) -> Node | None:
    return None if result is None else result.root


def _differ(one: Table, other: Table, changed: set[str]) -> bool:
    """Tell whether two later tables may answer otherwise."""
    if one.hit is not other.hit or [*map(_bare, one.rows)] != [*map(_bare, other.rows)]:
        return True
    read = {name for row in other.rows for name in names_of_row(row)}
    results = (result for row in other.rows for _, result in row.results)
    read |= {name for result in results for name in result.names}
    return bool(read & changed)


def _bare(row: Row) -> tuple[object, ...]:
    """Return what a row decides, without its words."""
    groups = tuple(_silent(group) for group in row.unless)
    results = tuple((name, result.root) for name, result in row.results)
    return row.id, _silent(row.conditions), groups, results


def _silent(cells: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(replace(cell, text="") for cell in cells)


def _compare_all(
    found: Otherwise, tables: list[Table], changed: set[str], amount: str
) -> None:
    """Note that all that a table gives is compared case by case."""
    for table in tables:
        results = [name for row in table.rows for name, _ in row.results]
        if table.hit in LISTED:
            found.listed[table.name] = None
        given = [table.name] if table.hit in TOTALLED else results
        if table.hit not in LISTED:
            changed |= set(given)
            found.names |= dict.fromkeys(name for name in given if name != amount)
        found.wanted |= dict.fromkeys(results)


def _apart(
    table: ir.Table, name: str, sides: tuple[Decided, Decided], prefix: str
) -> ir.BooleanValue:
    """Tell whether a column differs; what is absent is like nothing else."""
    old, new = (
        table[place] if place in table.columns else None
        for place in (f"{prefix}{name}", name)
    )
    if old is None or new is None:
        one = old if old is not None else new
        return _there(one)
    types = old.type(), new.type()
    if all(one.is_numeric() for one in types):
        old = _over(table, old, sides[0].belows.get(name, 1), prefix)
        new = _over(table, new, sides[1].belows.get(name, 1), "")
    elif types[0].is_string() != types[1].is_string():
        return _there(old) | _there(new)
    return ~old.identical_to(new)


def _there(column: ir.Value | None) -> ir.BooleanValue:
    """Tell whether a case has a value, or a listed row at all."""
    if column is None:
        return ibis.literal(value=False)
    return (
        column.fill_null(value=False)
        if column.type().is_boolean()
        else column.notnull()
    )


def _over(table: ir.Table, above: ir.Value, below: int | str, prefix: str) -> ir.Value:
    """Return a number; a quotient of doubles is the same for equal fractions."""
    if below == 1:
        return above
    over = table[f"{prefix}{below}"] if isinstance(below, str) else below
    return above.cast("float64") / over
