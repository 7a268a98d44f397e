"""Cells that always hold, or never do: conditions that decide nothing."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.policy.kinds import LISTS
from evenhand.policy.nodes import Compare, Condition, IsNull
from evenhand.policy.proof.boxes import is_plain, samples, takes
from evenhand.policy.proof.conditions import condition_truth
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.proof.prover import Prover
from evenhand.policy.proof.terms import all_of
from evenhand.policy.proof.wording import cell_of, is_bound, written
from evenhand.policy.saying import _
from evenhand.policy.tree import Fact, Row, Table

Verdict = bool | None  # always holds, never holds, or neither


class Cells:
    """Judges cells by the values that their fact can have, each cell once.

    What a fact can have is its domain; a derived fact can have what follows from the
    domains of its sources.
    """

    def __init__(self, prover: Prover) -> None:
        policy = prover.page.policy
        self.prover = prover
        self.facts = {fact.name: fact for fact in policy.facts}
        self.derived = {d.name: d for d in policy.derived}
        self._verdicts: dict[tuple[str, str], Verdict] = {}

    def verdict(self, condition: Condition) -> Verdict:
        """Return True if the cell holds for every known value, False if for none.

        Outcomes and named values are not judged: tests of them are switches.
        """
        key = cell_of(condition), str(condition.negated)
        if key not in self._verdicts:
            self._verdicts[key] = self._judged(condition)
        return self._verdicts[key]

    def _judged(self, condition: Condition) -> Verdict:
        name, tests = condition.fact.name, condition.tests
        if all(isinstance(test, IsNull) for test in tests):
            return None
        if condition.fact.kind in LISTS:
            return None
        fact = self.facts.get(name)
        if fact and is_plain(condition):
            return _plainly(fact, condition)
        if fact or name in self.derived:
            return self._proved(condition)
        return None

    def _proved(self, condition: Condition) -> Verdict:
        declared = set(self.facts) | set(self.derived)
        if not declared.issuperset(condition.names):
            return None
        names = self.prover.reading.world.translator.names
        truth = condition_truth(condition, self.prover.reading.world.translator)
        known = all_of(names[name].known for name in condition.names)
        if IsNull() not in condition.tests and self.prover.impossible(truth.yes):
            return False
        return True if self.prover.impossible(all_of((known, truth.no))) else None


def _plainly(fact: Fact, condition: Condition) -> Verdict:
    tried = samples(fact.kind, fact.domain, iter((condition,)))
    if len(tried) < 2:
        return None
    held = {takes(condition, value) for value in tried}
    if held == {True}:
        return True
    return False if held == {False} and IsNull() not in condition.tests else None


def idle_cells(cells: Cells, table: Table, dead: set[str]) -> Iterator[Finding]:
    """Give the cells of a table that always or never hold.

    The ids of rows with a cell that never holds are added to `dead`.
    """
    for row in table.rows:
        for condition in row.conditions:
            verdict = cells.verdict(condition)
            if verdict is False:
                dead.add(row.id)
                yield _never_true(cells, table, row, condition)
            elif verdict:
                yield _always_true(cells, table, row, condition)


def _reach(cells: Cells, condition: Condition) -> str:
    """Say what values the fact can have at all."""
    derived = cells.derived.get(condition.fact.name)
    if derived:
        text = derived.expression.text
        return _("{name} follows from {text}", name=derived.name, text=text)
    fact = cells.facts[condition.fact.name]
    domain, currency = fact.domain, cells.prover.page.policy.head.currency
    if domain.words:
        words = ", ".join(domain.words)
        return _("the words of {name} are {words}", name=fact.name, words=words)
    if domain.low is None and domain.high is None:
        return _("{name} may have any value", name=fact.name)
    low, high = (
        "" if end is None else written(end, fact.kind, currency)
        for end in (domain.low, domain.high)
    )
    return _(
        "the domain of {name} is {low}..{high}", name=fact.name, low=low, high=high
    )


def _never_true(cells: Cells, table: Table, row: Row, condition: Condition) -> Finding:
    return Finding(
        kind=Kind.NEVER_TRUE,
        what=_(
            "The condition {cell} in row {id} of table {name} never holds: {reach}.",
            cell=cell_of(condition),
            id=row.id,
            name=table.name,
            reach=_reach(cells, condition),
        ),
        meaning=_("Nobody will ever be given what {id} says.", id=row.id),
        proposal=_(
            "Write values that {name} can have, or widen its domain under Facts.",
            name=condition.fact.name,
        ),
        table=table.name,
        row=row.id,
        line=row.line,
        cell=cell_of(condition),
    )


def _always_true(cells: Cells, table: Table, row: Row, condition: Condition) -> Finding:
    return Finding(
        kind=Kind.ALWAYS_TRUE,
        what=_(
            "The condition {cell} in row {id} of table {name} always holds: {reach}.",
            cell=_as_written(cells, condition),
            id=row.id,
            name=table.name,
            reach=_reach(cells, condition),
        ),
        meaning=_(
            "It looks as if {id} were for some values only, but it is for all of them.",
            id=row.id,
        ),
        proposal=_mended(condition),
        table=table.name,
        row=row.id,
        line=row.line,
        cell=cell_of(condition),
    )


def _as_written(cells: Cells, condition: Condition) -> str:
    derived = cells.derived.get(condition.fact.name)
    label = derived.label if derived else ""
    return f"{cell_of(condition)} ({label})" if label else cell_of(condition)


def _mended(condition: Condition) -> str:
    bounds = [test for test in condition.tests if is_bound(test)]
    if len(bounds) > 1:
        return _(
            "A comma means “or”. For values between two ends write a range: [1..5)."
        )
    if all(isinstance(test, Compare) and test.order == "=" for test in condition.tests):
        return _(
            "Remove the condition, or leave out the words that {name} should not have "
            "here.",
            name=condition.fact.name,
        )
    return _("Remove the condition, or narrow it to the values that are meant.")
