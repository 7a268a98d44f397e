"""Figures held against the sender's limit, the decision and the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evenhand.coach.rules.context import Context
from evenhand.coach.rules.dates.calendar import Today
from evenhand.coach.rules.dates.reading import said as said_day
from evenhand.coach.rules.faults.spot import Spot
from evenhand.coach.rules.figures import said
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Reading, Span
from evenhand.kernel.money import Money

_CLAUSE_MARK = re.compile(
    r"[,，、;；:。()—]\s?(?!\d{3})|\bbut\b|\binstead\b|\sแต่|但是?|不过"
)

_CLAUSE = 200  # characters looked back at most: enough for a clause, and bounded


def promise_above_limit(reading: Reading) -> Iterator[Spot]:
    """L04: we give more than the sender may, with no approval and no decision for it."""
    limit = reading.context.limit
    if limit is None or reading.context.approved is True:
        return
    for amount in reading.amounts:
        place = (amount.start, amount.end)
        if _may_give(amount.money, reading.context) or not _gives(reading, place):
            continue
        yield Spot(*place, _figures(amount.money, limit, reading.language))
    yield from _full_price(reading, limit)


def figures_differ(reading: Reading) -> Iterator[Spot]:
    """L27: an amount that is neither in the decision nor the customer's own figure."""
    allowed = reading.context.amounts
    if not allowed:
        return
    known = ", ".join(said(money, reading.language) for money in allowed)
    for amount in reading.amounts:
        place = (amount.start, amount.end)
        if amount.money not in allowed and not _is_led_in_by(
            reading, place, Topic.CLAIMED
        ):
            figure = said(amount.money, reading.language)
            yield Spot(*place, {"figure": figure, "known": known})


def dates_differ(reading: Reading) -> Iterator[Spot]:
    """L27: a day from today on, in a commitment, that is not on record."""
    known = reading.context.known_days
    if not known:
        return
    listed = ", ".join(said_day(day, reading.language) for day in sorted(known))
    today = Today.of(reading.context.today).day
    for found in reading.dates:
        if found.again or found.day in known or found.day < today:
            continue
        span = reading.around(found.start)
        if reading.heard(Topic.PROMISE, span) and reading.is_commitment(found.start):
            figure = said_day(found.day, reading.language)
            yield Spot(found.start, found.end, {"figure": figure, "known": listed})


def wrong_weekday(reading: Reading) -> Iterator[Spot]:
    """L31: "Friday 24 July" when that day is no Friday."""
    for found in reading.dates:
        if found.weekday is not None and found.weekday != found.day.weekday():
            right = said_day(found.day, reading.language)
            yield Spot(found.start, found.end, {"right": right})


def _full_price(reading: Reading, limit: Money) -> Iterator[Spot]:
    price = reading.context.price
    if price is None or _may_give(price, reading.context):
        return
    # the price of the goods and more, such as what their delivery had cost
    if any(_covers(known, price) for known in reading.context.amounts):
        return
    for start, end in reading.heard(Topic.FULL_PRICE):
        if _gives(reading, (start, end)):
            yield Spot(start, end, _figures(price, limit, reading.language))


def _covers(known: Money, price: Money) -> bool:
    return known.currency == price.currency and known.minor >= price.minor


def _figures(money: Money, limit: Money, language: str) -> dict[str, str]:
    return {"figure": said(money, language), "limit": said(limit, language)}


def _may_give(money: Money, context: Context) -> bool:
    if money in context.amounts:
        return True
    ceilings = [context.limit]
    if isinstance(context.approved, Money):
        ceilings.append(context.approved)
    return any(
        ceiling is not None
        and ceiling.currency == money.currency
        and money.minor <= ceiling.minor
        for ceiling in ceilings
    )


def _gives(reading: Reading, place: Span) -> bool:
    """Say whether the sentence hands the sum over, and not merely names it."""
    span = reading.around(place[0])
    if reading.is_question(span):
        return False
    if _is_led_in_by(reading, place, Topic.CLAIMED, Topic.CHARGED):
        return False
    return bool(reading.heard(Topic.GIVE, span) or reading.heard(Topic.PROMISE, span))


def _is_led_in_by(reading: Reading, place: Span, *topics: Topic) -> bool:
    """Say whether the clause before the sum begins with one of the topics.

    "You asked for a refund of 480" and "I cannot refund 480" do; "I refund the 480 you
    paid" begins with giving.
    """
    sentence = max(reading.around(place[0])[0], place[0] - _CLAUSE)
    marks = [
        match.end()
        for match in _CLAUSE_MARK.finditer(reading.plain.low, sentence, place[0])
    ]
    clause = (marks[-1] if marks else sentence, place[0])
    named = _first(reading, clause, *topics)
    given = _first(reading, clause, Topic.GIVE, Topic.PROMISE)
    return named is not None and (given is None or named <= given)


def _first(reading: Reading, clause: Span, *topics: Topic) -> int | None:
    starts = [span[0] for topic in topics for span in reading.heard(topic, clause)]
    return min(starts, default=None)
