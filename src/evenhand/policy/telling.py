"""A decision told to a reader in their language, as data: what each line is about.

`told` gives lines with their kind, the row or name they speak of, and the sentence.
Facts stand under their labels, days as the language writes them, the words of a page as
the page has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from evenhand.kernel.days import written
from evenhand.policy.counterfactual import Change, Nearest
from evenhand.policy.decision import Decision
from evenhand.policy.glossary import words_in
from evenhand.policy.kinds import Kind, element, in_words
from evenhand.policy.phrases import phrases
from evenhand.policy.program import Page
from evenhand.policy.sheet import ABSENT
from evenhand.policy.traces import Citation, Passed, Step, Tested
from evenhand.policy.tree import Fact

_WORDED = frozenset({Kind.ONE_OF, Kind.TEXT, Kind.TEXTS})
_LINES = 5  # of a list that are told
_NOTHING = "–"  # a list that holds none, an outcome that no row gave; in any language
_WORD = re.compile(r'"([^"]*)"|[\w-]+')  # of a cell


class About(StrEnum):
    """What a line tells."""

    WINDOW = "window"
    PASSED = "passed"
    OPEN = "open"
    EXCEPTED = "excepted"
    MATCHED = "matched"
    STEP = "step"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence; `of` is the row or the name that it is about, `table` its table."""

    about: About
    of: str
    text: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision in the reader's language.

    `window` tells which version decided and which day chose it. `jurisdiction` is where
    the citations hold.
    """

    language: str
    window: Line
    rows: tuple[Line, ...]
    steps: tuple[Line, ...]
    citations: tuple[Citation, ...]
    jurisdiction: tuple[str, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, in the order in which one would tell them."""
        return (self.window, *self.rows, *self.steps)


def told(decision: Decision, page: Page, language: str) -> Explanation:
    """Tell why a decision of this page is what it is.

    Rows passed over and steps are there if it was decided with a trace.
    """
    teller = Teller(page, language, _currency(page, decision))
    return Explanation(
        language=language,
        window=Line(About.WINDOW, page.policy.head.version, teller.window(decision)),
        rows=tuple(teller.rows(decision)),
        steps=tuple(teller.step(step) for step in decision.steps),
        citations=decision.citations,
        jurisdiction=page.policy.head.jurisdiction,
    )


def told_way(way: Nearest, page: Page, language: str, *, currency: str = "") -> str:
    """Tell one way to another outcome: what would have to be otherwise, and for what."""
    teller = Teller(page, language, currency or page.policy.head.currency)
    return teller.way(way)


def _currency(page: Page, decision: Decision) -> str:
    """Return the currency of the case: the head's, or the fact the head names."""
    given = _facts(page, decision).get(page.policy.head.currency_from)
    return given if isinstance(given, str) else page.policy.head.currency


def _facts(page: Page, decision: Decision) -> Mapping[str, object]:
    names = [fact.name for fact in page.policy.facts]
    return dict(zip(names, decision.facts, strict=False))


