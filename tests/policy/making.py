"""Random pages that load, with every feature of the language, and cases for them.

`pages()` gives the text of a page, `cases(page)` facts for one: values at and beside
the boundaries that the page writes, and many unknown. `spoken.py` makes their parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from evenhand.policy.kinds import Kind, element
from evenhand.policy.nodes import Condition, Literal, children, operands
from evenhand.policy.program import Page
from evenhand.policy.tree import Fact, Hit
from tests.policy.spoken import DECLARED, Names, Spoken, cell, expression

Draw = Callable[[st.SearchStrategy[Any]], Any]

_HEAD = """+++
policy = "made"
version = "1"
title = "A page made at random"
language = "en"

[effective]
from = 2026-01-01
judged_on = "asked_on"

[money]
currency = "EUR"{chosen}
rounding = "{rounding}"
+++

# A page made at random

Not for people.
"""
_ROUNDINGS = ("half_up", "half_even", "down", "floor", "ceiling")
_OUTCOMES = (
    ("give", "one of", "refund, repair, deny, ask"),
    ("level", "one of", "agent, manager"),
    ("amount", "money", ""),
    ("points", "whole number", ""),
    ("factor", "number", ""),
    ("by", "date", ""),
    ("granted", "yes/no", ""),
    ("within", "duration", ""),
)
_WORDS = {"give": ("refund", "repair", "deny", "ask"), "level": ("agent", "manager")}
_NUMBERS = ("amount", "points", "factor")


def pages(*, facts: Sequence[str] | None = None) -> st.SearchStrategy[str]:
    """Texts of pages; `facts` limits which of the declared facts they may use."""
    return _pages(tuple(facts) if facts is not None else None)


@st.composite
def _pages(draw: Draw, only: tuple[str, ...] | None) -> str:
    names = _chosen_facts(draw, only)
    chosen = '\ncurrency_from = "coin"' if names.of_name("coin") else ""
    rounding = draw(st.sampled_from(_ROUNDINGS))
    sections = [_HEAD.format(rounding=rounding, chosen=chosen)]
    sections.append(_facts(names))
    sections.append(_values(draw, names))
    sections.append(_derived(draw, names))
    rows = [f"| {name} | {kind} | {words} |" for name, kind, words in _OUTCOMES]
    sections.append(_table("Outcomes", "| outcome | type | domain |", rows))
    count = draw(st.integers(1, 3))
    sections += [_rules(draw, names, place) for place in range(count)]
    sections.append(_promises(draw, names, "Never"))
    sections.append(_promises(draw, names, "Always"))
    return "\n".join(section for section in sections if section)


def _chosen_facts(draw: Draw, only: tuple[str, ...] | None) -> Names:
    """The day that judges, and some of the other facts; an order line whole or not."""
    allowed = [one for one in DECLARED if only is None or one.name in only]
    kept = draw(st.sets(st.sampled_from([one.name for one in allowed]), min_size=3))
    found = [one for one in DECLARED if one.name in kept or one.name == "asked_on"]
    return Names(list(found))


def _facts(names: Names) -> str:
    rows = []
    for one in names.spoken:
        rows.append(
            f"| {one.name} | {one.written} | {one.domain} | What is {one.name}? |"
        )
        for field in one.fields:
            name = f"{one.name}.{field.name}"
            rows.append(f"| {name} | {field.written} | {field.domain} | |")
    return _table("Facts", "| fact | type | domain | ask |", rows)


def _values(draw: Draw, names: Names) -> str:
    rows = []
    if draw(st.booleans()):
        rows.append("| limit | whole number | 14 | 2020-01-01 | clause 1 |")
        rows.append("| limit | whole number | 30 | 2026-03-01 | clause 2 |")
        names.add(Spoken("limit", Kind.WHOLE))
    if draw(st.booleans()):
        rows.append("| fee | money | 4.90 | | clause 3 |")
        names.add(Spoken("fee", Kind.MONEY))
    if names.of_name("coin") and draw(st.booleans()):
        rows.append("| cap | money | 20.00 EUR, 3000 JPY | | clause 4 |")
        names.add(Spoken("cap", Kind.MONEY, optional=True))
    if draw(st.booleans()):
        days = "2026-01-01, 2026-04-03, 2026-12-25"
        rows.append(f"| holidays | list of date | {days} | | clause 4 |")
        names.holidays = True
    header = "| name | type | value | from | reference |"
    return _table("Values", header, rows) if rows else ""


_DERIVED = (Kind.YES_NO, Kind.WHOLE, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.DURATION)


def _derived(draw: Draw, names: Names) -> str:
    rows = []
    for place, kind in enumerate(draw(st.lists(st.sampled_from(_DERIVED), max_size=3))):
        text = _escaped(draw(expression(kind, names, 2)))
        rows.append(f"| derived_{place} | {kind} | {text} |")
        names.add(Spoken(f"derived_{place}", kind, optional=True))
    return _table("Derived", "| name | type | from |", rows) if rows else ""


def _rules(draw: Draw, names: Names, place: int) -> str:
    hit = draw(st.sampled_from(list(Hit)))
    results = _results(draw, hit)
    tested = draw(st.sampled_from(names.testable)) if draw(st.booleans()) else None
    columns = ["id", *([f"if {tested.name}"] if tested else []), "when", "unless"]
    rows = []
    for row in range(draw(st.integers(1, 4))):
        cells = [f"r{place}-{row}"]
        cells += [draw(cell(tested, names))] if tested else []
        cells += [_when(draw, names, 2), _unless(draw, names)]
        cells += [_result(draw, names, kind, name) for name, kind in results]
        rows.append("| " + " | ".join(_escaped(text) for text in cells) + " |")
    header = "| " + " | ".join([*columns, *(name for name, _ in results)]) + " |"
    if hit in (Hit.FIRST, Hit.UNIQUE, Hit.ANY, Hit.PRIORITY):
        for name, kind in results:
            names.add(Spoken(name, kind, optional=True, words=_WORDS.get(name, ())))
    return _table(f"Table: t{place} ({hit})", header, rows)


def _results(draw: Draw, hit: Hit) -> list[tuple[str, Kind]]:
    kinds = {name: Kind(kind) for name, kind, _ in _OUTCOMES}
    if hit in (Hit.SUM, Hit.MIN, Hit.MAX):
        name = draw(st.sampled_from(_NUMBERS))
        return [(name, kinds[name])]
    found = draw(st.sets(st.sampled_from(sorted(kinds)), min_size=1, max_size=3))
    if hit in (Hit.PRIORITY, Hit.OUTPUT_ORDER):
        found = found | {"give"}
    return [(name, kinds[name]) for name in kinds if name in found]


def _result(draw: Draw, names: Names, kind: Kind, name: str) -> str:
    if draw(st.integers(0, 5)) == 0:
        return ""
    if kind is Kind.ONE_OF:
        return str(draw(st.sampled_from(_WORDS[name])))
    return str(draw(expression(kind, names, 2)))


def _when(draw: Draw, names: Names, most: int) -> str:
    tested = draw(st.lists(st.sampled_from(names.testable), max_size=most))
    return "; ".join(f"{one.name} {draw(cell(one, names))}" for one in tested)


def _unless(draw: Draw, names: Names) -> str:
    groups = [_when(draw, names, 2) for _ in range(draw(st.integers(0, 2)))]
    return " or ".join(group for group in groups if group)


def _promises(draw: Draw, names: Names, title: str) -> str:
    """A Never that no decision of these outcomes breaks always, or an Always."""
    given = [one for one in names.testable if one.name in dict(_given_outcomes())]
    if not given or draw(st.booleans()):
        return ""
    outcome = draw(st.sampled_from(given))
    facts = Names([one for one in names.spoken if one.name not in _given_names()])
    facts.holidays = names.holidays
    text = draw(cell(outcome, facts))
    row = (
        f"| promise | {_escaped(_when(draw, facts, 2))} | {_escaped(text)} | clause 5 |"
    )
    return _table(title, f"| id | when | {outcome.name} | because |", [row])


def _given_outcomes() -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, _ in _OUTCOMES]


def _given_names() -> frozenset[str]:
    return frozenset(name for name, _, _ in _OUTCOMES)


def _table(title: str, header: str, rows: Sequence[str]) -> str:
    rule = "|" + "---|" * (header.count("|") - 1)
    return "\n".join(("", f"## {title}", "", header, rule, *rows)) + "\n"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def cases(page: Page) -> st.SearchStrategy[dict[str, Any]]:
    """Facts for a page: boundaries oversampled, one in four unknown."""
    marks = _marks(page)
    return st.fixed_dictionaries(
        {fact.name: _given(fact, marks) for fact in page.policy.facts}
    )


def _marks(page: Page) -> dict[Kind, list[Any]]:
    """Every value that the page writes, by the kind of what it is compared with."""
    found: dict[Kind, list[Any]] = {}
    for table in page.policy.tables:
        for row in table.rows:
            for one in (*row.conditions, *(c for group in row.unless for c in group)):
                _add_condition(one, found)
    for derived in page.policy.derived:
        waiting: list[Any] = [derived.expression.root]
        while waiting:
            node = waiting.pop()
            waiting += children(node)
            if isinstance(node, Literal) and type(node.value) is not tuple:
                _add(node.value, found)
    return found


def _add_condition(condition: Condition, found: dict[Kind, list[Any]]) -> None:
    for test in condition.tests:
        for operand in operands(test):
            if isinstance(operand, Literal):
                found.setdefault(condition.fact.kind, []).append(operand.value)


def _add(value: Any, found: dict[Kind, list[Any]]) -> None:
    if isinstance(value, date):
        found.setdefault(Kind.DATE, []).append(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        for kind in (Kind.WHOLE, Kind.MONEY, Kind.DURATION):
            found.setdefault(kind, []).append(value)


def _given(fact: Fact, marks: dict[Kind, list[Any]]) -> st.SearchStrategy[Any]:
    value = _value(fact, marks)
    return st.one_of(st.none(), value, value, value)


def _value(fact: Fact, marks: dict[Kind, list[Any]]) -> st.SearchStrategy[Any]:
    if fact.kind is Kind.LINES:
        line = {field.name: _given(field, marks) for field in fact.fields}
        return st.lists(st.fixed_dictionaries(line), max_size=4)
    if fact.kind in _LISTED:
        inner = Fact(fact.name, element(fact.kind), words_of(fact))
        return st.lists(_value(inner, marks), max_size=4)
    if fact.kind is Kind.YES_NO:
        return st.booleans()
    if fact.domain.words:
        return st.sampled_from(fact.domain.words)
    if fact.kind in (Kind.TEXT, Kind.ONE_OF):
        return st.sampled_from(["", "red", "another", "it's"])
    return _amount(fact, marks.get(fact.kind, []))


_LISTED = (Kind.TEXTS, Kind.NUMBERS, Kind.AMOUNTS, Kind.DATES)


def words_of(fact: Fact) -> Any:
    """The domain of a plain list's elements: its words."""
    return type(fact.domain)(words=fact.domain.words)


def _amount(fact: Fact, marks: list[Any]) -> st.SearchStrategy[Any]:
    """A value within the domain: one of the page's own, one beside it, or any."""
    low, high = fact.domain.low, fact.domain.high
    if fact.kind is Kind.DATE:
        first = low if isinstance(low, date) else date(2025, 12, 1)
        last = high if isinstance(high, date) else date(2027, 12, 31)
        day = timedelta(1)
        near = [
            m + s for m in marks for s in (-day, 0 * day, day) if first <= m + s <= last
        ]
        return _either(near, st.dates(first, last))
    start: Any = -1_000 if low is None else low
    end: Any = 100_000 if high is None else high
    near = [m + s for m in marks for s in (-1, 0, 1) if start <= m + s <= end]
    if fact.kind is not Kind.NUMBER:
        return _either([start, end, *near], st.integers(start, end))
    tenths = st.integers(int(start * 10), int(end * 10)).map(lambda tenth: tenth / 10)
    return _either([start, end, *near], tenths)


def _either(
    near: list[Any], anything: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    if not near:
        return anything
    return st.one_of(st.sampled_from(sorted(set(near))), anything)
