"""Rule tables: each row read into conditions, results, reason and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evenhand.policy import limits
from evenhand.policy.cells import read_condition
from evenhand.policy.columns import RESULTS, Layout, sheet_outcomes
from evenhand.policy.errors import Faults, Misread
from evenhand.policy.expressions import read_expression, share_of
from evenhand.policy.kinds import NUMERIC, WORDY, Kind
from evenhand.policy.literals import read_texts
from evenhand.policy.nodes import Condition, Expression, Literal
from evenhand.policy.saying import _
from evenhand.policy.scope import Scope
from evenhand.policy.sections import Words
from evenhand.policy.tokens import Token
from evenhand.policy.tree import SINGLE, TOTALLED, Hit, Outcome, Row, Table

_HOLE = re.compile(r"\{([^{}]*)\}")
_STRAY = re.compile(r"[{}]")
_QUOTED = r"""(?:"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$))"""
_TESTS = re.compile(rf"""(?:[^;"']|{_QUOTED})+""")
_OR = re.compile(rf"{_QUOTED}|(?<![\w-])or(?![\w-])")
_TOTALLED = NUMERIC | {Kind.MONEY, Kind.DURATION}
_RANKED = frozenset({Hit.PRIORITY, Hit.OUTPUT_ORDER})
Outcomes = Mapping[str, Outcome]


def read_table(
    layout: Layout, outcomes: Outcomes, scope: Scope, base: str, faults: Faults
) -> Table:
    """Read the rows; afterwards the table's outcomes are names for later tables."""
    reader = _TableReader(layout, outcomes, scope, base, faults)
    rows = tuple(reader.rows())
    columns = tuple(outcomes[name] for name in layout.results if name != "of")
    if "pct" in layout.results and "amount" not in layout.results and reader.shares:
        columns = (*columns, Outcome("amount", _kind_of_amounts(scope)))
    table = Table(layout.name, layout.hit, columns, rows)
    _check_table(table, layout.title, faults)
    for outcome in sheet_outcomes(layout, outcomes):
        scope.declare(outcome)
    if table.hit in SINGLE:
        for outcome in columns:
            scope.declare(outcome)
    _check_sentences(layout, scope, faults)
    return table


def _kind_of_amounts(scope: Scope) -> Kind:
    return Kind.MONEY if scope.currency else Kind.NUMBER


def _check_table(table: Table, title: Words, faults: Faults) -> None:
    what = _("the table {name} ({hit})", name=table.name, hit=table.hit)
    if table.hit in _RANKED and not any(outcome.words for outcome in table.outcomes):
        form = _("declare a one of with its words in order under ## Outcomes")
        faults.add(*title.at(0), _("{what} has no column with a rank", what=what), form)
    if table.hit in TOTALLED and table.hit is not Hit.COUNT:
        kinds = [outcome.kind for outcome in table.outcomes]
        if len(kinds) != 1 or kinds[0] not in _TOTALLED:
            form = _(
                "head it by a name that is no fact, and declare it under ## Outcomes "
                "as a number, money or duration"
            )
            faults.add(
                *title.at(0), _("{what} needs one column of numbers", what=what), form
            )


class _TableReader:
    __slots__ = ("base", "faults", "layout", "outcomes", "scope", "shares")

    def __init__(
        self,
        layout: Layout,
        outcomes: Outcomes,
        scope: Scope,
        base: str,
        faults: Faults,
    ) -> None:
        self.layout = layout
        self.outcomes = outcomes
        self.scope = scope
        self.base = base
        self.faults = faults
        self.shares = False

    def rows(self) -> Iterator[Row]:
        seen: set[str] = set()
        for cells in self.layout.grid.rows:
            name = self._id(cells[self.layout.id], seen)
            seen.add(name)
            yield Row(
                id=name,
                conditions=tuple(self._conditions(cells)),
                unless=tuple(self._unless(cells)),
                results=tuple(self._results(cells)),
                because=self._text(cells, self.layout.because),
                says=self._says(cells),
                line=cells[0].line,
            )

    def _id(self, cell: Words, seen: set[str]) -> str:
        if not cell.text or any(sign in cell.text for sign in ",;|"):
            self.faults.add(
                *cell.at(0), _("the row has no usable id"), _("write a-short-id")
            )
        elif cell.text in seen:
            self.faults.add(
                *cell.at(0), _("the id {text} is used twice", text=cell.text)
            )
        return cell.text

    def _text(self, cells: tuple[Words, ...], place: int | None) -> str:
        return "" if place is None else cells[place].text

    def _says(self, cells: tuple[Words, ...]) -> dict[str, str]:
        texts = {lang: cells[place].text for lang, place in self.layout.says.items()}
        return {lang: text for lang, text in texts.items() if text}

    def _conditions(self, cells: tuple[Words, ...]) -> Iterator[Condition]:
        for place, name in self.layout.conditions.items():
            try:
                known = self.scope.get(name, 0)
                condition = read_condition(cells[place].text, known, self.scope)
            except Misread as misread:
                if self._meant_as_result(name, cells[place].text):
                    misread.instead = _(
                        "{name} is a fact, so its column tests it: a result needs "
                        "another name",
                        name=name,
                    )
                _blame(cells[place], misread, self.faults)
            else:
                if condition:
                    yield condition
        if self.layout.when is not None:
            yield from read_when(cells[self.layout.when], self.scope, self.faults)

    def _meant_as_result(self, name: str, text: str) -> bool:
        """Tell whether a word stands below a fact that is called like a result."""
        known = self.scope.find(name)
        is_word = text.isidentifier() and text not in self.scope
        return is_word and name in RESULTS and bool(known and known.kind not in WORDY)

    def _unless(self, cells: tuple[Words, ...]) -> Iterator[tuple[Condition, ...]]:
        if self.layout.unless is not None:
            yield from read_unless(cells[self.layout.unless], self.scope, self.faults)

    def _results(self, cells: tuple[Words, ...]) -> Iterator[tuple[str, Expression]]:
        found = {}
        for name, place in self.layout.results.items():
            expression = self._result(cells[place], self.outcomes[name])
            if expression:
                found[name] = expression
        base = found.pop("of", None) or self._page_base(cells, found)
        yield from found.items()
        if base and "pct" in found and "amount" not in found:
            self.shares = True
            yield "amount", share_of(found["pct"], base)

    def _page_base(
        self, cells: tuple[Words, ...], found: Mapping[str, Expression]
    ) -> Expression | None:
        if not self.base or "pct" not in found:
            return None
        of = Outcome("of", _kind_of_amounts(self.scope))
        return self._result(Words(self.base, cells[0].line, 1), of)

    def _result(self, cell: Words, outcome: Outcome) -> Expression | None:
        if cell.text in ("", "-"):
            return None
        try:
            if outcome.kind in WORDY:
                return _words(cell.text, outcome)
            return read_expression(cell.text, outcome.kind, self.scope)
        except Misread as misread:
            form = misread.instead
            if cell.text.startswith(("<", ">", "[", "not(", "not ")) and not form:
                form = _(
                    "to test an outcome, head the column `if {name}`", name=outcome.name
                )
            error = Misread(misread.offset, misread.what, form)
            _blame(cell, error, self.faults)
            return None


def _words(text: str, outcome: Outcome) -> Expression:
    """A result in words stands for itself; quotes around all of it are dropped."""
    if outcome.kind is Kind.TEXTS:
        texts = read_texts(text, outcome.words)
        return Expression(text, outcome.kind, Literal(texts), ())
    inside = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if outcome.words and inside not in outcome.words:
        form = _("write one of {value}", value=", ".join(outcome.words))
        raise Misread(
            0,
            _("{token} is not one of its words", token=Token("word", inside, 0)),
            form,
        )
    return Expression(text, outcome.kind, Literal(inside), ())


def read_when(cell: Words, scope: Scope, faults: Faults) -> Iterator[Condition]:
    """Read a sparse condition cell: `fact test; fact test`."""
    if cell.text in ("", "-"):
        return
    for match in _TESTS.finditer(cell.text):
        part = match[0]
        start = match.start() + len(part) - len(part.lstrip())
        name, _, test = part.strip().partition(" ")
        if not name:
            continue
        try:
            condition = _when_part(name, test, scope)
        except Misread as misread:
            error = Misread(start + misread.offset, misread.what, misread.instead)
            _blame(cell, error, faults)
        else:
            yield condition


def read_unless(
    cell: Words, scope: Scope, faults: Faults
) -> Iterator[tuple[Condition, ...]]:
    """Read a cell of exceptions: `fact test; fact test or fact test`."""
    if cell.text in ("", "-"):
        return
    at = 0
    for match in (*_OR.finditer(cell.text), None):
        if match and match[0] != "or":
            continue  # words in quotes
        part = cell.part(at, match.start() if match else len(cell.text))
        at = match.end() if match else at
        conditions = tuple(read_when(part, scope, faults))
        if conditions:
            yield conditions
        elif not part.text.strip("-; "):
            form = _("write fact test; fact test or fact test")
            faults.add(*part.at(0), _("an exception has no condition"), form)


def _when_part(name: str, test: str, scope: Scope) -> Condition:
    if name == "not" and not scope.find(name):
        form = _("write it behind the name: days not(3), worn no")
        raise Misread(0, _("not is not a name"), form)
    known = scope.get(name, 0)
    space = len(test) - len(test.lstrip())
    before = len(name) + 1 + space
    try:
        condition = read_condition(test.strip(), known, scope)
    except Misread as misread:
        raise Misread(before + misread.offset, misread.what, misread.instead) from None
    if condition is None:
        raise Misread(
            before,
            _("{name} has no test", name=name),
            _("write {name} yes, {name} <= 5 …", name=name),
        )
    return condition


def _check_sentences(layout: Layout, scope: Scope, faults: Faults) -> None:
    """A hole in a sentence must be a name of the page: {amount}, {days}."""
    names = set(scope) | set(layout.results) | {"amount"}
    for row in layout.grid.rows:
        for place in layout.says.values():
            _check_braces(row[place], faults)
            for match in _HOLE.finditer(row[place].text):
                if match[1] not in names:
                    what = _("{{{value}}} is not a name on this page", value=match[1])
                    faults.add(*row[place].at(match.start()), what)


def _check_braces(sentence: Words, faults: Faults) -> None:
    """A brace that belongs to no hole would be read by the customer."""
    stray = _STRAY.search(_HOLE.sub(lambda hole: " " * len(hole[0]), sentence.text))
    if stray:
        form = _("write a name between braces: {hole}", hole="{amount}")
        faults.add(*sentence.at(stray.start()), _("the brace has no other"), form)


def _blame(cell: Words, misread: Misread, faults: Faults) -> None:
    faults.add(*cell.at(misread.offset), misread.what, misread.instead)


def count_rows(layouts: list[Layout], faults: Faults) -> None:
    """Refuse a page with more rows or cells than are allowed, before reading them."""
    rows = sum(len(layout.grid.rows) for layout in layouts)
    cells = sum(len(one.grid.rows) * len(one.grid.header) for one in layouts)
    for found, most, unit in (
        (len(layouts), limits.TABLES, "tables"),
        (rows, limits.ROWS, "rows"),
        (cells, limits.CELLS, "cells"),
        (sum(map(_count_conditions, layouts)), limits.CONDITIONS, "conditions"),
    ):
        if found > most:
            faults.add(
                1,
                1,
                _("the page has {found} {unit}", found=found, unit=unit),
                _("at most {most}", most=most),
            )
            faults.stop_if_any()


def _count_conditions(layout: Layout) -> int:
    """Count before reading; a sign inside quotes counts too."""
    columns = (*layout.conditions, *(p for p in (layout.when, layout.unless) if p))
    texts = (row[place].text for row in layout.grid.rows for place in columns)
    return sum(1 + text.count(";") + text.count(" or ") for text in texts)
