"""What comes out for each case: its status, its row, its outcome, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from evenhand.policy.nodes import Order
from evenhand.policy.sql import values
from evenhand.policy.sql.integers import constant, negative, sql
from evenhand.policy.sql.reach import names_below, names_of_row, roots
from evenhand.policy.sql.shape import FAULT
from evenhand.policy.sql.sheet import OWN, Place, Sheet
from evenhand.policy.sql.tables import Read, number_at, rank, truth_at
from evenhand.policy.sql.values import Held, Number, Truth, Word
from evenhand.policy.tree import LISTED, SINGLE, Hit, Policy, Row

# The columns of an answer; a fact of a page may be called `why`.
STATUS, RULE, WHY = f"{OWN}status", f"{OWN}rule", f"{OWN}why"
HIT, NEEDS_FACT, NO_RULE, FAULTY = range(4)
STATUSES = ("hit", "needs_fact", "no_rule", "fault")


@dataclass(frozen=True, slots=True)
class Why:
    """Why cases have no answer: what is wrong, or what must be known for a row.

    `names` are what was read there; the unknown ones of them are missing.
    """

    table: str
    row: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """Every case with its answer, before anything is counted.

    Columns of `table`: STATUS, an index of STATUSES; RULE, the number of the row of
    the first table in `rules` from 1, or 0; WHY, where there is no answer: n for
    `needs[n - 1]`, minus n for `faults[n - 1]`; `outcome.NAME` for each outcome;
    `listed.TABLE.ROW` (whether the row matches) and `listed.TABLE.ROW.NAME` for tables
    that list. `belows` has what the columns of numbers that are not whole are over: a
    constant, or another column.
    """

    table: ir.Table
    rules: tuple[str, ...]
    needs: tuple[Why, ...]
    faults: tuple[Why, ...]
    outcomes: tuple[str, ...]
    belows: dict[str, int | str]

    def keys(self, prefix: str = "") -> list[str]:
        """Return the columns that tell the answer; `why` only where it may be one."""
        ends = self.needs or self.faults
        return [prefix + RULE, *([prefix + WHY] if ends else [])]


@dataclass(slots=True)
class _Ends:
    """The ways to end without an answer, each with its number, in order of weight."""

    cases: list[tuple[Truth, Number]] = field(default_factory=list)
    needs: list[Why] = field(default_factory=list)
    faults: list[Why] = field(default_factory=list)

    def fault(self, test: Truth, why: Why) -> None:
        """Note what is wrong in some cases; nothing where it never is."""
        if test.held is False:
            return
        self.faults.append(why)
        self.cases.append((test, Number(constant(-len(self.faults)))))

    def need(self, test: Truth, whys: Sequence[Why], number: Number | None) -> None:
        """Note needs of the rows 1, 2, … of which `number` says the one meant."""
        if test.held is False:
            return
        base = Number(constant(len(self.needs)))
        self.needs += whys
        self.cases.append((test, values.added(base, number or Number(constant(1)))))


def answered(
    policy: Policy,
    sheet: Sheet,
    found: list[Read],
    broken: list[tuple[str, Place]],
    keep: tuple[str, ...],
) -> Decided:
    """Put the answer of each case together."""
    ends = _ends(policy, sheet, found, broken)
    why = values.chosen(ends.cases, Number(constant(0)))
    rule = _lead(found[0], sheet) if found else Number(constant(0))
    places = sheet.stage({"why": why, "rule": rule})
    why, rule = number_at(places["why"], sheet), number_at(places["rule"], sheet)
    status = values.chosen(
        [
            (_is(">", why, 0), Number(constant(NEEDS_FACT))),
            (_is("<", why, 0), Number(constant(FAULTY))),
            (_is("=", rule, 0), Number(constant(NO_RULE))),
        ],
        Number(constant(HIT)),
    )
    laid = _Laid(_is("=", why, 0), sheet)
    columns = {
        STATUS: sql(status.above),
        RULE: sql(rule.above),
        WHY: sql(why.above),
    }
    names = dict.fromkeys(name for one in found for name in one.outcomes)
    for name in names:
        laid.add(f"outcome.{name}", sheet.places[name].on(sheet.table))
    for one in found:
        if one.table.hit in LISTED:
            _add_listed(laid, one, sheet)
    kept = {name: sheet.table[name] for name in keep}
    return Decided(
        sheet.fence(sheet.table.select(**kept, **columns, **laid.columns)),
        tuple(row.id for row in policy.tables[0].rows) if policy.tables else (),
        tuple(ends.needs),
        tuple(ends.faults),
        tuple(names),
        laid.belows,
    )


def _is(order: Order, number: Number, bound: int) -> Truth:
    return values.ordered(order, number, Number(constant(bound)))


def _ends(
    policy: Policy, sheet: Sheet, found: list[Read], broken: list[tuple[str, Place]]
) -> _Ends:
    ends = _Ends()
    if FAULT in sheet.table.columns:
        for fact in policy.facts:
            is_this = Truth(sheet.table[FAULT].fill_null("") == fact.name)
            ends.fault(is_this, Why("facts", fact.name, (fact.name,)))
    for one in found:
        pick = number_at(one.pick, sheet)
        whys = [Why(one.table.name, r.id, names_of_row(r)) for r in one.table.rows]
        stuck = Number(negative(pick.above))
        if pick.above.low < 0:
            ends.need(values.is_true(_is("<", pick, 0)), whys, stuck)
        ends.fault(truth_at(one.collides, sheet), Why(one.table.name))
    for one in found:
        ends.need(one.waiting(sheet), *_waiting(one, sheet))
    for name, place in broken:
        ends.fault(truth_at(place, sheet), Why(name))
    return ends


def _waiting(one: Read, sheet: Sheet) -> tuple[list[Why], Number | None]:
    """Return what results wait for: those of the row taken, or of any row."""
    table = one.table
    if table.hit in SINGLE and table.hit is not Hit.ANY:
        whys = [Why(table.name, row.id, _result_names(row)) for row in table.rows]
        return whys, number_at(one.pick, sheet)
    names = dict.fromkeys(name for row in table.rows for name in _result_names(row))
    return [Why(table.name, "", tuple(names))], None


def _result_names(row: Row) -> tuple[str, ...]:
    found = [name for expression in roots(row) for name in names_below(expression.root)]
    return tuple(dict.fromkeys(found))


def _lead(first: Read, sheet: Sheet) -> Number:
    """Return the number of the row that a decision is known by."""
    table = first.table
    if table.hit in SINGLE:
        return number_at(first.pick, sheet)
    order = sorted(
        range(len(table.rows)), key=lambda n: (rank(table, table.rows[n]), n)
    )
    cases = [
        (
            values.is_true(truth_at(first.flags[table.rows[n].id], sheet)),
            Number(constant(n + 1)),
        )
        for n in order
    ]
    return values.chosen(cases, Number(constant(0)))


def _add_listed(laid: _Laid, one: Read, sheet: Sheet) -> None:
    for row, flag in one.flags.items():
        held = values.is_true(truth_at(flag, sheet))
        laid.add(f"listed.{one.table.name}.{row}", held)
        for (owner, name), place in one.results.items():
            if owner == row:
                column = f"listed.{one.table.name}.{row}.{name}"
                laid.add(column, place.on(sheet.table), held)


@dataclass(slots=True)
class _Laid:
    """The columns of an answer, NULL where there is none."""

    answers: Truth
    sheet: Sheet
    columns: dict[str, ir.Value] = field(default_factory=dict)
    belows: dict[str, int | str] = field(default_factory=dict)

    def add(self, name: str, value: Held, where: Truth | None = None) -> None:
        """Add a value under a name where there is an answer, and where it holds."""
        there = self.answers if where is None else values.all_of([self.answers, where])
        match value:
            case Number(above, below):
                self.columns[name] = self._masked(there, sql(above))
                if below.constant is None:
                    self.columns[f"{name}/"] = self._masked(there, sql(below))
                    self.belows[name] = f"{name}/"
                elif below.constant != 1:
                    self.belows[name] = below.constant
            case Truth():
                self.columns[name] = self._masked(there, value.column)
            case Word(text):
                column = ibis.literal(text) if isinstance(text, str) else text
                self.columns[name] = self._masked(there, column)

    def _masked(self, there: Truth, column: ir.Value) -> ir.Value:
        if there.held is True:
            return column
        return ibis.cases((there.column, column), else_=ibis.null())
