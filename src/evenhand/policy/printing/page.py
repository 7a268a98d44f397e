"""A page written from its tree alone: no prose, but everything that decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from evenhand.policy import limits
from evenhand.policy.kinds import WORDY, Kind
from evenhand.policy.nodes import Condition, Expression
from evenhand.policy.printing.expressions import expression_text
from evenhand.policy.printing.grid import table_lines
from evenhand.policy.printing.head import head_text
from evenhand.policy.printing.names import naming
from evenhand.policy.printing.values import (
    amounts_text,
    any_value_text,
    condition_text,
    domain_text,
    texts_text,
    value_text,
)
from evenhand.policy.program import Page
from evenhand.policy.tree import (
    Always,
    Constant,
    Domain,
    Example,
    Fact,
    Never,
    Outcome,
    Policy,
    Row,
    Table,
)

_SHARE = "% of "  # between percent and base in the text of an amount made of both


def print_page(page: Page) -> str:
    """Return the text of a page that reads back as the same tree, lines apart."""
    printer = _TreePrinter(page)
    head, heading = page.policy.head, ""
    if head.title.isprintable() and head.title == head.title.strip():
        head, heading = replace(head, title=""), f"# {head.title}"
    sections = ["\n".join(lines) for lines in printer.sections() if lines]
    parts = [one for one in (heading, *sections) if one]
    return "\n".join(["+++", head_text(head), "+++", "", "\n\n".join(parts), ""])


class _TreePrinter:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._policy: Policy = page.policy
        self._currency = page.policy.head.currency
        self._naming = naming(page)
        self._languages = {page.policy.head.language: ""}

    def sections(self) -> Iterable[list[str]]:
        policy = self._policy
        yield self._facts()
        yield self._values()
        yield self._derived()
        yield self._outcomes()
        yield from (self._table(table) for table in policy.tables)
        yield self._promises("Never", [(n, n.conditions, ()) for n in policy.nevers])
        yield self._promises("Always", [(a, a.when, a.must) for a in policy.always])
        yield self._examples()

    def _facts(self) -> list[str]:
        rows = []
        for fact in self._policy.facts:
            rows.append(self._fact(fact, fact.name))
            rows += [self._fact(one, f"{fact.name}.{one.name}") for one in fact.fields]
        return _section("Facts", rows)

    def _fact(self, fact: Fact, name: str) -> dict[str, str]:
        return {
            "fact": name,
            "type": f"{fact.kind}?" if fact.optional else str(fact.kind),
            "domain": domain_text(fact.domain, fact.kind, self._currency),
            "fixed": "x" if fact.fixed else "",
            "label": fact.label,
            **_by_language("label", fact.labels),
            **_by_language("ask", fact.asks),
        }

    def _values(self) -> list[str]:
        """A row for each value; one row for its amounts in several currencies."""
        coined: dict[str, list[Constant]] = {}
        rows: list[list[Constant]] = []
        for one in self._policy.values:
            amounts = coined.setdefault(one.name, []) if one.currency else []
            if not amounts:
                rows.append(amounts)
            amounts.append(one)
        return _section("Values", [self._value(amounts) for amounts in rows])

    def _value(self, amounts: list[Constant]) -> dict[str, str]:
        one = amounts[0]
        text = any_value_text(one.value, Fact(one.name, one.kind), self._currency)
        return {
            "name": one.name,
            "type": str(one.kind),
            "value": amounts_text(amounts) if one.currency else text,
            "from": one.since.isoformat() if one.since else "",
            "reference": one.reference,
        }

    def _derived(self) -> list[str]:
        """Without the values by date or currency, which the tree derives."""
        values = {value.name for value in self._policy.values}
        rows = [
            {
                "name": one.name,
                "type": str(one.expression.kind),
                "from": expression_text(one.expression.text),
                "label": one.label,
                **_by_language("label", one.labels),
            }
            for one in self._policy.derived
            if one.name not in values
        ]
        return _section("Derived", rows)

    def _outcomes(self) -> list[str]:
        found = {
            outcome.name: outcome
            for table in self._policy.tables
            for outcome in table.outcomes
        }
        rows = [
            {
                "outcome": one.name,
                "type": str(one.kind),
                "domain": domain_text(_words(one), one.kind, ""),
            }
            for one in found.values()
            if one.kind is not Kind.ONE_OF or one.words
        ]
        # Words that fill more than a cell are those of the rows, which need no list.
        fit = [row for row in rows if len(row["domain"]) <= limits.CELL_CHARACTERS]
        return _section("Outcomes", fit)

    def _table(self, table: Table) -> list[str]:
        rows = [self._row(row, table) for row in table.rows]
        if not rows:
            names = ["id", *(outcome.name for outcome in table.outcomes)]
            return table_lines(f"Table: {table.name} ({table.hit})", names, [])
        return _section(
            f"Table: {table.name} ({table.hit})", rows, keep=_columns(table)
        )

    def _row(self, row: Row, table: Table) -> dict[str, str]:
        results = dict(row.results)
        share = _base_of(results)
        if share:
            results.pop("amount")
        cells = {"id": row.id, "when": self._when(row.conditions)}
        cells["unless"] = " or ".join(self._when(group) for group in row.unless)
        for outcome in table.outcomes:
            cells[outcome.name] = _result(results.get(outcome.name))
        cells["of"] = share
        says = {
            self._languages.get(lang, lang): text for lang, text in row.says.items()
        }
        return {**cells, "because": row.because, **_by_language("say", says)}

    def _when(self, conditions: Iterable[Condition]) -> str:
        return "; ".join(f"{one.fact.name} {self._cell(one)}" for one in conditions)

    def _cell(self, condition: Condition) -> str:
        known = self._naming.find(condition.fact.name)
        words = known.domain.words if known else ()
        return condition_text(condition, words, self._currency)

    def _promises(
        self,
        title: str,
        promises: list[
            tuple[Never | Always, tuple[Condition, ...], tuple[Condition, ...]]
        ],
    ) -> list[str]:
        rows = [
            {
                "id": one.id,
                "when": self._when(when),
                **{must.fact.name: self._cell(must) for must in musts},
                "because": one.because,
            }
            for one, when, musts in promises
        ]
        return _section(title, rows)

    def _examples(self) -> list[str]:
        return _section("Examples", [self._example(e) for e in self._policy.examples])

    def _example(self, example: Example) -> dict[str, str]:
        facts = {fact.name: fact for fact in self._policy.facts}
        given = (
            f"{name} {any_value_text(value, facts[name], self._currency)}"
            for name, value in example.given.items()
        )
        cells = {"given": "; ".join(given), "expect": example.expect}
        for name, value in example.outcome.items():
            cells[name] = self._expected(name, value)
        cells |= {name: ", ".join(ids) or "none" for name, ids in example.rows.items()}
        for name, values in example.listed.items():
            column = name.partition(".")[2]
            told = (self._expected(column, value) for value in values)
            cells[name] = "; ".join(told) or "none"
        return cells

    def _expected(self, name: str, value: object) -> str:
        if value is None:
            return "none"
        if isinstance(value, tuple):
            return texts_text(value) or "none"
        kind = self._page.program.kinds[name]
        known = self._naming.find(name)
        words = known.domain.words if known else ()
        return value_text(value, kind, words, self._currency)  # type: ignore[arg-type]  # a plain value: tuples were told above


def _section(
    title: str, rows: list[dict[str, str]], keep: Iterable[str] = ()
) -> list[str]:
    """Write a section; a column that all rows leave empty only if it is to be kept."""
    if not rows:
        return []
    names = list(dict.fromkeys(name for row in rows for name in row))
    first = names[0]
    kept = {first, *keep, "given", "expect", "type"}
    header = [n for n in names if n in kept or any(row.get(n) for row in rows)]
    return table_lines(
        title, header, [[row.get(n, "") for n in header] for row in rows]
    )


def _by_language(word: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{word} {language}".strip(): text for language, text in texts.items()}


def _words(outcome: Outcome) -> Domain:
    return Domain(words=outcome.words)


def _columns(table: Table) -> set[str]:
    """The result columns of a table, but an amount that percent and base give."""
    shared = any(_base_of(dict(row.results)) for row in table.rows)
    names = {outcome.name for outcome in table.outcomes}
    return names - {"amount"} if shared else names


def _base_of(results: Mapping[str, Expression]) -> str:
    """Return the base of which a row's amount is so many percent; "" if it is none."""
    percent, amount = results.get("pct"), results.get("amount")
    if percent is None or amount is None:
        return ""
    said, base = f"{percent.text}{_SHARE}", amount.text
    return base.removeprefix(said) if base.startswith(said) else ""


def _result(expression: Expression | None) -> str:
    if expression is None:
        return ""
    if expression.kind in WORDY:
        return expression.text
    return expression_text(expression.text)
