"""Why the page answers as it does, line by line, and the nearest way to a better answer.

The sentences come from the policy room, in the language of the page that is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language

from evenhand.decisions.sheets import Reading
from evenhand.policy.counterfactual import Change, nearest, wanting_more
from evenhand.policy.decision import Decision, Status
from evenhand.policy.errors import DecisionFault
from evenhand.policy.kinds import Value
from evenhand.policy.program import Page
from evenhand.policy.telling import About, Teller

MOST_LINES = 60
MOST_WAYS = 2


@dataclass(frozen=True, slots=True)
class Way:
    """One way to more than the page gives; `open` if the customer can still take it.

    With `hindsight` nobody can: it is told to staff so that they can say why. `asks`
    is the question that finds it out, by language, where a single fact is missing.
    """

    text: str
    open: bool
    hindsight: bool
    asks: Mapping[str, str] = field(default_factory=dict)


def passed_over(reading: Reading) -> tuple[str, ...]:
    """Tell of each row passed over which conditions failed, or which are open."""
    telling = _told_by(reading)
    return telling.passed() if telling else ()


def steps(reading: Reading) -> tuple[str, ...]:
    """Tell each computed amount with what went into it."""
    telling = _told_by(reading)
    return telling.steps() if telling else ()


def window(reading: Reading) -> str:
    """Tell when the version holds that answers, and which day chose it."""
    telling = _told_by(reading)
    return telling.window() if telling else ""


def ways(reading: Reading) -> tuple[Way, ...]:
    """Tell the nearest ways in which the answer would give more, at most so many."""
    telling = _told_by(reading)
    return tuple(telling.ways()) if telling else ()


def _told_by(reading: Reading) -> Telling | None:
    if reading.answer is None:
        return None
    return Telling(reading.page, reading.answer, reading.currency)


@dataclass(frozen=True, slots=True)
class Telling:
    """An answer of a page with its trace, told line by line."""

    page: Page
    answer: Decision
    currency: str

    def passed(self) -> tuple[str, ...]:
        """Tell of each row passed over which conditions failed, or which are open."""
        rows = self._teller().rows(self.answer)
        told = (line.text for line in rows if line.about is not About.MATCHED)
        return tuple(line for line, _ in zip(told, range(MOST_LINES), strict=False))

    def of_row(self, row: str) -> tuple[str, ...]:
        """Tell why one row was passed over, or that it applies."""
        told = self._teller().rows(self.answer)
        return tuple(line.text for line in told if line.of == row)

    def steps(self) -> tuple[str, ...]:
        """Tell each computed amount with what went into it."""
        teller = self._teller()
        return tuple(teller.step(step).text for step in self.answer.steps)

    def window(self) -> str:
        """Tell when the version holds, and which day chose it."""
        return self._teller().window(self.answer)

    def ways(self) -> Iterator[Way]:
        """Tell the nearest ways to more, and those that only hindsight shows."""
        if self.answer.status is not Status.HIT:
            return
        names = (fact.name for fact in self.page.policy.facts)
        facts = dict(zip(names, self.answer.facts, strict=True))
        teller, wanted = self._teller(), wanting_more(self.answer)
        for hindsight in (False, True):
            try:
                found = nearest(
                    self.page, facts, wanted=wanted, hindsight=hindsight, most=MOST_WAYS
                )
            except DecisionFault:  # the page is wrong for a case beside this one
                continue
            for one in found:
                can_show = not hindsight and all(map(self._can_show, one.changes))
                asks = self._asks(one.changes) if can_show else {}
                yield Way(teller.way(one), can_show, hindsight, asks)

    def _asks(self, changes: tuple[Change, ...]) -> Mapping[str, str]:
        """Return how to ask for what is missing; the page's own language by its code."""
        if len(changes) > 1:
            return {}
        own = self.page.policy.head.language
        asks = self.page.fact(changes[0].fact).asks
        return {language or own: text for language, text in asks.items()}

    def _can_show(self, change: Change) -> bool:
        """Tell whether the customer can still come with what is missing.

        A receipt or a photo, yes. Another reason than the one given is no way out.
        """
        fact = self.page.fact(change.fact)
        missing = change.actual is None or (change.actual is False and change.instead)
        return bool(missing and fact.asks and not fact.fixed)

    def label(self, name: str) -> str:
        """Return what people read instead of a fact's name."""
        return self._teller().label(name)

    def value(self, name: str, value: Value | None) -> str:
        """Write a value as the reader knows it."""
        return self._teller().value(name, value)

    def _teller(self) -> Teller:
        return Teller(self.page, get_language() or "en", self.currency)
