"""The Values section: named values with the place and the day that lay them down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import cast

from evenhand.policy import limits
from evenhand.policy.coined import (
    coined_rows,
    derived_amount,
    is_coined,
    read_amounts,
)
from evenhand.policy.declared import Cells, cells_of
from evenhand.policy.errors import Faults
from evenhand.policy.facts import read_kind, read_name
from evenhand.policy.kinds import LISTS, Kind, Value
from evenhand.policy.literals import read_list, read_value
from evenhand.policy.nodes import Choice, Expression, Literal, Name, Node, Ordered
from evenhand.policy.saying import _
from evenhand.policy.scope import Scope
from evenhand.policy.sections import Grid, Words, blaming
from evenhand.policy.tokens import Reader
from evenhand.policy.tree import Constant, Derived, Fact

_COLUMNS = {
    "name": True,
    "type": True,
    "value": True,
    "from": False,
    "reference": False,
}


@dataclass(frozen=True, slots=True)
class Choosers:
    """The facts of a case that choose a value: its day, and its currency."""

    judged_on: str
    currency: Fact | None


def read_values(
    grid: Grid, choosers: Choosers, scope: Scope, faults: Faults
) -> tuple[tuple[Constant, ...], tuple[Derived, ...]]:
    """Read named values, and declare each in the scope.

    Rows of one name that begin on different days are one value by date, an amount in
    several currencies is one value by currency; such a value comes back twice, as its
    rows and as a derived fact that chooses between them.
    """
    reader = _ValuesReader(choosers, scope, faults)
    for cells in cells_of(grid, _COLUMNS, limits.VALUES, faults):
        reader.read(cells)
    chosen = tuple(reader.chosen())
    return tuple(row for rows in reader.rows.values() for row in rows), chosen


class _ValuesReader:
    __slots__ = ("choosers", "coined", "faults", "names", "rows", "scope", "texts")

    def __init__(self, choosers: Choosers, scope: Scope, faults: Faults) -> None:
        self.choosers = choosers
        self.scope = scope
        self.faults = faults
        self.names = set(scope)
        self.rows: dict[str, list[Constant]] = {}
        self.texts: dict[tuple[str, date | None], str] = {}
        self.coined: dict[str, Derived] = {}

    def read(self, cells: Cells) -> None:
        name = read_name(cells["name"], self.names, self.faults)
        kind = read_kind(cells["type"], self.faults)
        if not name or not kind or not self._may_be(kind[0], cells):
            return
        since = _since(cells.get("from"), self.faults)
        reference = cells["reference"].text if "reference" in cells else ""
        cell = cells["value"]
        row = Constant(name, kind[0], 0, reference, since)
        with blaming(cell, self.faults):
            if kind[0] is Kind.MONEY and is_coined(cell.text):
                self._add_coined(row, cells)
            else:
                value = _value(cell.text, kind[0], self.scope.currency)
                self._add(replace(row, value=value), cells)

    def _add(self, row: Constant, cells: Cells) -> None:
        if self._fits(row, cells):
            self._need_day(row, cells)
            self.rows.setdefault(row.name, []).append(row)
            self.texts[row.name, row.since] = cells["value"].text
            self.scope.declare(row)

    def _add_coined(self, row: Constant, cells: Cells) -> None:
        currency, text = self.choosers.currency, cells["value"].text
        amounts = read_amounts(text, currency)
        if row.name in self.rows:
            self._refuse_beside_coined(row.name, cells)
        elif currency:
            rows = coined_rows(row, amounts)
            derived = derived_amount(rows, text, currency)
            self.rows[row.name] = rows
            self.coined[row.name] = derived
            self.scope.declare(derived)

    def _refuse_beside_coined(self, name: str, cells: Cells) -> None:
        what = _("{name} has amounts in several currencies, and another row", name=name)
        self.faults.add(*cells["name"].at(0), what, _("give each row its own name"))

    def _may_be(self, kind: Kind, cells: Cells) -> bool:
        if kind is Kind.LINES:
            form = _(
                "a value is a yes/no, number, amount, date, word or a list of such"
            )
            self.faults.add(*cells["type"].at(0), _("a value cannot be a list"), form)
        elif kind in (Kind.MONEY, Kind.AMOUNTS) and not self.scope.currency:
            form = _('write currency = "EUR" under [money] in the head')
            self.faults.add(cells["name"].line, 1, _("money without a currency"), form)
        else:
            return True
        return False

    def _fits(self, row: Constant, cells: Cells) -> bool:
        """Tell whether a row may stand beside the rows of its name above it."""
        above = self.rows.get(row.name, [])
        if not above:
            return True
        if row.name in self.coined:
            self._refuse_beside_coined(row.name, cells)
            return False
        what, form, where = "", "", cells["name"]
        if above[0].kind is not row.kind:
            what, where = (
                _(
                    "{name} is {kind} in an earlier row",
                    name=row.name,
                    kind=above[0].kind,
                ),
                cells["type"],
            )
        elif row.since in [one.since for one in above]:
            what = _("{name} is declared twice", name=row.name)
            form = _("give each row a day of its own in a column from")
        elif len(above) >= limits.ERAS:
            what = _("more than {eras} rows of {name}", eras=limits.ERAS, name=row.name)
        elif row.kind in LISTS:
            what, form = (
                _("{name} is a list by date", name=row.name),
                _("write one list of all days"),
            )
        if what:
            self.faults.add(*where.at(0), what, form)
        return not what

    def _need_day(self, row: Constant, cells: Cells) -> None:
        """The second row of a name asks for a day that judges; once is enough."""
        if not self.choosers.judged_on and len(self.rows.get(row.name, ())) == 1:
            what = _("{name} goes by date, but no day judges", name=row.name)
            form = _('write judged_on = "a_date_fact" under [effective] in the head')
            self.faults.add(*cells["name"].at(0), what, form)

    def chosen(self) -> Iterable[Derived]:
        for name, rows in self.rows.items():
            if name in self.coined:
                yield self.coined[name]
            elif len(rows) > 1:
                rows.sort(key=lambda row: row.since or date.min)
                texts = [self.texts[name, row.since] for row in rows]
                derived = Derived(name, self._by_date(rows, texts), dated=True)
                self.scope.declare(derived)
                yield derived

    def _by_date(self, rows: list[Constant], texts: list[str]) -> Expression:
        """The last row that began by the day; its earliest holds before that too."""
        day = Name(self.choosers.judged_on, Kind.DATE)

        def later(before: Node, row: Constant) -> Node:
            since = Literal(row.since or date.min)
            return Choice(Ordered(">=", day, since), Literal(row.value), before)

        first: Node = Literal(rows[0].value)
        said = [texts[0]]
        said += [
            f"{t} from {r.since}" for t, r in zip(texts[1:], rows[1:], strict=True)
        ]
        root = reduce(later, rows[1:], first)
        return Expression(
            ", ".join(said), rows[0].kind, root, (self.choosers.judged_on,)
        )


def _since(cell: Words | None, faults: Faults) -> date | None:
    if cell is None or cell.text in ("", "-"):
        return None
    since = None
    with blaming(cell, faults):
        reader = Reader.of_cell(cell.text)
        since = cast(date, read_value(reader, Kind.DATE, (), ""))
        reader.expect_end()
    return since


def _value(text: str, kind: Kind, currency: str) -> Value:
    reader = Reader.of_cell(text)
    if kind in LISTS:
        value: Value = read_list(reader, kind, (), currency)
    else:
        value = read_value(reader, kind, (), currency)
    reader.expect_end()
    return value
