"""A page's function that also tells, of each row passed over, which cells failed.

Each cell of a table is tested once. What a failed cell says is kept in a variable and
shared by all rows that hold the cell. For a fact with few values what each would say is
made ready beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evenhand.policy.compiled.straight import MANY, Straight
from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import Condition, Literal, operands
from evenhand.policy.program import Deck, Page, Rule, Way
from evenhand.policy.traces import Passed, TableTrace, Tested
from evenhand.policy.tree import Fact

_FEW = 64  # values of a fact for which every answer is made ready
_SPREAD = 12  # cells of a row beyond which what failed is gathered in one go
_SPREAD_OF_MANY = 4  # the same on a long page
_BRANCHES = 3  # cells of a row beyond which not every mixture has a branch of its own
_new = tuple.__new__


def write_plain(page: Page) -> Way:
    """Write the way of a page that gives no trace."""
    page.ways.plain = Straight(page, gaps=True).written()
    return page.ways.plain


def write_traced(page: Page) -> Way:
    """Write the way that traces a case of which every fact is known."""
    page.ways.traced = Traced(page, gaps=False).written()
    return page.ways.traced


def write_gapped(page: Page) -> Way:
    """Write the way that traces any case."""
    page.ways.gapped = Traced(page, gaps=True).written()
    return page.ways.gapped


class Traced(Straight):
    """Writes the function of a page that traces."""

    def __init__(self, page: Page, *, gaps: bool) -> None:
        super().__init__(page, gaps=gaps)
        self.writer.objects.named |= {
            "Tested": Tested,
            "Passed": Passed,
            "TableTrace": TableTrace,
            "weighed": weighed,
        }
        self.tested: dict[Condition, str] = {}
        self.apart = False
        self.above: list[str] = []  # the rows passed over, of a short table `first`
        self.row = ""
        many = page.program.rows > MANY
        self.spread = _SPREAD_OF_MANY if many else _SPREAD
        self.branches = 1 if many else _BRANCHES
        self.few = {fact.name: fact for fact in page.policy.facts if _has_few(fact)}

    def table(self, taken: str, deck: Deck) -> None:
        """Write a table with its list of rows passed over."""
        self.tested = {}
        self.apart = deck.is_first and self.page.program.rows <= MANY
        self.above, self.row = [], ""
        self.writer.line(f"p{taken} = []")
        super().table(taken, deck)

    def none_given(self, taken: str) -> None:
        """Write what stands where no row of a table matches."""
        if self.apart:
            self.next_row()
            self.writer.line(f"p{taken} = {self.all_above()}")
        super().none_given(taken)

    def give(self, deck: Deck, rule: Rule) -> None:
        """Write what a row gives, and which rows above it were passed over."""
        if self.apart:
            self.writer.line(f"p{self.rows[-1]} = {self.all_above()}")
        super().give(deck, rule)

    def next_row(self) -> None:
        if self.row:
            self.above.append(self.row)
        self.row = self.writer.objects.fresh("w")

    def all_above(self) -> str:
        return f"({''.join(f'{name}, ' for name in self.above)})"

    def when_matched(self, rule: Rule) -> None:
        """Write a row's trace; what stands deeper is done if it matches.

        Of a short table `first`, each row passed over stands in a variable of its own,
        as what lies above the row that matches is known when this is written.
        """
        if self.apart:
            self.next_row()
            if self.alone(rule):
                return
        tested = [self.told(cell) for cell in rule.row.conditions]
        aside = self.exceptions(rule) if rule.unless else None
        if self.gaps:
            self.weigh(rule, tested)
        else:
            self.sort(rule, tested)
        writer = self.writer
        word = "elif" if tested else "if"
        if aside:
            if aside.needs:
                writer.line(f"{word} {aside.unknown}: return None")
                word = "elif"
            writer.line(f"{word} not {aside.text}: return None")
        writer.line("else:" if tested or aside else "if True:")

    def alone(self, rule: Rule) -> bool:
        """Write a row of one cell whose every answer is made ready; tell whether so."""
        cells = rule.row.conditions
        fact = self.few.get(cells[0].fact.name) if len(cells) == 1 else None
        if rule.unless or fact is None or not _is_plain(cells[0]) or self.gaps:
            return False
        told = self.answers(cells[0], fact)
        ready = {
            value: one and Passed(rule.row.id, (one,), ())
            for value, one in told.items()
        }
        name = self.writer.names[fact.name]
        self.writer.line(f"{self.row} = {self.writer.objects.add(ready)}[{name}]")
        self.writer.line(f"if {self.row} is None:")
        return True

    def told(self, cell: Condition) -> str:
        """Write what a cell says if it does not hold; return the variable."""
        if cell not in self.tested:
            variable = self.writer.objects.fresh("c")
            self.tested[cell] = variable
            piece = self.cell(cell)
            if piece.needs and not self.gaps:
                # All facts are given, and yet a derived one has no value.
                self.writer.line(f"if {piece.unknown}: return None")
            self.writer.line(f"{variable} = {self.said(cell)}")
        return self.tested[cell]

    def said(self, cell: Condition) -> str:
        fact = self.few.get(cell.fact.name)
        add, name = self.writer.objects.add, self.writer.names[cell.fact.name]
        if fact and all(
            isinstance(o, Literal) for t in cell.tests for o in operands(t)
        ):
            return f"{add(self.answers(cell, fact))}[{name}]"
        piece = self.cell(cell)
        words = f"{add(cell.fact.name)}, {self.seen(cell)}, {add(cell.text)}"
        text = f"None if {piece.text} else new(Tested, ({words}, False))"
        if piece.needs:
            text = f"new(Tested, ({words}, None)) if {piece.unknown} else {text}"
        return text

    def seen(self, cell: Condition) -> str:
        """Return the source of the value that a cell met."""
        name = self.writer.names[cell.fact.name]
        if cell.fact.name in self.outcomes:
            return f"None if {name} is ABSENT else given_out({name})"
        return f"given_out({name})" if cell.fact.kind is Kind.NUMBER else name

    def answers(self, cell: Condition, fact: Fact) -> dict[Any, Tested | None]:
        (check,) = self.page.program.functions.checks([cell])
        found: dict[Any, Tested | None] = {}
        for value in (*_values(fact), None):
            held = check({fact.name: value})
            tested = Tested(fact.name, value, cell.text, held)
            found[value] = None if held else tested
        return found

    def sort(self, rule: Rule, tested: list[str]) -> None:
        """Write a branch for each mixture of cells that fail.

        The source grows by the square of the cells; of a row with many it must not.
        """
        if len(tested) > self.spread:
            self.gathered(rule, tested)
            return
        for place, variable in enumerate(tested):
            self.writer.line(f"{'elif' if place else 'if'} {variable} is not None:")
            self.writer.indent += 1
            self.mixture(rule, [variable], tested[place + 1 :])
            self.writer.indent -= 1

    def gathered(self, rule: Rule, tested: list[str]) -> None:
        self.writer.line(f"q = tuple(filter(None, ({', '.join(tested)},)))")
        self.writer.line("if q:")
        self.writer.indent += 1
        self.passed(rule, "q")
        self.writer.indent -= 1

    def mixture(self, rule: Rule, failed: list[str], rest: list[str]) -> None:
        writer = self.writer
        if not rest:
            self.passed(rule, f"({', '.join(failed)},)")
        elif len(rest) >= self.branches:
            writer.line(f"q = ({', '.join(failed)},)")
            for variable in rest:
                writer.line(f"if {variable} is not None: q += ({variable},)")
            self.passed(rule, "q")
        else:
            writer.line(f"if {rest[0]} is not None:")
            writer.indent += 1
            self.mixture(rule, [*failed, rest[0]], rest[1:])
            writer.indent -= 1
            writer.line("else:")
            writer.indent += 1
            self.mixture(rule, failed, rest[1:])
            writer.indent -= 1

    def passed(self, rule: Rule, failed: str) -> None:
        name = self.writer.objects.add(rule.row.id)
        self.keep(f"new(Passed, ({name}, {failed}, (), ()))")

    def keep(self, told: str) -> None:
        """Write that a row was passed over."""
        if self.apart:
            self.writer.line(f"{self.row} = {told}")
        else:
            self.writer.line(f"p{self.rows[-1]}.append({told})")

    def weigh(self, rule: Rule, tested: list[str]) -> None:
        """Write that what failed and what is unknown are told apart by a call."""
        if not tested:
            return
        writer, name = self.writer, self.writer.objects.add(rule.row.id)
        writer.line(f"if {' or '.join(f'{one} is not None' for one in tested)}:")
        writer.line(f"    q = weighed({name}, ({', '.join(tested)},))")
        writer.line("    if q is None: return None")
        writer.indent += 1
        self.keep("q")
        writer.indent -= 1

    def traces(self) -> str:
        """Return the source of the traces of all tables."""
        add, found = self.writer.objects.add, ""
        for taken, deck in zip(self.rows, self.page.program.decks, strict=True):
            ids = add(tuple((rule.row.id,) for rule in deck.rules))
            matched = f"() if {taken} is None else {ids}[{taken}]"
            if not deck.is_single:
                matched = f"tuple({ids}[n][0] for n in {taken})"
            names = f"{add(deck.table.name)}, {add(deck.table.hit.value)}"
            parts = f"({names}, tuple(p{taken}), {matched})"
            found += f"new(TableTrace, {parts}), "
        return f"({found})"

    def more(self) -> str:
        """Return the source of where lazily computed parts are kept."""
        return "{}"


def _is_plain(cell: Condition) -> bool:
    return all(isinstance(one, Literal) for t in cell.tests for one in operands(t))


def _has_few(fact: Fact) -> bool:
    if fact.kind is Kind.YES_NO:
        return True
    return fact.kind is Kind.ONE_OF and 0 < len(fact.domain.words) <= _FEW


def _values(fact: Fact) -> Iterable[Any]:
    return (True, False) if fact.kind is Kind.YES_NO else fact.domain.words


def weighed(rule: str, tested: tuple[Tested | None, ...]) -> Passed | None:
    """Tell what failed from what is unknown; None for a row that may still match."""
    failed = tuple(one for one in tested if one is not None and one.held is False)
    if not failed:
        return None
    unknown = tuple(one for one in tested if one is not None and one.held is None)
    return _new(Passed, (rule, failed, unknown, ()))
