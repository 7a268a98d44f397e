"""Tables as formulas: which row is taken, what it gives, where nothing is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

import z3

from evenhand.policy.kinds import LISTS, Kind
from evenhand.policy.nodes import Expression, Literal
from evenhand.policy.proof.boxes import Boxes
from evenhand.policy.proof.expressions import unknown_of
from evenhand.policy.proof.lists import Listed
from evenhand.policy.proof.terms import (
    Formula,
    Term,
    Truth,
    added,
    all_of,
    any_of,
    chosen,
    compared,
    neg,
)
from evenhand.policy.proof.world import World
from evenhand.policy.tree import SINGLE, TOTALLED, Hit, Outcome, Row, Table


@dataclass(frozen=True, slots=True)
class RowForm:
    """A row: where it matches, where it is taken, and what it gives."""

    row: Row
    truth: Truth
    taken: Formula
    results: dict[str, Term]


@dataclass(frozen=True, slots=True)
class TableForm:
    """A table, read as far as the tables before it leave something to read.

    `reached`: no earlier table is stuck or collides. `none`: no row matches, each for
    certain. `stuck`: an unknown fact keeps a row open. `collides`: rows that may not
    match together do. `pending`: a result waits for a fact. `side_count` is how many
    of the world's sides were laid before it.
    """

    table: Table
    rows: tuple[RowForm, ...]
    reached: Formula
    none: Formula
    stuck: Formula
    collides: Formula
    pending: Formula
    side_count: int


@dataclass(slots=True)
class Reading:
    """A world with its tables read; `decided` is where a case has its answer."""

    world: World
    tables: list[TableForm] = field(default_factory=list)
    decided: Formula = True


def read_tables(world: World) -> Reading:
    """Read the tables in order; each leaves its outcomes in the world's names."""
    _blank(world)
    reading = Reading(world)
    reached: Formula = True
    pending: list[Formula] = []
    for place, table in enumerate(world.policy.tables):
        form = _table(world, table, reached, f"t{place}")
        reading.tables.append(form)
        reached = _named(
            world,
            f"after t{place}",
            all_of((reached, neg(form.stuck), neg(form.collides))),
        )
        pending.append(form.pending)
        _give(world, form, f"t{place}")
    reading.decided = all_of((reached, neg(any_of(pending))))
    return reading


def _blank(world: World) -> None:
    for table in world.policy.tables:
        if table.hit in SINGLE:
            for outcome in table.outcomes:
                world.translator.names[outcome.name] = _absent(outcome.kind)
        elif table.hit in TOTALLED:
            world.translator.names[table.name] = _absent(Kind.NUMBER)


def _absent(kind: Kind) -> Term:
    nothing = False if kind is Kind.YES_NO else 0
    return Term(kind, nothing, known=False, absent=True)


def _named(world: World, label: str, formula: Formula) -> Formula:
    """Give a formula a name, so that it is stated once however often it is used."""
    if isinstance(formula, bool) or z3.is_const(formula):
        return formula
    name = z3.Bool(f"{world.label}{label}")
    world.sides.append(name == formula)
    return name


def _table(world: World, table: Table, reached: Formula, label: str) -> TableForm:
    side_count = len(world.sides)
    truths = [world.matches(row) for row in table.rows]
    results = [
        {name: world.translator.result(e) for name, e in row.results}
        for row in table.rows
    ]
    if table.hit is Hit.FIRST:
        taken, none, stuck = _first(world, truths, label)
    else:
        stuck = any_of(truth.unknown for truth in truths)
        none = all_of(truth.no for truth in truths)
        taken = _taken(world, table, truths, label)
    rows = tuple(
        RowForm(row, truth, pick, result)
        for row, truth, pick, result in zip(
            table.rows, truths, taken, results, strict=True
        )
    )
    return TableForm(
        table=table,
        rows=rows,
        reached=reached,
        none=none,
        stuck=stuck,
        collides=_collides(world, table, rows),
        pending=_waits(world, table, rows),
        side_count=side_count,
    )