class Teller:
    """Puts the parts of a decision into the words of a language."""

    __slots__ = ("_dated", "_labels", "_page", "_say", "_words", "currency", "language")

    def __init__(self, page: Page, language: str, currency: str) -> None:
        self._page = page
        self._say = phrases(language)
        self.language = language
        self.currency = currency
        self._labels = _labels(page, language)
        self._dated = {one.name for one in page.policy.derived if one.dated}
        self._words = words_in(page.policy.head, language)

    def label(self, name: str) -> str:
        """Return what a reader calls a name of the page."""
        return self._labels.get(name) or name.replace("_", " ").capitalize()

    def value(self, name: str, value: object) -> str:
        """Write a value of a name for a reader."""
        if value is None or value is ABSENT:
            return _NOTHING if self._is_outcome(name) else self._say.unknown
        kind = self._page.program.kinds.get(name, Kind.TEXT)
        if isinstance(value, tuple | list):
            return self._list(name, value, kind) if value else _NOTHING
        return self._plain(value, kind)

    def _is_outcome(self, name: str) -> bool:
        return name in self._page.program.outcomes

    def _list(self, name: str, value: Sequence[Any], kind: Kind) -> str:
        if kind is Kind.LINES:
            return self._lines(self._page.fact(name), value)
        return ", ".join(self._plain(one, element(kind)) for one in value)

    def _plain(self, value: object, kind: Kind) -> str:
        if isinstance(value, bool):
            return self._say.yes if value else self._say.no
        if isinstance(value, date):
            return written(value, self.language)
        said = self._words.get(value) if isinstance(value, str) else None
        return said or in_words(value, kind, self.currency)

    def _lines(self, listed: Fact, lines: Sequence[object]) -> str:
        """Write order lines one by one, be they named fields or laid out in order."""
        told = [f"({self._line(listed, line)})" for line in lines[:_LINES]]
        rest = ["…"] if len(lines) > _LINES else []
        return "; ".join((*told, *rest))

    def _line(self, listed: Fact, line: object) -> str:
        fields = {field.name: field for field in listed.fields}
        values = line if isinstance(line, tuple | list) else ()
        named = (
            line
            if isinstance(line, Mapping)
            else dict(zip(fields, values, strict=False))
        )
        return ", ".join(
            f"{self._field(fields[name])} {self._plain(value, fields[name].kind)}"
            for name, value in named.items()
            if name in fields and value is not None
        )

    def _field(self, field: Fact) -> str:
        own = self._page.policy.head.language[:2] == self.language[:2]
        label = (
            field.label if own else field.labels.get(self.language[:2]) or field.label
        )
        return label or field.name.replace("_", " ")

    def window(self, decision: Decision) -> str:
        """Tell which version decided, when it holds, and which day chose it."""
        head, say = self._page.policy.head, self._say
        ends = ((say.from_day, head.from_on), (say.to_day, head.to_on))
        days = [text.format(day=written(d, self.language)) for text, d in ends if d]
        window = " ".join(days)
        text = say.window.format(version=head.version, window=window) if days else ""
        day = _facts(self._page, decision).get(head.judged_on)
        if isinstance(day, date):
            name = self.label(head.judged_on)
            chosen = say.chosen.format(fact=name, day=written(day, self.language))
            text = say.comma.join(part for part in (text, chosen) if part)
        return text or head.version

    def rows(self, decision: Decision) -> Iterator[Line]:
        """Tell of each row passed over why, and which rows apply."""
        for table in decision.trace:
            for passed in table.passed:
                yield self._passed(passed, table.table)
            for row in table.matched:
                text = self._say.matched.format(row=row)
                yield Line(About.MATCHED, row, text, table.table)

    def _passed(self, passed: Passed, table: str) -> Line:
        say = self._say
        if passed.failed:
            about, said = About.PASSED, [self._tested(one) for one in passed.failed]
        elif passed.excepted:
            about = About.EXCEPTED
            said = [
                say.excepted.format(
                    fact=self.label(one.fact), value=self.value(one.fact, one.actual)
                )
                for one in passed.excepted
            ]
        else:
            about, said = About.OPEN, [self._tested(one) for one in passed.unknown]
        text = say.row.format(row=passed.rule, said=say.comma.join(said))
        return Line(about, passed.rule, text, table)

    def _tested(self, one: Tested) -> str:
        label = self.label(one.fact)
        if one.held is None:
            return self._say.open.format(fact=label, test=self._test(one))
        value = self.value(one.fact, one.actual)
        if one.actual is None and one.test == "not(null)":
            if self._is_outcome(one.fact):
                return self._say.outcome.format(name=label, value=value)
            return self._say.missing.format(fact=label)
        return self._say.failed.format(fact=label, value=value, test=self._test(one))

    def _test(self, one: Tested) -> str:
        """Write a cell, with its words as the page says them in the language."""
        if one.test == "null":
            return self.value(one.fact, None)
        kind = self._page.program.kinds.get(one.fact)
        if kind in _WORDED and self._words:
            return _WORD.sub(self._said, one.test)
        if kind is Kind.ONE_OF:
            return one.test.replace("_", " ")
        if kind is not Kind.YES_NO:
            return one.test
        said = {"yes": True, "true": True, "no": False, "false": False}.get(one.test)
        return one.test if said is None else self.value(one.fact, said)

    def _said(self, found: re.Match[str]) -> str:
        return self._words.get(found[1] or found[0]) or found[0]

    def step(self, step: Step) -> Line:
        """Tell one computed value with what went into it, or one that goes by date."""
        name, result = self.label(step.name), self.value(step.name, step.result)
        if step.name in self._dated:
            return self._by_date(step, name, result)
        text = self._say.step.format(name=name, text=step.text, result=result)
        inside = self._say.comma.join(
            f"{self.label(fact)} {self.value(fact, value)}"
            for fact, value in step.values
        )
        return Line(About.STEP, step.of, self._cited(text, inside))

    def _by_date(self, step: Step, name: str, result: str) -> Line:
        """Tell a value by date: since when it holds, if not always, and by which day."""
        ((fact, day),) = step.values
        by, on = self.label(fact), self.value(fact, day)
        if step.since:
            text = self._say.since.format(
                name=name,
                value=result,
                since=written(step.since, self.language),
                fact=by,
                day=on,
            )
            inside = step.reference
        else:
            text = f"{name} = {result}"
            inside = self._say.comma.join(filter(None, (f"{by} {on}", step.reference)))
        return Line(About.VALUE, step.name, self._cited(text, inside))

    def _cited(self, text: str, inside: str) -> str:
        return text + self._say.brackets.format(inside=inside) if inside else text

    def way(self, way: Nearest) -> str:
        """Tell what would have to be otherwise, and what would come of it."""
        text = self._say.hindsight if way.hindsight else self._say.way
        return text.format(
            changes=self._say.both.join(self._change(one) for one in way.changes),
            outcome=self._outcome(way.outcome),
            row=way.rule or "",
        )

    def _change(self, change: Change) -> str:
        name, actual = self.label(change.fact), change.actual
        instead = self.value(change.fact, change.instead)
        if actual is None:
            return self._say.supplied.format(fact=name, instead=instead)
        was = self.value(change.fact, actual)
        return self._say.instead.format(fact=name, instead=instead, actual=was)

    def _outcome(self, outcome: Mapping[str, object]) -> str:
        plain: Iterable[tuple[str, object]] = (
            (name, value)
            for name, value in outcome.items()
            if not isinstance(value, list)
        )
        return self._say.comma.join(
            self._say.outcome.format(
                name=self.label(name), value=self.value(name, value)
            )
            for name, value in plain
        )


def _labels(page: Page, language: str) -> dict[str, str]:
    policy = page.policy
    own = policy.head.language[:2] == language[:2]
    declared = [(one.name, one.label, one.labels) for one in policy.derived]
    declared += [(one.name, one.label, one.labels) for one in policy.facts]
    return {
        name: label if own else labels.get(language[:2]) or label
        for name, label, labels in declared
    }
