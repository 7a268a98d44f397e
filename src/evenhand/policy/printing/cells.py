"""Cells put into their standard form, each by what its column holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from evenhand.policy.cells import read_condition
from evenhand.policy.errors import Faults
from evenhand.policy.facts import read_domain, read_kind
from evenhand.policy.kinds import LISTS, WORDY, Kind, Value
from evenhand.policy.literals import read_list, read_value
from evenhand.policy.nodes import Condition
from evenhand.policy.printing.expressions import expression_text
from evenhand.policy.printing.names import Naming
from evenhand.policy.printing.values import (
    Durations,
    amounts_text,
    any_value_text,
    condition_text,
    domain_text,
    durations_in,
    list_text,
    value_text,
)
from evenhand.policy.scope import Known
from evenhand.policy.sections import Words
from evenhand.policy.tables import read_unless, read_when
from evenhand.policy.tokens import Reader
from evenhand.policy.tree import Constant, Example, Fact, Outcome

Cells = Mapping[str, Words]
Write = Callable[[Words, Cells], str]
NOTHING = ("", "-")


class CellPrinter:
    """Writes the cells of one page; the page was read before, so all of them are good."""

    def __init__(self, naming: Naming, values: Iterable[Constant]) -> None:
        self._naming = naming
        self._coined = [value for value in values if value.currency]
        self._currency = naming.currency
        self._faults = Faults(1)

    def text(self, cell: Words, _cells: Cells) -> str:
        """Keep prose, ids and names as they are."""
        return cell.text

    def kind(self, cell: Words, _cells: Cells) -> str:
        """Write a type: its words, and ? close behind it."""
        kind, optional = self._kind(cell)
        return f"{kind}?" if optional else str(kind)

    def _kind(self, cell: Words) -> tuple[Kind, bool]:
        return cast(tuple[Kind, bool], read_kind(cell, self._faults))

    def fixed(self, cell: Words, _cells: Cells) -> str:
        """Write that nobody can change a fact: x."""
        return "" if cell.text in NOTHING else "x"

    def domain(self, cell: Words, cells: Cells) -> str:
        """Write a domain by the type beside it."""
        kind, _ = self._kind(cells["type"])
        domain = read_domain(cell, kind, self._currency, self._faults)
        return domain_text(domain, kind, self._currency, durations_in(cell.text))

    def value(self, cell: Words, cells: Cells) -> str:
        """Write a named value by the type beside it; a duration keeps its units."""
        kind, _ = self._kind(cells["type"])
        amounts = [one for one in self._coined if one.name == cells["name"].text]
        if amounts:
            return amounts_text(amounts)
        reader = Reader.of_cell(cell.text)
        if kind in LISTS:
            values = read_list(reader, kind, (), self._currency)
            return list_text(values, kind, (), self._currency)
        value = read_value(reader, kind, (), self._currency)
        return value_text(value, kind, (), self._currency, durations_in(cell.text))

    def word(self, cell: Words, _cells: Cells) -> str:
        """Write a word or a day as it stands; `-` is nothing."""
        return "" if cell.text in NOTHING else cell.text

    def expression(self, cell: Words, _cells: Cells) -> str:
        """Write an expression."""
        return "" if cell.text in NOTHING else expression_text(cell.text)

    def result(self, kind: Kind) -> Write:
        """Write results of a kind: words stand for themselves, others are computed."""
        return self.word if kind in WORDY else self.expression

    def condition(self, name: str) -> Write:
        """Write the cells of a column headed by this name."""
        known = cast(Known, self._naming.find(name))

        def write(cell: Words, _cells: Cells) -> str:
            found = read_condition(cell.text, known, self._naming)
            return self._condition(found) if found else ""

        return write

    def when(self, cell: Words, _cells: Cells) -> str:
        """Write a sparse condition: `fact test; fact test`."""
        return self._joined(read_when(cell, self._naming, self._faults))

    def unless(self, cell: Words, _cells: Cells) -> str:
        """Write exceptions: `fact test; fact test or fact test`."""
        groups = read_unless(cell, self._naming, self._faults)
        return " or ".join(self._joined(group) for group in groups)

    def _joined(self, conditions: Iterable[Condition]) -> str:
        return "; ".join(
            f"{one.fact.name} {self._condition(one)}" for one in conditions
        )

    def _condition(self, condition: Condition) -> str:
        words = cast(Known, self._naming.find(condition.fact.name)).domain.words
        return condition_text(condition, words, self._currency)

    def example(self, example: Example, facts: Mapping[str, Fact]) -> Write:
        """Write what an example gives, in the order in which the page has it."""

        def write(cell: Words, _cells: Cells) -> str:
            durations = durations_in(cell.text)
            return "; ".join(
                f"{name} {self._given(example.given.get(name), facts[name], durations)}"
                for name in _names_given(cell.text, facts)
            )

        return write

    def _given(self, value: Value | None, fact: Fact, durations: Durations) -> str:
        if value is None:
            return "null"
        return any_value_text(value, fact, self._currency, durations)

    def expected(self, outcome: Outcome) -> Write:
        """Write what an outcome of an example must be."""

        def write(cell: Words, _cells: Cells) -> str:
            if cell.text in (*NOTHING, "none") or outcome.kind in LISTS:
                return "" if cell.text == "-" else cell.text
            if outcome.kind is Kind.ONE_OF and cell.text in outcome.words:
                return cell.text
            reader = Reader.of_cell(cell.text)
            words, durations = outcome.words, durations_in(cell.text)
            value = read_value(reader, outcome.kind, words, self._currency)
            return value_text(value, outcome.kind, words, self._currency, durations)

        return write


def _names_given(text: str, facts: Mapping[str, Fact]) -> list[str]:
    """The facts that an example names, outside the brackets of lists."""
    reader, names, depth, begins = Reader.of_cell(text), [], 0, True
    while reader.next.kind != "end":
        token = reader.take()
        depth += token.is_sign("[", "(") - token.is_sign("]", ")")
        if begins and token.text in facts:
            names.append(token.text)
        begins = depth == 0 and token.is_sign(";", ",")
    return names