def _first(
    world: World, truths: Sequence[Truth], label: str
) -> tuple[list[Formula], Formula, Formula]:
    """Row by row: taken if it holds and all rows above fail for certain."""
    above: Formula = True
    taken, stuck = [], []
    for place, truth in enumerate(truths):
        taken.append(all_of((above, truth.yes)))
        stuck.append(all_of((above, truth.unknown)))
        above = _named(world, f"{label} past {place}", all_of((above, truth.no)))
    return taken, above, any_of(stuck)


def _taken(
    world: World, table: Table, truths: Sequence[Truth], label: str
) -> list[Formula]:
    """Where each row is among those that the hit policy gives.

    Of a table that gives one row never two are taken, not even where they collide:
    else no case in which they do would be left to find.
    """
    if table.hit not in SINGLE:
        return [truth.yes for truth in truths]
    order = list(range(len(truths)))
    if table.hit is Hit.PRIORITY:
        order.sort(key=lambda place: ranks_of(table, table.rows[place]))
    taken: list[Formula] = [False] * len(truths)
    above: Formula = True
    for place in order:
        taken[place] = all_of((above, truths[place].yes))
        step = all_of((above, neg(truths[place].yes)))
        above = _named(world, f"{label} past {place}", step)
    return taken


def ranks_of(table: Table, row: Row) -> tuple[int, ...]:
    """Return a row's rank, column by column; an empty cell comes last."""
    given = dict(row.results)
    return tuple(
        _rank(outcome, given.get(outcome.name))
        for outcome in table.outcomes
        if outcome.words
    )


def _rank(outcome: Outcome, result: Expression | None) -> int:
    root = result.root if result else None
    if isinstance(root, Literal) and root.value in outcome.words:
        return outcome.words.index(str(root.value))
    return len(outcome.words)


def _collides(world: World, table: Table, rows: Sequence[RowForm]) -> Formula:
    if table.hit not in (Hit.UNIQUE, Hit.ANY) or len(rows) < 2:
        return False
    boxes = Boxes(table.rows)
    return any_of(
        collision(world, table, one, rows[other])
        for place, one in enumerate(rows)
        for other in range(place)
        if boxes.meet(place, other)
    )


def collision(world: World, table: Table, one: RowForm, other: RowForm) -> Formula:
    """Return where two rows match though the hit policy allows one result.

    A result that waits for a fact may turn out the same: it collides with nothing.
    """
    together = all_of((one.truth.yes, other.truth.yes))
    if table.hit is Hit.UNIQUE:
        return together
    names = {**one.results, **other.results}
    return all_of(
        (together, any_of(_unlike(world, one, other, name) for name in names))
    )


def _unlike(world: World, one: RowForm, other: RowForm, name: str) -> Formula:
    mine, theirs = one.results.get(name), other.results.get(name)
    settled = [neg(_waiting(world, row, name)) for row in (one, other)]
    return all_of((*settled, neg(same_value(mine, theirs))))


def _waiting(world: World, row: RowForm, name: str) -> Formula:
    term = row.results.get(name)
    if term is None or term.known is True:
        return False
    root = dict(row.row.results)[name].root
    return all_of((neg(term.known), world.translator.blocked(root)))


def same_results(one: dict[str, Term], other: dict[str, Term]) -> Formula:
    """Return where two rows give the same."""
    names = {**one, **other}
    return all_of(same_value(one.get(name), other.get(name)) for name in names)


def same_value(one: Term | None, other: Term | None) -> Formula:
    """Return where two results are the same, both absent included."""
    if one is None or other is None:
        given = one or other
        return True if given is None else neg(given.known)
    equal = all_of((one.known, other.known, _equal(one, other)))
    return any_of((equal, all_of((neg(one.known), neg(other.known)))))


def _equal(one: Term, other: Term) -> Formula:
    """Compare two results; lists stand for themselves and are compared as written."""
    if isinstance(one.value, Listed) and isinstance(other.value, Listed):
        return one.value.elements == other.value.elements
    return compared("=", one, other)


def _waits(world: World, table: Table, rows: Sequence[RowForm]) -> Formula:
    """Return where a result waits for a fact; a count looks at no results."""
    if table.hit is Hit.COUNT:
        return False
    return any_of(all_of((_counts(table, row), _pending(world, row))) for row in rows)


