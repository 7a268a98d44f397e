"""Gaps: cases that no row of a table answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from evenhand.policy.decision import Passed, TableTrace
from evenhand.policy.kinds import Value
from evenhand.policy.nodes import Condition
from evenhand.policy.proof.cases import Case
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.proof.prover import Prover
from evenhand.policy.proof.regions import Region, region_of
from evenhand.policy.proof.tables import Reading
from evenhand.policy.proof.terms import Formula, all_of
from evenhand.policy.proof.wording import cell_of, distance, sentence, widened
from evenhand.policy.tree import SINGLE, Row, Table

_MOST = 5  # gaps told of one table
_NEAR = 3  # rows proposed for widening


def gaps(prover: Prover, place: int, proved: list[str]) -> Iterator[Finding]:
    """Give the gaps of one table; tables that collect have none.

    A gap is a case, with every fact known that is not of a type with `?`, in which
    each row fails for certain.
    """
    table = prover.page.policy.tables[place]
    if table.hit not in SINGLE:
        return
    found: list[Region] = []
    while len(found) < _MOST:
        answer = prover.find(
            lambda reading: _no_row(reading, place, found),
            lambda case: _is_gap(prover, table, case),
        )
        if answer.case is None:
            if answer.proved and not found:
                proved.append(f"Every case has a row in table {table.name}.")
            elif not answer.proved:
                yield _open(table, answer.doubt)
            return
        region = region_of(
            prover.page, answer.case, lambda case: _is_gap(prover, table, case)
        )
        found.append(region)
        yield _gap(prover, table, region)


def _no_row(reading: Reading, place: int, found: list[Region]) -> Formula:
    form = reading.tables[place]
    apart = (region.block(reading.world) for region in found)
    return all_of((form.reached, form.none, *apart))


def _is_gap(prover: Prover, table: Table, case: Case) -> bool:
    trace = prover.runner.run(case).table(table.name)
    return trace is not None and not trace.matched and all(map(_is_out, trace.passed))


def _is_out(passed: Passed) -> bool:
    """Tell whether a row fails for certain: a cell fails, or an exception holds."""
    return bool(passed.failed or passed.excepted)


def _gap(prover: Prover, table: Table, region: Region) -> Finding:
    told = region.told(prover.page)
    trace = prover.runner.run(region.case).table(table.name)
    first = prover.page.policy.tables[0].name == table.name
    answer = "no answer" if first else f"no {_columns(table)}"
    near = tuple(_near(table, trace)) if trace else ()
    return Finding(
        kind=Kind.GAP,
        what=f"No row of table {table.name} covers this case: {sentence(told)}.",
        meaning=f"A customer with such a case would get {answer}.",
        proposal=_proposal(prover, region, near),
        table=table.name,
        line=near[0][0].line if near else table.rows[0].line,
        others=tuple(row.id for row, _ in near),
        case=told,
        facts=region.case,
    )


def _columns(table: Table) -> str:
    return " and no ".join(outcome.name for outcome in table.outcomes)


def _near(table: Table, trace: TableTrace) -> Iterator[tuple[Row, Condition]]:
    """Give the rows that one cell alone keeps from matching."""
    rows = {row.id: row for row in table.rows}
    for passed in trace.passed:
        if len(passed.failed) == 1:
            failed, row = passed.failed[0], rows[passed.rule]
            for condition in row.conditions:
                if (condition.fact.name, condition.text) == (failed.fact, failed.test):
                    yield row, condition


def _proposal(
    prover: Prover, region: Region, near: tuple[tuple[Row, Condition], ...]
) -> str:
    last = "add a last row without conditions that says what happens to all other cases"
    currency = prover.page.policy.head.currency
    told: dict[str, float] = {}
    for row, condition in near:
        value = region.case.get(condition.fact.name)
        if value is None or isinstance(value, list):
            continue
        cell = widened(condition, cast(Value, value), currency)
        if cell:
            text = f"in row {row.id} write {cell} for {cell_of(condition)}"
            told[text] = distance(condition, cast(Value, value))
    if not told:
        return f"{last[0].upper()}{last[1:]}."
    nearest = sorted(told, key=lambda text: told[text])
    text = ", or ".join(nearest[:_NEAR])
    return f"{text[0].upper()}{text[1:]}; or {last}."


def _open(table: Table, doubt: object) -> Finding:
    return Finding(
        kind=Kind.NOT_PROVED,
        what=f"It could not be proved that every case has a row in table {table.name}.",
        meaning=why_open(doubt),
        proposal="Add a last row without conditions, or write the conditions simpler.",
        table=table.name,
        line=table.rows[0].line if table.rows else 0,
    )


def why_open(doubt: object) -> str:
    """Say why a question stayed open."""
    return {
        "time": "The time for it ran out before there was an answer.",
        "lists": "No case with up to three elements in each list shows a fault;"
        " longer lists were not proved.",
        "inexact": "It depends on months, or on products of two facts, that are"
        " followed within bounds only.",
    }.get(str(doubt), "")
