"""The checker on other people's tables: those of the ZEN engine's own test data.

The tables are not part of the project; without them these tests are skipped.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
import zen

from evenhand.policy.exchange.zen import read_zen
from evenhand.policy.proof.findings import Finding, Kind
from tests.policy.proving import check

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "policy"
TABLES = DATA / "zen_tables.jsonl"
DEAD = (Kind.UNREACHABLE, Kind.DUPLICATE, Kind.SPARE_ROW)

pytestmark = pytest.mark.skipif(
    not TABLES.exists(), reason="needs the ZEN tables in ../shared/data/policy"
)


@cache
def graphs() -> dict[str, list[dict[str, Any]]]:
    lines = TABLES.read_text("utf-8").splitlines()
    return {graph["id"]: graph["tables"] for graph in map(json.loads, lines)}


def as_graph(tables: list[dict[str, Any]]) -> str:
    nodes = [
        {
            "id": table["name"],
            "name": table["name"],
            "type": "decisionTableNode",
            "content": {
                "hitPolicy": table["hit"],
                **{part: table[part] for part in ("inputs", "outputs", "rules")},
            },
        }
        for table in tables
    ]
    return json.dumps({"nodes": nodes, "edges": []})


@cache
def found() -> list[tuple[str, Finding]]:
    return [
        (graph, finding)
        for graph, tables in graphs().items()
        for page in read_zen(as_graph(tables), name=graph).pages
        for finding in check(page.page).findings
    ]


def slug(name: str) -> str:
    """The letters and digits of a name: importing changes the others."""
    return re.sub(r"[\W_]+", "", name).lower()


def rows_taken(table: dict[str, Any]) -> set[str]:
    """The rows that ZEN takes over the values of its cells and those beside them."""
    content = {part: table[part] for part in ("inputs", "outputs", "rules")}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {
            "id": "t",
            "type": "decisionTableNode",
            "name": "t",
            "content": {"hitPolicy": "first", **content},
        },
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": a + b, "sourceId": a, "targetId": b, "type": "edge"}
        for a, b in (("in", "t"), ("t", "out"))
    ]
    graph = json.dumps({"nodes": nodes, "edges": edges})
    decision = zen.ZenEngine().create_decision(graph)
    tried = {
        i["field"]: values(table, i["id"]) for i in table["inputs"] if i.get("field")
    }
    taken = set()
    for case in islice(product(*tried.values()), 3000):
        context = nested(dict(zip(tried, case, strict=True)))
        result: Any = decision.evaluate(context, {"trace": True})
        data = result["trace"]["t"].get("traceData") or {}
        if data.get("index") is not None:
            taken.add(f"r{data['index'] + 1}")
    return taken


def values(table: dict[str, Any], column: str) -> list[Any]:
    cells = [rule.get(column, "") for rule in table["rules"]]
    texts = {
        word for cell in cells for word in re.findall(r"[\"']([^\"']*)[\"']", cell)
    }
    if texts:
        return [*sorted(texts), "another"]
    if {"true", "false"} & {cell.strip() for cell in cells}:
        return [True, False]
    marks = {float(n) for cell in cells for n in re.findall(r"-?\d+(?:\.\d+)?", cell)}
    return sorted({near for m in marks for near in (m - 0.5, m, m + 0.5)}) or [0, 1]


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, name = path.split(".")
        inside = found
        for parent in parents:
            inside = inside.setdefault(parent, {})
        inside[name] = value
    return found


def test_ten_cells_in_four_graphs_always_hold() -> None:
    cells = [(graph, f.row) for graph, f in found() if f.kind is Kind.ALWAYS_TRUE]

    assert Counter(cells) == {
        ("credit-limit-adjustment", "r2"): 2,
        ("credit-limit-adjustment", "r3"): 2,
        ("credit-limit-adjustment", "r4"): 2,
        ("customer-onboarding-kyc-verification", "r2"): 1,
        ("payment-routing-and-fee-calculator", "r2"): 1,
        ("payment-routing-and-fee-calculator", "r3"): 1,
        ("returns-and-refund-policy", "r3"): 1,
    }


def test_every_row_that_no_case_reaches_is_reported() -> None:
    rows = {(graph, f.row): f.kind.value for graph, f in found() if f.kind in DEAD}

    assert rows == {
        ("airline-upgrade-eligibility", "r2"): "unreachable",
        ("airline-upgrade-eligibility", "r4"): "spare-row",
        ("company-analysis", "r4"): "spare-row",
        ("credit-limit-adjustment", "r3"): "unreachable",
        ("credit-limit-adjustment", "r4"): "unreachable",
        ("credit-limit-adjustment", "r5"): "spare-row",
        ("flight-rebooking-fee-calculator", "r4"): "spare-row",
        ("merch-bags", "r4"): "duplicate",
        ("multi-switch", "r3"): "duplicate",
        ("payment-routing-and-fee-calculator", "r3"): "unreachable",
        ("payment-routing-and-fee-calculator", "r4"): "unreachable",
        ("payment-routing-and-fee-calculator", "r5"): "unreachable",
        ("payment-routing-and-fee-calculator", "r6"): "unreachable",
        ("seller-approval-workflow", "r6"): "unreachable",
    }


def test_the_engine_itself_never_takes_a_row_that_is_reported() -> None:
    dead = {(graph, f.table, f.row) for graph, f in found() if f.kind in DEAD}

    for graph, name, _ in dead:
        table = next(t for t in graphs()[graph] if slug(t["name"]) == slug(name))
        taken = rows_taken(table)
        reported = {row for g, n, row in dead if (g, n) == (graph, name)}
        assert not taken & reported, (graph, name)
        assert taken, (graph, name)
