"""A page made ready to decide: closures beside the tree, built once at load."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evenhand.policy.closures import ABSENT, Check, Compute, check_of, compute_of
from evenhand.policy.given import ReadFact, value_reader
from evenhand.policy.kinds import Kind
from evenhand.policy.marks import Marks, marks_of
from evenhand.policy.nodes import Condition, Expression
from evenhand.policy.tree import (
    LISTED,
    SINGLE,
    TOTALLED,
    Fact,
    Hit,
    Never,
    Policy,
    Row,
    Table,
)

_HOLE = re.compile(r"\{(\w+)\}")
Sentence = tuple[str, ...]  # text, name, text, name, … text


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A row with its closures, cheap to read top down.

    `told` holds, beside each check, the name and the text that a trace shows.
    """

    row: Row
    checks: tuple[Check, ...]
    told: tuple[tuple[Check, str, str], ...]
    results: tuple[tuple[str, Compute, Expression], ...]
    says: tuple[tuple[str, Sentence], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Deck:
    """A table with its compiled rules; `ranks` orders words for priority.

    The hit policy is said again as flags, which are read for every decision.
    """

    table: Table
    is_first: bool
    is_single: bool
    is_listed: bool
    rules: tuple[Rule, ...]
    ranks: tuple[tuple[str, Mapping[str, int]], ...]


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that a decision runs."""

    readers: tuple[tuple[str, ReadFact], ...]
    blank: Mapping[str, object]  # every name of the page: unknown, constant, ABSENT
    derived: tuple[tuple[str, Compute, Expression], ...]
    decks: tuple[Deck, ...]
    nevers: tuple[tuple[Never, tuple[Check, ...]], ...]
    outcomes: frozenset[str]
    kinds: Mapping[str, Kind]
    marks: Mapping[str, Marks]
    rows: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page that may decide: its typed tree, its program, the hash of its text."""

    policy: Policy
    program: Program
    page_hash: str = ""

    @property
    def declared(self) -> frozenset[str]:
        """The names of the facts that the page declares."""
        return frozenset(fact.name for fact in self.policy.facts)

    def fact(self, name: str) -> Fact:
        """Return a declared fact by name; KeyError if there is none."""
        return next(fact for fact in self.policy.facts if fact.name == name)


def assemble(policy: Policy, page_hash: str = "") -> Page:
    """Compile a typed tree into a page that can decide."""
    outcomes = frozenset(_outcome_names(policy.tables))
    rounding = policy.head.rounding
    program = Program(
        readers=tuple(
            (f.name, value_reader(f, policy.head.currency)) for f in policy.facts
        ),
        blank=_blank(policy, outcomes),
        derived=tuple(
            (d.name, compute_of(d.expression, rounding), d.expression)
            for d in policy.derived
        ),
        decks=tuple(_deck(table, outcomes, policy) for table in policy.tables),
        nevers=tuple((n, _checks(n.conditions, outcomes)) for n in policy.nevers),
        outcomes=outcomes,
        kinds=_kinds(policy),
        marks=marks_of(policy),
        rows=sum(len(table.rows) for table in policy.tables),
    )
    return Page(policy, program, page_hash)


def _outcome_names(tables: Iterable[Table]) -> Iterable[str]:
    for table in tables:
        if table.hit in SINGLE:
            yield from (outcome.name for outcome in table.outcomes)
        elif table.hit in TOTALLED:
            yield table.name


def _blank(policy: Policy, outcomes: frozenset[str]) -> dict[str, object]:
    sheet: dict[str, object] = {fact.name: None for fact in policy.facts}
    sheet.update((value.name, value.value) for value in policy.values)
    sheet.update((derived.name, None) for derived in policy.derived)
    sheet.update((name, ABSENT) for name in outcomes)
    return sheet


def _kinds(policy: Policy) -> dict[str, Kind]:
    kinds = {
        outcome.name: outcome.kind
        for table in policy.tables
        for outcome in table.outcomes
    }
    for table in policy.tables:
        if table.hit in TOTALLED:
            count = table.hit is Hit.COUNT
            kinds[table.name] = Kind.WHOLE if count else table.outcomes[0].kind
    kinds.update((one.name, one.expression.kind) for one in policy.derived)
    kinds.update((value.name, value.kind) for value in policy.values)
    kinds.update((fact.name, fact.kind) for fact in policy.facts)
    return kinds


def _deck(table: Table, outcomes: frozenset[str], policy: Policy) -> Deck:
    rules = tuple(_rule(row, outcomes, policy) for row in table.rows)
    ranks = tuple(
        (outcome.name, {word: rank for rank, word in enumerate(outcome.words)})
        for outcome in table.outcomes
        if outcome.words
    )
    return Deck(
        table=table,
        is_first=table.hit is Hit.FIRST,
        is_single=table.hit in SINGLE,
        is_listed=table.hit in LISTED,
        rules=rules,
        ranks=ranks,
    )


def _rule(row: Row, outcomes: frozenset[str], policy: Policy) -> Rule:
    rounding = policy.head.rounding
    checks = _checks(row.conditions, outcomes)
    told = zip(checks, row.conditions, strict=True)
    return Rule(
        row,
        checks,
        tuple((check, one.fact.name, one.text) for check, one in told),
        tuple((name, compute_of(e, rounding), e) for name, e in row.results),
        tuple((lang, tuple(_HOLE.split(text))) for lang, text in row.says.items()),
    )


def _checks(
    conditions: Iterable[Condition], outcomes: frozenset[str]
) -> tuple[Check, ...]:
    return tuple(check_of(condition, outcomes) for condition in conditions)
