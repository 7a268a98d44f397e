"""GoRules ZEN: the decision tables of a JDM graph read as policy pages.

Each table becomes a page of its own. ZEN holds a comparison with nothing for false;
a page holds it for unknown and asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from evenhand.policy import limits
from evenhand.policy.exchange.imported import (
    Imported,
    ImportedPage,
    ImportFault,
    LeftOut,
)
from evenhand.policy.exchange.naming import Names
from evenhand.policy.exchange.zen_table import ZenTable, read_table

_LARGEST = 8_000_000  # characters of a file
_TABLES = 200
_NODES = {
    "expressionNode": "its values are facts of the pages that use them",
    "switchNode": "a page decides by itself; it does not lead on to another",
    "functionNode": "a page holds no program",
    "customNode": "a page holds no program",
    "decisionNode": "another file; import it by itself",
}
_PLAIN = ("inputNode", "outputNode", "decisionTableNode")


def read_zen(text: str, *, name: str = "zen") -> Imported:
    """Read a JDM file; `name` begins the names of its pages.

    ImportFault if it is no JDM graph. What is not a decision table is left out and
    listed, with the node that holds it.
    """
    nodes = list(_nodes(text))
    if sum(1 for one in nodes if one.get("type") == "decisionTableNode") > _TABLES:
        raise ImportFault(f"the file has more than {_TABLES} tables")
    pages: list[ImportedPage] = []
    left: list[LeftOut] = []
    names = Names()
    for number, node in enumerate(nodes, 1):
        kind = str(node.get("type"))
        if kind == "decisionTableNode":
            table = _table(node, number)
            page = read_table(
                table, file=name, policy=names.of_page(f"{name} {table.name}")
            )
            if isinstance(page, ImportedPage):
                pages.append(page)
            else:
                left.append(page)
        elif kind not in _PLAIN:
            left += _left_node(node, kind, number)
    if not pages and not left:
        left.append(LeftOut(name, "the file", "it holds no decision table"))
    return Imported(tuple(pages), tuple(left))


def _nodes(text: str) -> Iterator[Mapping[str, Any]]:
    if len(text) > _LARGEST:
        raise ImportFault(
            f"the file has {len(text)} characters; {_LARGEST} are allowed"
        )
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        why = f"the file is not JSON: it cannot be read from {where} on"
        raise ImportFault(why) from error
    except (ValueError, RecursionError) as error:
        why = "the file is not JSON that can be read: it is nested too deep, or a number is too long"
        raise ImportFault(why) from error
    nodes = data.get("nodes") if isinstance(data, dict) else None
    if not isinstance(nodes, list):
        raise ImportFault("the file is no JDM graph: it has no list of nodes")
    return (node for node in nodes if isinstance(node, dict))


def _left_node(node: Mapping[str, Any], kind: str, number: int) -> Iterator[LeftOut]:
    """List what a node computes, an entry for every expression of it."""
    where = f"node {node.get('name') or number}"
    why = _NODES.get(kind, "it is no decision table")
    content = node.get("content")
    inside = content.get("expressions") if isinstance(content, dict) else None
    if kind != "expressionNode" or not isinstance(inside, list):
        yield LeftOut(where, kind, why)
        return
    for one in inside:
        if isinstance(one, dict):
            yield LeftOut(where, f"{one.get('key')} = {one.get('value')}", why)


def _table(node: Mapping[str, Any], number: int) -> ZenTable:
    content = node.get("content")
    content = content if isinstance(content, dict) else {}
    return ZenTable(
        name=str(node.get("name") or f"table {number}"),
        hit=str(content.get("hitPolicy") or "first"),
        inputs=_dicts(content.get("inputs")),
        outputs=_dicts(content.get("outputs")),
        rules=_dicts(content.get("rules")),
        loops_over=_loop(content),
    )


def _loop(content: Mapping[str, Any]) -> str:
    return str(content.get("inputField") or content.get("executionMode") or "").replace(
        "single", ""
    )


def _dicts(found: object) -> tuple[Mapping[str, Any], ...]:
    rows = found if isinstance(found, list) else []
    return tuple(row for row in rows if isinstance(row, dict))[: limits.ROWS + 1]
