"""The Examples section: cases with their answers, run whenever the page is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from evenhand.policy import limits
from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision, Status
from evenhand.policy.errors import DecisionFault, FactError, Fault, Faults, Misread
from evenhand.policy.explain import lines
from evenhand.policy.exploring import Budget, TooWide
from evenhand.policy.kinds import LISTS, Kind, Value, shown
from evenhand.policy.lists import read_lines
from evenhand.policy.literals import read_list, read_texts, read_value
from evenhand.policy.program import Page
from evenhand.policy.saying import _, in_turn
from evenhand.policy.scope import Scope
from evenhand.policy.sections import Grid, Words, blaming
from evenhand.policy.tokens import Reader
from evenhand.policy.tree import LISTED, Example, Fact, Outcome, Table
from evenhand.policy.weights import folded_nodes, rows_of_lists, rows_of_reckoning

_WORDS = frozenset({"given", "expect", "note"})
NO_RULE = "no rule"


def read_examples(
    grid: Grid,
    facts: tuple[Fact, ...],
    tables: tuple[Table, ...],
    scope: Scope,
    faults: Faults,
) -> tuple[Example, ...]:
    """Read the section; what cannot be read is a fault."""
    names = [head.text for head in grid.header]
    if not {"given", "expect"} <= set(names) or len(grid.rows) > limits.EXAMPLES:
        form = _(
            "columns given and expect, at most {examples} rows",
            examples=limits.EXAMPLES,
        )
        faults.add(*grid.header[0].at(0), _("the examples are not read"), form)
        return ()
    reader = _ExampleReader(facts, tables, scope, faults)
    return tuple(reader.read(dict(zip(names, row, strict=True))) for row in grid.rows)


class _ExampleReader:
    __slots__ = ("columns", "expected", "facts", "faults", "listed", "scope")

    def __init__(
        self,
        facts: tuple[Fact, ...],
        tables: tuple[Table, ...],
        scope: Scope,
        faults: Faults,
    ) -> None:
        self.facts = {fact.name: fact for fact in facts}
        self.listed = {table.name for table in tables if table.hit in LISTED}
        self.columns = {
            f"{table.name}.{outcome.name}": outcome
            for table in tables
            if table.hit in LISTED
            for outcome in table.outcomes
        }
        self.expected = {row.id for row in tables[0].rows} if tables else set()
        self.scope = scope
        self.faults = faults

    def read(self, cells: Mapping[str, Words]) -> Example:
        given: dict[str, Value] = {}
        outcome: dict[str, Value | None] = {}
        rows: dict[str, tuple[str, ...]] = {}
        listed: dict[str, tuple[Value | None, ...]] = {}
        with blaming(cells["given"], self.faults):
            given.update(self._given(Reader.of_cell(cells["given"].text)))
        with blaming(cells["expect"], self.faults):
            self._check_expected(cells["expect"].text)
        for name, cell in cells.items():
            if name in _WORDS or cell.text in ("", "-"):
                continue
            with blaming(cell, self.faults):
                if name in self.listed:
                    rows[name] = _ids(cell.text)
                elif name in self.columns:
                    listed[name] = self._listed(self.columns[name], cell.text)
                else:
                    outcome[name] = self._outcome(name, cell.text)
        line, column = cells["expect"].at(0)
        expect = cells["expect"].text
        return Example(given, expect, outcome, rows, line, column, listed)

    def _given(self, reader: Reader) -> Iterator[tuple[str, Value]]:
        """`country EU; days 12` or `country = "EU", days = 12`."""
        while reader.next.kind != "end":
            token = reader.take()
            fact = self.facts.get(token.text)
            if fact is None:
                raise Misread(
                    token.offset, _("{token} is not a fact of this page", token=token)
                )
            reader.take_sign("=")
            if reader.next.is_word("null"):
                reader.take()
            else:
                yield fact.name, self._value(reader, fact)
            if not reader.take_sign(";", ","):
                reader.expect_end()

    def _value(self, reader: Reader, fact: Fact) -> Value:
        currency, words = self.scope.currency, fact.domain.words
        if fact.kind is Kind.LINES:
            return read_lines(reader, fact, currency)
        if fact.kind not in LISTS:
            return read_value(reader, fact.kind, words, currency)
        if not reader.next.is_sign("["):
            reader.expect("[")
        return read_list(reader, fact.kind, words, currency)

    def _check_expected(self, text: str) -> None:
        word, _space, fact = text.partition(" ")
        asks = word == "ask" and fact in self.facts
        if not asks and text != NO_RULE and text not in self.expected:
            form = _("write a row's id, ask FACT, or {no_rule}", no_rule=NO_RULE)
            raise Misread(0, _("“{text}” cannot be expected", text=text), form)

    def _outcome(self, name: str, text: str) -> Value | None:
        if text == "none":
            return None
        known = self.scope.get(name, 0)
        words = known.domain.words
        if known.kind is Kind.TEXTS:
            return read_texts(text, words)
        reader = Reader.of_cell(text)
        if known.kind is Kind.ONE_OF and text in words:
            return text
        value = read_value(reader, known.kind, words, self.scope.currency)
        reader.expect_end()
        return value

    def _listed(self, outcome: Outcome, text: str) -> tuple[Value | None, ...]:
        """Read what the rows give, in their order: `5.00; none`; or none of them."""
        if text == "none":
            return ()
        return tuple(self._given_by(outcome, part.strip()) for part in text.split(";"))

    def _given_by(self, outcome: Outcome, text: str) -> Value | None:
        if text == "none":
            return None
        if outcome.kind is Kind.TEXTS:
            return read_texts(text, outcome.words)
        reader = Reader.of_cell(text)
        currency = self.scope.currency
        value = read_value(reader, outcome.kind, outcome.words, currency)
        reader.expect_end()
        return value


def _ids(text: str) -> tuple[str, ...]:
    return () if text == "none" else tuple(part.strip() for part in text.split(","))


def check_examples(page: Page) -> tuple[Fault, ...]:
    """Decide every example of a page; return a fault for each that differs."""
    budget = Budget(limits.ROWS_READ_FOR_EXAMPLES)
    folded = folded_nodes(page.policy)
    each = page.program.rows + rows_of_reckoning(page.policy)
    faults = []
    for example in page.policy.examples:
        try:
            budget.spend(each + rows_of_lists(folded, example.given))
            told = _difference(page, example, budget)
        except TooWide:
            told = (_("the examples cost too much to check"),)
        if told:
            faults.append(Fault(example.line, example.column, *told))
    return tuple(faults)


def _difference(page: Page, example: Example, budget: Budget) -> tuple[str, ...]:
    """Return what differs, and why if that can be told; nothing if the example holds."""
    try:
        decision = decide(page, example.given, trace=False, budget=budget)
    except (FactError, DecisionFault) as error:
        why = error.args[0]  # a sentence of its own
        return (_("the example cannot be decided: {error}", error=why),)
    if not _expected(decision, example.expect):
        why = _passed_over(page, example)
        return _otherwise(example.expect, _answer(decision)), why
    other = _other_outcome(page, decision, example)
    return (other,) if other else ()


def _otherwise(expected: str, got: str) -> str:
    return _("expected {expected}, got {got}", expected=expected, got=got)


def agrees(page: Page, decision: Decision, example: Example) -> bool:
    """Whether a decision of this page is what one of its examples says."""
    if not _expected(decision, example.expect):
        return False
    return not _other_outcome(page, decision, example)


def _passed_over(page: Page, example: Example) -> str:
    """Tell why the row that was expected did not match: decide again, with a trace."""
    told = lines(decide(page, example.given))
    about = [one for one in told if one.startswith(f"{example.expect} ")]
    return in_turn(about, ". ")


def _expected(decision: Decision, expect: str) -> bool:
    if expect.startswith("ask "):
        return expect[4:] in [question.fact for question in decision.needs]
    return _answer(decision) == expect


def _answer(decision: Decision) -> str:
    match decision.status:
        case Status.NEEDS_FACT:
            facts = ", ".join(question.fact for question in decision.needs)
            return f"ask {facts}"
        case Status.NO_RULE:
            return NO_RULE
        case _:
            return decision.rule or NO_RULE


def _other_outcome(page: Page, decision: Decision, example: Example) -> str:
    currency = page.policy.head.currency
    for name, value in example.outcome.items():
        got = decision.outcome.get(name)
        if got != value:
            kind = page.program.kinds.get(name, Kind.TEXT)
            texts = [_told(one, kind, currency) for one in (value, got)]
            return _otherwise(f"{name} {texts[0]}", texts[1])
    for table, ids in example.rows.items():
        got_ids = _column(decision, table, "id")
        if got_ids != ids:
            return _otherwise(f"{table} {_joined(ids)}", _joined(got_ids))
    return _other_listed(page, decision, example)


def _other_listed(page: Page, decision: Decision, example: Example) -> str:
    currency = page.policy.head.currency
    for head, values in example.listed.items():
        table, _, name = head.partition(".")
        given = _column(decision, table, name)
        if given != (values or (None,) * len(given)):
            kind = page.program.kinds.get(name, Kind.TEXT)
            texts = [
                " / ".join(_told(one, kind, currency) for one in column) or "none"
                for column in (values, given)
            ]
            return _otherwise(f"{head} {texts[0]}", texts[1])
    return ""


def _column(decision: Decision, table: str, name: str) -> tuple[Any, ...]:
    rows = cast(list[dict[str, object]], decision.outcome.get(table, []))
    return tuple(row.get(name) for row in rows)


def _told(value: object, kind: Kind, currency: str) -> str:
    return "none" if value is None else shown(value, kind, currency)


def _joined(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "none"