def _counts(table: Table, row: RowForm) -> Formula:
    """Of rows that must agree each that matches is looked at, not only the first."""
    return row.truth.yes if table.hit is Hit.ANY else row.taken


def _pending(world: World, row: RowForm) -> Formula:
    return any_of(_waiting(world, row, name) for name in row.results)


def _give(world: World, form: TableForm, label: str) -> None:
    """Leave the table's outcomes as names for the tables after it."""
    names = world.translator.names
    if form.table.hit in TOTALLED:
        names[form.table.name] = _total(form)
        return
    if form.table.hit not in SINGLE:
        return
    for outcome in form.table.outcomes:
        givers = [row for row in form.rows if outcome.name in row.results]
        if givers:
            names[outcome.name] = _outcome(world, outcome, givers, label)


def _outcome(
    world: World, outcome: Outcome, givers: Sequence[RowForm], label: str
) -> Term:
    """One unknown for the column, tied to what the row that is taken gives.

    A row whose result is absent leaves what an earlier table gave.
    """
    before = world.translator.names[outcome.name]
    if outcome.kind in LISTS:
        return _list_outcome(outcome, givers, f"{world.label}{label}")
    value = unknown_of(outcome.kind, f"{world.label}{label} {outcome.name}")
    given, known, waiting = [], [], []
    for row, term in ((row, row.results[outcome.name]) for row in givers):
        holds = all_of((row.taken, term.known))
        given.append(holds)
        if holds is not False:
            equal = compared("=", Term(outcome.kind, value), term)
            world.sides.append(any_of((neg(holds), equal)))
        if term.known is not True:
            root = next(e.root for n, e in row.row.results if n == outcome.name)
            blocked = world.translator.blocked(root)
            waiting.append(all_of((row.taken, neg(term.known), blocked)))
    known = any_of(given)
    known = _named(world, f"{label} {outcome.name} given", known)
    waits = any_of(waiting)
    kept = all_of((neg(known), neg(waits), before.known))
    if kept is not False:
        equal = compared("=", Term(outcome.kind, value), before)
        world.sides.append(any_of((neg(kept), equal)))
    absent = all_of((neg(known), neg(waits), before.absent))
    return Term(outcome.kind, value, any_of((known, kept)), absent)


def _list_outcome(outcome: Outcome, givers: Sequence[RowForm], label: str) -> Term:
    """A column of lists: of which words are in it nothing is held."""
    within = z3.Function(f"in {label} {outcome.name}", z3.IntSort(), z3.BoolSort())
    known = any_of(row.taken for row in givers)
    listed = Listed(None, 0, lambda term: within(term.value))
    return Term(outcome.kind, listed, known, neg(known))


def _total(form: TableForm) -> Term:
    """The number that a table collects."""
    hit = form.table.hit
    if hit is Hit.COUNT:
        zero, one = Term(Kind.WHOLE, 0), Term(Kind.WHOLE, 1)
        parts = [chosen(row.taken, one, zero) for row in form.rows]
        return reduce(lambda a, b: added(a, b, 1, Kind.WHOLE), parts, zero)
    pairs = [
        (row.taken, next(iter(row.results.values())))
        for row in form.rows
        if row.results
    ]
    kind = form.table.outcomes[0].kind
    if hit is Hit.SUM:
        return _sum(kind, pairs)
    order = "<" if hit is Hit.MIN else ">"
    best = _absent(kind)
    for taken, term in pairs:
        counts = all_of((taken, term.known))
        better = any_of((neg(best.known), compared(order, term, best)))
        best = chosen(
            all_of((counts, better)), Term(kind, term.value, den=term.den), best
        )
    return best


def _sum(kind: Kind, pairs: Sequence[tuple[Formula, Term]]) -> Term:
    total = zero = Term(kind, 0)
    for taken, term in pairs:
        part = Term(kind, term.value, den=term.den)
        total = added(total, chosen(all_of((taken, term.known)), part, zero), 1, kind)
    return total
