"""The names of a page with a scope that keeps them: for printing, not for deciding."""

from __future__ import annotations

from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import Name
from evenhand.policy.program import Page
from evenhand.policy.scope import Declared, Known, Scope
from evenhand.policy.tree import LISTED, SINGLE, Hit, Outcome, Table


class Naming(Scope):
    """Every name of a page; a named value stays its name and becomes no literal."""

    __slots__ = ()

    def operand(self, known: Known) -> Name:
        """Return the node for a name: always the name."""
        return Name(known.name, known.kind)


def naming(page: Page) -> Naming:
    """Return the scope in which a page's cells can be read once more."""
    policy = page.policy
    scope = Naming(policy.head.currency)
    declared: tuple[Declared, ...] = (*policy.facts, *policy.values, *policy.derived)
    for one in declared:
        scope.declare(one)
    for table in policy.tables:
        for outcome in _outcomes(table):
            scope.declare(outcome)
    return scope


def _outcomes(table: Table) -> tuple[Outcome, ...]:
    if table.hit in SINGLE:
        return table.outcomes
    if table.hit in LISTED:
        return ()
    if table.hit is Hit.COUNT:
        return (Outcome(table.name, Kind.WHOLE),)
    return (Outcome(table.name, table.outcomes[0].kind),)
