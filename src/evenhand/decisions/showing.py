"""A policy page as people read it: prose, facts, and each row as when, what and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

from evenhand.decisions.rules.options import words
from evenhand.policy.kinds import Kind, shown
from evenhand.policy.nodes import Condition
from evenhand.policy.program import Page
from evenhand.policy.tree import Fact, Head, Hit, Row, Table

# No HTML of the author's own and no pictures from elsewhere: prose only.
_PROSE = MarkdownIt("commonmark", {"html": False}).disable("image")
_HITS = {
    Hit.FIRST: _("the first row that fits decides"),
    Hit.UNIQUE: _("exactly one row fits"),
    Hit.ANY: _("rows that fit agree"),
    Hit.PRIORITY: _("the row of the highest rank decides"),
    Hit.COLLECT: _("every row that fits"),
    Hit.RULE_ORDER: _("every row that fits, in this order"),
    Hit.OUTPUT_ORDER: _("every row that fits, by rank"),
}
_SECTIONS = ("Facts", "Values", "Derived", "Outcomes", "Never", "Examples")


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One fact: its label, what it may be, the question by language."""

    name: str
    label: str
    kind: str
    domain: str
    may_be_unknown: bool
    asks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One rule: its conditions, what it gives, the reason, the sentences."""

    id: str
    conditions: tuple[tuple[str, str], ...]
    results: tuple[tuple[str, str], ...]
    because: str
    says: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table with the words for how its rows are picked."""

    name: str
    title: str
    hit: str
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class ShownPage:
    """Everything that the policy page shows of one version."""

    head: Head
    prose: SafeString
    facts: tuple[ShownFact, ...]
    values: tuple[tuple[str, str, str], ...]
    derived: tuple[tuple[str, str], ...]
    tables: tuple[ShownTable, ...]
    nevers: tuple[ShownRow, ...]
    examples: int


def shown_page(page: Page, text: str) -> ShownPage:
    """Lay a page out for reading."""
    policy = page.policy
    labels = _labels(page)
    currency = policy.head.currency
    return ShownPage(
        head=policy.head,
        prose=prose_of(text),
        facts=tuple(_fact(fact, currency) for fact in policy.facts),
        values=tuple(
            (words(v.name), shown(v.value, v.kind, v.currency or currency), v.reference)
            for v in policy.values
        ),
        derived=tuple((labels[d.name], d.expression.text) for d in policy.derived),
        tables=tuple(_table(table, labels) for table in policy.tables),
        nevers=tuple(
            ShownRow(n.id, _conditions(n.conditions, labels), (), n.because, ())
            for n in policy.nevers
        ),
        examples=len(policy.examples),
    )


def prose_of(text: str) -> SafeString:
    """Return the page's prose as HTML: no head, no tables, nothing that can run."""
    prose = "\n".join(_prose_lines(text))
    # safe: markdown-it writes it with HTML disabled, and checks the links
    return SafeString(_PROSE.render(prose))


def _prose_lines(text: str) -> Iterator[str]:
    """Leave out the head, the sections that hold tables, and every table line."""
    body = text.replace("\r\n", "\n").split("+++", 2)[-1]
    inside = True
    for line in body.split("\n"):
        if line.startswith("## "):
            title = line[3:].strip()
            inside = not title.startswith("Table:") and title not in _SECTIONS
            if inside:
                yield line
        elif line.startswith("# "):
            continue
        elif inside and not line.lstrip().startswith("|"):
            yield line


def _labels(page: Page) -> dict[str, str]:
    facts = {fact.name: fact.label or words(fact.name) for fact in page.policy.facts}
    derived = {one.name: one.label or words(one.name) for one in page.policy.derived}
    return {**facts, **derived}


def _fact(fact: Fact, currency: str) -> ShownFact:
    domain = fact.domain
    told = ", ".join(word.replace("_", " ") for word in domain.words)
    if not told and (domain.low is not None or domain.high is not None):
        low, high = (
            "" if end is None else shown(end, fact.kind, currency)
            for end in (domain.low, domain.high)
        )
        told = f"{low} … {high}".strip()
    return ShownFact(
        name=fact.name,
        label=fact.label or words(fact.name),
        kind=fact.kind.value,
        domain=told,
        may_be_unknown=fact.optional,
        asks=tuple(fact.asks.items()),
    )


def _table(table: Table, labels: dict[str, str]) -> ShownTable:
    return ShownTable(
        name=table.name,
        title=words(table.name),
        hit=str(_HITS.get(table.hit, table.hit.value)),
        rows=tuple(_row(row, labels) for row in table.rows),
    )


def _row(row: Row, labels: dict[str, str]) -> ShownRow:
    return ShownRow(
        id=row.id,
        conditions=_conditions(row.conditions, labels),
        results=tuple(
            (words(name), _result(e.text, e.kind)) for name, e in row.results
        ),
        because=row.because,
        says=tuple(row.says.items()),
    )


def _result(text: str, kind: Kind) -> str:
    return text.strip('"').replace("_", " ") if kind is Kind.ONE_OF else text


def _conditions(
    conditions: tuple[Condition, ...], labels: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (labels.get(c.fact.name, words(c.fact.name)), c.text.replace("_", " "))
        for c in conditions
    )
