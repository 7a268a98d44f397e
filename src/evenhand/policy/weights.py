"""What a page costs beside its rows: what it reckons, and looks at in lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from evenhand.policy.nodes import Expression, Fold, Node, children
from evenhand.policy.tree import SINGLE, Policy, Row, Table

_NODES_IN_A_ROW = 10  # so many nodes of a fold cost about what reading a row costs
_FOLLOWING = 5  # rows that a node costs which every case computes, in exact fractions


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


def rows_of_reckoning(policy: Policy) -> int:
    """Return what the expressions of a page cost a case, in rows read.

    What follows is computed for every case; of a table that gives one row, its longest.
    """
    found = sum(nodes_of(derived.expression) for derived in policy.derived)
    return _FOLLOWING * found + sum(_given(table) for table in policy.tables)


def _given(table: Table) -> int:
    rows = [_nodes_of_row(row) for row in table.rows]
    return max(rows, default=0) if table.hit in SINGLE else sum(rows)


def _nodes_of_row(row: Row) -> int:
    return sum(nodes_of(expression) for _, expression in row.results)


def nodes_of(expression: Expression) -> int:
    """Count the nodes of an expression; computing one costs about a row read."""
    return _size(expression.root)


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
