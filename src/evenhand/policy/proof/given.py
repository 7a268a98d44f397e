"""The facts of a page as unknowns, with what their domains say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import z3

from evenhand.policy import limits
from evenhand.policy.kinds import LISTS, WORDY, Kind, Scalar, plain
from evenhand.policy.proof.calendars import FIRST, LAST
from evenhand.policy.proof.expressions import unknown_of
from evenhand.policy.proof.lists import WRITTEN_OUT, Element, Listed
from evenhand.policy.proof.terms import Formula, Term, any_of, real_of
from evenhand.policy.proof.words import Words
from evenhand.policy.tree import Domain, Fact

_ELEMENT = {
    Kind.TEXTS: Kind.TEXT,
    Kind.NUMBERS: Kind.NUMBER,
    Kind.AMOUNTS: Kind.MONEY,
    Kind.DATES: Kind.DATE,
}
# Among equals a case near today and of everyday size is easier to read.
_PLAIN_DAYS = (date(2026, 1, 1).toordinal(), date(2027, 12, 31).toordinal())
_PLAIN_AMOUNT = 1_000_000
_PLACES = 20  # of a root that z3 finds: more than a float has


@dataclass(slots=True)
class Given:
    """The unknowns of facts: `sides` always hold, `plain` hold in a readable case."""

    words: Words
    written_out: bool
    sides: list[Formula]
    plain: list[Formula]

    def fact(self, fact: Fact, *, may_miss: bool) -> Term:
        """Return the term of a fact; `may_miss`: it may be unknown."""
        known = z3.Bool(f"{fact.name} known") if may_miss else True
        if fact.kind in LISTS:
            return Term(fact.kind, self._listed(fact), known)
        return Term(fact.kind, self._scalar(fact.name, fact.kind, fact.domain), known)

    def _scalar(self, label: str, kind: Kind, domain: Domain) -> Formula:
        value = unknown_of(kind, label)
        if kind in WORDY:
            self._limit_words(value, domain)
        elif kind is not Kind.YES_NO:
            self._limit_amount(value, kind, domain)
        return value

    def _limit_words(self, value: Formula, domain: Domain) -> None:
        codes = self.words.codes(domain.words)
        if not codes:
            self.sides.append(value >= 0)
        elif codes[-1] - codes[0] == len(codes) - 1:
            self.sides += [value >= codes[0], value <= codes[-1]]
        else:
            self.sides.append(any_of(value == code for code in codes))

    def _limit_amount(self, value: Formula, kind: Kind, domain: Domain) -> None:
        low, high = (_end(end) for end in (domain.low, domain.high))
        most = limits.LARGEST
        first, last = (FIRST, LAST) if kind is Kind.DATE else (-most, most)
        self.sides.append(value >= (first if low is None else low))
        self.sides.append(value <= (last if high is None else high))
        if kind is Kind.DATE:
            near, far = _PLAIN_DAYS
            self.plain += [value >= near, value <= far]
        elif not isinstance(domain.low, int | float) or domain.low <= 0:
            self.plain += [value >= 0, value <= _PLAIN_AMOUNT]

    def _listed(self, fact: Fact) -> Listed:
        least, most = _sizes(fact)
        size = z3.Int(f"size of {fact.name}")
        self.sides += [size >= least, size <= most]
        if not self.written_out:
            return Listed(None, size, _membership(fact), self._element(fact, "any"))
        self.sides.append(size <= WRITTEN_OUT)
        elements = [self._element(fact, place) for place in range(WRITTEN_OUT)]
        return Listed(elements, size)

    def _element(self, fact: Fact, place: int | str) -> Element:
        label = f"{fact.name}[{place}]"
        if fact.kind is not Kind.LINES:
            kind = _ELEMENT[fact.kind]
            return {"": Term(kind, self._scalar(label, kind, fact.domain))}
        return {
            one.name: Term(
                one.kind,
                self._scalar(f"{label}.{one.name}", one.kind, one.domain),
                z3.Bool(f"{label}.{one.name} known"),
            )
            for one in fact.fields
        }


def _sizes(fact: Fact) -> tuple[Any, Any]:
    """Return how few and how many a list holds; a plain one's domain is of its values."""
    if fact.kind is not Kind.LINES:
        return 0, limits.LIST_ITEMS
    least, most = fact.domain.low, fact.domain.high
    return least or 0, limits.LIST_ITEMS if most is None else most


def _membership(fact: Fact) -> Any:
    if fact.kind is Kind.LINES:
        return None
    number = fact.kind is Kind.NUMBERS
    sort = z3.RealSort() if number else z3.IntSort()
    within = z3.Function(f"in {fact.name}", sort, z3.BoolSort())
    if number:
        return lambda term: within(real_of(term))
    return lambda term: within(term.value)


def _end(end: object) -> Any:
    if isinstance(end, date):
        return end.toordinal()
    return z3.RealVal(repr(end)) if isinstance(end, float) else end


class Decoder:
    """Reads a model of z3 as the facts of a case, as Python takes them."""

    __slots__ = ("model", "words")

    def __init__(self, model: Any, words: Words) -> None:
        self.model = model
        self.words = words

    def fact(self, fact: Fact, term: Term) -> object:
        """Return a fact's value; None where it is unknown."""
        if not self._holds(term.known):
            return None
        if fact.kind is Kind.LINES and term.value.elements is None:
            # what is in the lines does not count: as many as there must be, blank
            return [{} for _ in range(_sizes(fact)[0])]
        if fact.kind is Kind.LINES:
            return [dict(self._line(element)) for element in self._elements(term.value)]
        if fact.kind in LISTS:
            return list(self._values(fact, term.value))
        return self.scalar(fact.kind, term.value)

    def scalar(self, kind: Kind, value: Formula) -> Scalar:
        """Return one value."""
        found = self.model.eval(value, model_completion=True)
        if kind is Kind.YES_NO:
            return bool(z3.is_true(found))
        if kind is Kind.NUMBER:
            if z3.is_algebraic_value(found):  # a root, which no number of a case can be
                found = found.approx(_PLACES)
            return plain(Fraction(found.as_fraction()))
        number = found.as_long()
        if kind in WORDY:
            return self.words.text(number)
        return date.fromordinal(number) if kind is Kind.DATE else int(number)

    def _holds(self, formula: Formula) -> bool:
        if isinstance(formula, bool):
            return formula
        return bool(z3.is_true(self.model.eval(formula, model_completion=True)))

    def _elements(self, listed: Listed) -> Iterator[Element]:
        for place, element in enumerate(listed.elements or ()):
            if self._holds(listed.present(place)):
                yield element

    def _line(self, element: Element) -> Iterator[tuple[str, object]]:
        for name, term in element.items():
            if self._holds(term.known):
                yield name, self.scalar(term.kind, term.value)

    def _values(self, fact: Fact, listed: Listed) -> Iterator[Scalar]:
        if listed.elements is not None:
            for element in self._elements(listed):
                yield self.scalar(element[""].kind, element[""].value)
        elif fact.kind is Kind.TEXTS and listed.holds:
            for code in self.words.codes(fact.domain.words) or self.words.known:
                if self._holds(listed.holds(Term(Kind.TEXT, z3.IntVal(code)))):
                    yield self.words.text(code)
