"""The values that a page compares each fact with, found once when it is loaded.

And those that a derived fact chooses among, where the page writes all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from evenhand.policy.kinds import Value, exact
from evenhand.policy.nodes import Choice, Condition, Literal, Node, operands
from evenhand.policy.tree import Policy


@dataclass(frozen=True, slots=True)
class Marks:
    """For one fact: the values written beside it, and the names compared with it.

    Facts that are compared with each other share their values, so that two unknown
    ones find room on every side of every boundary.
    """

    values: frozenset[Value]
    linked: frozenset[str]


NO_MARKS = Marks(frozenset(), frozenset())


def marks_of(policy: Policy) -> Mapping[str, Marks]:
    """Gather the marks of every name that a rule of the page tests."""
    groups: dict[str, set[str]] = {}
    values: dict[str, set[Value]] = {}
    for condition in _conditions(policy):
        group = _joined(condition.names, groups)
        if groups.get(condition.fact.name) is not group:
            groups.update(dict.fromkeys(group, group))
        values.setdefault(condition.fact.name, set()).update(_literals(condition))
    found: dict[str, Marks] = {}
    for name, group in groups.items():
        if name not in found:
            shared = frozenset[Value]().union(*(values.get(one, ()) for one in group))
            found |= {one: Marks(shared, frozenset(group - {one})) for one in group}
    return found


def _conditions(policy: Policy) -> Iterator[Condition]:
    for table in policy.tables:
        for row in table.rows:
            yield from row.conditions


def _joined(names: tuple[str, ...], groups: Mapping[str, set[str]]) -> set[str]:
    """Return the group of these names; the same set object if nothing is new."""
    known = groups.get(names[0])
    if known and known.issuperset(names):
        return known
    return set(names).union(*(groups.get(name, ()) for name in names))


def _literals(condition: Condition) -> Iterator[Value]:
    for test in condition.tests:
        for operand in operands(test):
            if isinstance(operand, Literal):
                yield operand.value


def chosen_of(policy: Policy) -> Mapping[str, tuple[Value, ...]]:
    """Give each derived fact that chooses among written values, as one by date does."""
    found = {}
    for derived in policy.derived:
        ends = list(_ends(derived.expression.root))
        written = [_exact(end.value) for end in ends if isinstance(end, Literal)]
        if len(written) == len(ends):
            found[derived.name] = tuple(dict.fromkeys(written))
    return found


def _ends(root: Node) -> Iterator[Node]:
    """Give what `test ? yes : no` may come to, however many stand in each other."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Choice):
            waiting += [node.yes, node.no]
        else:
            yield node


def _exact(value: Value) -> Value:
    return cast(Value, exact(value)) if isinstance(value, float) else value
