"""Cells and expressions of a page as functions of its sheet, compiled when first asked.

A check gives True, False or None (unknown, Kleene's third value); a computation gives
a value or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from evenhand.policy.compiled.cells import condition
from evenhand.policy.compiled.expressions import computed, node
from evenhand.policy.compiled.writer import Objects, Writer, run
from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import Condition, Expression, Node
from evenhand.policy.sheet import Sheet
from evenhand.policy.tree import SINGLE, TOTALLED, Policy

Check = Callable[[Sheet], bool | None]
Compute = Callable[[Sheet], Any]
Body = Callable[[Writer], str]  # writes lines, returns the result's source


class Functions:
    """The functions of one page, each compiled once; equal cells share one."""

    __slots__ = (
        "_absent",
        "_checks",
        "_computes",
        "_floats",
        "_names",
        "_nodes",
        "_places",
        "_policy",
        "outcomes",
    )

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.outcomes = frozenset(outcome_names(policy))
        self._names = {name: f"x{n}" for n, name in enumerate(names_of(policy))}
        self._checks: dict[Condition, Check] = {}
        self._computes: dict[Expression, Compute] = {}
        self._absent = frozenset(self._names[name] for name in self.outcomes)
        numbers = [one.name for one in policy.facts if one.kind is Kind.NUMBER]
        numbers += [one.name for one in policy.values if one.kind is Kind.NUMBER]
        self._floats = frozenset(self._names[name] for name in numbers)
        self._places = places_of(policy)
        self._nodes: dict[int, tuple[Node, Compute]] = {}

    def checks(self, conditions: Iterable[Condition]) -> tuple[Check, ...]:
        """Return the checks of these cells; those not yet compiled, all at once."""
        wanted = tuple(conditions)
        new = [one for one in dict.fromkeys(wanted) if one not in self._checks]
        made = self._compiled(partial(_check, cell=one) for one in new)
        self._checks.update(zip(new, made, strict=True))
        return tuple(self._checks[one] for one in wanted)

    def computes(self, expressions: Iterable[Expression]) -> tuple[Compute, ...]:
        """Return what computes these expressions, finished for their kinds."""
        wanted = tuple(expressions)
        new = [one for one in dict.fromkeys(wanted) if one not in self._computes]
        how = self._policy.head.rounding
        made = self._compiled(
            partial(computed, expression=one, rounding=how) for one in new
        )
        self._computes.update(zip(new, made, strict=True))
        return tuple(self._computes[one] for one in wanted)

    def value(self, root: Node, sheet: Sheet) -> Any:
        """Compute one node, not rounded; None if what it needs is unknown."""
        known = self._nodes.get(id(root))
        if known is None:
            (made,) = self._compiled([partial(_value, root=root)])
            known = self._nodes[id(root)] = (root, made)  # keeps the node and its id
        return known[1](sheet)

    def _compiled(self, bodies: Iterable[Body]) -> list[Compute]:
        """Compile one function of the sheet for each body."""
        objects = Objects()
        made = [self._function(objects, body) for body in bodies]
        if not made:
            return []
        space = run("\n".join(text for _, text in made), objects)
        return [space[name] for name, _ in made]

    def _function(self, objects: Objects, body: Body) -> tuple[str, str]:
        writer = Writer(
            objects,
            self._names,
            absent=self._absent,
            floats=self._floats,
            fields=self._places,
        )
        result = body(writer)
        name = objects.fresh("g")
        loads = [
            f"    {variable} = s[{objects.add(word)}]"
            for word, variable in writer.used.items()
        ]
        last = f"    return {result}"
        return name, "\n".join([f"def {name}(s):", *loads, *writer.lines, last])


def _check(writer: Writer, *, cell: Condition) -> str:
    return condition(writer, cell).three_valued


def _value(writer: Writer, *, root: Node) -> str:
    return node(writer, root).three_valued


def names_of(policy: Policy) -> tuple[str, ...]:
    """Return every name of the page: facts, values, derived facts, outcomes."""
    found = [fact.name for fact in policy.facts]
    found += [value.name for value in policy.values]
    found += [derived.name for derived in policy.derived]
    return tuple(dict.fromkeys([*found, *outcome_names(policy)]))


def outcome_names(policy: Policy) -> tuple[str, ...]:
    """Return the names that tables give, for tables after them."""
    found: list[str] = []
    for table in policy.tables:
        if table.hit in SINGLE:
            found += [outcome.name for outcome in table.outcomes]
        elif table.hit in TOTALLED:
            found.append(table.name)
    return tuple(dict.fromkeys(found))


def places_of(policy: Policy) -> Mapping[str, Mapping[str, int]]:
    """Return, for each list of order lines, where a line holds each field."""
    return {
        fact.name: {field.name: n for n, field in enumerate(fact.fields)}
        for fact in policy.facts
        if fact.fields
    }
