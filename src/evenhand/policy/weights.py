"""What lists make a page cost: how much is looked at for each element of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from evenhand.policy.nodes import Expression, Fold, Node, children
from evenhand.policy.tree import Policy

_NODES_IN_A_ROW = 10  # so many nodes of a fold cost about what reading a row costs


def folded_nodes(policy: Policy) -> int:
    """Count the nodes that are computed once for each element of some list."""
    if not any(fact.fields or fact.kind.startswith("list") for fact in policy.facts):
        return 0
    folds = (fold for one in _expressions(policy) for fold in _folds(one.root))
    return sum(
        _size(part) for fold in folds for part in (fold.where, fold.body) if part
    )


def rows_of_lists(folded: int, facts: Mapping[str, object]) -> int:
    """Return what the lists of a case cost a page, in rows read."""
    longest = max((len(v) for v in facts.values() if isinstance(v, tuple)), default=0)
    return folded * longest // _NODES_IN_A_ROW


def _expressions(policy: Policy) -> Iterator[Expression]:
    yield from (derived.expression for derived in policy.derived)
    for table in policy.tables:
        for row in table.rows:
            yield from (expression for _, expression in row.results)


def _folds(root: Node) -> Iterator[Fold]:
    for node in _below(root):
        if isinstance(node, Fold):
            yield node


def _size(root: Node) -> int:
    return sum(1 for _ in _below(root))


def _below(root: Node) -> Iterable[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))
