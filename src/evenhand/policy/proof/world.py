"""A page as one formula: its facts, derived facts and tables, in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from evenhand.policy.nodes import Condition, Fold, IsNull, Node, children
from evenhand.policy.proof.calendars import Calendar
from evenhand.policy.proof.conditions import condition_truth
from evenhand.policy.proof.expressions import Translator
from evenhand.policy.proof.given import Given
from evenhand.policy.proof.terms import Formula, Term, Truth, kleene_all, kleene_any
from evenhand.policy.proof.words import Words
from evenhand.policy.tree import Policy, Row


@dataclass(slots=True)
class World:
    """What a page says of every case.

    `sides` always hold; `facts` are the unknowns by name; `plain` hold in a case that
    is easy to read. `label` keeps the unknowns of two pages apart.
    """

    policy: Policy
    words: Words
    calendar: Calendar
    translator: Translator
    sides: list[Formula]
    plain: list[Formula]
    label: str = ""
    facts: dict[str, Term] = field(default_factory=dict)

    def truth(self, conditions: Iterable[Condition]) -> Truth:
        """Return where all of these conditions hold, on what was read so far."""
        return kleene_all(condition_truth(one, self.translator) for one in conditions)

    def matches(self, row: Row) -> Truth:
        """Return where a row matches: its conditions, and none of its exceptions."""
        holds = self.truth(row.conditions)
        if not row.unless:
            return holds
        excepted = kleene_any(self.truth(group) for group in row.unless)
        return kleene_all((holds, excepted.opposite))


def world_of(
    policy: Policy,
    *,
    written_out: bool = False,
    beside: World | None = None,
    missing: Collection[str] = (),
) -> World:
    """Lay out a page's names: facts, values, derived facts; its tables are not read.

    `written_out`: lists have a few elements, each an unknown of its own. A page laid
    out `beside` another shares its facts, its words and its calendar. `missing` are
    facts that a case may leave unknown, besides those that it always may.
    """
    words = beside.words if beside else Words()
    calendar = beside.calendar if beside else Calendar()
    sides = calendar.sides
    translator = Translator(words, calendar, policy.head.rounding, sides=sides)
    if beside:
        translator.folds = beside.translator.folds
    given = Given(words, written_out, sides, [])
    label = "new " if beside else ""
    world = World(policy, words, calendar, translator, sides, given.plain, label)
    open_ones = {*missing, *_may_miss(policy)}
    open_ones |= _may_miss(beside.policy) if beside else set()
    for fact in policy.facts:
        term = given.fact(fact, may_miss=fact.name in open_ones)
        world.facts[fact.name] = translator.names[fact.name] = term
    for value in policy.values:
        translator.names[value.name] = translator.literal(value.value)
    for derived in policy.derived:
        translator.names[derived.name] = translator.result(derived.expression)
    return world


def has_folds(policy: Policy) -> bool:
    """Tell whether the page takes a list together anywhere."""
    return any(_folds(root) for root in _roots(policy))


def _folds(node: Node) -> bool:
    return isinstance(node, Fold) or any(_folds(child) for child in children(node))


def _roots(policy: Policy) -> Iterator[Node]:
    for derived in policy.derived:
        yield derived.expression.root
    for table in policy.tables:
        for row in table.rows:
            yield from (expression.root for _, expression in row.results)


def _may_miss(policy: Policy) -> set[str]:
    """Return the facts that a case may leave unknown.

    Those of a type with `?`; and those behind a derived fact that a cell tests for
    `null`. Any other unknown fact makes the answer a question, or does not count: to
    fill it in changes no decision.
    """
    missing = {fact.name for fact in policy.facts if fact.optional}
    sources: dict[str, set[str]] = {}
    for derived in policy.derived:
        direct = set(derived.expression.names)
        sources[derived.name] = direct.union(*(sources.get(n, set()) for n in direct))
    for condition in conditions_of(policy):
        if IsNull() in condition.tests:
            missing |= sources.get(condition.fact.name, set())
    return missing & {fact.name for fact in policy.facts}


def conditions_of(policy: Policy) -> Iterator[Condition]:
    """Give every condition of a page: of rows, exceptions and invariants."""
    for table in policy.tables:
        for row in table.rows:
            yield from row.conditions
            for group in row.unless:
                yield from group
    for never in policy.nevers:
        yield from never.conditions
    for always in policy.always:
        yield from (*always.when, *always.must)
