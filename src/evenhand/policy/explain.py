"""Why a decision is what it is: rows passed over, arithmetic, sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from evenhand.kernel.days import written
from evenhand.policy.closures import ABSENT
from evenhand.policy.decision import Decision, Passed, Step, TableTrace, Tested
from evenhand.policy.evaluate import Evaluation, Sheet
from evenhand.policy.kinds import Kind, shown
from evenhand.policy.nodes import Expression, Literal
from evenhand.policy.program import Deck, Page, Rule


class Watcher:
    """Notes, table by table, which conditions of which rows did not hold."""

    __slots__ = ("traces",)

    def __init__(self) -> None:
        self.traces: list[TableTrace] = []

    def __call__(self, deck: Deck, sheet: Sheet, taken: tuple[Rule, ...]) -> None:
        """Note one table as it was read: for `first`, only up to the row taken."""
        passed = []
        for rule in deck.rules:
            told = _passed(rule, sheet)
            if told:
                passed.append(told)
            elif deck.is_first:
                break  # rows below one that matches are not read
        ids = tuple(rule.row.id for rule in taken)
        self.traces.append(
            TableTrace(deck.table.name, deck.table.hit.value, tuple(passed), ids)
        )


# A trace makes some dozens of these for each decision; going past the keyword
# handling of NamedTuple halves its cost.
_new = tuple.__new__
_NONE: tuple[Tested, ...] = ()


def _passed(rule: Rule, sheet: Sheet) -> Passed | None:
    """Tell what of a row failed and what is unknown; None if the row matches."""
    failed: list[Tested] = []
    unknown = _NONE
    for check, name, text in rule.told:
        held = check(sheet)
        if held:
            continue
        actual = sheet[name]
        if held is None:
            unknown = (*unknown, Tested(name, _seen(actual), text, held=None))
        else:
            actual = None if actual is ABSENT else actual
            failed.append(_new(Tested, (name, actual, text, False)))
    if failed or unknown:
        return _new(Passed, (rule.row.id, tuple(failed), unknown))
    return None


def steps(page: Page, found: Evaluation) -> Iterator[Step]:
    """Give each computed value with what went into it; plain words are left out."""
    sheet = found.sheet
    for name, _, expression in page.program.derived:
        if sheet[name] is not None:
            yield _step("derived", name, expression, sheet, sheet[name])
    for _deck, taken in found.picks:
        for rule in taken:
            for name, compute, expression in rule.results:
                if not isinstance(expression.root, Literal):
                    result = compute(sheet)
                    yield _step(rule.row.id, name, expression, sheet, result)


def _step(
    of: str, name: str, expression: Expression, sheet: Sheet, result: Any
) -> Step:
    values = tuple((used, _seen(sheet[used])) for used in expression.names)
    return Step(of, name, expression.text, values, result)


def _seen(value: Any) -> Any:
    return None if value is ABSENT else value


def sentences(
    page: Page, rule: Rule, sheet: Sheet, row: Mapping[str, object]
) -> dict[str, str]:
    """Fill a rule's sentences; one with a hole that nothing fills is left out.

    A day is written as the sentence's language writes it: 5 December 2026. `row` holds the results of a listed row, which stand before those of the sheet.
    """
    filled: dict[str, str | date | None] = {}  # each hole once for all languages
    said = {}
    for language, parts in rule.says:
        for name in parts[1::2]:
            if name not in filled:
                filled[name] = _filled(page, name, sheet, row)
        text = _woven(parts, filled, language)
        if text is not None:
            said[language] = text
    return said


def _woven(
    parts: tuple[str, ...], filled: Mapping[str, str | date | None], language: str
) -> str | None:
    """Join text, hole, text … again; None if a hole stays empty."""
    woven = list(parts)
    for place in range(1, len(parts), 2):
        hole = filled[parts[place]]
        if hole is None:
            return None
        woven[place] = written(hole, language) if isinstance(hole, date) else hole
    return "".join(woven)


def _filled(
    page: Page, name: str, sheet: Sheet, row: Mapping[str, object]
) -> str | date | None:
    value = row.get(name, sheet.get(name))
    if value is None or value is ABSENT:
        return None
    if isinstance(value, date):
        return value
    return shown(value, page.program.kinds.get(name, Kind.TEXT), currency(page, sheet))


def currency(page: Page, sheet: Sheet) -> str:
    """Return the currency of the case: the head's, or the fact the head names."""
    head = page.policy.head
    value = sheet.get(head.currency_from) if head.currency_from else None
    return value if isinstance(value, str) else head.currency


def lines(decision: Decision) -> Iterator[str]:
    """Tell a trace in words: `R23 failed: days 52 vs <= 30, member silver vs gold`."""
    for table in decision.trace:
        for passed in table.passed:
            if passed.failed:
                yield f"{passed.rule} failed: {_told(passed.failed)}"
            elif passed.unknown:
                yield f"{passed.rule} open: {_told(passed.unknown)}"
        for rule in table.matched:
            yield f"{rule} matched in {table.table}"
    for step in decision.steps:
        values = ", ".join(f"{name} {_plain(value)}" for name, value in step.values)
        yield f"{step.of} {step.name} = {step.text} = {_plain(step.result)} ({values})"


def _told(tests: tuple[Tested, ...]) -> str:
    return ", ".join(f"{t.fact} {_plain(t.actual)} vs {t.test}" for t in tests)


def _plain(value: object) -> str:
    return shown(value, Kind.TEXT, "")
