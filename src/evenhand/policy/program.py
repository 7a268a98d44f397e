"""A page made ready to decide: functions beside the tree, built once at load."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evenhand.policy.compiled.checks import Check, Compute, Functions
from evenhand.policy.given import ReadFact, value_reader
from evenhand.policy.kinds import Kind, Value, given_out
from evenhand.policy.marks import Marks, chosen_of, marks_of
from evenhand.policy.nodes import Condition, Expression
from evenhand.policy.sheet import ABSENT
from evenhand.policy.tree import (
    LISTED,
    SINGLE,
    TOTALLED,
    Always,
    Derived,
    Fact,
    Hit,
    Never,
    Policy,
    Row,
    Table,
)

_HOLE = re.compile(r"\{(\w+)\}")
Way = Callable[[Mapping[str, object]], Any]  # to a Decision, or None
Told = tuple[Check, str, str]
Result = tuple[str, Compute, Expression]
Sentence = tuple[str, ...]  # text, name, text, name, … text


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """What a row gives to every case: all results, ABSENT for none; those that are some.

    `told` are the same as they leave the sheet.
    """

    results: Mapping[str, Any]
    given: Mapping[str, Any]
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A row with its functions, cheap to read top down.

    `told` holds, beside each check, the name and the text that a trace shows;
    `unless` the same for each exception. `fixed` is there for a row that gives every
    case the same.
    """

    row: Row
    checks: tuple[Check, ...]
    told: tuple[Told, ...]
    unless: tuple[tuple[Told, ...], ...]
    results: tuple[Result, ...]
    says: tuple[tuple[str, Sentence], ...]
    fixed: Fixed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Deck:
    """A table with its compiled rules; `ranks` orders words for priority.

    The hit policy is said again as flags, which are read for every decision; so is
    whether all rows give every case the same.
    """

    table: Table
    is_first: bool
    is_single: bool
    is_listed: bool
    is_plain: bool
    rules: tuple[Rule, ...]
    ranks: tuple[tuple[str, Mapping[str, int]], ...]


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that a decision runs."""

    readers: tuple[tuple[str, ReadFact], ...]
    blank: Mapping[str, object]  # every name of the page: unknown, constant, ABSENT
    derived: tuple[tuple[Derived, Compute], ...]
    decks: tuple[Deck, ...]
    nevers: tuple[tuple[Never, tuple[Check, ...]], ...]
    always: tuple[tuple[Always, tuple[Check, ...], tuple[Check, ...]], ...]
    functions: Functions
    outcomes: frozenset[str]
    kinds: Mapping[str, Kind]
    marks: Mapping[str, Marks]
    chosen: Mapping[
        str, tuple[Value, ...]
    ]  # what a derived fact can be, if all is written
    rows: int


class Ways:
    """A page's own functions from facts to a decision, written when first used.

    `plain` gives no trace. Of those that do, `traced` is for cases of which every
    fact is known, `gapped` for any. Each gives None where a case must be decided at
    length.
    """

    __slots__ = ("board", "gapped", "plain", "traced")

    def __init__(self) -> None:
        self.board: Any = None  # evaluate.board_of
        self.plain: Way | None = None
        self.traced: Way | None = None
        self.gapped: Way | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page that may decide: its typed tree, its program, the hash of its text."""

    policy: Policy
    program: Program
    page_hash: str = ""
    ways: Ways = field(default_factory=Ways, repr=False, compare=False)

    @property
    def declared(self) -> frozenset[str]:
        """The names of the facts that the page declares."""
        return frozenset(fact.name for fact in self.policy.facts)

    def fact(self, name: str) -> Fact:
        """Return a declared fact by name; KeyError if there is none."""
        return next(fact for fact in self.policy.facts if fact.name == name)


def assemble(policy: Policy, page_hash: str = "") -> Page:
    """Compile a typed tree into a page that can decide."""
    functions = Functions(policy)
    computes = functions.computes(d.expression for d in policy.derived)
    program = Program(
        readers=tuple(
            (f.name, value_reader(f, policy.head.currency)) for f in policy.facts
        ),
        blank=_blank(policy, functions.outcomes),
        derived=tuple(zip(policy.derived, computes, strict=True)),
        decks=_decks(policy, functions),
        nevers=tuple((n, functions.checks(n.conditions)) for n in policy.nevers),
        always=tuple(
            (one, functions.checks(one.when), functions.checks(one.must))
            for one in policy.always
        ),
        functions=functions,
        outcomes=functions.outcomes,
        kinds=_kinds(policy),
        marks=marks_of(policy),
        chosen=chosen_of(policy),
        rows=sum(len(table.rows) for table in policy.tables),
    )
    return Page(policy, program, page_hash)


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


def _decks(policy: Policy, functions: Functions) -> tuple[Deck, ...]:
    """Compile all cells and results of all tables together, then deal them out."""
    rows = [row for table in policy.tables for row in table.rows]
    functions.checks(cell for row in rows for cell in _cells(row))
    functions.computes(expression for row in rows for _, expression in row.results)
    return tuple(_deck(table, functions) for table in policy.tables)


def _cells(row: Row) -> Iterator[Condition]:
    yield from row.conditions
    for group in row.unless:
        yield from group


def _deck(table: Table, functions: Functions) -> Deck:
    ranks = tuple(
        (outcome.name, {word: rank for rank, word in enumerate(outcome.words)})
        for outcome in table.outcomes
        if outcome.words
    )
    rules = tuple(_rule(row, functions) for row in table.rows)
    return Deck(
        table=table,
        is_first=table.hit is Hit.FIRST,
        is_single=table.hit in SINGLE,
        is_listed=table.hit in LISTED,
        is_plain=all(rule.fixed is not None for rule in rules),
        rules=rules,
        ranks=ranks,
    )


def _rule(row: Row, functions: Functions) -> Rule:
    checks = functions.checks(row.conditions)
    computes = functions.computes(expression for _, expression in row.results)
    results = tuple((n, c, e) for (n, e), c in zip(row.results, computes, strict=True))
    return Rule(
        row,
        checks,
        _told(row.conditions, functions),
        tuple(_told(group, functions) for group in row.unless),
        results,
        tuple((lang, tuple(_HOLE.split(text))) for lang, text in row.says.items()),
        _fixed(results),
    )


def _fixed(results: tuple[Result, ...]) -> Fixed | None:
    """Return results that read nothing, computed once; a list is made anew each time."""
    if any(expression.names for _, _, expression in results):
        return None
    values = {name: compute({}) for name, compute, _ in results}
    if any(isinstance(value, list) for value in values.values()):
        return None
    given = {name: value for name, value in values.items() if value is not None}
    return Fixed(
        results={name: given.get(name, ABSENT) for name in values},
        given=given,
        told={name: given_out(value) for name, value in given.items()},
    )


def _told(cells: tuple[Condition, ...], functions: Functions) -> tuple[Told, ...]:
    checks = functions.checks(cells)
    return tuple(
        (c, one.fact.name, one.text) for c, one in zip(checks, cells, strict=True)
    )
