"""Rows that match together where only one may."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.policy.proof.boxes import Boxes
from evenhand.policy.proof.cases import Case
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.proof.gaps import why_open
from evenhand.policy.proof.prover import Answer, Prover
from evenhand.policy.proof.regions import Holds, region_of
from evenhand.policy.proof.tables import Reading, collision
from evenhand.policy.proof.terms import Formula, all_of
from evenhand.policy.proof.wording import cells_of, sentence
from evenhand.policy.saying import _
from evenhand.policy.tree import Hit, Row, Table

_MOST = 10  # pairs told of one table


def overlaps(prover: Prover, place: int, proved: list[str]) -> Iterator[Finding]:
    """Give the pairs of rows of a unique or any table that collide."""
    table = prover.page.policy.tables[place]
    if table.hit not in (Hit.UNIQUE, Hit.ANY):
        return
    form = prover.reading.tables[place]
    if prover.impossible(all_of((form.reached, form.collides))):
        proved.append(_never_two(table))
        return
    told = 0
    for other, one in _pairs(table):
        answer = _asked(prover, place, one, other)
        if answer.proved:
            continue
        told += 1
        yield _finding(prover, table, (other, one), answer)
        if told >= _MOST:
            return


def _never_two(table: Table) -> str:
    if table.hit is Hit.UNIQUE:
        return _("Never do two rows of table {name} match together.", name=table.name)
    return _("Rows of table {name} that match together give the same.", name=table.name)


def _pairs(table: Table) -> Iterator[tuple[int, int]]:
    boxes = Boxes(table.rows)
    for one in range(len(table.rows)):
        for other in range(one):
            if boxes.meet(other, one):
                yield other, one


def _asked(prover: Prover, place: int, one: int, other: int) -> Answer:
    table = prover.page.policy.tables[place]

    def both(reading: Reading) -> Formula:
        form = reading.tables[place]
        hit = collision(reading.world, table, form.rows[one], form.rows[other])
        return all_of((form.reached, hit))

    return prover.find(both, _collide(prover, table.rows[one], table.rows[other]))


def _collide(prover: Prover, one: Row, other: Row) -> Holds:
    def holds(case: Case) -> bool:
        overlap = prover.runner.run(case).overlap
        return overlap is not None and {one.id, other.id} <= set(overlap.rows)

    return holds


def _finding(
    prover: Prover, table: Table, pair: tuple[int, int], answer: Answer
) -> Finding:
    first, second = (table.rows[place] for place in pair)
    if answer.case is None:
        return Finding(
            kind=Kind.NOT_PROVED,
            what=_(
                "It could not be proved that the rows {id} and {id2} of "
                "table {name} never collide.",
                id=first.id,
                id2=second.id,
                name=table.name,
            ),
            meaning=why_open(answer.doubt),
            table=table.name,
            row=second.id,
            line=second.line,
            others=(first.id,),
        )
    holds = _collide(prover, first, second)
    region = region_of(prover.page, answer.case, holds)
    cells = (*first.conditions, *second.conditions)
    derived = prover.runner.derived(answer.case, cells)
    told = region.told(prover.page, derived=derived)
    apart = _("give different results") if table.hit is Hit.ANY else _("both match")
    return Finding(
        kind=Kind.OVERLAP,
        what=_(
            "The rows {id} and {id2} of table {name} {apart} in this case: {case}.",
            id=first.id,
            id2=second.id,
            name=table.name,
            apart=apart,
            case=sentence(told),
        ),
        meaning=_(
            "The desk would stop at such a case: the page does not say "
            "which row counts."
        ),
        proposal=_proposal(first, second, table),
        table=table.name,
        row=second.id,
        line=second.line,
        cell=cells_of(second),
        others=(first.id,),
        case=told,
        facts=region.case,
    )


def _proposal(first: Row, second: Row, table: Table) -> str:
    return _(
        "Narrow {id} ({cells}) or {id2} ({cells2}) so that "
        "they do not meet, or head the table “{name} (first)”: then "
        "the upper row counts.",
        id=first.id,
        cells=cells_of(first),
        id2=second.id,
        cells2=cells_of(second),
        name=table.name,
    )
