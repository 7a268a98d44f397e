"""A policy page as people read it: prose, facts, and each row as when, what and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

from evenhand.decisions.rules.options import words
from evenhand.policy.glossary import words_in
from evenhand.policy.kinds import Kind, element, shown
from evenhand.policy.nodes import Condition
from evenhand.policy.program import Page
from evenhand.policy.tree import Constant, Derived, Fact, Head, Hit, Row, Table

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
_YES_NO = {"yes": gettext_noop("yes"), "no": gettext_noop("no")}
_WORD = re.compile(r'"([^"]*)"|[\w-]+')  # of a cell
_SECTIONS = ("Facts", "Values", "Derived", "Outcomes", "Never", "Always", "Examples")


Conditions = tuple[tuple[str, str], ...]  # label and test of each


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
    """One rule: its conditions, what it gives, the reason, the sentences.

    A result is its name, its text, and whether that is a word rather than a sum.
    """

    id: str
    conditions: Conditions
    results: tuple[tuple[str, str, bool], ...]
    because: str
    says: tuple[tuple[str, str], ...]
    # exceptions: the conditions of any one of them keep the row from matching
    unless: tuple[Conditions, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownAlways:
    """What must be given whenever the conditions hold; `must` by the outcome's name."""

    when: Conditions
    must: Conditions
    because: str


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A named value: what it is, in which currency, from which day, laid down where."""

    name: str
    text: str
    since: date | None
    reference: str


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
    title: str
    prose: SafeString
    facts: tuple[ShownFact, ...]
    values: tuple[ShownValue, ...]
    derived: tuple[tuple[str, str], ...]
    tables: tuple[ShownTable, ...]
    nevers: tuple[ShownRow, ...]
    always: tuple[ShownAlways, ...]
    examples: int


def shown_page(page: Page, text: str, *, language: str = "") -> ShownPage:
    """Lay a page out for reading, with its labels in this language where it has them."""
    policy = page.policy
    said = words_in(policy.head, language)
    reader = _Reader(_labels(page, language), said)
    labels = reader.labels
    currency = policy.head.currency
    head = policy.head
    return ShownPage(
        head=head,
        title=head.titles.get(language) or head.title or head.policy,
        prose=prose_of(text),
        facts=tuple(_facts(policy.facts, currency, language, said)),
        values=tuple(_value(value, currency) for value in policy.values),
        derived=tuple(
            (labels[d.name], d.expression.text) for d in policy.derived if not d.dated
        ),
        tables=tuple(_table(table, reader) for table in policy.tables),
        nevers=tuple(
            ShownRow(n.id, reader.cells(n.conditions), (), n.because, ())
            for n in policy.nevers
        ),
        always=tuple(
            ShownAlways(
                reader.cells(a.when),
                tuple((c.fact.name, said.get(c.text) or c.text) for c in a.must),
                a.because,
            )
            for a in policy.always
        ),
        examples=len(policy.examples),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Writes cells as the reader knows them: labels, and words of the page as said."""

    labels: Mapping[str, str]
    said: Mapping[str, str]

    def cells(self, conditions: tuple[Condition, ...]) -> Conditions:
        """Return label and test of each condition."""
        return tuple(
            (self.labels.get(c.fact.name, words(c.fact.name)), self.text(c))
            for c in conditions
        )

    def text(self, condition: Condition) -> str:
        """Return a test with its words as they are said."""
        if condition.fact.kind is Kind.YES_NO and condition.text in _YES_NO:
            return gettext(_YES_NO[condition.text])
        return _WORD.sub(self._word, condition.text)

    def _word(self, found: re.Match[str]) -> str:
        return self.said.get(found[1] or found[0]) or found[0].replace("_", " ")


def _value(value: Constant, currency: str) -> ShownValue:
    told = shown(value.value, value.kind, value.currency or currency)
    return ShownValue(words(value.name), told, value.since, value.reference)


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


def _labels(page: Page, language: str) -> dict[str, str]:
    named: list[Fact | Derived] = [*page.policy.facts, *page.policy.derived]
    return {one.name: label_of(one, language) for one in named}


def label_of(one: Fact | Derived, language: str) -> str:
    """Return what people read instead of a name, in their language if the page has it."""
    return one.labels.get(language) or one.label or words(one.name)


def _facts(
    facts: tuple[Fact, ...], currency: str, language: str, said: Mapping[str, str]
) -> Iterator[ShownFact]:
    """Lay out each fact; the fields of an order line follow their list."""
    for fact in facts:
        yield _fact(fact, currency, label_of(fact, language), said)
        for field in fact.fields:
            label = f"{label_of(fact, language)}: {label_of(field, language)}"
            yield _fact(field, currency, label, said)


def _fact(fact: Fact, currency: str, label: str, said: Mapping[str, str]) -> ShownFact:
    domain = fact.domain
    known = (said.get(word) or word.replace("_", " ") for word in domain.words)
    told = ", ".join(known)
    if not told and (domain.low is not None or domain.high is not None):
        kind = element(fact.kind)
        low, high = (
            "" if end is None else shown(end, kind, currency)
            for end in (domain.low, domain.high)
        )
        told = f"{low} … {high}".strip()
    return ShownFact(
        name=fact.name,
        label=label,
        kind=fact.kind.value,
        domain=told,
        may_be_unknown=fact.optional,
        asks=tuple(fact.asks.items()),
    )


def _table(table: Table, reader: _Reader) -> ShownTable:
    return ShownTable(
        name=table.name,
        title=words(table.name),
        hit=str(_HITS.get(table.hit, table.hit.value)),
        rows=tuple(_row(row, reader) for row in table.rows),
    )


def _row(row: Row, reader: _Reader) -> ShownRow:
    return ShownRow(
        id=row.id,
        conditions=reader.cells(row.conditions),
        results=tuple(
            (name, *_result(e.text, e.kind, reader.said)) for name, e in row.results
        ),
        because=row.because,
        says=tuple(row.says.items()),
        unless=tuple(reader.cells(group) for group in row.unless),
    )


def _result(text: str, kind: Kind, said: Mapping[str, str]) -> tuple[str, bool]:
    """Return a result as it is said, and whether it is a word still to be said."""
    if kind is not Kind.ONE_OF:
        return text, False
    word = text.strip('"')
    return (said[word], False) if word in said else (word, True)
