"""What a page declares and never uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evenhand.policy.nodes import Condition, Expression, Fold, Item, Node, children
from evenhand.policy.program import Page
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.proof.world import conditions_of
from evenhand.policy.saying import _
from evenhand.policy.tree import Policy

_NAME = re.compile(r"[^\W\d]\w*")


def unused(page: Page) -> Iterator[Finding]:
    """Give the facts, fields, derived facts and values that nothing on the page uses."""
    used = _used(page.policy)
    for what, name in _declared(page.policy):
        if name not in used:
            yield Finding(
                kind=Kind.UNUSED,
                what=_(
                    "The {what} {name} is used by no row, expression or sentence.",
                    what=what,
                    name=name,
                ),
                meaning=_("It is asked for or kept without changing any answer."),
                proposal=_("Remove it, unless it is kept for people to read."),
                cell=name,
            )


def _declared(policy: Policy) -> Iterator[tuple[str, str]]:
    for fact in policy.facts:
        yield _("fact"), fact.name
        for field in fact.fields:
            yield _("field"), f"{fact.name}.{field.name}"
    for derived in policy.follows:
        yield _("derived fact"), derived.name
    for name in dict.fromkeys(value.name for value in policy.values):
        yield _("value"), name


def _used(policy: Policy) -> set[str]:
    """Gather names from trees and texts: a named value stands in trees as a literal."""
    head = policy.head
    used = {head.judged_on, head.currency_from, *_NAME.findall(head.base)}
    for condition in conditions_of(policy):
        used |= _in_condition(condition)
    for expression in _expressions(policy):
        used.update(expression.names)
        used.update(_NAME.findall(expression.text))
        used |= set(_fields(expression.root, {}))
    for table in policy.tables:
        for row in table.rows:
            for text in row.says.values():
                used.update(re.findall(r"\{(\w+)\}", text))
    return used


def _in_condition(condition: Condition) -> set[str]:
    return {*condition.names, *_NAME.findall(condition.text)}


def _expressions(policy: Policy) -> Iterator[Expression]:
    for derived in policy.derived:
        yield derived.expression
    for table in policy.tables:
        for row in table.rows:
            yield from (expression for _, expression in row.results)


def _fields(node: Node, over: dict[str, str]) -> Iterator[str]:
    if isinstance(node, Fold):
        over = {**over, node.variable: node.over.name}
    if isinstance(node, Item) and node.field:
        yield f"{over.get(node.variable, '')}.{node.field}"
    for child in children(node):
        yield from _fields(child, over)
