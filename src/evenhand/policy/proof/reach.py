"""Rows that no case can reach, and outcomes that no row gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import z3

from evenhand.policy.nodes import Compare, Condition, Literal
from evenhand.policy.proof.boxes import Boxes
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.proof.prover import Prover
from evenhand.policy.proof.tables import RowForm, TableForm, ranks_of
from evenhand.policy.proof.terms import any_of
from evenhand.policy.proof.wording import cell_of, cells_of, joined
from evenhand.policy.saying import _
from evenhand.policy.tree import SINGLE, Hit, Policy, Row, Table

_TOLD = 4  # rows above that are named
_WEIGHED = 40  # rows above of which each is tried without


def unreachable(prover: Prover, place: int, dead: set[str]) -> Iterator[Finding]:
    """Give the rows of a table that can never be taken.

    `dead` holds the ids of rows that have a cell which never holds: they are told of
    already.
    """
    form = prover.reading.tables[place]
    for row, above in list(_never_taken(prover, form)):
        if row.row.id not in dead:
            yield _finding(prover, form, row, above)


def _never_taken(
    prover: Prover, form: TableForm
) -> Iterator[tuple[RowForm, list[RowForm]]]:
    """Row by row: what is left of the cases when the rows before have failed."""
    rows = list(form.rows)
    if form.table.hit is Hit.PRIORITY:
        rows.sort(key=lambda row: ranks_of(form.table, row.row))
    in_turn = form.table.hit in (Hit.FIRST, Hit.PRIORITY)
    solver = prover.before(form)
    solver.state(form.reached)
    above: list[RowForm] = []
    for row in rows:
        if solver.check(row.truth.yes) == z3.unsat:
            yield row, list(above)
        elif in_turn:
            above.append(row)
            solver.state(row.truth.no)


def _finding(
    prover: Prover, form: TableForm, row: RowForm, above: list[RowForm]
) -> Finding:
    table, name = form.table, row.row.id
    covering = _covering(prover, form, row, above)
    finding = _by_itself if covering is None else _covered
    if covering and _wait(prover, form, row, covering):
        finding = _waited_for
    what, meaning, proposal = finding(table, row.row, covering or ())
    return Finding(
        kind=_kind(table, row.row, covering or ()),
        what=what,
        meaning=meaning,
        proposal=proposal,
        table=table.name,
        row=name,
        line=row.row.line,
        cell=cells_of(row.row),
        others=tuple(one.id for one in covering or ()),
    )


def _kind(table: Table, row: Row, covering: Sequence[Row]) -> Kind:
    if len(covering) == 1 and _alike(row, covering[0]):
        return Kind.DUPLICATE
    if covering and row is table.rows[-1] and not row.conditions:
        return Kind.SPARE_ROW
    return Kind.UNREACHABLE


def _alike(one: Row, other: Row) -> bool:
    def cells(row: Row) -> set[tuple[str, str]]:
        return {(c.fact.name, c.text) for c in row.conditions}

    return cells(one) == cells(other) and one.unless == other.unless


def _covering(
    prover: Prover, form: TableForm, row: RowForm, above: list[RowForm]
) -> Sequence[Row] | None:
    """Return the rows above that leave it nothing; None if it fails by itself.

    One row that does so alone is looked for first, among those whose cells say so.
    """
    solver = prover.before(form)
    solver.state(form.reached, row.truth.yes)
    if solver.check() == z3.unsat:
        return None
    boxes = Boxes([row.row, *(one.row for one in above)])
    for place, one in enumerate(above, 1):
        if boxes.inside(0, place) and solver.check(one.truth.no) == z3.unsat:
            return (one.row,)
    needed = [one for place, one in enumerate(above, 1) if boxes.meet(0, place)]
    if solver.check(*(one.truth.no for one in needed)) != z3.unsat:
        needed = list(above)  # one that it never meets waits for a fact there
    core = solver.core([one.truth.no for one in needed])
    needed = [one for place, one in enumerate(needed) if place in core]
    for one in needed[:] if len(needed) <= _WEIGHED else ():
        fewer = [other for other in needed if other is not one]
        if solver.check(*(other.truth.no for other in fewer)) == z3.unsat:
            needed = fewer
    return tuple(one.row for one in needed)


def _wait(
    prover: Prover, form: TableForm, row: RowForm, covering: Sequence[Row]
) -> bool:
    """Tell whether the rows above never match where it does: they wait for a fact."""
    solver = prover.before(form)
    solver.state(form.reached, row.truth.yes)
    taken = (one.truth.yes for one in form.rows if one.row in covering)
    return bool(solver.check(any_of(taken)) == z3.unsat)


Words = tuple[str, str, str]


def _by_itself(table: Table, row: Row, _covering: Sequence[Row]) -> Words:
    what = _(
        "The row {id} of table {name} can never match. No case meets this: {cells}.",
        id=row.id,
        name=table.name,
        cells=_demanded(row),
    )
    return (
        what,
        _("Nobody will ever be given what {id} says.", id=row.id),
        (_("Change or remove a condition of {id}, or remove the row.", id=row.id)),
    )


def _demanded(row: Row) -> str:
    """Return what a case must meet to match a row, exceptions too."""
    groups = ("; ".join(map(cell_of, group)) for group in row.unless)
    aside = " or ".join(groups)
    return f"{cells_of(row)}; unless {aside}" if aside else cells_of(row)


def _covered(table: Table, row: Row, covering: Sequence[Row]) -> Words:
    what = _never_reached(table, row, covering)
    if row is table.rows[-1] and not row.conditions:
        keep = _("Keep it as a safeguard for the day on which a row above is narrowed.")
        return what, _("It stands for no case today."), keep
    advice = _(
        "Move {id} above {above} if it is the exception, narrow {above} ({cells}), or"
        " remove {id}."
    )
    if table.hit is Hit.PRIORITY:
        advice = _(
            "Give {id} a result that ranks above that of {above}, narrow {above}"
            " ({cells}), or remove {id}."
        )
    first = covering[0]
    proposal = _(advice.pattern, id=row.id, above=first.id, cells=cells_of(first))
    return what, _("Nobody will ever be given what {id} says.", id=row.id), proposal


def _waited_for(table: Table, row: Row, covering: Sequence[Row]) -> Words:
    """Say that a row comes too late: what it tests keeps a row above it open."""
    names = joined(one.id for one in covering[:_TOLD])
    what = _(
        "The row {id} of table {name} is never reached: in every case that it could take,"
        " {above} above it waits for a fact."
    )
    advice = _("Move {id} above {above}, or remove {id}.")
    if table.hit is Hit.PRIORITY:
        what = _(
            "The row {id} of table {name} is never reached: in every case that it could"
            " take, {above} waits for a fact and ranks higher."
        )
        advice = _(
            "Give {id} a result that ranks above that of {above}, or remove {id}."
        )
    what = _(what.pattern, id=row.id, name=table.name, above=names)
    proposal = _(advice.pattern, id=row.id, above=names)
    return what, _("Nobody will ever be given what {id} says.", id=row.id), proposal


def _never_reached(table: Table, row: Row, covering: Sequence[Row]) -> str:
    names = joined(one.id for one in covering[:_TOLD])
    if len(covering) > _TOLD:
        more = len(covering) - _TOLD
        names = _("{names} and {more} more", names=names, more=more)
    pattern = _COVERED[table.hit is Hit.PRIORITY, len(covering) == 1].pattern
    return _(pattern, id=row.id, name=table.name, above=names)


# by whether the table goes by rank, and whether one row alone takes all
_COVERED = {
    (False, True): _(
        "The row {id} of table {name} is never reached: {above} above it takes"
        " every case that it could."
    ),
    (False, False): _(
        "The row {id} of table {name} is never reached: {above} above it together take"
        " every case that it could."
    ),
    (True, True): _(
        "The row {id} of table {name} is never reached: {above} ranks higher and takes"
        " every case that it could."
    ),
    (True, False): _(
        "The row {id} of table {name} is never reached: {above} rank higher and together"
        " take every case that it could."
    ),
}


def words_never_given(policy: Policy) -> Iterator[Finding]:
    """Give the tests of outcomes for words that no earlier row gives.

    A Never may well name a word that is never given; an Always must be able to hold.
    """
    given: dict[str, set[object]] = {}
    for table in policy.tables:
        for row in table.rows:
            for condition in chain(row.conditions, *row.unless):
                yield from _untold(condition, given, table, row)
        if table.hit in SINGLE:
            _note(table, given)
    for always in policy.always:
        row = Row(always.id, (), (), line=always.line)
        for condition in always.must:
            if not set(_words(condition)) & given.get(condition.fact.name, set()):
                yield from _untold(condition, given, policy.tables[-1], row)


def _note(table: Table, given: dict[str, set[object]]) -> None:
    for row in table.rows:
        for name, result in row.results:
            value = result.root.value if isinstance(result.root, Literal) else None
            given.setdefault(name, set()).add(value)


def _untold(
    condition: Condition,
    given: dict[str, set[object]],
    table: Table,
    row: Row,
) -> Iterator[Finding]:
    words = _words(condition)
    told = given.get(condition.fact.name, set())
    if not words or not told or None in told:
        return
    missing = [word for word in words if word not in told]
    if not missing:
        return
    yield Finding(
        kind=Kind.WORD_NEVER_GIVEN,
        what=_(
            "{id} asks whether {name} is {words}, but no row before it gives that.",
            id=row.id,
            name=condition.fact.name,
            words=joined(missing, "or"),
        ),
        meaning=_("That part of the condition never plays a part."),
        proposal=_(
            "Write one of {words}, or remove {words2} from {cell}.",
            words=joined(sorted(map(str, told)), "or"),
            words2=joined(missing),
            cell=cell_of(condition),
        ),
        table=table.name,
        row=row.id,
        line=row.line,
        cell=cell_of(condition),
    )


def _words(condition: Condition) -> list[str]:
    return [
        test.operand.value
        for test in condition.tests
        if isinstance(test, Compare)
        and isinstance(test.operand, Literal)
        and isinstance(test.operand.value, str)
    ]
