"""Saying no, and what a no must carry with it."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.coach.rules.faults.spot import Spot, quoting, whole
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Reading, apart


def refusal_without_alternative(reading: Reading) -> Iterator[Spot]:
    """L02: something is refused and nothing is put in its place anywhere."""
    refused = reading.heard(Topic.REFUSAL)
    if refused and not apart(reading.heard(Topic.OFFER), refused):
        yield from quoting(reading, refused[:1])


def policy_only(reading: Reading) -> Iterator[Spot]:
    """L07: the rule is named and no reason stands beside it."""
    for start, end in reading.heard(Topic.POLICY):
        if not reading.heard(Topic.REASON, reading.around(start, before=1, after=1)):
            yield from quoting(reading, [(start, end)])


def no_next_step(reading: Reading) -> Iterator[Spot]:
    """L10: in the last half of an answer to a complaint nobody does anything."""
    if reading.context.kind != "complaint" or not reading.language or not reading.body:
        return
    half = reading.body[len(reading.body) // 2]
    rest = (half.start, len(reading.plain.text))
    forward = (Topic.NEXT_STEP, Topic.PROMISE, Topic.RECOURSE)
    if not any(reading.heard(topic, rest) for topic in forward):
        yield Spot(half.start, reading.body[-1].end)


def missing_recourse(reading: Reading) -> Iterator[Spot]:
    """L21: a final answer that does not uphold everything names no second look."""
    if not reading.context.needs_recourse or not reading.body or not reading.language:
        return
    if not reading.heard(Topic.RECOURSE):
        last = reading.body[-1]
        yield Spot(last.start, last.end)


def unanswered_issue(reading: Reading) -> Iterator[Spot]:
    """L22: no word of an issue occurs in the answer."""
    if not reading.body:
        return
    for words in reading.context.issues:
        if words and not any(word.lower() in reading.plain.low for word in words):
            spot = whole(reading)
            yield Spot(spot.start, spot.end, {"issue": words[0]})


def no_specifics(reading: Reading) -> Iterator[Spot]:
    """L30: no product, order or issue of this case is named."""
    words = reading.context.case_words
    if not words or not reading.body:
        return
    if not any(word.lower() in reading.plain.low for word in words):
        yield whole(reading)
