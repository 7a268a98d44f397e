"""Tables of rules as columns: which row each case takes, and what that row gives.

A table adds `pick`: the number of the row taken (from 1), 0 for none, and minus the
number of the row that may match for want of a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import ibis

from evenhand.policy.kinds import Value
from evenhand.policy.nodes import Expression, Literal, Order
from evenhand.policy.sql import cells, expressions, values
from evenhand.policy.sql.blocked import waits
from evenhand.policy.sql.integers import constant
from evenhand.policy.sql.ladder import Changed, first_of, numbered
from evenhand.policy.sql.outcomes import given_by, is_row, waits_alone
from evenhand.policy.sql.refusals import Untranslatable
from evenhand.policy.sql.sheet import Place, Sheet
from evenhand.policy.sql.values import Held, Number, Truth
from evenhand.policy.tree import LISTED, SINGLE, Hit, Row, Table

NOTHING = Truth(held=False)
NOWHERE = Place(NOTHING)


@dataclass(slots=True)
class Read:
    """A table that was read: the places of what it left on the sheet.

    `collides` and `waits` tell whether rows that matched may not match together, and
    whether a result waits for a fact. `open_in`: so does one that is NULL in these rows.
    """

    table: Table
    pick: Place
    collides: Place = NOWHERE
    waits: Place = NOWHERE
    outcomes: dict[str, Place] = field(default_factory=dict)
    flags: dict[str, Place] = field(default_factory=dict)
    results: dict[tuple[str, str], Place] = field(default_factory=dict)
    open_in: list[tuple[Place, tuple[int, ...]]] = field(default_factory=list)

    def waiting(self, sheet: Sheet) -> Truth:
        """Tell whether any result waits for a fact."""
        pick = number_at(self.pick, sheet)
        open_ones = (
            values.all_of([cells.is_null(place.on(sheet.table)), is_row(pick, rows)])
            for place, rows in self.open_in
        )
        return values.any_of([truth_at(self.waits, sheet), *open_ones])


def read_table(
    table: Table,
    sheet: Sheet,
    *,
    unread: Collection[str] = (),
    changed: Changed = None,
) -> Read:
    """Read one table; what it gives becomes names for the tables after it.

    `unread` are outcomes that nobody asks for. `changed` tells where the row must be
    looked for, and which is taken elsewhere.
    """
    if table.hit is Hit.FIRST:
        return _given(Read(table, first_of(table, sheet, changed)), sheet, unread)
    if not table.rows:
        return _given(Read(table, Place(Number(constant(0)))), sheet)
    matches = [cells.row_matches(row, sheet) for row in table.rows]
    places = sheet.stage({str(n): one for n, one in enumerate(matches)})
    flags = {
        row.id: place for row, place in zip(table.rows, places.values(), strict=True)
    }
    found = Read(table, _picked(table, sheet, flags), flags=flags)
    if table.hit in (Hit.UNIQUE, Hit.ANY):
        found.collides = _stage_one(sheet, _collision(table, sheet, flags))
    if table.hit in SINGLE:
        return _given(found, sheet)
    return _listed(found, sheet) if table.hit in LISTED else _totalled(found, sheet)


def _stage_one(sheet: Sheet, value: Held) -> Place:
    return sheet.stage({"": value})[""]


def _picked(table: Table, sheet: Sheet, flags: Mapping[str, Place]) -> Place:
    """Any row that may match makes the table wait; else the topmost by rank or order."""
    held = [truth_at(place, sheet) for place in flags.values()]
    order = sorted(range(len(held)), key=lambda n: (rank(table, table.rows[n]), n))
    branches = [
        (values.is_unknown(held[n]).column, -n - 1)
        for n in range(len(held))
        if held[n].lacks
    ]
    last = 0
    if table.hit in SINGLE:
        branches += [(values.is_true(held[n]).column, n + 1) for n in order]
    column = ibis.cases(*branches, else_=last) if branches else last
    return _stage_one(sheet, numbered(column, len(held)))


def truth_at(place: Place, sheet: Sheet) -> Truth:
    """Return the yes/no that was laid down there; TypeError for anything else."""
    found = place.on(sheet.table)
    if not isinstance(found, Truth):
        raise TypeError(found)
    return found


def rank(table: Table, row: Row) -> tuple[int, ...]:
    """Rank a row by the words it gives; a row without one comes after those with."""
    if table.hit not in (Hit.PRIORITY, Hit.OUTPUT_ORDER):
        return ()
    results = dict(row.results)
    found = []
    for outcome in table.outcomes:
        if outcome.words:
            given = results.get(outcome.name)
            word = _word(given, table, row) if given else None
            known = word in outcome.words
            found.append(
                outcome.words.index(str(word)) if known else len(outcome.words)
            )
    return tuple(found)


def _word(given: Expression, table: Table, row: Row) -> Value:
    if not isinstance(given.root, Literal):
        where = f"table {table.name}, row {row.id}"
        why = "a word that is computed has no rank before it is known"
        raise Untranslatable(why, where=where, line=row.line)
    return given.root.value


def _collision(table: Table, sheet: Sheet, flags: Mapping[str, Place]) -> Truth:
    """Tell whether rows match together that may not; NULL-free where none waits."""
    held = [values.is_true(truth_at(place, sheet)) for place in flags.values()]
    if table.hit is Hit.UNIQUE:
        ones = [values.chosen([(one, _ONE)], _ZERO) for one in held]
        total = _summed(ones)
        return values.ordered(">", total, _ONE)
    return values.any_of(
        values.all_of([held[a], held[b], _differ(table.rows[a], table.rows[b], sheet)])
        for a in range(len(held))
        for b in range(a + 1, len(held))
    )


_ONE, _ZERO = Number(constant(1)), Number(constant(0))


def _summed(numbers: list[Number]) -> Number:
    if len(numbers) == 1:
        return numbers[0]
    middle = len(numbers) // 2
    return values.added(_summed(numbers[:middle]), _summed(numbers[middle:]))


def _differ(one: Row, other: Row, sheet: Sheet) -> Truth:
    """Tell whether two rows give different results, whatever is still unknown."""
    mine, theirs = dict(one.results), dict(other.results)
    return values.any_of(
        _unlike(mine.get(name), theirs.get(name), sheet) for name in {**mine, **theirs}
    )


def _unlike(one: Expression | None, other: Expression | None, sheet: Sheet) -> Truth:
    """Tell whether two results differ; what waits for a fact may turn out the same."""
    if one is None or other is None:
        given = one or other
        return _laid_down(given, sheet)[0] if given else NOTHING
    if one.root == other.root:
        return NOTHING
    left, right = expressions.computed(one, sheet), expressions.computed(other, sheet)
    differ = values.is_true(expressions.compared("!=", left, right))
    mine, theirs = _laid_down(one, sheet), _laid_down(other, sheet)
    only_one = [
        values.all_of([mine[0], theirs[1]]),
        values.all_of([mine[1], theirs[0]]),
    ]
    return values.any_of([differ, *only_one])


def _laid_down(expression: Expression, sheet: Sheet) -> tuple[Truth, Truth]:
    """Tell whether a result has a value, and whether it comes to nothing."""
    value = expressions.computed(expression, sheet)
    lacking = cells.is_null(value)
    waiting = waits(expression.root, value, sheet)
    return values.negated(lacking), values.all_of([lacking, values.negated(waiting)])


def _all_waiting(found: Read, sheet: Sheet) -> list[Truth]:
    """Tell where any row that matches gives what waits for a fact."""
    return [
        values.all_of(
            [
                values.is_true(truth_at(found.flags[row.id], sheet)),
                waits(one.root, expressions.computed(one, sheet), sheet),
            ]
        )
        for row in found.table.rows
        for _, one in row.results
    ]


def _given(found: Read, sheet: Sheet, unread: Collection[str] = ()) -> Read:
    """Give the outcomes of the row taken; what it leaves empty stays as it was.

    One that nobody reads is left out, but for where it waits for a fact.
    """
    pick = number_at(found.pick, sheet)
    waiting: list[Truth] = []
    names: list[str] = []
    for name in dict(one for row in found.table.rows for one in row.results):
        quiet = waits_alone(found.table, name, pick, sheet) if name in unread else None
        names += [] if quiet is not None else [name]
        waiting += quiet or []
    laying: dict[str, Held] = {}
    giving = {name: given_by(found.table, name, pick, sheet) for name in names}
    for name, one in giving.items():
        laying |= {f"={name}": one.value, f"?{name}": one.is_given}
    waiting += [one for giver in giving.values() for one in giver.waits]
    is_any = found.table.hit is Hit.ANY
    laying["!"] = values.any_of(_all_waiting(found, sheet) if is_any else waiting)
    places = sheet.stage(laying)
    found.waits = places["!"]
    for name in names:
        given_at = places[f"?{name}"]
        place = replace(places[f"={name}"], given=_where_given(given_at))
        sheet.places[name] = found.outcomes[name] = place
        if giving[name].open_in and not is_any:
            found.open_in.append((place, giving[name].open_in))
        sheet.forget(name)
    return found


def _where_given(place: Place) -> bool | str:
    """Return where it stands whether an outcome is given: a column, or always, never."""
    shape = place.shape
    return place.column or (isinstance(shape, Truth) and shape.held is True)


def _listed(found: Read, sheet: Sheet) -> Read:
    """Lay down what each row gives where it matches."""
    laying: dict[str, Held] = {}
    keys: dict[str, tuple[str, str]] = {}
    waiting: list[Truth] = []
    for row in found.table.rows:
        matches = values.is_true(truth_at(found.flags[row.id], sheet))
        for name, expression in row.results:
            value = expressions.computed(expression, sheet)
            waits_here = waits(expression.root, value, sheet)
            waiting.append(values.all_of([matches, waits_here]))
            keys[f"{len(keys)}"] = (row.id, name)
            laying[f"{len(keys) - 1}"] = value
    places = sheet.stage({**laying, "!": values.any_of(waiting)})
    found.results = {key: places[number] for number, key in keys.items()}
    found.waits = places["!"]
    return found


def _totalled(found: Read, sheet: Sheet) -> Read:
    """Count, add or compare what the rows that match give first."""
    table = found.table
    matches = [
        values.is_true(truth_at(found.flags[row.id], sheet)) for row in table.rows
    ]
    if table.hit is Hit.COUNT:
        ones = [values.chosen([(one, _ONE)], _ZERO) for one in matches]
        return _total_given(found, sheet, _summed(ones), Truth(held=True), NOTHING)
    parts: list[tuple[Truth, Number]] = []
    waiting: list[Truth] = []
    for row, match in zip(table.rows, matches, strict=True):
        for _, expression in row.results[:1]:
            value = expressions.computed(expression, sheet)
            if not isinstance(value, Number):
                raise TypeError(value)
            waiting.append(values.all_of([match, waits(expression.root, value, sheet)]))
            there = values.negated(cells.is_null(value))
            parts.append((values.all_of([match, there]), value))
    waits_place, steps = _laid_parts(sheet, values.any_of(waiting), parts)
    total, some = _TOTALS[table.hit](sheet, steps)
    waits_here = truth_at(waits_place, sheet)
    # NULL while any part waits: the total is unknown then, but it is there.
    known = values.chosen([(values.negated(waits_here), total)], None)
    total = total if waits_here.held is False else known
    there = values.any_of([some, waits_here])
    return _total_given(found, sheet, total, there, waits_here)


def _laid_parts(
    sheet: Sheet, waiting: Truth, parts: list[tuple[Truth, Number]]
) -> tuple[Place, list[tuple[Place, Place]]]:
    """Lay down what goes into a total, so that each part is computed once."""
    laying: dict[str, Held] = {"!": waiting}
    for number, (taken, value) in enumerate(parts):
        laying |= {f"?{number}": taken, f"={number}": value}
    places = sheet.stage(laying)
    steps = [(places[f"?{n}"], places[f"={n}"]) for n in range(len(parts))]
    return places["!"], steps


def _total_given(
    found: Read, sheet: Sheet, total: Number, given: Truth, waits_here: Truth
) -> Read:
    places = sheet.stage({"=": total, "?": given, "!": waits_here})
    place = replace(places["="], given=_where_given(places["?"]))
    name = found.table.name
    sheet.places[name] = found.outcomes[name] = place
    sheet.forget(name)
    found.waits = places["!"]
    return found


Steps = Sequence[tuple[Place, Place]]


def _part(step: tuple[Place, Place], sheet: Sheet) -> tuple[Truth, Number]:
    return truth_at(step[0], sheet), number_at(step[1], sheet)


def number_at(place: Place, sheet: Sheet) -> Number:
    """Return the number that was laid down there; TypeError for anything else."""
    found = place.on(sheet.table)
    if not isinstance(found, Number):
        raise TypeError(found)
    return found


def _sum_of(sheet: Sheet, steps: Steps) -> tuple[Number, Truth]:
    amounts = [values.chosen([_part(step, sheet)], _ZERO) for step in steps]
    return (_summed(amounts) if amounts else _ZERO), Truth(held=True)


def _extreme_of(order: Order, sheet: Sheet, steps: Steps) -> tuple[Number, Truth]:
    """Keep the best so far, row by row, each step a stage of its own."""
    at = {"best": Place(_ZERO), "some": Place(NOTHING)}
    for step in steps:
        taken, value = _part(step, sheet)
        best, some = number_at(at["best"], sheet), truth_at(at["some"], sheet)
        better = values.is_true(values.ordered(order, value, best))
        replaces = values.all_of([taken, values.any_of([values.negated(some), better])])
        at = sheet.stage(
            {
                "best": values.chosen([(replaces, value)], best),
                "some": values.any_of([some, taken]),
            }
        )
    some = truth_at(at["some"], sheet)
    return values.chosen([(some, number_at(at["best"], sheet))], None), some


_TOTALS: dict[Hit, Callable[[Sheet, Steps], tuple[Number, Truth]]] = {
    Hit.SUM: _sum_of,
    Hit.MIN: partial(_extreme_of, "<"),
    Hit.MAX: partial(_extreme_of, ">"),
}
