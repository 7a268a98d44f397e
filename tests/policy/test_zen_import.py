"""Decision tables of GoRules ZEN as policy pages, held to the ZEN engine itself."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import zen

from evenhand.policy.deciding import decide
from evenhand.policy.decision import Status
from evenhand.policy.exchange.imported import ImportedPage, ImportFault
from evenhand.policy.exchange.zen import read_zen
from evenhand.policy.kinds import Kind
from evenhand.policy.loading import load
from tests.policy.tck import needs

PLACE = {"position": {"x": 0, "y": 0}}


def a_table(
    *rules: Mapping[str, str], field: str = "order.amount", hit: str = "first"
) -> dict[str, Any]:
    """Return a decision table node: `in` tests the field, `out` gives `fee`."""
    return {
        "type": "decisionTableNode",
        "id": "t",
        "name": "fees",
        "content": {
            "hitPolicy": hit,
            "inputs": [{"id": "in", "name": "Amount", "field": field}],
            "outputs": [{"id": "out", "name": "Fee", "field": "fee"}],
            "rules": [{"_id": str(n), **rule} for n, rule in enumerate(rules)],
        },
        **PLACE,
    }


def a_row(test: str, result: str = "1") -> dict[str, str]:
    return {"in": test, "out": result}


def a_page(*rules: Mapping[str, str], **table: Any) -> ImportedPage:
    graph = {"nodes": [a_table(*rules, **table)]}
    return read_zen(json.dumps(graph), name="shop").pages[0]


def fee(page: ImportedPage, **facts: object) -> object:
    return decide(page.page, facts).outcome.get("fee")


def test_a_table_becomes_a_page_with_legal_names_and_the_old_ones_as_labels() -> None:
    page = a_page(a_row("> 5_000", "0.5"), a_row("[1..5)", "2"), a_row("", "3"))

    assert page.name == "shop-fees"
    assert page.page.policy.facts[0].name == "order_amount"
    assert page.page.policy.facts[0].label == "order.amount"
    assert load(page.text).policy == page.page.policy
    assert page.left_out == ()
    assert page.changed == ()
    assert fee(page, order_amount=5001) == 0.5
    assert fee(page, order_amount=1) == 2
    assert fee(page, order_amount=5) == 3


def test_two_inequalities_joined_by_a_comma_keep_their_meaning_and_are_told() -> None:
    page = a_page(a_row(">= 5000, < 10000", "9"), a_row("", "1"))

    assert fee(page, order_amount=50) == 9
    assert page.page.policy.derived[0].label == ">= 5000, < 10000"
    assert [(c.where, c.what) for c in page.changed] == [
        ("table fees, row 1, column Amount", ">= 5000, < 10000")
    ]


def test_and_between_two_bounds_is_a_range() -> None:
    page = a_page(a_row("> 5 and <= 10", "9"), a_row("", "1"))

    cells = page.page.policy.tables[0].rows[0].conditions

    assert [cell.text for cell in cells] == ["(5..10]"]


def test_a_condition_without_words_becomes_a_question_and_is_told() -> None:
    page = a_page(a_row("startsWith($, '85')", "9"), a_row("", "1"), field="code")

    (asked,) = (f for f in page.page.policy.facts if f.kind is Kind.YES_NO)

    assert asked.label == "code: startsWith($, '85')"
    assert decide(page.page, {asked.name: True}).outcome == {"fee": 9}
    assert decide(page.page, {}).status is Status.NEEDS_FACT
    assert "startsWith is not in the language" in page.changed[0].why


def test_a_cell_over_several_names_is_split_into_their_conditions() -> None:
    said = "country == 'US' and weight <= 5"
    page = a_page(a_row(said, "9"), a_row("", "1"), field="")

    assert fee(page, country="US", weight=5) == 9
    assert fee(page, country="US", weight=6) == 1
    assert page.changed == ()


def test_a_result_that_the_language_cannot_say_is_left_out_and_listed() -> None:
    page = a_page(a_row("> 5", "'a' + name"), a_row("", "'b'"))

    (left,) = page.left_out

    assert left.where == "table fees, row 1, column Fee"
    assert left.what == "'a' + name"
    assert fee(page, order_amount=6) is None
    assert fee(page, order_amount=5) == "b"


def test_what_is_no_table_is_listed_by_its_node() -> None:
    nodes = [
        a_table(a_row("", "1")),
        {"type": "switchNode", "name": "route", "content": {}},
        {"type": "functionNode", "name": "js", "content": "x"},
        {
            "type": "expressionNode",
            "name": "sum",
            "content": {"expressions": [{"key": "total", "value": "a + b"}]},
        },
    ]

    found = read_zen(json.dumps({"nodes": nodes}), name="shop")

    assert [(one.where, one.what) for one in found.everything_left_out] == [
        ("node route", "switchNode"),
        ("node js", "functionNode"),
        ("node sum", "total = a + b"),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no list of nodes"),
        ('{"nodes": 3}', "no list of nodes"),
    ],
)
def test_a_file_that_is_no_graph_is_refused(text: str, why: str) -> None:
    with pytest.raises(ImportFault, match=why):
        read_zen(text)


@pytest.mark.parametrize(
    "cell",
    ["(" * 500, "a." * 900, "not(" * 40, "'" * 3, "[1..", "1 and", "$$$", "x" * 9_000],
)
def test_an_unreadable_cell_becomes_a_question(cell: str) -> None:
    page = a_page(a_row(cell, "9"), a_row("", "1"))

    assert len(page.changed) == 1
    assert page.page.policy.facts[-1].kind is Kind.YES_NO


def test_a_table_that_no_page_could_hold_is_listed_before_it_is_read() -> None:
    traps = [a_row(f"> {n}, < {n + 1}") for n in range(300)]
    long = [a_row(" or ".join(f"$ == {m}" for m in range(90))) for n in range(600)]
    many = [a_row(f"> {n}") for n in range(2_001)]

    whys = [
        read_zen(json.dumps({"nodes": [a_table(*rules)]})).left_out[0].why
        for rules in (traps, long, many)
    ]

    assert whys == [
        "it needs more than 200 facts of one sort",
        "a page has at most 400000 characters",
        "a page has at most 2000 rows and 30000 cells",
    ]


def test_tables_of_one_name_become_pages_of_different_names() -> None:
    table = a_table(a_row("", "1"))

    found = read_zen(json.dumps({"nodes": [table, table]}), name="shop")

    assert [page.name for page in found.pages] == ["shop-fees", "shop-fees-2"]
    assert [page.page.policy.head.policy for page in found.pages] == [
        "shop-fees",
        "shop-fees-2",
    ]


def test_a_file_of_too_many_tables_is_refused() -> None:
    with pytest.raises(ImportFault, match="more than 200 tables"):
        read_zen(json.dumps({"nodes": [a_table(a_row("", "1"))] * 201}))


# The outside tables


def graphs() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for line in needs("zen_tables.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["id"], row["nodes"]


def tables() -> Iterator[tuple[dict[str, Any], ImportedPage]]:
    for name, nodes in graphs():
        found = read_zen(json.dumps({"nodes": nodes}), name=name)
        sources = [n for n in nodes if n["type"] == "decisionTableNode"]
        yield from zip(sources, found.pages, strict=True)


def test_all_217_outside_tables_import_and_nothing_is_dropped_unsaid() -> None:
    ends = Counter(
        "partly" if page.left_out else "in other words" if page.changed else "whole"
        for _source, page in tables()
    )
    listed = [
        left.where
        for name, nodes in graphs()
        for left in read_zen(json.dumps({"nodes": nodes}), name=name).left_out
    ]

    assert ends == {"whole": 167, "in other words": 37, "partly": 13}
    assert not [where for where in listed if where.startswith("table")]


def test_the_ten_cells_with_the_comma_trap_are_told() -> None:
    two_bounds = re.compile(r"[<>]=? *[0-9.]+, *[<>]=? *[0-9.]+")

    told = [
        change.what
        for _source, page in tables()
        for change in page.changed
        if two_bounds.fullmatch(change.what)
    ]

    assert len(told) == 10


def test_imported_pages_decide_as_the_zen_engine_does() -> None:
    engine = zen.ZenEngine()
    chance = random.Random(11)  # noqa: S311  # repeatable cases, no secret
    ends: Counter[str] = Counter()
    for source, page in tables():
        if page.left_out or any("asks for" in one.why for one in page.changed):
            continue
        judge = engine.create_decision(json.dumps(_alone(source)))
        for _ in range(12):
            facts = _facts(page, chance)
            theirs = _plain(judge.evaluate(_sheet(page, facts))["result"])
            same = _plain(_outcome(page, facts)) == theirs
            ends["same" if same else "differs"] += 1

    assert ends["differs"] == 0
    assert ends["same"] > 1_500


def _alone(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a graph of one table only, without what a page has no notion of."""
    content = {**source["content"], "passThrough": False, "executionMode": "single"}
    content |= {"inputField": None, "outputPath": None}
    ends = [
        {"id": name, "name": name, "type": kind, "content": {"schema": ""}, **PLACE}
        for name, kind in (("i", "inputNode"), ("o", "outputNode"))
    ]
    return {
        "nodes": [ends[0], {**source, "id": "t", "content": content}, ends[1]],
        "edges": [
            {"id": "a", "sourceId": "i", "targetId": "t", "type": "edge"},
            {"id": "b", "sourceId": "t", "targetId": "o", "type": "edge"},
        ],
    }


