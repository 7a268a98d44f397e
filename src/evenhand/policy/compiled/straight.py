"""A whole page as one Python function, for a case of which enough is known.

It reads the facts, computes what follows from them, walks the tables and makes the
decision, without a call for each cell. Where a row may match for want of a fact, a
result waits, rows collide or an invariant breaks, it gives None, and the tables are
walked again at length (`evaluate`), which finds out what is the matter. The two must
agree on every case; tests hold them to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evenhand.policy.compiled.cells import condition
from evenhand.policy.compiled.checks import names_of, outcome_names, places_of
from evenhand.policy.compiled.expressions import computed, logic_of
from evenhand.policy.compiled.reading import read
from evenhand.policy.compiled.writer import Objects, Piece, Writer, run
from evenhand.policy.decision import Decision
from evenhand.policy.explain import citation, worded
from evenhand.policy.kinds import Kind, exact, given_out
from evenhand.policy.nodes import Condition, Expression, Literal
from evenhand.policy.program import Deck, Page, Rule, Way
from evenhand.policy.traces import Status
from evenhand.policy.tree import LISTED, SINGLE, Hit

MANY = 100  # rows of a page beyond which what is faster is too long in compiling


class Straight:
    """Writes the function of a page. `gaps`: also for cases with unknown facts."""

    def __init__(self, page: Page, *, gaps: bool) -> None:
        self.page = page
        self.gaps = gaps
        policy = page.policy
        objects = Objects()
        objects.named |= {
            "new": tuple.__new__,
            "Decision": Decision,
            "given_out": given_out,
            "worded": worded,
        }
        names = {name: f"x{n}" for n, name in enumerate(names_of(policy))}
        values = {one.name: one.value for one in policy.values}
        names |= {name: f"v{n}" for n, name in enumerate(values)}
        objects.named |= {names[name]: value for name, value in values.items()}
        names |= {one.name: f"d{n}" for n, one in enumerate(policy.derived)}
        numbers = [one.name for one in policy.facts if one.kind is Kind.NUMBER]
        numbers += [one.name for one in policy.values if one.kind is Kind.NUMBER]
        self.outcomes = outcome_names(policy)
        self.writer = Writer(
            objects,
            names,
            absent=frozenset(names[name] for name in self.outcomes),
            floats=frozenset(names[name] for name in numbers),
            fields=places_of(policy),
        )
        known = [] if gaps else [names[fact.name] for fact in policy.facts]
        known += [names[name] for name in values if names[name].startswith("v")]
        self.known = frozenset(known)
        self.cells: dict[Condition, Piece] = {}
        self.rows: list[str] = []
        self.empty = True  # nothing given yet
        # Outcomes stand in variables only where something may read them.
        self.kept = len(policy.tables) > 1 or bool(policy.nevers or policy.always)

    def written(self) -> Way:
        """Write and compile the function."""
        fast = self.page.program.rows <= MANY
        made: Way = run(self.source(), self.writer.objects, fast=fast)["way"]
        return made

    def source(self) -> str:
        """Write the function."""
        self.facts()
        for derived in self.page.policy.derived:
            variable = self.writer.names[derived.name]
            self.writer.line(f"{variable} = {self.value(derived.expression)}")
        for place, deck in enumerate(self.page.program.decks):
            self.cells = {}
            self.rows.append(f"r{place}")
            self.table(f"r{place}", deck)
        self.invariants()
        self.end()
        # What is called most is found fastest as an argument with a default.
        near = "".join(f", {name}={name}" for name in ("new", "Decision", "type"))
        return "\n".join([f"def way(f{near}):", *self.writer.lines])

    def facts(self) -> None:
        readers = dict(self.page.program.readers)
        for fact in self.page.policy.facts:
            read(self.writer, fact, readers[fact.name], gaps=self.gaps)
        if self.kept:
            for name in self.outcomes:
                self.writer.line(f"{self.writer.names[name]} = ABSENT")

    def value(self, expression: Expression) -> str:
        return computed(self.writer, expression, self.page.policy.head.rounding)

    def cell(self, cell: Condition) -> Piece:
        """Write a cell once for each table; outcomes may differ in the next one."""
        if cell not in self.cells:
            piece = condition(self.writer, cell)
            needs = tuple(need for need in piece.needs if need not in self.known)
            self.cells[cell] = Piece(piece.text, needs)
        return self.cells[cell]

    def table(self, taken: str, deck: Deck) -> None:
        self.writer.line(f"{taken} = None")
        if deck.is_first:
            self.first(taken, deck)
        elif deck.is_single:
            self.single(taken, deck)
        else:
            self.several(taken, deck)
        if deck.is_first or deck.is_single:
            self.empty = False

    def first(self, taken: str, deck: Deck) -> None:
        writer = self.writer
        writer.line("while True:")
        writer.indent += 1
        for number, rule in enumerate(deck.rules):
            self.when_matched(rule)
            writer.indent += 1
            writer.line(f"{taken} = {number}")
            self.give(deck, rule)
            writer.line("break")
            writer.indent -= 1
        self.none_given(taken)
        writer.line("break")
        writer.indent -= 1

    def single(self, taken: str, deck: Deck) -> None:
        """Two rows that match are weighed against each other at length."""
        writer = self.writer
        for number, rule in enumerate(deck.rules):
            self.when_matched(rule)
            writer.line(f"    if {taken} is not None: return None")
            writer.line(f"    {taken} = {number}")
        self.none_given(taken)
        for number, rule in enumerate(deck.rules):
            writer.line(f"if {taken} == {number}:")
            writer.indent += 1
            self.give(deck, rule)
            writer.indent -= 1

    def none_given(self, taken: str) -> None:
        """Write what stands where a table gives nothing, or has yet to give."""
        self.writer.line(f"c{taken} = ()")
        if self.empty:
            self.writer.line("out = {}")

    def several(self, taken: str, deck: Deck) -> None:
        writer, given = self.writer, f"g{taken}"
        if self.empty:
            writer.line("out = {}")
            self.empty = False
        writer.line(f"{taken}, {given}, c{taken} = [], [], []")
        for number, rule in enumerate(deck.rules):
            self.when_matched(rule)
            writer.indent += 1
            writer.line(f"{taken}.append({number})")
            cited = citation(deck, rule)
            if cited:
                writer.line(f"c{taken} += {writer.objects.add(cited)}")
            self.gather(given, deck, rule)
            writer.indent -= 1
        if deck.table.hit is Hit.OUTPUT_ORDER:
            writer.line(f"if len({taken}) > 1: return None")
        if deck.table.hit in LISTED:
            self.listed(taken, given, deck)
        else:
            self.totalled(taken, given, deck)

    def listed(self, taken: str, given: str, deck: Deck) -> None:
        add = self.writer.objects.add
        self.writer.line(f"out[{add(deck.table.name)}] = {given}")
        if any(rule.says or rule.row.because for rule in deck.rules):
            names = self.writer.names
            sheet = ", ".join(f"{add(n)}: {names[n]}" for n in names)
            self.writer.line(
                f"if {taken}: out[{add(deck.table.name)}] = worded("
                f"{add(self.page)}, [{add(deck.rules)}[n] for n in {taken}], {given},"
                f" {{{sheet}}})"
            )

    def totalled(self, taken: str, given: str, deck: Deck) -> None:
        writer, hit, table = self.writer, deck.table.hit, deck.table.name
        variable, place = writer.names[table], f"out[{writer.objects.add(table)}]"
        if hit is Hit.COUNT:
            writer.line(f"{place} = {variable} = len({taken})")
            return
        word = {Hit.SUM: "sum", Hit.MIN: "min", Hit.MAX: "max"}[hit]
        writer.line("if True:" if hit is Hit.SUM else f"if {given}:")
        writer.line(f"    {variable} = {word}({given})")
        writer.line(f"    {place} = given_out({variable})")

    def when_matched(self, rule: Rule) -> None:
        """Write the test that a row matches; what stands deeper is done if it does."""
        pieces = self.pieces(rule)
        maybe = [
            f"({piece.unknown} or {piece.text})" if piece.needs else piece.text
            for piece in pieces
        ]
        self.writer.line(f"if {' and '.join(maybe) or True}:")
        needs = dict.fromkeys(need for piece in pieces for need in piece.needs)
        if needs:
            unknown = " or ".join(f"{need} is None" for need in needs)
            self.writer.line(f"    if {unknown}: return None")

    def pieces(self, rule: Rule) -> list[Piece]:
        pieces = [self.cell(cell) for cell in rule.row.conditions]
        return [*pieces, self.exceptions(rule)] if rule.unless else pieces

    def exceptions(self, rule: Rule) -> Piece:
        """Write that no exception of a row holds."""
        groups = [self.joined(group) for group in rule.row.unless]
        found = logic_of(self.writer, "or", groups)
        return Piece(f"(not {found.text})", found.needs)

    def joined(self, cells: Iterable[Condition]) -> Piece:
        """Write that all cells hold."""
        return logic_of(self.writer, "and", [self.cell(cell) for cell in cells])

    def results(self, rule: Rule) -> list[tuple[str, str, str]]:
        """Write a row's results: name, exact value, and the value as it is given out."""
        found, add = [], self.writer.objects.add
        for name, expression in rule.row.results:
            root = expression.root
            if isinstance(root, Literal):
                found.append((name, add(_exact(root.value)), add(root.value)))
                continue
            variable = self.value(expression)
            self.writer.line(f"if {variable} is None: return None")
            number = expression.kind is Kind.NUMBER
            shown = f"given_out({variable})" if number else variable
            found.append((name, variable, shown))
        return found

    def give(self, deck: Deck, rule: Rule) -> None:
        writer, add = self.writer, self.writer.objects.add
        results = self.results(rule)
        for name, value, _ in results if self.kept else ():
            writer.line(f"{writer.names[name]} = {value}")
        if self.empty:
            pairs = ", ".join(f"{add(name)}: {shown}" for name, _, shown in results)
            writer.line(f"out = {{{pairs}}}")
        else:
            for name, _, shown in results:
                writer.line(f"out[{add(name)}] = {shown}")
        writer.line(f"c{self.rows[-1]} = {add(citation(deck, rule))}")

    def gather(self, given: str, deck: Deck, rule: Rule) -> None:
        add = self.writer.objects.add
        if deck.table.hit is Hit.COUNT:
            return
        results = self.results(rule)
        if deck.table.hit not in LISTED:
            for _, value, _ in results[:1]:
                self.writer.line(f"{given}.append({value})")
            return
        pairs = [f"{add('id')}: {add(rule.row.id)}"]
        pairs += [f"{add(name)}: {shown}" for name, _, shown in results]
        self.writer.line(f"{given}.append({{{', '.join(pairs)}}})")

    def invariants(self) -> None:
        self.cells = {}
        for never in self.page.policy.nevers:
            broken = _surely(self.joined(never.conditions))
            self.writer.line(f"if {broken}: return None")
        for one in self.page.policy.always:
            due = _surely(self.joined(one.when)) if one.when else "True"
            granted = _surely(self.joined(one.must))
            self.writer.line(f"if ({due}) and not ({granted}): return None")

    def end(self) -> None:
        """Write how the decision is made of what was found."""
        decks, add = self.page.program.decks, self.writer.objects.add
        ids = add(tuple(rule.row.id for rule in decks[0].rules)) if decks else "()"
        single = not decks or decks[0].table.hit in SINGLE
        test = "r0 is not None" if single else "r0"
        place = "r0" if single else "r0[0]"
        rest = ["out", self.traces(), self.cited(), add(self.page), self.read_facts()]
        told = ", ".join([*rest, self.more()])
        made = "return new(Decision, ({}, {}, {}))"
        self.writer.line(f"if {test}:")
        self.writer.line("    " + made.format(add(Status.HIT), f"{ids}[{place}]", told))
        self.writer.line(made.format(add(Status.NO_RULE), None, told))

    def cited(self) -> str:
        several = [deck.table.hit not in SINGLE for deck in self.page.program.decks]
        return " + ".join(
            f"tuple(c{row})" if many else f"c{row}"
            for row, many in zip(self.rows, several, strict=True)
        )

    def read_facts(self) -> str:
        names = self.writer.names
        return f"({''.join(f'{names[f.name]}, ' for f in self.page.policy.facts)})"

    def traces(self) -> str:
        """Return the source of the traces of all tables."""
        return "()"

    def more(self) -> str:
        """Return the source of where lazily computed parts are kept, if they are."""
        return "None"


def _exact(value: Any) -> Any:
    return exact(value) if isinstance(value, float) else value


def _surely(piece: Piece) -> str:
    return " and ".join([*(f"{need} is not None" for need in piece.needs), piece.text])
