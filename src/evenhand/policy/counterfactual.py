"""The nearest way to another outcome: which facts, had they been otherwise, lead there.

Only values at which the page turns are tried: each boundary, and the value on either
side of it; of those that all tables take alike, the one nearest to what is. First one
fact is changed, then two, then three; the first size at which a wanted outcome is
reached is the answer, with the nearest change for each set of facts.

Two readers. The customer is shown only what can still be done: facts that are not fixed
and that there is a question for. Staff see all that is not fixed. What is fixed cannot
be otherwise; it is told to staff apart, as hindsight ("within 30 days it would have
been a full refund"), and never offered as a way out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations, product
from typing import Any, NamedTuple

from evenhand.policy.compiled.checks import Check
from evenhand.policy.decision import Decision
from evenhand.policy.errors import Overlap
from evenhand.policy.evaluate import Evaluation, read_sheet, status
from evenhand.policy.exploring import Budget, Explorer, TooWide
from evenhand.policy.kinds import LISTS, ORDERED, Kind, Value, given_out
from evenhand.policy.program import Page
from evenhand.policy.reaching import reaching
from evenhand.policy.sheet import Sheet

Outcome = Mapping[str, object]
Tried = Mapping[str, list[tuple[float, Any]]]  # values by distance, nearest first
Wanted = Callable[[Outcome, str | None], bool]  # the outcome, the row that decides

_MOST_CHANGES = 3
_NOT_SAID = LISTS | {Kind.MONEY}  # "had the price been higher" says nothing
_MIXTURES = 800  # of values of two or three facts, up to which all are looked at
_ROWS = 24_000  # rows that may be read in the search


class Audience(StrEnum):
    """For whom a way is looked for."""

    STAFF = "staff"
    CUSTOMER = "customer"


class Change(NamedTuple):
    """A fact as it is and as it would have to be; None where it is not known."""

    fact: str
    actual: Value | None
    instead: Value


@dataclass(frozen=True, slots=True)
class Nearest:
    """One way to a wanted outcome: the changes, and what they would lead to.

    `distance` adds up the changes: 1 for a word, the share of the range that the page
    speaks of for a number. `hindsight`: a fixed fact is among them.
    """

    changes: tuple[Change, ...]
    rule: str | None
    outcome: Outcome
    distance: float
    hindsight: bool = False


def wanting(**columns: object) -> Wanted:
    """Want these outcomes: `wanting(give="refund")`."""

    def wanted(outcome: Outcome, _rule: str | None) -> bool:
        return all(outcome.get(name) == value for name, value in columns.items())

    return wanted


def wanting_row(row: str) -> Wanted:
    """Want the row of this id to decide."""
    return lambda _outcome, rule: rule == row


def wanting_more(than: Decision, column: str = "amount") -> Wanted:
    """Want a larger amount than a decision gives; nothing given counts as 0."""
    now = _number(than.outcome.get(column))
    return lambda outcome, _rule: _number(outcome.get(column)) > now


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


def nearest(
    page: Page,
    facts: Mapping[str, object],
    *,
    wanted: Wanted,
    audience: Audience = Audience.STAFF,
    hindsight: bool = False,
    most: int = 3,
) -> tuple[Nearest, ...]:
    """Return the nearest ways to a wanted outcome, at most so many, nearest first.

    Empty if the outcome is wanted as it is, or if no way was found. With `hindsight`
    only ways that need a fixed fact, or one that follows from such, to be otherwise,
    but for amounts; the customer is shown none of them. Raises FactError as a decision does.
    """
    if hindsight and audience is Audience.CUSTOMER:
        return ()
    search = _Search(page, read_sheet(page.program, facts), wanted)
    names = tuple(_changeable(page, search.sheet, audience, hindsight=hindsight))
    with suppress(TooWide):  # what was found by then is what the budget allows
        search.run(names)
    ways = [*search.found.values()]
    if hindsight:
        fixed = frozenset(_fixed(page))
        ways = [_in_hindsight(one) for one in ways if fixed & _names(one)]
    ranked = sorted(ways, key=lambda one: (len(one.changes), one.distance))
    return tuple(ranked[:most])


def _names(way: Nearest) -> frozenset[str]:
    return frozenset(change.fact for change in way.changes)


def _in_hindsight(way: Nearest) -> Nearest:
    return Nearest(way.changes, way.rule, way.outcome, way.distance, hindsight=True)


def _fixed(page: Page) -> Iterator[str]:
    """Give the fixed facts, and those that follow from them."""
    fixed = {fact.name for fact in page.policy.facts if fact.fixed}
    yield from fixed
    for derived in page.policy.derived:
        if fixed.intersection(derived.expression.names) and not derived.dated:
            fixed.add(derived.name)
            yield derived.name


def _changeable(
    page: Page, sheet: Sheet, audience: Audience, *, hindsight: bool
) -> Iterator[str]:
    for fact in page.policy.facts:
        plain = fact.kind not in LISTS
        asked = audience is Audience.STAFF or bool(fact.asks)
        if plain and not fact.fixed and asked:
            yield fact.name
    if hindsight:
        yield from (
            name
            for name in _fixed(page)
            if sheet[name] is not None and page.program.kinds[name] not in _NOT_SAID
        )


class _Search:
    __slots__ = ("explorer", "found", "page", "sheet", "spans", "wanted")

    def __init__(self, page: Page, sheet: Sheet, wanted: Wanted) -> None:
        self.page = page
        self.sheet = sheet
        self.wanted = wanted
        self.explorer = Explorer(page, sheet, Budget(_ROWS))
        self.found: dict[frozenset[str], Nearest] = {}
        self.spans: dict[str, float] = {}

    def run(self, names: tuple[str, ...]) -> None:
        """Change one fact, then two, then three, until a wanted outcome is reached."""
        if self.reached({}):
            return
        tried = {name: self.values(name) for name in names}
        for name, values in tried.items():
            for cost, value in values:
                self.look({name: value}, cost)
        sizes = range(2, _MOST_CHANGES + 1)
        for size in sizes:
            if self.found:
                return
            for cost, assumed in self.mixtures(tried, size):
                self.look(assumed, cost)

    def mixtures(self, tried: Tried, size: int) -> list[tuple[float, dict[str, Any]]]:
        """Return ways to change so many facts at once, nearest first.

        All of them if they are few. Else those that mend a row: for each row that fails
        in so many facts, of each fact the nearest value that the row takes.
        """
        few = _count(tried, size) <= _MIXTURES
        found = [*(_all(tried, size) if few else self.mending(tried, size))]
        found.sort(key=lambda one: one[0])
        return found

    def mending(
        self, tried: Tried, size: int
    ) -> Iterator[tuple[float, dict[str, Any]]]:
        for cells in self.failing():
            if len(cells) == size and cells.keys() <= tried.keys():
                picked = {
                    name: self.taken(name, tried[name], checks)
                    for name, checks in cells.items()
                }
                if all(picked.values()):
                    ways = {name: one for name, one in picked.items() if one}
                    cost = sum(cost for cost, _ in ways.values())
                    yield cost, {name: value for name, (_, value) in ways.items()}

    def taken(
        self, name: str, values: list[tuple[float, Any]], checks: list[Check]
    ) -> tuple[float, Any] | None:
        """Return the nearest value of a fact for which cells of a row hold."""
        kept = self.sheet[name]
        try:
            for cost, value in values:
                self.sheet[name] = value
                if all(check(self.sheet) for check in checks):
                    return cost, value
        finally:
            self.sheet[name] = kept
        return None

    def failing(self) -> Iterator[dict[str, list[Check]]]:
        """Give, of each row, the cells that do not hold, by their fact."""
        held: dict[Check, bool | None] = {}
        for deck in self.page.program.decks:
            for rule in deck.rules:
                cells: dict[str, list[Check]] = {}
                for check, name, _ in rule.told:
                    if check not in held:
                        held[check] = check(self.sheet)
                    if not held[check]:
                        cells.setdefault(name, []).append(check)
                yield cells

    def values(self, name: str) -> list[tuple[float, Any]]:
        """Return the values to try for one name, nearest first, with their distance."""
        actual = self.sheet[name]
        values = [*self.tried(name)]
        self.spans[name] = _span(values, actual)
        ranked = sorted(
            (
                (self.distance(name, value), value)
                for value in values
                if value != actual
            ),
            key=lambda one: one[0],
        )
        apart = self.explorer.board.told_apart(name, [value for _, value in ranked])
        return [(self.distance(name, value), value) for value in apart]

    def tried(self, name: str) -> Iterable[Any]:
        """Give the values at which the page turns, also through what follows."""
        found = dict.fromkeys(self.explorer.answers_of(name))
        if self.page.program.kinds[name] in ORDERED and name in self.page.declared:
            found |= dict.fromkeys(reaching(self.page, self.sheet, name))
        return found

    def distance(self, name: str, value: Any) -> float:
        actual = self.sheet[name]
        if actual is None or self.page.program.kinds[name] not in ORDERED:
            return 1.0
        return min(1.0, abs(_place(value) - _place(actual)) / self.spans[name])

    def look(self, assumed: dict[str, Any], cost: float) -> None:
        """Try one way; keep it if it leads where it should, and none nearer does."""
        names = frozenset(assumed)
        known = self.found.get(names)
        if known is not None and known.distance <= cost:
            return
        reached = self.reached(assumed)
        if reached is None:
            return
        changes = tuple(
            Change(name, given_out(self.sheet[name]), given_out(value))
            for name, value in assumed.items()
        )
        rule = reached.rule.row.id if reached.rule else None
        self.found[names] = Nearest(changes, rule, reached.outcome, cost)

    def reached(self, assumed: dict[str, Any]) -> Evaluation | None:
        """Return the reading if it is decided, sound and wanted."""
        try:
            found = self.explorer.read(assumed)
        except Overlap:
            return None
        if not found.decided or self.is_broken(found):
            return None
        rule = found.rule.row.id if found.rule else None
        return found if self.wanted(found.outcome, rule) else None

    def is_broken(self, found: Evaluation) -> bool:
        program, sheet = self.page.program, found.sheet
        return any(status(checks, sheet) for _, checks in program.nevers) or any(
            status(when, sheet) and not status(must, sheet)
            for _, when, must in program.always
        )


def _all(tried: Tried, size: int) -> Iterator[tuple[float, dict[str, Any]]]:
    for group in combinations(tried, size):
        for picked in product(*(tried[name] for name in group)):
            values = (value for _, value in picked)
            yield (
                sum(cost for cost, _ in picked),
                dict(zip(group, values, strict=True)),
            )


def _count(tried: Tried, size: int) -> int:
    """Count mixtures of so many facts, or more than are wanted of them."""
    count = 0
    for group in combinations(tried, size):
        ways = 1
        for name in group:
            ways *= len(tried[name])
        count += ways
        if count > _MIXTURES:
            break
    return count


def _span(values: Iterable[Any], actual: Any) -> float:
    """Return the range that the page speaks of, of a number or a day."""
    places = [_place(one) for one in (*values, actual) if not isinstance(one, str)]
    return float(max(places, default=0) - min(places, default=0)) or 1.0


def _place(value: Any) -> float:
    if isinstance(value, date):
        return value.toordinal()
    return value if value is not None else 0
