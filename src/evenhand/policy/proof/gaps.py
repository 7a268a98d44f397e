"""Gaps: cases that no row of a table answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evenhand.policy.decision import Passed, TableTrace
from evenhand.policy.nodes import Condition
from evenhand.policy.proof.atoms import Atom, atom_of, inside, ordered_names
from evenhand.policy.proof.cases import Case
from evenhand.policy.proof.conditions import condition_truth
from evenhand.policy.proof.findings import Finding, Kind, Told
from evenhand.policy.proof.prover import Prover
from evenhand.policy.proof.regions import Region, region_of
from evenhand.policy.proof.tables import Reading
from evenhand.policy.proof.terms import Formula, all_of, neg
from evenhand.policy.proof.wording import (
    FAR,
    cell_of,
    distance,
    joined,
    sentence,
    widened,
)
from evenhand.policy.saying import _
from evenhand.policy.tree import SINGLE, Row, Table

_MOST = 5  # gaps told of one table
_NEAR = 3  # rows proposed for widening


@dataclass(frozen=True, slots=True)
class _Hole:
    """A gap: a case, the cells that fail in it, and the stretch around each value."""

    case: Case
    failed: tuple[tuple[Row, Condition], ...]
    atoms: dict[str, Atom]

    def around(self, reading: Reading) -> Formula:
        """Return where the same cells fail, on the same side of what they compare."""
        translator = reading.world.translator
        fail = [condition_truth(one, translator).no for _, one in self.failed]
        near = [
            inside(atom, translator.names[name], translator.literal)
            for name, atom in self.atoms.items()
        ]
        return all_of((*fail, *near))


def gaps(prover: Prover, place: int, proved: list[str]) -> Iterator[Finding]:
    """Give the gaps of one table; tables that collect have none.

    A gap is a case, with every fact known that is not of a type with `?`, in which
    each row fails for certain. Cases in which the same cells fail on the same side
    are one gap.
    """
    table = prover.page.policy.tables[place]
    if table.hit not in SINGLE:
        return
    found: list[_Hole] = []
    told: list[tuple[Told, ...]] = []
    while len(found) < _MOST:
        answer = prover.find(
            lambda reading: _no_row(reading, place, found),
            lambda case: _is_gap(prover, table, case),
        )
        if answer.case is None:
            if answer.proved and not found:
                proved.append(
                    _("Every case has a row in table {name}.", name=table.name)
                )
            elif not answer.proved:
                yield _open(table, answer.doubt)
            return
        hole = _hole(prover, table, answer.case)
        found.append(hole)
        gap = _gap(prover, table, hole)
        if gap.case not in told:  # other cells fail, but nobody sees another case
            told.append(gap.case)
            yield gap


def _no_row(reading: Reading, place: int, found: Sequence[_Hole]) -> Formula:
    form = reading.tables[place]
    apart = (neg(hole.around(reading)) for hole in found)
    return all_of((form.reached, form.none, *apart))


def _is_gap(prover: Prover, table: Table, case: Case) -> bool:
    trace = prover.runner.run(case).table(table.name)
    return trace is not None and not trace.matched and all(map(_is_out, trace.passed))


def _is_out(passed: Passed) -> bool:
    """Tell whether a row fails for certain: a cell fails, or an exception holds."""
    return bool(passed.failed or passed.excepted)


def _hole(prover: Prover, table: Table, case: Case) -> _Hole:
    trace = prover.runner.run(case).table(table.name)
    failed = tuple(_failed(table, trace)) if trace else ()
    values = ordered_names((one for _, one in failed), prover.runner.sheet(case))
    atoms = {name: atom_of(table, name, value) for name, value in values.items()}
    return _Hole(case, failed, atoms)


def _failed(table: Table, trace: TableTrace) -> Iterator[tuple[Row, Condition]]:
    """Give the cells that fail, each with its row."""
    rows = {row.id: row for row in table.rows}
    for passed in trace.passed:
        row = rows[passed.rule]
        texts = {(one.fact, one.test) for one in passed.failed}
        for condition in row.conditions:
            if (condition.fact.name, condition.text) in texts:
                yield row, condition


def _gap(prover: Prover, table: Table, hole: _Hole) -> Finding:
    region = region_of(
        prover.page, hole.case, lambda case: _is_gap(prover, table, case)
    )
    told = region.told(prover.page, derived=_derived(prover, hole))
    near = _near(hole)
    first = prover.page.policy.tables[0].name == table.name
    answer = _("no answer") if first else _("no {columns}", columns=_columns(table))
    return Finding(
        kind=Kind.GAP,
        what=_(
            "No row of table {name} covers this case: {case}.",
            name=table.name,
            case=sentence(told),
        ),
        meaning=_("A customer with such a case would get {answer}.", answer=answer),
        proposal=_proposal(prover, hole, region, near),
        table=table.name,
        line=near[0][0].line if near else table.rows[0].line,
        others=tuple(row.id for row, _ in near),
        case=told,
        facts=region.case,
    )


def _derived(prover: Prover, hole: _Hole) -> dict[str, Any]:
    """Return the derived facts on which cells fail: their ends, or their value."""
    names = {one.name for one in prover.page.policy.follows}
    sheet = prover.runner.sheet(hole.case)
    return {
        one.fact.name: hole.atoms[one.fact.name].ends
        if one.fact.name in hole.atoms
        else sheet[one.fact.name]
        for _row, one in hole.failed
        if one.fact.name in names
    }


def _columns(table: Table) -> str:
    return joined([outcome.name for outcome in table.outcomes], "or")


def _near(hole: _Hole) -> list[tuple[Row, Condition]]:
    """Return the rows that one cell alone keeps from matching."""
    alone: dict[str, list[tuple[Row, Condition]]] = {}
    for row, condition in hole.failed:
        alone.setdefault(row.id, []).append((row, condition))
    return [cells[0] for cells in alone.values() if len(cells) == 1]


def _proposal(
    prover: Prover, hole: _Hole, region: Region, near: list[tuple[Row, Condition]]
) -> str:
    currency = prover.page.policy.head.currency
    told: dict[tuple[str, str, str], float] = {}
    for row, condition in near:
        ends = _ends(condition.fact.name, hole, region)
        cell = widened(condition, ends, currency) if ends else ""
        if ends and cell:
            told[row.id, cell, cell_of(condition)] = min(
                distance(condition, end) for end in ends if end is not None
            )
    moved = [one for one in told if told[one] < FAR]  # a bound rather than a word
    nearest = sorted(moved or told, key=lambda one: told[one])
    if not nearest:
        return _(
            "Add a last row without conditions that says what happens to all other"
            " cases."
        )
    reach = 2 * told[nearest[0]] + 1
    return _widening([one for one in nearest[:_NEAR] if told[one] <= reach])


def _widening(cells: list[tuple[str, str, str]]) -> str:
    """Propose to widen one of these: row, new cell, present cell; or a last row."""
    row, cell, now = cells[0]
    text = _("In row {row} write {cell} for {now}", row=row, cell=cell, now=now)
    for row, cell, now in cells[1:]:
        other = _("in row {row} write {cell} for {now}", row=row, cell=cell, now=now)
        text = _("{one}, or {other}", one=text, other=other)
    return _(
        "{text}; or add a last row without conditions that says what happens to all"
        " other cases.",
        text=text,
    )


def _ends(name: str, hole: _Hole, region: Region) -> tuple[Any, Any] | None:
    """Return from where to where a row would have to reach; None if one cannot say."""
    span = region.spans.get(name)
    if span and not span.words:
        ends: tuple[Any, Any] = (span.low, span.high)
    elif name in hole.atoms and name not in hole.case:
        ends = hole.atoms[name].ends
    else:
        value = hole.case.get(name)
        ends = (value, value)
    return None if ends == (None, None) or isinstance(ends[0], list) else ends


def _open(table: Table, doubt: object) -> Finding:
    return Finding(
        kind=Kind.NOT_PROVED,
        what=_(
            "It could not be proved that every case has a row in table {name}.",
            name=table.name,
        ),
        meaning=why_open(doubt),
        proposal=_(
            "Add a last row without conditions, or write the conditions simpler."
        ),
        table=table.name,
        line=table.rows[0].line if table.rows else 0,
    )


def why_open(doubt: object) -> str:
    """Say why a question stayed open."""
    return {
        "time": _("The time for it ran out before there was an answer."),
        "lists": _(
            "No case with up to three elements in each list shows a fault;"
            " longer lists were not proved."
        ),
        "inexact": _(
            "It depends on months, or on products of two facts, that are"
            " followed within bounds only."
        ),
    }.get(str(doubt), "")
