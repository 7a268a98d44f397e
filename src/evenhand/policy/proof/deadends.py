"""Dead ends: cases of which everything is known, and which stay open all the same.

A derived fact may have no value though its sources are known, such as the dearest of
no order lines. A cell that tests it neither holds nor fails, so the row stays open and
the page asks again for what it was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import cast

from evenhand.policy.decision import Passed, Status
from evenhand.policy.proof.cases import Case
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.proof.lists import Listed
from evenhand.policy.proof.prover import Prover
from evenhand.policy.proof.tables import Reading
from evenhand.policy.proof.terms import Formula, all_of
from evenhand.policy.proof.wording import sentence, told_case
from evenhand.policy.saying import _
from evenhand.policy.tree import Hit, Policy, Row, Table


def dead_ends(prover: Prover, place: int) -> Iterator[Finding]:
    """Give a case in which a table stays open although every fact is known."""
    table = prover.page.policy.tables[place]

    def stays_open(reading: Reading) -> Formula:
        form = reading.tables[place]
        return all_of((form.reached, form.stuck, *_all_known(reading)))

    answer = prover.find(stays_open, lambda case: bool(_open(prover, table, case)))
    if answer.case is not None:
        yield _finding(prover, table, answer.case)


def _all_known(reading: Reading) -> Iterator[Formula]:
    """Every fact is known, and every field of the lines that are written out."""
    for term in reading.world.facts.values():
        yield term.known
        if isinstance(term.value, Listed):
            for element in term.value.elements or ():
                yield from (field.known for field in element.values())


def _open(prover: Prover, table: Table, case: Case) -> tuple[Passed, ...]:
    """Return the rows that stay open in a case of which all is known."""
    if not _is_whole(prover, case):
        return ()
    ran = prover.runner.run(case)
    trace = ran.table(table.name)
    stuck = ran.decision is not None and ran.decision.status is Status.NEEDS_FACT
    if trace is None or trace.matched or not stuck:
        return ()
    return tuple(one for one in trace.passed if _is_open(one))


def _is_whole(prover: Prover, case: Case) -> bool:
    """Tell whether all is known: every fact, and every field of every line."""
    facts = prover.page.policy.facts
    if any(case.get(fact.name) is None for fact in facts):
        return False
    return all(
        line.get(field.name) is not None
        for fact in facts
        if fact.fields
        for line in cast(Iterable[Case], case[fact.name])
        for field in fact.fields
    )


def _is_open(passed: Passed) -> bool:
    return bool(passed.unknown) and not passed.failed and not passed.excepted


def _finding(prover: Prover, table: Table, case: Case) -> Finding:
    passed = _open(prover, table, case)[0]
    cell = passed.unknown[0]
    row = next(row for row in table.rows if row.id == passed.rule)
    bearing = _bearing(prover.page.policy, {cell.fact, *_names(row)})
    told = told_case(prover.page, {n: v for n, v in case.items() if n in bearing})
    return Finding(
        kind=Kind.DEAD_END,
        what=_(
            "The row {id} of table {name} stays open although everything "
            "is known: {fact} has no value in this case: {case}.",
            id=row.id,
            name=table.name,
            fact=cell.fact,
            case=sentence(told),
        ),
        meaning=_("The page would ask again for what it was told, and never answer."),
        proposal=_proposal(table, cell.fact),
        table=table.name,
        row=row.id,
        line=row.line,
        cell=f"{cell.fact} {cell.test}",
        case=told,
        facts=case,
    )


def _names(row: Row) -> Iterator[str]:
    for condition in chain(row.conditions, *row.unless):
        yield from condition.names


def _bearing(policy: Policy, names: set[str]) -> set[str]:
    """Return these names and all that they are derived from; a case is long to read."""
    sources = {one.name: one.expression.names for one in policy.derived}
    wider = names.union(*(sources.get(name, ()) for name in names))
    return names if wider == names else _bearing(policy, wider)


def _proposal(table: Table, fact: str) -> str:
    """A row above settles the case only where the first row that matches decides."""
    if table.hit is Hit.FIRST:
        return _(
            "Put a row above it for {fact} null, or write an expression "
            "that always has a value.",
            fact=fact,
        )
    return _(
        "Write {fact} not(null) into the row too: then it is passed over where there "
        "is no value. Or write an expression that always has one.",
        fact=fact,
    )
