"""Questions to z3: can this be? Answered by a proof, by a case that ran, or not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

import z3

from evenhand.policy.program import Page
from evenhand.policy.proof.cases import Case, Runner, safely, shrunk
from evenhand.policy.proof.given import Decoder
from evenhand.policy.proof.tables import Reading, TableForm, read_tables
from evenhand.policy.proof.terms import Formula
from evenhand.policy.proof.world import World, has_folds, world_of

_WORK = 4_000_000  # z3's own count of steps for one question, some seconds
_ROUNDS = 12  # candidates whose months are made exact before we give up
Build = Callable[[Reading], Formula]


class Doubt(StrEnum):
    """Why a question stays open."""

    TIME = "time"
    LISTS = "lists"
    INEXACT = "inexact"


@dataclass(frozen=True, slots=True)
class Answer:
    """Never (`proved`), or a case in which it is so, or neither, and why."""

    proved: bool = False
    case: Case | None = None
    doubt: Doubt | None = None


class OutOfTime(Exception):
    """The time that a check may take is used up."""


@dataclass(slots=True)
class Clock:
    """The time left for a whole check, in seconds."""

    seconds: float
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def left(self) -> int:
        """Return the milliseconds left; OutOfTime if there are none."""
        left = int(1000 * (self._end - time.monotonic()))
        if left <= 0:
            raise OutOfTime
        return left


class Solver:
    """A solver over one reading: what always holds is stated once."""

    __slots__ = ("_clock", "_most", "_solver", "_stated", "reading")

    def __init__(
        self, reading: Reading, clock: Clock, *, sides: int | None = None
    ) -> None:
        """`sides`: state only so many of the world's sides, those before a table."""
        self.reading = reading
        self._clock = clock
        self._most = sides
        self._solver = z3.Solver()
        self._solver.set("rlimit", _WORK)
        self._stated = 0

    def check(self, *formulas: Formula) -> Any:
        """Return z3's answer for these formulas together: sat, unsat or unknown."""
        if any(formula is False for formula in formulas):
            return z3.unsat
        self._state_sides()
        self._solver.push()
        try:
            self.state(*formulas)
            self._solver.set("timeout", self._clock.left())
            return self._solver.check()
        finally:
            self._solver.pop()

    def model(self, *formulas: Formula) -> Any:
        """Return a model in which these hold, or z3's answer that there is none."""
        if any(formula is False for formula in formulas):
            return z3.unsat
        self._state_sides()
        self._solver.push()
        try:
            self.state(*formulas)
            self._solver.set("timeout", self._clock.left())
            answer = self._solver.check()
            return self._solver.model() if answer == z3.sat else answer
        finally:
            self._solver.pop()

    def core(self, formulas: Sequence[Formula]) -> set[int]:
        """Return the places of formulas that already exclude each other.

        All of them where z3 does not say.
        """
        marks = [z3.Bool(f"part {place}") for place in range(len(formulas))]
        self._state_sides()
        self._solver.push()
        try:
            for mark, formula in zip(marks, formulas, strict=True):
                self.state(z3.Implies(mark, formula))
            self._solver.set("timeout", self._clock.left())
            if self._solver.check(*marks) != z3.unsat:
                return set(range(len(formulas)))
            names = {str(one) for one in self._solver.unsat_core()}
        finally:
            self._solver.pop()
        return {place for place, mark in enumerate(marks) if str(mark) in names}

    def state(self, *formulas: Formula) -> None:
        """Add what holds from here on, or within the current scope."""
        self._state_sides()
        for formula in formulas:
            if formula is not True:
                self._solver.add(z3.BoolVal(val=False) if formula is False else formula)

    def _state_sides(self) -> None:
        """Sides may grow while formulas are built: state the new ones."""
        sides = self.reading.world.sides[: self._most]
        if self._stated < len(sides) and self._solver.num_scopes() == 0:
            fresh, self._stated = sides[self._stated :], len(sides)
            self.state(*fresh)


class Prover:
    """Asks about one page; candidates are run by Python before they are believed."""

    def __init__(self, page: Page, clock: Clock) -> None:
        self.page = page
        self.clock = clock
        self.runner = Runner(page)
        self.solver = Solver(read_tables(world_of(page.policy)), clock)
        self._has_folds = has_folds(page.policy)
        self._written_out: Solver | None = None

    @property
    def reading(self) -> Reading:
        """The page as formulas."""
        return self.solver.reading

    def impossible(self, formula: Formula) -> bool:
        """Tell whether it is proved that this never holds; no is not a proof."""
        return bool(self.solver.check(formula) == z3.unsat)

    def before(self, form: TableForm) -> Solver:
        """Return a new solver that knows what holds before a table is read."""
        return Solver(self.reading, self.clock, sides=form.side_count)

    def any_case(self, formula: Formula) -> Case | None:
        """Return a case in which a formula may hold; Python was not asked."""
        model = self.solver.model(formula, *self.reading.world.plain)
        if not isinstance(model, z3.ModelRef):
            model = self.solver.model(formula)
        if not isinstance(model, z3.ModelRef):
            return None
        return case_of([self.reading.world], model)

    def find(self, build: Build, holds: Callable[[Case], bool]) -> Answer:
        """Look for a case in which what is built holds, and `holds` agrees."""
        answer = self._search(self.solver, build, holds)
        if answer.proved or answer.case or not self._has_folds:
            return answer
        if self._written_out is None:
            reading = read_tables(world_of(self.page.policy, written_out=True))
            self._written_out = Solver(reading, self.clock)
        found = self._search(self._written_out, build, holds)
        return Answer(doubt=Doubt.LISTS) if found.proved else found

    def _search(
        self, solver: Solver, build: Build, holds: Callable[[Case], bool]
    ) -> Answer:
        """Look for a case in one world, and leave out what does not matter to it."""
        world = solver.reading.world
        found = search(
            solver, build(solver.reading), world.plain, holds, partial(case_of, [world])
        )
        if found.case is None:
            return found
        return Answer(case=shrunk(found.case, self.runner.kept, holds))


def search(
    solver: Solver,
    formula: Formula,
    plain: Sequence[Formula],
    holds: Callable[[Case], bool],
    read: Callable[[Any], Case],
) -> Answer:
    """Look for a case in which a formula holds, and Python agrees.

    A candidate that Python does not confirm makes the months that it touches exact,
    and the search goes on; `plain` are wishes for a case that is easy to read.
    """
    exact: list[Formula] = []
    for _ in range(_ROUNDS):
        model = solver.model(formula, *exact, *plain)
        if not isinstance(model, z3.ModelRef):
            model = solver.model(formula, *exact)
        if model == z3.unsat:
            return Answer(proved=True)
        if model == z3.unknown:
            return Answer(doubt=Doubt.TIME)
        case = read(model)
        if safely(holds, case):
            return Answer(case=case)
        lemmas = solver.reading.world.calendar.refine(model)
        if not lemmas:
            break
        exact += lemmas
    return Answer(doubt=Doubt.INEXACT)


def case_of(worlds: Sequence[World], model: Any) -> Case:
    """Read a model as the facts of a case; unknown facts are left out."""
    found: dict[str, object] = {}
    for world in worlds:
        decoder = Decoder(model, world.words)
        for fact in world.policy.facts:
            value = decoder.fact(fact, world.facts[fact.name])
            if value is not None:
                found[fact.name] = value
    return found
