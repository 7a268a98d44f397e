"""Why a decision is what it is: rows passed over, arithmetic, sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from evenhand.kernel.days import written
from evenhand.policy.evaluate import Evaluation, sheet_of
from evenhand.policy.kinds import Kind, given_out, shown
from evenhand.policy.nodes import Expression, Literal
from evenhand.policy.program import Deck, Page, Rule, Told
from evenhand.policy.saying import _
from evenhand.policy.sheet import ABSENT, Sheet
from evenhand.policy.traces import Citation, Passed, Step, TableTrace, Tested
from evenhand.policy.tree import Constant, Derived

if TYPE_CHECKING:
    from evenhand.policy.decision import Decision


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
    failed, unknown = _tested(rule.told, sheet)
    if rule.unless and not failed:
        excepted, open_ones = _exception(rule, sheet)
        if excepted or open_ones:
            return Passed(rule.row.id, (), (*unknown, *open_ones), excepted)
    if failed or unknown:
        return _new(Passed, (rule.row.id, failed, unknown, _NONE))
    return None


def _tested(
    told: tuple[Told, ...], sheet: Sheet
) -> tuple[tuple[Tested, ...], tuple[Tested, ...]]:
    """Return the cells that fail and those that are unknown."""
    failed: list[Tested] = []
    unknown = _NONE
    for check, name, text in told:
        held = check(sheet)
        if held:
            continue
        actual = sheet[name]
        if held is None:
            unknown = (*unknown, Tested(name, _seen(actual), text, held=None))
        else:
            failed.append(_new(Tested, (name, _seen(actual), text, False)))
    return tuple(failed), unknown


def _exception(
    rule: Rule, sheet: Sheet
) -> tuple[tuple[Tested, ...], tuple[Tested, ...]]:
    """Return the exception that holds; else what is unknown of those that may."""
    unknown: list[Tested] = []
    for group in rule.unless:
        failed, open_ones = _tested(group, sheet)
        if failed:
            continue
        if not open_ones:
            held = (Tested(n, _seen(sheet[n]), text, held=True) for _, n, text in group)
            return tuple(held), _NONE
        unknown += open_ones
    return _NONE, tuple(unknown)


def steps(page: Page, found: Evaluation) -> Iterator[Step]:
    """Give each computed value with what went into it; plain words are left out."""
    sheet = found.known
    for derived, _compute in page.program.derived:
        if sheet[derived.name] is not None:
            yield (
                _dated(page, derived, sheet)
                if derived.dated
                else _step(
                    "derived",
                    derived.name,
                    derived.expression,
                    sheet,
                    sheet[derived.name],
                )
            )
    for _deck, taken in found.picks:
        for rule in taken:
            for name, compute, expression in rule.results:
                if not isinstance(expression.root, Literal):
                    result = compute(found.sheet)
                    yield _step(rule.row.id, name, expression, sheet, result)


def _dated(page: Page, derived: Derived, sheet: Sheet) -> Step:
    """Tell which row of a value by date holds, and the day that chose it."""
    name, judged_on = derived.name, page.policy.head.judged_on
    row, later = holding(page, name, sheet[judged_on])
    values = ((judged_on, sheet[judged_on]),)
    text = f"from {row.since}" if row.since else f"before {later}"
    return Step("value", name, text, values, sheet[name], row.since, row.reference)


def holding(page: Page, name: str, on: date) -> tuple[Constant, date | None]:
    """Return the row of a value by date that holds on a day, and when the next begins.

    The earliest holds before its own day too; one row may have none, and is that one.
    """
    rows = [row for row in page.policy.values if row.name == name]
    rows.sort(key=lambda row: row.since or date.min)
    begun = sum(1 for row in rows[1:] if row.since and row.since <= on)
    later = rows[begun + 1].since if begun + 1 < len(rows) else None
    return rows[begun], later


def _step(
    of: str, name: str, expression: Expression, sheet: Sheet, result: Any
) -> Step:
    values = tuple((used, _seen(sheet[used])) for used in expression.names)
    return Step(of, name, expression.text, values, _seen(result))


def _seen(value: Any) -> Any:
    return None if value is ABSENT else given_out(value)


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
    value = given_out(row.get(name, sheet.get(name)))
    if value is None or value is ABSENT:
        return None
    if isinstance(value, date):
        return value
    return shown(value, page.program.kinds.get(name, Kind.TEXT), currency(page, sheet))


def said(page: Page, found: Evaluation) -> dict[str, str]:
    """Join what the matched rows of single-hit tables say, language by language."""
    told: dict[str, list[str]] = {}
    for deck, taken in found.picks:
        if deck.is_listed:
            continue
        for rule in taken:
            for language, text in sentences(page, rule, found.sheet, {}).items():
                told.setdefault(language, []).append(text)
    return {
        lang: ("" if lang in ("zh", "ja") else " ").join(t) for lang, t in told.items()
    }


def citation(deck: Deck, rule: Rule) -> tuple[Citation, ...]:
    """Return what a row taken cites; a listed row has its reason in the list."""
    because = rule.row.because
    if deck.is_listed or not because:
        return ()
    return (Citation(deck.table.name, rule.row.id, because),)


def worded(
    page: Page, taken: Iterable[Rule], rows: list[dict[str, Any]], sheet: Sheet
) -> list[dict[str, Any]]:
    """Add to each listed row its reason and its sentences."""
    return [
        {**row, **_words_of(page, rule, sheet, row)}
        for rule, row in zip(taken, rows, strict=True)
    ]


def _words_of(
    page: Page, rule: Rule, sheet: Sheet, row: Mapping[str, object]
) -> dict[str, object]:
    say = sentences(page, rule, sheet, row)
    words: dict[str, object] = {"say": say} if say else {}
    because = rule.row.because
    return {**words, "because": because} if because else words


def currency(page: Page, sheet: Sheet) -> str:
    """Return the currency of the case: the head's, or the fact the head names."""
    head = page.policy.head
    value = sheet.get(head.currency_from) if head.currency_from else None
    return value if isinstance(value, str) else head.currency


