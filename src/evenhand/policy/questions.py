"""Which questions are worth asking: those whose answer can change the result.

An unknown fact splits the case: for each answer that the page can tell apart, the
tables are read again, until nothing unknown matters. The result is a tree of facts
and answers. If all its leaves agree the case is decided although facts are missing.
If not, a fact is asked only where two of its answers lead to different results.

The answers tried for a number are the boundaries written on the page and one value
on each side of them. A derived fact that is unknown is split by itself, as if it
were free, or by the values that it chooses among if all of them are written on the
page; its own facts are then asked. Both can only make the tree larger than life: a
decision called certain is certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evenhand.policy.blockers import blockers
from evenhand.policy.evaluate import Evaluation, board_of
from evenhand.policy.exploring import (
    Budget,
    Explorer,
    Leaf,
    Split,
    TooWide,
    Tree,
    witnessed,
)
from evenhand.policy.program import Page
from evenhand.policy.sheet import Sheet
from evenhand.policy.traces import Question


@dataclass(frozen=True, slots=True)
class Study:
    """Either `agreed`, the common result of every completion, or facts to ask for."""

    agreed: tuple[Evaluation, ...]
    facts: tuple[str, ...]


def study(page: Page, sheet: Sheet, stuck: Evaluation, budget: Budget) -> Study:
    """Find out whether the unknown facts matter, and which of them.

    Raises Overlap if rows collide whatever the answers are.
    """
    explorer = Explorer(page, sheet, budget)
    try:
        tree = explorer.tree({}, stuck)
        if isinstance(tree, Split) and not _differs(tree, budget):
            return Study(tuple(_evaluations(tree)), ())
        names = explorer.best_first(list(dict.fromkeys(_deciding(tree, budget))))
    except TooWide:
        names = witnessed(Explorer(page, sheet, Budget()), _unknown_in(page, stuck))
    return Study((), tuple(_askable(page, sheet, names)))


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


def _unknown_in(page: Page, stuck: Evaluation) -> list[str]:
    """Without the tree: every unknown fact of the rows that may still match."""
    names = list(stuck.pending)
    if stuck.stuck is None:
        return names
    grid = board_of(page).grids[id(stuck.stuck[0])]
    outcomes = page.program.outcomes
    unknown = (name for name in grid.unknown(stuck.sheet) if name not in outcomes)
    return list(dict.fromkeys([*names, *unknown]))


def _askable(page: Page, sheet: Sheet, names: Iterable[str]) -> Iterator[str]:
    """Replace a derived fact by the unknown facts that it is derived from.

    One that no unknown fact holds up (the least of an empty list) has its facts asked
    for again: only other answers can give it a value. Each is looked into once, however
    many others follow from it.
    """
    sources = {one.name: one.expression for one, _ in page.program.derived}
    seen: set[str] = set()
    waiting = list(names)[::-1]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in sources:
            expression = sources[name]
            below = blockers(page.program, expression.root, sheet)
            waiting.extend(reversed(list(below or expression.names)))
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
        words=_said(page.policy.head.words, fact.domain.words),
    )


def _said(
    words: Mapping[str, Mapping[str, str]], choices: tuple[str, ...]
) -> Mapping[str, Mapping[str, str]]:
    """Return of each language the words that may be chosen."""
    if not words or not choices:
        return {}
    return {
        language: {word: said[word] for word in choices if word in said}
        for language, said in words.items()
    }