def _facts(page: ImportedPage, chance: random.Random) -> dict[str, Any]:
    """Make facts at and around the bounds and words of the page."""
    rules = page.text.partition("## Outcomes")[2]
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", rules)[:60]] or [1.0]
    words = re.findall(r'"([^"|]*)"', rules) or ["zzz"]
    made: dict[str, Any] = {}
    for fact in page.page.policy.facts:
        if fact.kind is Kind.YES_NO:
            made[fact.name] = chance.random() < 0.6
        elif fact.kind is Kind.NUMBER:
            beside = chance.choice(numbers) + chance.choice([-1, 0, 0, 1])
            made[fact.name] = round(beside, 6)
        else:
            word = chance.choice([*words, "zzz"])
            made[fact.name] = [word] if fact.kind is Kind.TEXTS else word
    return made


def _sheet(page: ImportedPage, facts: Mapping[str, object]) -> dict[str, Any]:
    sheet: dict[str, Any] = {}
    for name, value in facts.items():
        _put(sheet, page.names[name], value)
    return sheet


def _put(into: dict[str, Any], path: str, value: object) -> None:
    *fields, last = path.split(".")
    for field in fields:
        into = into.setdefault(field, {})
    into[last] = list(value) if isinstance(value, tuple) else value


def _outcome(page: ImportedPage, facts: Mapping[str, object]) -> object:
    found = decide(page.page, facts, trace=False)
    table = page.page.policy.tables[0]
    names = {one.name: page.names[one.name] for one in table.outcomes}
    if table.hit == "collect":
        rows = found.outcome.get(table.name, ())
        return [_nested(names, row) for row in rows]  # type: ignore[attr-defined]  # rows of a list
    return _nested(names, found.outcome) if found.status is Status.HIT else {}


def _nested(names: Mapping[str, str], row: Mapping[str, object]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, path in names.items():
        if row.get(name) is not None:
            _put(made, path.removeprefix("result "), row[name])
    return made


def _plain(value: object) -> object:
    """Numbers to six places, and without what is null."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 6)
    return value
