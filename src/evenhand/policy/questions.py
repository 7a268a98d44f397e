"""Which questions are worth asking: those whose answer can change the result.

An unknown fact splits the case: for each answer that the page can tell apart, the
tables are read again, until nothing unknown matters. The result is a tree of facts
and answers. If all its leaves agree the case is decided although facts are missing.
If not, a fact is asked only where two of its answers lead to different results.

The answers tried for a number are the boundaries written on the page and one value
on each side of them. A derived fact that is unknown is split by itself, as if it
were free; its own facts are then asked. Both can only make the tree larger than
life: a decision called certain is certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evenhand.policy import limits
from evenhand.policy.answers import answers
from evenhand.policy.errors import Overlap
from evenhand.policy.evaluate import (
    Evaluation,
    blockers,
    derive,
    evaluate,
    matches,
)
from evenhand.policy.nodes import Condition
from evenhand.policy.program import Page
from evenhand.policy.sheet import Sheet
from evenhand.policy.traces import Question


class TooWide(Exception):
    """The tree of answers grew past the work that a decision may cost."""


class Budget:
    """Rows that may still be read; TooWide when they are used up."""

    __slots__ = ("left",)

    def __init__(self, rows: int = limits.ROWS_READ_FOR_QUESTIONS) -> None:
        self.left = rows

    def spend(self, rows: int) -> None:
        """Use so many rows."""
        self.left -= rows
        if self.left < 0:
            raise TooWide


@dataclass(frozen=True, slots=True)
class Leaf:
    """An end of the tree: what the result is compared by, and how it came about."""

    key: object
    evaluation: Evaluation | None
    pending: tuple[str, ...] = ()
    fault: Overlap | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """An unknown fact and the tree below each of its answers."""

    fact: str
    below: Mapping[object, Leaf | Split]


Tree = Leaf | Split


@dataclass(frozen=True, slots=True)
class Study:
    """Either `agreed`, the common result of every completion, or facts to ask for."""

    agreed: tuple[Evaluation, ...]
    facts: tuple[str, ...]


def study(page: Page, sheet: Sheet, stuck: Evaluation, budget: Budget) -> Study:
    """Find out whether the unknown facts matter, and which of them.

    Raises Overlap if rows collide whatever the answers are.
    """
    explorer = _Explorer(page, sheet, budget)
    try:
        tree = explorer.tree({}, stuck)
        if isinstance(tree, Split) and not _differs(tree, budget):
            return Study(tuple(_evaluations(tree)), ())
        names = list(dict.fromkeys(_deciding(tree, budget)))
        names = explorer.best_first(names)
    except TooWide:
        names = _unknown_in(stuck)
    return Study((), tuple(dict.fromkeys(_askable(page, sheet, names))))


class _Explorer:
    __slots__ = ("budget", "page", "sheet")

    def __init__(self, page: Page, sheet: Sheet, budget: Budget) -> None:
        self.page = page
        self.sheet = sheet
        self.budget = budget

    def tree(self, assumed: dict[str, object], known: Evaluation | None = None) -> Tree:
        """Split until nothing unknown matters."""
        try:
            found = known or self.read(assumed)
        except Overlap as overlap:
            return Leaf((overlap.table, overlap.rows), None, fault=overlap)
        if found.stuck is None:
            return _leaf(found)
        name = _first_unknown(found, self.page.program.outcomes)
        if name is None:
            return _leaf(found)
        below: dict[object, Tree] = {
            answer: self.tree({**assumed, name: answer})
            for answer in answers(self.page, name, found.sheet)
        }
        return Split(name, below)

    def read(self, assumed: Mapping[str, object]) -> Evaluation:
        """Read the tables as if these facts were known."""
        program = self.page.program
        self.budget.spend(program.rows + 1)
        sheet = {**self.sheet, **assumed}
        for name in program.outcomes:
            sheet[name] = program.blank[name]
        derive(program, sheet, assumed)
        return evaluate(program, sheet)

    def best_first(self, names: list[str]) -> list[str]:
        """Put first the fact most of whose answers settle the case at once."""
        if len(names) < 2:
            return names
        shares = {name: self._settled(name) for name in names}
        return sorted(names, key=lambda name: -shares[name])

    def _settled(self, name: str) -> float:
        tried = answers(self.page, name, self.sheet)
        settled = 0
        for answer in tried:
            try:
                settled += self.read({name: answer}).decided
            except Overlap:
                settled += 1
        return settled / max(1, len(tried))


def _first_unknown(found: Evaluation, outcomes: frozenset[str]) -> str | None:
    """Return the unknown fact at which the reading stopped, unless it is a result."""
    for condition in _open_conditions(found):
        for name in condition.names:
            if found.sheet[name] is None and name not in outcomes:
                return name
    return None


def _open_conditions(found: Evaluation) -> Iterator[Condition]:
    if found.stuck is None:
        return
    row = found.stuck[1].row
    cells = [*row.conditions, *(cell for group in row.unless for cell in group)]
    checks = found.program.functions.checks(cells)
    for condition, check in zip(cells, checks, strict=True):
        if check(found.sheet) is None:
            yield condition


def _leaf(found: Evaluation) -> Leaf:
    """End the tree here: decided, or waiting for facts that a result needs.

    What waits is told apart by how it will be computed, as it has no value yet.
    """
    pending = tuple(found.pending)
    outcome = _frozen(found.outcome)
    if not pending:
        return Leaf((found.rule is not None, outcome), found)
    return Leaf((tuple(found.waiting), outcome), found, pending)


def _frozen(value: object) -> object:
    if isinstance(value, dict):
        return tuple(sorted((name, _frozen(inner)) for name, inner in value.items()))
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value


def _evaluations(tree: Tree) -> Iterator[Evaluation]:
    if isinstance(tree, Split):
        for below in tree.below.values():
            yield from _evaluations(below)
    elif tree.fault:
        raise tree.fault
    elif tree.evaluation:
        yield tree.evaluation


def _differs(tree: Tree, budget: Budget) -> bool:
    """Tell whether any two leaves differ; a leaf that waits always does."""
    keys = []
    waiting = [tree]
    while waiting:
        budget.spend(1)
        one = waiting.pop()
        if isinstance(one, Split):
            waiting.extend(one.below.values())
        elif one.pending:
            return True
        else:
            keys.append(one.key)
    return any(key != keys[0] for key in keys)


def _deciding(tree: Tree, budget: Budget) -> Iterator[str]:
    """Give each fact of which two answers lead to different results, top first."""
    if isinstance(tree, Leaf):
        yield from tree.pending
        return
    below = list(tree.below.values())
    if any(_unlike(below[0], other, budget) for other in below[1:]):
        yield tree.fact
    for one in below:
        yield from _deciding(one, budget)


def _unlike(one: Tree, other: Tree, budget: Budget) -> bool:
    """Tell whether two trees give different results for some answers."""
    budget.spend(1)
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        return one.key != other.key
    split = one if isinstance(one, Split) else other
    if not isinstance(split, Split):
        return False
    return any(
        _unlike(_given(one, split.fact, a), _given(other, split.fact, a), budget)
        for a in split.below
    )


def _given(tree: Tree, fact: str, answer: object) -> Tree:
    """Return the tree that is left when a fact has this answer."""
    if isinstance(tree, Leaf):
        return tree
    if tree.fact == fact:
        return tree.below.get(answer, tree)
    below = {a: _given(inner, fact, answer) for a, inner in tree.below.items()}
    return Split(tree.fact, below)


def _unknown_in(stuck: Evaluation) -> list[str]:
    """Without the tree: every unknown fact of the rows that may still match."""
    names = list(stuck.pending)
    if stuck.stuck is None:
        return names
    for rule in stuck.stuck[0].rules:
        held = matches(rule, stuck.sheet)
        if held is False:
            continue
        cells = [*rule.row.conditions, *(c for group in rule.row.unless for c in group)]
        names += [n for cell in cells for n in cell.names if stuck.sheet[n] is None]
        if held:
            break
    return names


def _askable(page: Page, sheet: Sheet, names: list[str]) -> Iterator[str]:
    """Replace a derived fact by the unknown facts that it is derived from."""
    sources = {one.name: one.expression.root for one, _ in page.program.derived}
    for name in names:
        if name in sources:
            below = blockers(page.program, sources[name], sheet)
            yield from _askable(page, sheet, below)
        elif name in page.declared:
            yield name


def question(page: Page, name: str) -> Question:
    """Return how to ask for a fact; the page's own language stands under its code."""
    fact = page.fact(name)
    own = page.policy.head.language
    return Question(
        fact=name,
        kind=fact.kind,
        asks={language or own: text for language, text in fact.asks.items()},
        choices=fact.domain.words,
        label=fact.label,
        low=fact.domain.low,
        high=fact.domain.high,
    )
