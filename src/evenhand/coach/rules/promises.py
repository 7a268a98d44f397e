"""Promises that a draft makes, so that they can be kept: what, by when, how much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from evenhand.coach.rules.context import Context
from evenhand.coach.rules.dates.calendar import Today
from evenhand.coach.rules.dates.finding import FoundDate
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Reading, Span, read
from evenhand.coach.rules.sentences import Sentence
from evenhand.kernel.money import Money

_MARK = re.compile(r"[,，、;；:](?!\d{3})|\band\b|\bthen\b|และ|แล้ว|そして")
_EDGES = " \t\n.,;:!。，、；！…"


@dataclass(frozen=True, slots=True)
class ProposedPromise:
    """A commitment found in a draft, in its own words, at [start, end) of the draft.

    `due` is a day, an instant on the desk's wall clock, or None if none is named.
    """

    what: str
    due: datetime | date | None
    amount: Money | None
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """The place in the draft, as [start, end)."""
        return self.start, self.end


def promises_in(
    draft: str,
    *,
    language: str,
    today: date | datetime,
    currency: str | None = None,
    holidays: frozenset[date] = frozenset(),
) -> tuple[ProposedPromise, ...]:
    """Return what the draft binds us to, in reading order.

    Questions and conditions ("if you choose A, I will ...") bind nobody yet and are left
    out. With an instant as `today`, "within 2 hours" is due to the minute.
    """
    context = Context(
        language=language, today=today, currency=currency, holidays=holidays
    )
    reading = read(draft, context)
    return tuple(
        promise
        for sentence in reading.sentences
        if reading.is_commitment(sentence.start)
        for part in _parts(reading, sentence)
        for promise in (_promise(reading, part, sentence),)
    )


def _parts(reading: Reading, sentence: Sentence) -> Iterator[Span]:
    """Cut a sentence with several commitments at the marks between them."""
    heard = reading.heard(Topic.PROMISE, (sentence.start, sentence.end))
    start = sentence.start
    for this, following in pairwise(heard):
        mark = _MARK.search(reading.plain.low, this[1], following[0])
        if mark is not None:
            yield start, mark.start()
            start = mark.end()
    if heard:
        yield start, sentence.end


def _promise(reading: Reading, part: Span, sentence: Sentence) -> ProposedPromise:
    text = reading.plain.text[slice(*part)]
    start = part[0] + len(text) - len(text.lstrip(_EDGES))
    end = part[1] - (len(text) - len(text.rstrip(_EDGES)))
    place = reading.plain.span(start, end)
    return ProposedPromise(
        what=reading.plain.raw[slice(*place)],
        due=_due(reading, part, sentence),
        amount=next(
            (a.money for a in reading.amounts if part[0] <= a.start < part[1]), None
        ),
        start=place[0],
        end=place[1],
    )


def _due(reading: Reading, part: Span, sentence: Sentence) -> datetime | date | None:
    """Return the first day from today on: in the part, the sentence, or the next one."""
    after = reading.around(sentence.start, after=1)
    following = (sentence.end, after[1])
    for span in (part, (sentence.start, sentence.end), following):
        for found in reading.dates:
            if span[0] <= found.start < span[1] and _ahead(found, reading):
                return found.when
    return None


def _ahead(found: FoundDate, reading: Reading) -> bool:
    return not found.again and found.day >= Today.of(reading.context.today).day
