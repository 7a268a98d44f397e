"""A list that an expression writes out, taken apart into nodes that need no list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal as OneOf

from evenhand.policy.errors import Misread
from evenhand.policy.nodes import Binary, Choice, Literal, Logic, Node, Not
from evenhand.policy.saying import _

_PAIRWISE = 20  # elements of a written list of which just one may hold


def both(first: Node | None, second: Node) -> Node:
    """Return the node for both tests; the first may be missing."""
    return second if first is None else Logic("and", first, second)


def or_nothing(node: Node, where: Node | None, nothing: int) -> Node:
    """Return a value, or nothing where its test does not hold."""
    return node if where is None else Choice(where, node, Literal(nothing))


def summed(terms: Sequence[Node]) -> Node:
    """Return the sum of one or more nodes."""
    return _balanced(terms, lambda left, right: Binary("+", left, right))


def joined(word: OneOf["and", "or"], tests: Sequence[Node]) -> Node:
    """Join tests by a word: of none `and` holds, `or` does not."""
    if not tests:
        return Literal(word == "and")
    return _balanced(tests, lambda left, right: Logic(word, left, right))


def _balanced(nodes: Sequence[Node], join: Callable[[Node, Node], Node]) -> Node:
    """Join many nodes as a tree that is as flat as it can be."""
    level = list(nodes)
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [join(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0]


Tests = list[tuple[Node, Node | None]]


def _any_of(tests: Tests, _offset: int) -> Node:
    return joined("or", [both(where, test) for test, where in tests])


def _all_of(tests: Tests, _offset: int) -> Node:
    return joined(
        "and",
        [
            test if where is None else Logic("or", Not(where), test)
            for test, where in tests
        ],
    )


def _one_of(tests: Tests, offset: int) -> Node:
    """One holds and none of the others: unknown only while that is open."""
    if len(tests) > _PAIRWISE:
        form = _("look through a list that is a fact")
        raise Misread(
            offset,
            _("exists_one of more than {pairwise} written values", pairwise=_PAIRWISE),
            form,
        )
    held = [both(where, test) for test, where in tests]
    return joined(
        "or",
        [
            Logic("and", one, Not(joined("or", [*held[:at], *held[at + 1 :]])))
            for at, one in enumerate(held)
        ],
    )


TOGETHER: Mapping[str, Callable[[Tests, int], Node]] = {
    "exists": _any_of,
    "all": _all_of,
    "exists_one": _one_of,
}
