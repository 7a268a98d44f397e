"""Slivers: one value that falls through between two rows that nearly meet.

`days < 30` in one row and `days > 30` in the next leave day 30 to whatever comes
last. The page has an answer for it, so it is no gap; it is seldom the one meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from evenhand.policy.kinds import ORDERED, Kind, exact, plain
from evenhand.policy.nodes import Compare, Condition, Literal, Test, Within
from evenhand.policy.proof.cases import Case
from evenhand.policy.proof.findings import Finding
from evenhand.policy.proof.findings import Kind as What
from evenhand.policy.proof.prover import Prover
from evenhand.policy.proof.regions import region_of
from evenhand.policy.proof.tables import Reading
from evenhand.policy.proof.terms import Formula, Term, all_of, any_of, compared
from evenhand.policy.proof.wording import cell_of, sentence, written
from evenhand.policy.saying import _
from evenhand.policy.tree import SINGLE, Row, Table

_MOST = 10  # told of one table
_ASKED = 200  # pairs of rows asked about in one table


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a row's cell ends: the last value inside, or the first one outside."""

    row: Row
    condition: Condition
    value: Any  # days as ordinals
    inside: bool


@dataclass(frozen=True, slots=True)
class Seam:
    """Two rows that nearly meet, and a value between them that neither takes."""

    below: Edge
    above: Edge
    between: Any


def slivers(prover: Prover, place: int) -> Iterator[Finding]:
    """Give the slivers of a table that answers with one row."""
    table = prover.page.policy.tables[place]
    if table.hit not in SINGLE:
        return
    told: set[tuple[str, Any]] = set()
    for asked, seam in enumerate(seams(table)):
        key = (seam.below.condition.fact.name, seam.between)
        if asked >= _ASKED or len(told) >= _MOST:
            return
        if key not in told:
            finding = _sliver(prover, place, seam)
            if finding:
                told.add(key)
                yield finding


def seams(table: Table) -> Iterator[Seam]:
    """Give the pairs of rows whose cells leave less than a unit between them."""
    lows: dict[str, list[Edge]] = {}
    highs: dict[str, list[Edge]] = {}
    for row in table.rows:
        for condition in row.conditions:
            if condition.fact.kind in ORDERED and not condition.negated:
                for test in condition.tests:
                    _note(row, condition, test, lows, highs)
    for name, ends in highs.items():
        starts: dict[Any, list[Edge]] = {}
        for edge in lows.get(name, ()):
            starts.setdefault(edge.value, []).append(edge)
        for below in ends:
            yield from _meeting(below, starts)


def _note(
    row: Row,
    condition: Condition,
    test: Test,
    lows: dict[str, list[Edge]],
    highs: dict[str, list[Edge]],
) -> None:
    name = condition.fact.name
    low, high = _ends(test)
    if low:
        lows.setdefault(name, []).append(Edge(row, condition, *low))
    if high:
        highs.setdefault(name, []).append(Edge(row, condition, *high))


def _ends(test: Test) -> tuple[tuple[Any, bool] | None, tuple[Any, bool] | None]:
    """Return where a test begins and where it ends, as (value, whether inside)."""
    match test:
        case Compare("<" | "<=" as order, Literal(value)):
            return None, (_number(value), order == "<=")
        case Compare(">" | ">=" as order, Literal(value)):
            return (_number(value), order == ">="), None
        case Within(Literal(low), Literal(high), low_in, high_in):
            return (_number(low), low_in), (_number(high), high_in)
        case _:
            return None, None


def _number(value: Any) -> Any:
    return value.toordinal() if hasattr(value, "toordinal") else exact(value)


def _meeting(below: Edge, starts: dict[Any, list[Edge]]) -> Iterator[Seam]:
    """Pair the end of a cell with cells that begin at it, or one unit on."""
    kind = below.condition.fact.kind
    for step in (0, 1, 2):
        for above in starts.get(below.value + step, ()):
            between = _between(kind, below, above)
            if between is not None and above.row is not below.row:
                yield Seam(below, above, between)


def _between(kind: Kind, below: Edge, above: Edge) -> Any:
    """Return the one value that lies between two edges, if there is just one.

    Of numbers with fractions: a value where less than one lies between.
    """
    if kind is Kind.NUMBER:
        width = above.value - below.value
        if width == 0:
            return None if below.inside or above.inside else below.value
        return below.value + Fraction(1, 2) if width == 1 else None
    first = below.value + below.inside
    last = above.value - above.inside
    return first if first == last else None