def lines(decision: Decision) -> Iterator[str]:
    """Tell a trace in words: `R23 failed: days 52 vs <= 30, price €80.00 vs < 50.00`."""
    teller = _Teller(decision)
    for table in decision.trace:
        for passed in table.passed:
            if passed.failed:
                told = teller.tests(passed.failed)
                yield _("{row} failed: {tests}", row=passed.rule, tests=told)
            elif passed.excepted:
                told = teller.tests(passed.excepted)
                yield _("{row} set aside: {tests}", row=passed.rule, tests=told)
            elif passed.unknown:
                told = teller.tests(passed.unknown)
                yield _("{row} open: {tests}", row=passed.rule, tests=told)
        for rule in table.matched:
            yield _("{row} matched in {table}", row=rule, table=table.table)
    for step in decision.steps:
        yield teller.step(step)


class _Teller:
    """Values of one decision as people write them: €80.00, and not 8000."""

    def __init__(self, decision: Decision) -> None:
        page = decision.page
        self.kinds: Mapping[str, Kind] = page.program.kinds if page else {}
        self.currency = (
            currency(page, sheet_of(page.program, decision.facts)) if page else ""
        )

    def tests(self, tests: tuple[Tested, ...]) -> str:
        return ", ".join(
            f"{t.fact} {self.value(t.fact, t.actual)} vs {t.test}" for t in tests
        )

    def step(self, step: Step) -> str:
        values = ", ".join(f"{name} {self.value(name, v)}" for name, v in step.values)
        result = self.value(step.name, step.result)
        return f"{step.of} {step.name} = {step.text} = {result} ({values})"

    def value(self, name: str, value: object) -> str:
        return shown(value, self.kinds.get(name, Kind.TEXT), self.currency)
