"""A case with unknown facts tried out: the tree of its answers and where it ends.

`questions` asks it which facts matter, `counterfactual` where other facts would lead.
Tables are read by a board of bits, so that a reading costs little more on a page of
five hundred rows than on one of twenty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evenhand.policy import limits
from evenhand.policy.answers import answers
from evenhand.policy.blockers import blockers
from evenhand.policy.compiled.checks import Compute
from evenhand.policy.errors import Overlap
from evenhand.policy.evaluate import Evaluation, board_of, evaluate, resume
from evenhand.policy.marks import NO_MARKS
from evenhand.policy.nodes import Condition
from evenhand.policy.program import Page
from evenhand.policy.sheet import ABSENT, Sheet
from evenhand.policy.weights import folded_nodes, nodes_of, rows_of_lists

_READING = 20  # what reading any page costs, in rows
_AT_ONCE = 8  # rows that a board reads for the price of one
_NODES = 2  # of an expression that are computed for the price of a row
_POINTS = 40  # whole cases from which a witness is looked for


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


class Explorer:
    """Reads a page again and again, each time with some facts assumed."""

    __slots__ = (
        "_answers",
        "board",
        "budget",
        "cost",
        "following",
        "page",
        "sheet",
    )

    def __init__(self, page: Page, sheet: Sheet, budget: Budget) -> None:
        self.page = page
        self.sheet = sheet
        self.budget = budget
        self.board = board_of(page)
        self.cost = _READING + page.program.rows // _AT_ONCE
        self.cost += rows_of_lists(folded_nodes(page.policy), sheet)
        self.following = tuple(_following(page))
        self._answers: dict[str, Mapping[Any, int]] = {}

    def tree(
        self,
        assumed: dict[str, object],
        known: Evaluation | None = None,
        before: Evaluation | None = None,
    ) -> Tree:
        """Split until nothing unknown matters; `before` is the reading one fact ago."""
        try:
            found = known or self.read(assumed, before)
        except Overlap as overlap:
            return Leaf((overlap.table, overlap.rows), None, fault=overlap)
        if found.stuck is None:
            return _leaf(found)
        name = first_unknown(found, self.page.program.outcomes)
        if name is None:
            return _leaf(found)
        below: dict[object, Tree] = {
            answer: self.tree({**assumed, name: answer}, before=found)
            for answer in self.answers(name, found.sheet)
        }
        return Split(name, below)

    def answers(self, name: str, sheet: Sheet) -> Mapping[Any, int]:
        """Return the answers to a fact that the page can tell apart.

        With each, how many of the values on and beside the page's boundaries it is.
        """
        if name not in self._answers:
            tried = answers(self.page, name, sheet)
            apart = self.board.told_apart(name, tried)
            if self.page.program.marks.get(name, NO_MARKS).linked:
                return apart  # what it is compared with may be assumed too
            self._answers[name] = apart
        return self._answers[name]

    def answers_of(self, name: str) -> list[Any]:
        """Return every value on and beside the boundaries of a fact."""
        return answers(self.page, name, self.sheet)

    def read(
        self, assumed: Mapping[str, object], before: Evaluation | None = None
    ) -> Evaluation:
        """Read the tables as if these facts were known.

        `before` is a reading with all of them but unknown ones; what it settled is not
        read again, though it is counted.
        """
        program = self.page.program
        self.budget.spend(self.cost)
        if before is not None:
            found = resume(before, self._with(before.sheet, assumed), self.board)
            if found is not None:
                return found
        sheet = {**self.sheet, **assumed}
        for name in program.outcomes:
            sheet[name] = ABSENT
        self._follow(sheet, assumed)
        return evaluate(program, sheet, board=self.board)

    def _with(self, known: Sheet, assumed: Mapping[str, object]) -> Sheet:
        sheet = {**known, **assumed}
        self._follow(sheet, assumed)
        return sheet

    def _follow(self, sheet: Sheet, assumed: Mapping[str, object]) -> None:
        """Compute what follows from the assumed facts."""
        for name, sources, compute, cost in self.following:
            if name not in assumed and not sources.isdisjoint(assumed):
                self.budget.spend(cost)
                sheet[name] = compute(sheet)

    def key(self, assumed: Mapping[str, object]) -> tuple[object, Evaluation | None]:
        """Return what a reading comes to, and the reading; none where rows collide."""
        try:
            found = self.read(assumed)
        except Overlap as overlap:
            return (overlap.table, overlap.rows), None
        return _leaf(found).key, found

    def best_first(self, names: list[str]) -> list[str]:
        """Put first the fact most of whose answers settle the case at once.

        Of those alike, the one that leaves the fewest rows. What follows from several
        unknown facts settles so much less for each. Where trying every answer
        would take a good part of the budget, only the rows left count.
        """
        if len(names) < 2:
            return names
        tried = sum(len(self.answers(name, self.sheet)) for name in names)
        cheap = 4 * tried * self.cost <= self.budget.left
        ranks = {name: self._rank(name, cheap=cheap) for name in names}
        return sorted(names, key=lambda name: ranks[name])

    def _rank(self, name: str, *, cheap: bool) -> tuple[float, float]:
        """Rank a name; one that waits for several facts takes as many answers."""
        waits = self._waits_for(name)
        settled = self._settled(name) / waits if cheap else 0
        return -settled, self.left(name) * waits

    def _waits_for(self, name: str) -> int:
        for derived, _ in self.page.program.derived:
            if derived.name == name:
                root = derived.expression.root
                return max(1, len(set(blockers(self.page.program, root, self.sheet))))
        return 1

    def _settled(self, name: str) -> float:
        tried = self.answers(name, self.sheet)
        settled = 0
        for answer, many in tried.items():
            try:
                settled += many * self.read({name: answer}).decided
            except Overlap:
                settled += many
        return settled / max(1, sum(tried.values()))

    def left(self, name: str) -> float:
        """Return how many rows an answer leaves, on an average."""
        tried = self.answers(name, self.sheet)
        left = 0
        for deck in self.page.program.decks:
            grid = self.board.grids[id(deck)]
            failed, _ = grid.standing(self.sheet)
            for answer, many in tried.items():
                out = failed | grid.masks(name, answer)[0]
                left += many * (len(deck.rules) - out.bit_count())
        return left / max(1, sum(tried.values()))


def _following(page: Page) -> Iterator[tuple[str, frozenset[str], Compute, int]]:
    """Give each derived fact with all that it follows from, in their order.

    The last is what it costs to compute, in rows.
    """
    sources: dict[str, frozenset[str]] = {}
    for derived, compute in page.program.derived:
        names = frozenset(derived.expression.names)
        below = (sources[name] for name in names if name in sources)
        sources[derived.name] = names.union(*below)
        cost = nodes_of(derived.expression) // _NODES
        yield derived.name, sources[derived.name], compute, cost


def witnessed(explorer: Explorer, names: list[str]) -> list[str]:
    """Return the facts for which two whole cases were found that end differently.

    For pages too wide for the tree of all answers. Each fact that comes back can change
    the result, as two cases that differ in nothing else show. One that does not may
    still matter after another answer; then it is asked for later. The fact that leaves
    the fewest rows open comes first.
    """
    names = explorer.best_first(names)
    found: dict[str, None] = {}
    try:
        for case in _points(explorer, [*names, *_later(explorer, names)]):
            _flip(explorer, case, names, found)
            if len(found) == len(names):
                break
    except TooWide:
        pass
    return [name for name in names if name in found] or names


def _later(explorer: Explorer, names: list[str]) -> Iterator[str]:
    """Give the unknown names that other tables read."""
    outcomes = explorer.page.program.outcomes
    read = dict.fromkeys(name for name in explorer.page.program.marks)
    for name in read:
        unknown = name not in outcomes and explorer.sheet.get(name) is None
        if unknown and name not in names:
            yield name


def _points(explorer: Explorer, names: list[str]) -> Iterator[dict[str, Any]]:
    """Give whole cases scattered over the answers, the same ones each time."""
    tried = {name: [*explorer.answers(name, explorer.sheet)] for name in names}
    place = 1
    for _ in range(_POINTS):
        case = {}
        for name, values in tried.items():
            place = (place * 48_271) % 2_147_483_647  # Park and Miller's sequence
            if values:
                case[name] = values[place % len(values)]
        yield case


def _flip(
    explorer: Explorer,
    case: dict[str, Any],
    names: list[str],
    found: dict[str, None],
) -> None:
    """Change one fact of a case at a time; note those that change its end."""
    key, reading = explorer.key(case)
    for name in _read_by_match(reading) or names:
        if name in found or name not in case:
            continue
        for answer in explorer.answers(name, explorer.sheet):
            if answer != case[name] and explorer.key({**case, name: answer})[0] != key:
                found[name] = None
                break


def _read_by_match(found: Evaluation | None) -> Iterable[str]:
    """Return the names that the rows taken read: what a change is felt by first."""
    if found is None:
        return ()
    rows = [rule.row for _, taken in found.picks for rule in taken]
    rows += [found.stuck[1].row] if found.stuck else []
    names = [name for row in rows for cell in row.conditions for name in cell.names]
    return dict.fromkeys([*names, *found.pending])


def first_unknown(found: Evaluation, outcomes: frozenset[str]) -> str | None:
    """Return the unknown fact at which the reading stopped, unless it is a result."""
    for condition in _open_conditions(found):
        for name in condition.names:
            if found.sheet[name] is None and name not in outcomes:
                return name
    return None


def _open_conditions(found: Evaluation) -> Iterator[Condition]:
    if found.stuck is None:
        return
    rule = found.stuck[1]
    pairs = [*zip(rule.row.conditions, rule.checks, strict=True)]
    for group, told in zip(rule.row.unless, rule.unless, strict=True):
        pairs += zip(group, (check for check, _, _ in told), strict=True)
    for condition, check in pairs:
        if check(found.sheet) is None:
            yield condition


def _leaf(found: Evaluation) -> Leaf:
    """End the tree here: decided, or waiting for facts that a result needs.

    What waits is told apart by how it will be computed, as it has no value yet.
    """
    pending = tuple(found.pending)
    outcome = found.outcome
    if not pending:
        return Leaf((found.rule is not None, outcome), found)
    return Leaf((tuple(found.waiting), outcome), found, pending)