def _sliver(prover: Prover, place: int, seam: Seam) -> Finding | None:
    table = prover.page.policy.tables[place]

    def falls_through(reading: Reading) -> Formula:
        return _falls_through(reading, place, seam)

    def holds(case: Case) -> bool:
        return _is_sliver(prover, table, seam, case)

    answer = prover.find(falls_through, holds)
    if answer.case is None:
        return None
    region = region_of(prover.page, answer.case, holds)
    taken = prover.runner.run(answer.case).matched(table.name)[0]
    cells = (seam.below.condition, seam.above.condition)
    derived = prover.runner.derived(answer.case, cells)
    told = region.told(prover.page, derived=derived)
    below, above = seam.below, seam.above
    what, proposal = _told(seam, _value(prover, seam), taken, sentence(told))
    return Finding(
        kind=What.SLIVER,
        what=what,
        meaning=_(
            "A customer just on the line is treated differently from those on both"
            " sides of it."
        ),
        proposal=proposal,
        table=table.name,
        row=taken,
        line=below.row.line,
        cell=cell_of(below.condition),
        others=(below.row.id, above.row.id),
        case=told,
        facts=region.case,
    )


def _told(seam: Seam, value: str, taken: str, case: str) -> tuple[str, str]:
    """Say what falls between, in which case, and what to write."""
    below, above = seam.below, seam.above
    name = below.condition.fact.name
    what = _(
        "Exactly {name} {value} falls between {id} ({cell}) and {id2} ({cell2}), and"
        " goes to {taken}: {case}.",
        name=name,
        value=value,
        id=below.row.id,
        cell=cell_of(below.condition),
        id2=above.row.id,
        cell2=cell_of(above.condition),
        taken=taken,
        case=case,
    )
    proposal = _(
        "Let one of the two take it in: {name} <= {value} in {id}, or >= {value} in"
        " {id2}.",
        name=name,
        value=value,
        id=below.row.id,
        id2=above.row.id,
    )
    return what, proposal


def _value(prover: Prover, seam: Seam) -> str:
    kind = seam.below.condition.fact.kind
    value = seam.between
    if kind is Kind.DATE:
        value = date.fromordinal(value)
    elif kind is Kind.NUMBER:
        value = plain(value)
    return written(value, kind, prover.page.policy.head.currency)


def _falls_through(reading: Reading, place: int, seam: Seam) -> Formula:
    """Both rows hold but for the cells that nearly meet, and a row below is taken."""
    form = reading.tables[place]
    by_id = {row.row.id: row for row in form.rows}
    fact = seam.below.condition.fact
    term = reading.world.translator.names[fact.name]
    between = Fraction(seam.between)
    at = Term(fact.kind, between.numerator, den=between.denominator)
    if term.known is False:
        return False
    apart = []
    for edge in (seam.below, seam.above):
        row = by_id[edge.row.id].row
        others = [one for one in row.conditions if one is not edge.condition]
        apart.append(reading.world.truth(others).yes)
    last = [
        row.taken
        for row in form.rows
        if all(one.fact.name != fact.name for one in row.row.conditions)
    ]
    taken = any_of(last)
    return all_of((form.reached, term.known, compared("=", term, at), *apart, taken))


def _is_sliver(prover: Prover, table: Table, seam: Seam, case: Case) -> bool:
    """Tell whether Python agrees: the two rows miss by this cell alone.

    The row that is taken must give something else than both, and not speak of the
    fact itself.
    """
    ran = prover.runner.run(case)
    matched = ran.matched(table.name)
    if len(matched) != 1:
        return False
    for edge in (seam.below, seam.above):
        passed = ran.passed(table.name, edge.row.id)
        if passed is None or passed.unknown or passed.excepted:
            return False
        missed = [(one.fact, one.test) for one in passed.failed]
        if missed != [(edge.condition.fact.name, edge.condition.text)]:
            return False
    taken = next(row for row in table.rows if row.id == matched[0])
    given = [_given(one) for one in (taken, seam.below.row, seam.above.row)]
    return given[0] not in given[1:]


def _given(row: Row) -> dict[str, object]:
    return {name: result.root for name, result in row.results}
