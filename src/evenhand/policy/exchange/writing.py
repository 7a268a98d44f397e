"""A policy page put together from parts, and written as Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from evenhand.policy import limits, tokens
from evenhand.policy.exchange.forms import TooMuch, Unfit
from evenhand.policy.kinds import Kind
from evenhand.policy.tree import Hit

# What the loader refuses in a page: control characters, signs that turn the writing.
_REFUSED = re.compile(r"[\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]+")


_LABEL = 300  # characters


@dataclass(slots=True)
class FactPart:
    """A row of Facts."""

    name: str
    kind: Kind
    domain: str = ""
    optional: bool = False
    label: str = ""
    ask: str = ""


@dataclass(slots=True)
class DerivedPart:
    """A row of Derived."""

    name: str
    kind: Kind
    text: str
    label: str = ""


@dataclass(slots=True)
class OutcomePart:
    """A row of Outcomes."""

    name: str
    kind: Kind
    domain: str = ""


@dataclass(slots=True)
class RowPart:
    """A row of a table: `cells` by condition column, `results` by outcome."""

    id: str
    cells: dict[str, str] = field(default_factory=dict)
    when: list[str] = field(default_factory=list)
    results: dict[str, str] = field(default_factory=dict)
    because: str = ""
    note: str = ""

    def test(self, name: str, cell: str) -> None:
        """Add a condition; a second one on the same fact goes into `when`."""
        if name in self.cells:
            self.when.append(f"{name} {cell}")
        else:
            self.cells[name] = cell


@dataclass(slots=True)
class TablePart:
    """A table; `conditions` are names tested in columns, in their order."""

    name: str
    hit: Hit
    conditions: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    rows: list[RowPart] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A page that is being put together."""

    policy: str
    title: str
    version: str = "imported"
    source: str = ""
    prose: str = ""
    currency: str = ""
    rounding: str = ""
    facts: dict[str, FactPart] = field(default_factory=dict)
    derived: dict[str, DerivedPart] = field(default_factory=dict)
    outcomes: dict[str, OutcomePart] = field(default_factory=dict)
    tables: list[TablePart] = field(default_factory=list)

    def declare(self, part: FactPart | DerivedPart) -> None:
        """Add a fact or a derived fact; TooMuch past what a page may hold."""
        parts: dict[str, Any] = (
            self.facts if isinstance(part, FactPart) else self.derived
        )
        most = limits.FACTS if isinstance(part, FactPart) else limits.DERIVED
        if len(parts) >= most and part.name not in parts:
            raise TooMuch(f"it needs more than {most} facts of one sort")
        parts[part.name] = part

    def add(self, table: TablePart) -> None:
        """Add a table; TooMuch past what a page may hold."""
        if len(self.tables) >= limits.TABLES:
            raise TooMuch(f"it needs more than {limits.TABLES} tables")
        self.tables.append(table)

    def text(self) -> str:
        """Return the page as Markdown."""
        parts = [self._head(), self._facts(), self._derived(), self._outcomes()]
        parts += [self._table(table) for table in self.tables]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _head(self) -> str:
        lines = ["+++", f"policy = {_toml(self.policy)}"]
        lines.append(f"version = {_toml(self.version)}")
        if self.source:
            lines.append(f"source = {_toml(self.source)}")
        if self.currency:
            lines += ["", "[money]", f"currency = {_toml(self.currency)}"]
        if self.rounding:
            lines.append(f"rounding = {_toml(self.rounding)}")
        head = "\n".join([*lines, "+++", "", f"# {plain(self.title)}"])
        return f"{head}\n\n{self.prose}" if self.prose else head

    def _facts(self) -> str:
        rows = [
            (f.name, f"{f.kind}{'?' * f.optional}", f.domain, f.label, f.ask)
            for f in self.facts.values()
        ]
        return _section("Facts", ("fact", "type", "domain", "label", "ask"), rows)

    def _derived(self) -> str:
        rows = [(d.name, d.kind, d.text, d.label) for d in self.derived.values()]
        header = ("name", "type", "from", "label")
        return _section("Derived", header, rows) if rows else ""

    def _outcomes(self) -> str:
        rows = [(o.name, o.kind, o.domain) for o in self.outcomes.values()]
        header = ("outcome", "type", "domain")
        return _section("Outcomes", header, rows) if rows else ""

    def _table(self, table: TablePart) -> str:
        has_when = any(row.when for row in table.rows)
        has_because = any(row.because for row in table.rows)
        has_note = any(row.note for row in table.rows)
        header = ["id", *(self._column(name) for name in table.conditions)]
        header += ["when"] * has_when + table.results
        header += ["because"] * has_because + ["note"] * has_note
        rows = [
            (
                row.id,
                *(row.cells.get(name, "") for name in table.conditions),
                *["; ".join(row.when)] * has_when,
                *(row.results.get(name, "") for name in table.results),
                *[row.because] * has_because,
                *[row.note] * has_note,
            )
            for row in table.rows
        ]
        title = f"Table: {table.name} ({table.hit})"
        return _section(title, header, rows, keep_all=True)

    def _column(self, name: str) -> str:
        known = name in self.facts or name in self.derived
        return name if known else f"if {name}"


def _section(
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    keep_all: bool = False,
) -> str:
    """Write a table; of a list of names, columns that say nothing are left out."""
    rows = list(rows)
    keep = [
        place
        for place, name in enumerate(header)
        if keep_all or place < 2 or name == "from" or any(row[place] for row in rows)
    ]
    lines = [_line(header[place] for place in keep), _line("---" for _ in keep)]
    lines += [_line(escaped(row[place]) for place in keep) for row in rows]
    return "\n".join([f"## {title}", "", *lines])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def plain(text: str) -> str:
    """Return a text on one line without signs that a page may not hold."""
    return " ".join(_REFUSED.sub(" ", text).split())


def shortened(text: str) -> str:
    """Return a text as a label: on one line, and no longer than one reads."""
    text = plain(text)
    return text if len(text) <= _LABEL else f"{text[: _LABEL - 1]}…"


def escaped(text: str) -> str:
    """Return a text as a cell holds it."""
    return plain(text).replace("\\|", "|").replace("|", "\\|")


def _toml(text: str) -> str:
    return json.dumps(plain(text), ensure_ascii=False)


def quoted(text: str) -> str:
    """Return a text in quotes as cells and expressions read it."""
    return tokens.quoted(_held(text))


def worded(text: str) -> str:
    """Return a text as a result: in quotes, and what is inside stands as it is."""
    return f'"{_held(text)}"'


def listed(words: Sequence[str]) -> str:
    """Return texts as a result that is a list; Unfit if a cell cannot hold them."""
    if not words:
        raise Unfit("an empty list has no place in a cell")
    for word in words:
        if any(sign in word for sign in ',"') or word != plain(word) or not word:
            raise Unfit("a text with a comma or quotes has no place in a list")
    return ", ".join(words)


def _held(text: str) -> str:
    if text != plain(text):
        raise Unfit("a text with line breaks or doubled spaces has no place in a cell")
    return text
