"""Levels that contradict each other: who may grant a case, said twice."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.policy.nodes import Literal
from evenhand.policy.proof.cases import Case
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.proof.prover import Prover
from evenhand.policy.proof.regions import region_of
from evenhand.policy.proof.tables import Reading, RowForm
from evenhand.policy.proof.terms import Formula, all_of, any_of
from evenhand.policy.proof.wording import sentence
from evenhand.policy.saying import _
from evenhand.policy.tree import SINGLE, Table

LEVELS = ("agent", "approver", "manager")  # the desk's, lowest first
_GRANT, _LEVEL, _AUTHORITY = "grant", "level", "authority"


def levels_too_low(prover: Prover, proved: list[str]) -> Iterator[Finding]:
    """Give a case that a row leaves to one level and table authority to a lower one."""
    tables = prover.page.policy.tables
    places = [place for place, table in enumerate(tables) if table.name == _AUTHORITY]
    granting = [place for place, table in enumerate(tables) if _gives_grant(table)]
    if not places or not granting:
        return
    authority = places[0]
    answer = prover.find(
        lambda reading: _lower(reading, granting, authority),
        lambda case: _is_lower(prover, case),
    )
    if answer.proved:
        proved.append(
            _("Table authority never asks for less than the row itself does.")
        )
    if answer.case is None:
        return
    region = region_of(prover.page, answer.case, lambda case: _is_lower(prover, case))
    outcome = _outcome(prover, answer.case)
    told = region.told(prover.page)
    row = prover.runner.run(answer.case).matched(_AUTHORITY)[0]
    yield Finding(
        kind=Kind.LEVEL_TOO_LOW,
        what=_(
            "One row says {value} may grant this case, row {row} of "
            "table authority says {value2}: {case}.",
            value=outcome[_GRANT],
            row=row,
            value2=outcome[_LEVEL],
            case=sentence(told),
        ),
        meaning=_("Somebody could grant what the page leaves to a higher level."),
        proposal=_(
            "Let row {row} ask for {value} where grant is {value}.",
            row=row,
            value=outcome[_GRANT],
        ),
        table=_AUTHORITY,
        row=row,
        line=next(r.line for r in tables[authority].rows if r.id == row),
        case=told,
        facts=region.case,
    )


def _gives_grant(table: Table) -> bool:
    return table.hit in SINGLE and any(o.name == _GRANT for o in table.outcomes)


def _word(row: RowForm, name: str) -> str:
    """Return the word that a row gives in a column; "" if none, or a computed one."""
    for column, result in row.row.results:
        if column == name and isinstance(result.root, Literal):
            return str(result.root.value)
    return ""


def _lower(reading: Reading, granting: list[int], authority: int) -> Formula:
    levels = reading.tables[authority].rows
    pairs = [
        all_of((row.taken, level.taken))
        for place in granting
        for row in reading.tables[place].rows
        for level in levels
        if _below(_word(level, _LEVEL), _word(row, _GRANT))
    ]
    return all_of((reading.decided, any_of(pairs)))


def _below(level: str, grant: str) -> bool:
    known = level in LEVELS and grant in LEVELS
    return known and LEVELS.index(level) < LEVELS.index(grant)


def _outcome(prover: Prover, case: Case) -> dict[str, str]:
    decision = prover.runner.run(case, trace=False).decision
    outcome = decision.outcome if decision else {}
    return {name: str(outcome.get(name, "")) for name in (_GRANT, _LEVEL)}


def _is_lower(prover: Prover, case: Case) -> bool:
    outcome = _outcome(prover, case)
    return _below(outcome[_LEVEL], outcome[_GRANT])
