"""Decide one case by a page: read the facts, read the tables, say why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evenhand.policy.compiled.straight import MANY
from evenhand.policy.compiled.traced import (
    write_gapped,
    write_plain,
    write_traced,
)
from evenhand.policy.decision import Decision
from evenhand.policy.errors import AlwaysBroken, NeverBroken
from evenhand.policy.evaluate import Evaluation, evaluate, matches, read_sheet, status
from evenhand.policy.explain import Watcher, citation, worded
from evenhand.policy.exploring import Budget
from evenhand.policy.program import Page, Way
from evenhand.policy.questions import question, study
from evenhand.policy.traces import Status, TableTrace


def decide(
    page: Page,
    facts: Mapping[str, object],
    *,
    trace: bool = True,
    budget: Budget | None = None,
) -> Decision:
    """Answer one case; money in and out is in whole minor units.

    A fact that is missing or None is unknown; what the page does not declare is
    ignored. Without `trace` the trace and the steps stay empty, nothing else
    changes. Raises FactError for a value that a fact cannot have, and DecisionFault
    (Overlap, NeverBroken, AlwaysBroken) where the page itself is wrong for these
    facts.
    """
    if type(facts) is not dict:
        facts = dict(facts)
    if trace:
        way = page.ways.traced or write_traced(page)
    else:
        way = page.ways.plain or write_plain(page)
    try:
        made: Decision | None = way(facts)
    except (KeyError, TypeError):  # a fact is missing, or is no value at all
        made = None
    return made or _despite_gaps(page, facts, trace=trace, budget=budget)


def _despite_gaps(
    page: Page, facts: Mapping[str, object], *, trace: bool, budget: Budget | None
) -> Decision:
    """Decide a case of which facts are unknown; at length where they matter."""
    given = {name: facts.get(name) for name, _ in page.program.readers}
    way = _way_despite_gaps(page, given, trace=trace)
    try:
        made: Decision | None = way(given) if way else None
    except TypeError:  # what cannot be compared is refused by name below
        made = None
    return made or decide_at_length(page, facts, trace=trace, budget=budget)


def _way_despite_gaps(
    page: Page, given: Mapping[str, object], *, trace: bool
) -> Way | None:
    """Return the page's function for a case that the first one left open.

    Of a long page it is not written for a case of which all is known: rows that match
    together are weighed at length anyway, sooner than the function is compiled.
    """
    if not trace:
        return page.ways.plain or write_plain(page)
    if page.ways.gapped or (page.program.rows > MANY and None not in given.values()):
        return page.ways.gapped
    return write_gapped(page)


def decide_at_length(
    page: Page,
    facts: Mapping[str, object],
    *,
    trace: bool = True,
    budget: Budget | None = None,
) -> Decision:
    """Decide without the page's own function: any case, at a tenth of the speed."""
    program = page.program
    sheet = read_sheet(program, facts)
    read = tuple(sheet[name] for name, _ in program.readers)
    watcher = Watcher() if trace else None
    found = evaluate(program, sheet, watcher)
    end = _End(page, read, tuple(watcher.traces) if watcher else None)
    if found.decided:
        return end.decided(found)
    known = read_sheet(program, facts)
    learnt = study(page, known, found, budget or Budget())
    if learnt.agreed:
        chosen, alike = _representative(learnt.agreed, found)
        given = {name: chosen.sheet[name] for name in program.outcomes}
        chosen.known = known | given
        return end.decided(chosen, alike)
    needs = tuple(question(page, name) for name in learnt.facts)
    return end.said(Status.NEEDS_FACT, more={"needs": needs, "steps": (), "say": {}})


class _End:
    """Puts a decision together from a pass through the tables."""

    __slots__ = ("page", "read", "traces")

    def __init__(
        self,
        page: Page,
        read: tuple[object, ...],
        traces: tuple[TableTrace, ...] | None,
    ) -> None:
        self.page = page
        self.read = read
        self.traces = traces

    def said(self, state: Status, **told: Any) -> Decision:
        return Decision.made(
            (
                state,
                told.get("rule"),
                told.get("outcome", {}),
                self.traces or (),
                told.get("citations", ()),
                self.page,
                self.read,
                told["more"],
            )
        )

    def decided(self, found: Evaluation, alike: tuple[str, ...] = ()) -> Decision:
        _keep_invariants(self.page, found)
        rule = found.rule
        more: dict[str, object] = {"found": found, "alike": alike}
        return self.said(
            Status.HIT if rule else Status.NO_RULE,
            rule=rule.row.id if rule else None,
            outcome=_with_words(self.page, found),
            citations=tuple(
                one
                for deck, taken in found.picks
                for rule in taken
                for one in citation(deck, rule)
            ),
            more=more if self.traces is not None else {**more, "steps": ()},
        )


def _representative(
    agreed: tuple[Evaluation, ...], found: Evaluation
) -> tuple[Evaluation, tuple[str, ...]]:
    """Of the ways a case may go, all with one outcome, take the one to cite.

    That is the row that matches whatever the unknown facts are, if there is one.
    """
    ids = dict.fromkeys(one.rule.row.id for one in agreed if one.rule)
    sure = _sure_rule(found)
    for one in agreed:
        if one.rule and one.rule.row.id == sure:
            return one, tuple(name for name in ids if name != sure)
    return agreed[0], tuple(ids)[1:]


def _sure_rule(found: Evaluation) -> str | None:
    if found.picks:
        return found.rule.row.id if found.rule else None
    rules = found.stuck[0].rules if found.stuck else ()
    sure = (rule.row.id for rule in rules if matches(rule, found.sheet))
    return next(sure, None)


def _keep_invariants(page: Page, found: Evaluation) -> None:
    sheet, rule = found.sheet, found.rule.row.id if found.rule else "none"
    for never, checks in page.program.nevers:
        if status(checks, sheet):
            raise NeverBroken(never.id, rule)
    for always, when, must in page.program.always:
        if status(when, sheet) and not status(must, sheet):
            raise AlwaysBroken(always.id, rule)


def _with_words(page: Page, found: Evaluation) -> dict[str, object]:
    """Add to each listed row its reason and its sentences."""
    outcome: dict[str, object] = dict(found.outcome)
    for deck, taken in found.picks:
        if deck.is_listed:
            name = deck.table.name
            outcome[name] = worded(page, taken, found.outcome[name], found.sheet)
    return outcome
