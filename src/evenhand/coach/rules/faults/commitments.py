"""What we bind ourselves to: dates that are missing, vague or beyond anybody's power."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.coach.rules.faults.spot import Spot, quoting
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Reading


def promise_without_date(reading: Reading) -> Iterator[Spot]:
    """L03: a commitment with no day in its sentence or the next; one per sentence."""
    done: set[int] = set()
    for start, end in reading.heard(Topic.PROMISE):
        number = reading.number_of(start)
        if number in done or reading.dated(reading.around(start, after=1)):
            continue
        if reading.is_commitment(start):
            done.add(number)
            yield from quoting(reading, [(start, end)])


def stalling(reading: Reading) -> Iterator[Spot]:
    """L08: "as soon as possible" with no day in its sentence or the next."""
    for start, end in reading.heard(Topic.VAGUE_TIME):
        if not reading.dated(reading.around(start, after=1)):
            yield from quoting(reading, [(start, end)])


def over_concession(reading: Reading) -> Iterator[Spot]:
    """L09: fault or liability is admitted before a finding upholds it."""
    if reading.context.finding_upheld is True:
        return
    for start, end in reading.heard(Topic.CONCESSION):
        if not reading.heard(Topic.CONDITION, reading.around(start)):
            yield from quoting(reading, [(start, end)])


def guess_as_cause(reading: Reading) -> Iterator[Spot]:
    """L19: speculation is given as the cause while the cause is not known."""
    if not reading.context.cause_known:
        yield from quoting(reading, reading.heard(Topic.GUESS))


def selling(reading: Reading) -> Iterator[Spot]:
    """L28: something is sold inside an open complaint."""
    if reading.context.kind == "complaint":
        yield from quoting(reading, reading.heard(Topic.SELLING))
