"""Expressions of a page: a small subset of CEL with kinds checked at load.

`price - loss`, `min(loss, 20.00)`, `days(asked_on - bought_on)`, `late ? 0.00 : price`,
`lines.filter(l, l.category == "hygiene").map(l, l.price).sum()`. Money can be added to
money and multiplied by numbers; an amount is a number with the page's currency next to
money. Everything that is read here stands in nodes that all back ends understand.
"""

from __future__ import annotations

from evenhand.policy import limits
from evenhand.policy.errors import Misread
from evenhand.policy.expressions.reader import read_syntax
from evenhand.policy.expressions.typing import Typer
from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import Binary, Expression, Literal, Name, Node, children
from evenhand.policy.saying import _
from evenhand.policy.scope import Scope


def read_expression(text: str, wanted: Kind | None, scope: Scope) -> Expression:
    """Read an expression that must give this kind, or any; Misread tells the offset."""
    syntax = read_syntax(text)
    typer = Typer(text, scope)
    typed = typer.value(syntax)
    if wanted is not None:
        typed = typer.expect(typed, wanted)
    scope.add_nodes(_checked_size(typed.node))
    return Expression(text, wanted or typed.kind, typed.node, names_in(typed.node))


def _checked_size(root: Node) -> int:
    """Count the nodes; refuse too many of them without walking more than that."""
    waiting, seen = [(root, 1)], 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if seen > limits.EXPRESSION_NODES or depth > limits.EXPRESSION_DEPTH:
            raise Misread(
                0, _("the expression is too long"), _("derive a fact from part of it")
            )
        waiting += [(child, depth + 1) for child in children(node)]
    return seen


def names_in(root: Node) -> tuple[str, ...]:
    """Return every name used below a node, in the order of the text."""
    found: dict[str, None] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            found[node.name] = None
        waiting.extend(reversed(children(node)))
    return tuple(found)


def share_of(percent: Expression, base: Expression) -> Expression:
    """Return so many percent of a base amount, as the `pct` and `of` columns say.

    Of money it is money; on a page without a currency it is a number, and stays exact.
    """
    product = Binary("*", base.root, percent.root)
    node = Binary("/", product, Literal(100))
    text = f"{percent.text}% of {base.text}"
    kind = Kind.MONEY if base.kind is Kind.MONEY else Kind.NUMBER
    return Expression(text, kind, node, names_in(node))


__all__ = ["names_in", "read_expression", "share_of"]
