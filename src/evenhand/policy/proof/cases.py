"""Cases run in Python: what a proof finds is shown only if the page really does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from evenhand.policy.deciding import decide, decide_at_length
from evenhand.policy.decision import Decision, Passed, Status, TableTrace
from evenhand.policy.errors import (
    AlwaysBroken,
    DecisionFault,
    FactError,
    NeverBroken,
    Overlap,
)
from evenhand.policy.evaluate import read_sheet
from evenhand.policy.exploring import Budget
from evenhand.policy.kinds import exact, plain
from evenhand.policy.nodes import Condition, IsNull
from evenhand.policy.program import Page, Ways
from evenhand.policy.proof.words import OTHER
from evenhand.policy.proof.world import conditions_of
from evenhand.policy.tree import Always, Never

Case = Mapping[str, object]
_DIGITS = 5  # behind the point: a number that needs more stays as it was found
_QUESTIONS = 0  # rows: a case with a question is no witness, so none is looked for


@dataclass(frozen=True, slots=True)
class Ran:
    """What a page did with a case: its decision, or the rows that collided.

    `above` is how the tables above those rows were read.
    """

    decision: Decision | None
    overlap: Overlap | None = None
    above: tuple[TableTrace, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether it ended with an answer, be it that no row matches."""
        found = self.decision
        return found is not None and found.status is not Status.NEEDS_FACT

    def table(self, name: str) -> TableTrace | None:
        """Return how a table was read, if it was."""
        traces = self.decision.trace if self.decision else self.above
        return next((one for one in traces if one.table == name), None)

    def matched(self, name: str) -> tuple[str, ...]:
        """Return the rows that a table gave."""
        trace = self.table(name)
        return trace.matched if trace else ()

    def passed(self, table: str, row: str) -> Passed | None:
        """Return what kept a row from being taken."""
        trace = self.table(table)
        found = trace.passed if trace else ()
        return next((one for one in found if one.rule == row), None)


class Runner:
    """Runs cases on a page without its invariants, which are what is in question."""

    def __init__(self, page: Page, *, questions: int = _QUESTIONS) -> None:
        """`questions`: rows that may be read to find what is worth asking."""
        self.page = page
        self._questions = questions
        self.bare = _guarded(page, lambda _one: False)

    def run(self, case: Case, *, trace: bool = True) -> Ran:
        """Decide a case; FactError if the page cannot take its facts."""
        try:
            decision = decide(
                self.bare, case, trace=trace, budget=Budget(self._questions)
            )
        except Overlap as overlap:
            above = self._above(overlap.table, case) if trace else ()
            return Ran(None, overlap, above)
        return Ran(decision)

    def _above(self, table: str, case: Case) -> tuple[TableTrace, ...]:
        """Return how the tables above one in which rows collide were read."""
        program = self.bare.program
        names = [deck.table.name for deck in program.decks]
        decks = program.decks[: names.index(table)]
        if not decks:
            return ()
        fewer = replace(program, decks=decks)
        page = replace(self.bare, program=fewer, ways=Ways())
        return decide_at_length(page, case, budget=Budget(self._questions)).trace

    def sheet(self, case: Case) -> Mapping[str, object]:
        """Return every name of the page with its value before the tables are read."""
        return read_sheet(self.page.program, case)

    def derived(self, case: Case, conditions: Iterable[Condition]) -> dict[str, object]:
        """Return the derived facts that these cells test, with their values."""
        names = {one.name for one in self.page.policy.follows}
        sheet = self.sheet(case)
        tested = (name for condition in conditions for name in condition.names)
        return {name: sheet[name] for name in tested if name in names}

    def refused_by(self, guard: Never | Always) -> Callable[[Case], bool]:
        """Return what tells whether the page refuses a case for this invariant."""
        guarded = _guarded(self.page, lambda one: one is guard)

        def refuses(case: Case) -> bool:
            try:
                decide(guarded, case, trace=False, budget=Budget(_QUESTIONS))
            except (NeverBroken, AlwaysBroken):
                return True
            return False

        return refuses

    @cached_property
    def kept(self) -> frozenset[str]:
        """Facts whose absence says something: a cell tests them for null."""
        tested = {
            condition.fact.name
            for condition in conditions_of(self.page.policy)
            if IsNull() in condition.tests
        }
        sources = {d.name: set(d.expression.names) for d in self.page.policy.derived}
        while True:
            wider = tested.union(*(sources.get(name, set()) for name in tested))
            if wider == tested:
                return frozenset(tested)
            tested = wider


def shrunk(case: Case, kept: Collection[str], holds: Callable[[Case], bool]) -> Case:
    """Leave out the facts that do not matter to what the case shows.

    Of those that stay, numbers get as few digits as will do.
    """
    left = dict(case)
    for name in case:
        if name in kept:
            continue
        fewer = {one: value for one, value in left.items() if one != name}
        if safely(holds, fewer):
            left = fewer
    for name, value in left.items():
        left[name] = next(
            (one for one in _shorter(value) if safely(holds, {**left, name: one})),
            value,
        )
    return left


def _shorter(value: object) -> Iterator[object]:
    """Give a value with its numbers rounded, the shortest first; nothing if they are.

    A text that says nothing to the matter becomes another one: else a free text may
    hold a word of some other fact.
    """
    if isinstance(value, str) and value != OTHER:
        yield OTHER
        return
    for places in range(_DIGITS):
        shorter = _rounded(value, places)
        if shorter == value:
            return
        yield shorter


def _rounded(value: object, places: int) -> object:
    match value:
        case float():
            return plain(round(Fraction(exact(value)), places))
        case list():
            return [_rounded(one, places) for one in value]
        case dict():
            return {name: _rounded(one, places) for name, one in value.items()}
        case _:
            return value


def _guarded(page: Page, wanted: Callable[[Never | Always], bool]) -> Page:
    """Return the page with these of its invariants only."""
    program = replace(
        page.program,
        nevers=tuple(one for one in page.program.nevers if wanted(one[0])),
        always=tuple(one for one in page.program.always if wanted(one[0])),
    )
    return replace(page, program=program)


def safely(holds: Callable[[Case], bool], case: Case) -> bool:
    """Ask about a case; no for one that the page cannot take."""
    try:
        return holds(case)
    except (FactError, DecisionFault, ArithmeticError):
        return False
