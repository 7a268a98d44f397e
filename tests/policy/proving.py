"""Pages and cases for the tests of the proof."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import cast

import z3

from evenhand.policy import proof
from evenhand.policy.kinds import Kind as FactKind
from evenhand.policy.kinds import Scalar
from evenhand.policy.nodes import Literal, operands
from evenhand.policy.program import Page
from evenhand.policy.proof.findings import Finding, Kind, Report
from evenhand.policy.proof.given import Decoder
from evenhand.policy.proof.lists import WRITTEN_OUT, Listed
from evenhand.policy.proof.tables import Reading, read_tables
from evenhand.policy.proof.terms import Formula, Term, all_of, compared, neg
from evenhand.policy.proof.world import World, conditions_of, world_of
from evenhand.policy.tree import SINGLE, Fact

# SQL is set against Python by tests of its own; each takes half a second to compile.
check = partial(proof.check, sql=False)


def of_kind(report: Report, kind: Kind) -> list[Finding]:
    return [finding for finding in report.findings if finding.kind == kind]


def cases(page: Page, count: int, *, seed: int) -> Iterator[dict[str, object]]:
    """Make cases of a page: values at its boundaries and beside them, some unknown."""
    chance = random.Random(seed)  # noqa: S311  # cases, not secrets
    marks = _marks(page)
    for _ in range(count):
        yield {
            fact.name: _value(fact, marks.get(fact.name, []), chance)
            for fact in page.policy.facts
            if not (fact.optional and chance.random() < 0.3)
        }


def _marks(page: Page) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for condition in conditions_of(page.policy):
        for test in condition.tests:
            for operand in operands(test):
                if isinstance(operand, Literal):
                    found.setdefault(condition.fact.name, []).append(operand.value)
    return found


def _value(fact: Fact, marks: list[object], chance: random.Random) -> object:
    if fact.kind is FactKind.LINES:
        least = fact.domain.low if isinstance(fact.domain.low, int) else 0
        return [_line(fact, chance) for _ in range(chance.randint(least, 3))]
    if fact.kind is FactKind.TEXTS:
        words = list(fact.domain.words) or ["a", "b"]
        return chance.sample(words, chance.randint(0, min(2, len(words))))
    if fact.kind in (FactKind.NUMBERS, FactKind.AMOUNTS):
        return [chance.randint(0, 5000) for _ in range(chance.randint(0, 3))]
    return _scalar(fact, marks, chance)


def _line(listed: Fact, chance: random.Random) -> dict[str, object]:
    return {
        field.name: _scalar(field, [], chance)
        for field in listed.fields
        if chance.random() < 0.85
    }


def _scalar(fact: Fact, marks: list[object], chance: random.Random) -> object:
    if fact.kind is FactKind.YES_NO:
        return chance.random() < 0.5
    if fact.kind in (FactKind.ONE_OF, FactKind.TEXT):
        return chance.choice(fact.domain.words or [*map(str, marks), "else"])
    if fact.kind is FactKind.DATE:
        days = chance.choice((0, 1, 14, 30, 59, 370)) + chance.randint(-3, 3)
        return date(2026, 1, 31) + timedelta(days=days)
    low, high = fact.domain.low, fact.domain.high
    near = [m + step for m in marks for step in (-1, 0, 1) if isinstance(m, int)]
    value = chance.choice([*near, chance.randint(0, 90), chance.randint(0, 40_000)])
    value = max(value, low) if isinstance(low, int) else value
    return min(value, high) if isinstance(high, int) else value


class Fixed:
    """A page as formulas in which any fact may be unknown, and one case is stated."""

    def __init__(self, page: Page, *, written_out: bool = True) -> None:
        self.page = page
        self.reading: Reading = read_tables(
            world_of(page.policy, written_out=written_out, missing=page.declared)
        )
        self.solver = z3.Solver()
        self.solver.add(*self.reading.world.sides)

    def allows(self, case: Mapping[str, object], rows: Mapping[str, set[str]]) -> bool:
        """Whether the formulas leave it open that these rows decide the case."""
        self.solver.push()
        try:
            self.solver.add(all_of(_states(self.reading.world, case)))
            self.solver.add(all_of((self.reading.decided, *self._taking(rows))))
            return bool(self.solver.check() == z3.sat)
        finally:
            self.solver.pop()

    def _taking(self, rows: Mapping[str, set[str]]) -> Iterator[Formula]:
        for form in self.reading.tables:
            for row in form.rows:
                taken = row.row.id in rows[form.table.name]
                yield row.taken if taken else neg(row.taken)

    def answer(self, case: Mapping[str, object]) -> dict[str, object] | None:
        """Return what the formulas say of a case: rows by table, and the outcomes.

        None if the case is not decided. Fails if the formulas leave anything open.
        """
        self.solver.push()
        try:
            self.solver.add(all_of(_states(self.reading.world, case)))
            found = self._read(self._exact_model(case))
        finally:
            self.solver.pop()
        return found

    def takes(self, case: Mapping[str, object]) -> bool:
        """Whether the case has lists no longer than are written out."""
        return all(
            len(value) <= WRITTEN_OUT
            for value in case.values()
            if isinstance(value, list | tuple)
        )

    def _exact_model(self, case: Mapping[str, object]) -> z3.ModelRef:
        """Find a model whose months are exact: lemmas are added until they hold."""
        while True:
            assert self.solver.check() == z3.sat, case
            model = self.solver.model()
            lemmas = self.reading.world.calendar.refine(model)
            if all(_true(model, lemma) for lemma in lemmas):
                return model
            self.solver.add(*lemmas)

    def _read(self, model: z3.ModelRef) -> dict[str, object] | None:
        decoder = Decoder(model, self.reading.world.words)
        if not _true(model, self.reading.decided):
            return None
        rows = {
            form.table.name: {
                row.row.id for row in form.rows if _true(model, row.taken)
            }
            for form in self.reading.tables
        }
        outcome = {}
        for form in self.reading.tables:
            for one in form.table.outcomes if form.table.hit in SINGLE else ():
                term = self.reading.world.translator.names[one.name]
                if _true(model, term.known) and not isinstance(term.value, Listed):
                    outcome[one.name] = _shown(decoder, one.kind, term)
        return {"rows": rows, "outcome": outcome}


def _shown(decoder: Decoder, kind: FactKind, term: Term) -> object:
    assert term.den == 1
    return decoder.scalar(kind, z3.IntVal(term.value) if _is_int(term) else term.value)


def _is_int(term: Term) -> bool:
    return isinstance(term.value, int) and not isinstance(term.value, bool)


def _true(model: z3.ModelRef, formula: Formula) -> bool:
    if isinstance(formula, bool):
        return formula
    return bool(z3.is_true(model.eval(formula, model_completion=True)))


def _states(world: World, case: Mapping[str, object]) -> Iterator[Formula]:
    for fact in world.policy.facts:
        term, value = world.facts[fact.name], case.get(fact.name)
        if value is None:
            yield neg(term.known)
            continue
        yield term.known
        if isinstance(term.value, Listed):
            yield from _list_states(world, fact, term.value, value)
        else:
            yield compared("=", term, world.translator.literal(cast(Scalar, value)))


def _list_states(
    world: World, fact: Fact, listed: Listed, value: object
) -> Iterator[Formula]:
    assert isinstance(value, list | tuple)
    yield listed.size == len(value)
    if listed.elements is None and listed.holds and fact.kind is FactKind.TEXTS:
        for word in {*value, *fact.domain.words}:
            held = listed.holds(world.translator.literal(word))
            yield held if word in value else neg(held)
    for given, element in zip(value, listed.elements or (), strict=False):
        fields = given if isinstance(given, dict) else {"": given}
        for name, term in element.items():
            if fields.get(name) is None:
                yield neg(term.known)
            else:
                yield term.known
                yield compared("=", term, world.translator.literal(fields[name]))
