"""From one case to the region around it: `days 16 to 20` in place of `days 17`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, cast

from evenhand.policy.kinds import ORDERED, Kind, Value, in_words
from evenhand.policy.nodes import Literal, operands
from evenhand.policy.program import Page
from evenhand.policy.proof.cases import Case, safely
from evenhand.policy.proof.findings import Told
from evenhand.policy.proof.wording import (
    currency_of,
    joined,
    told_case,
    told_derived,
    told_span,
    told_value,
)
from evenhand.policy.proof.world import conditions_of
from evenhand.policy.tree import Fact

_MOST_WORDS = 30
_FAR = 10**9
Holds = Callable[[Case], bool]


@dataclass(frozen=True, slots=True)
class Span:
    """The values of one fact: between two ends (None: without end), or these words."""

    low: Any = None
    high: Any = None
    words: tuple[str, ...] = ()
    whole: bool = False  # every value that the fact can have


@dataclass(frozen=True, slots=True)
class Region:
    """A case, and how far its facts may move with the same result."""

    case: Case
    spans: Mapping[str, Span]

    def told(
        self, page: Page, *, derived: Mapping[str, Any] | None = None
    ) -> tuple[Told, ...]:
        """Return the region fact by fact, after the derived facts that matter."""
        facts = {fact.name: fact for fact in page.policy.facts}
        coin = currency_of(page, self.case)
        given = tuple(
            Told(one.fact, one.label, _told_span(page, facts[one.fact], span, coin))
            if span
            else one
            for one in told_case(page, self.case)
            if not ((span := self.spans.get(one.fact)) and span.whole)
        )
        return (*told_derived(page, derived or {}, coin=coin), *given)


def _told_span(page: Page, fact: Fact, span: Span, coin: str) -> str:
    if span.words:
        return joined((in_words(w, fact.kind, "") for w in span.words), "or")
    ends = (span.low, span.high)
    told = (None if e is None else told_value(page, fact, e, coin=coin) for e in ends)
    return told_span(*told)


def region_of(page: Page, case: Case, holds: Holds) -> Region:
    """Widen a case as far as it still holds, one fact at a time.

    Only values at which some cell changes are tried; between them nothing changes for
    a fact that is tested as it is. A fact that others follow from is either any value,
    as far as values near and far tell, or the one value.
    """
    spans: dict[str, Span] = {}
    facts = {fact.name: fact for fact in page.policy.facts}
    indirect = set(_sources(page))
    for name, value in case.items():
        fact = facts[name]
        holding = partial(_with, case, name, holds)
        span = None
        if fact.kind is Kind.ONE_OF:
            span = _words(fact, holding)
        elif fact.kind in ORDERED and name in indirect:
            tried = {*neighbours(fact.kind, (cast(Value, value),)), *_far(fact)}
            span = Span(whole=True) if all(map(holding, tried)) else None
        elif fact.kind in ORDERED:
            span = _ends(fact, value, sorted(set(_marks(page, fact))), holding)
        if span:
            spans[name] = span
    return _checked(Region(case, spans), holds)


def _sources(page: Page) -> Iterator[str]:
    """The names that expressions read."""
    for derived in page.policy.derived:
        yield from derived.expression.names
    for table in page.policy.tables:
        for row in table.rows:
            for _, expression in row.results:
                yield from expression.names


def _far(fact: Fact) -> tuple[Any, Any]:
    """Return the ends of a domain, or values far out where it has none."""
    low, high = fact.domain.low, fact.domain.high
    ends = (date.min, date.max) if fact.kind is Kind.DATE else (-_FAR, _FAR)
    return (ends[0] if low is None else low, ends[1] if high is None else high)


def _checked(region: Region, holds: Holds) -> Region:
    """Keep the spans only if their corners hold together."""
    ends = {name: span for name, span in region.spans.items() if not span.words}
    corners = [
        {**region.case, **{n: s.low for n, s in ends.items() if s.low is not None}},
        {**region.case, **{n: s.high for n, s in ends.items() if s.high is not None}},
    ]
    if all(safely(holds, corner) for corner in corners):
        return region
    return Region(region.case, {})


def _with(case: Case, name: str, holds: Holds, value: object) -> bool:
    return safely(holds, {**case, name: value})


def _words(fact: Fact, holds: Callable[[Any], bool]) -> Span | None:
    words = fact.domain.words
    if len(words) > _MOST_WORDS:
        return None
    same = tuple(word for word in words if holds(word))
    return Span(words=same, whole=same == words) if len(same) > 1 else None


def _marks(page: Page, fact: Fact) -> Iterator[Any]:
    """Every value that a cell compares the fact with, and its neighbours."""
    for condition in conditions_of(page.policy):
        if condition.fact.name == fact.name:
            for test in condition.tests:
                yield from neighbours(fact.kind, _values(operands(test)))
    yield from (end for end in (fact.domain.low, fact.domain.high) if end is not None)


def _values(found: Iterable[object]) -> Iterator[Value]:
    return (one.value for one in found if isinstance(one, Literal))


def neighbours(kind: Kind, values: Iterable[Value]) -> Iterator[Any]:
    """Give each value with the one below and the one above."""
    for value in values:
        yield value
        if isinstance(value, date):
            day = value.toordinal()
            yield from (
                date.fromordinal(near)
                for near in (day - 1, day + 1)
                if 1 <= near <= date.max.toordinal()
            )
        elif kind is not Kind.NUMBER and isinstance(value, int):
            yield from (value - 1, value + 1)


def _ends(
    fact: Fact, value: Any, marks: list[Any], holds: Callable[[Any], bool]
) -> Span | None:
    """Walk from mark to mark in both directions while the case holds."""
    low = high = value
    for mark in reversed([one for one in marks if one < value]):
        if not holds(mark):
            break
        low = mark
    for mark in (one for one in marks if one > value):
        if not holds(mark):
            break
        high = mark
    first, last = _far(fact)
    domain = fact.domain
    open_low = domain.low is None and low == min([*marks, value]) and holds(first)
    open_high = domain.high is None and high == max([*marks, value]) and holds(last)
    if (low, high) == (value, value) and not (open_low or open_high):
        return None
    whole = (open_low or low == domain.low) and (open_high or high == domain.high)
    return Span(None if open_low else low, None if open_high else high, whole=whole)
