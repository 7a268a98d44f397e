"""The A.R.O. outline: decisions and promises turned into the bones of an answer."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from evenhand.coach.rules.context import Kind, primary
from evenhand.coach.rules.dates.reading import said as said_day
from evenhand.coach.rules.figures import said
from evenhand.coach.rules.wording import WORDINGS, Wording
from evenhand.kernel.money import Money

Verdict = Literal[
    "upheld",
    "partly_upheld",
    "not_upheld",
    "already_offered",
    "out_of_scope",
    "withdrawn",
]
_NOT_ALL = {"partly_upheld", "not_upheld", "already_offered", "out_of_scope"}
_MANS_WORDS = {"ดิฉัน": "ผม", "ค่ะ": "ครับ"}
_PERIODS = ".。!?！？ \n"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOutcome:
    """One issue as decided: the sentence to say, the reason of a no, the sums.

    `owed` is by right, `goodwill` beyond it, as far as `say` does not name them; `eased`
    is true where goodwill was given at all. All texts are in the customer's language.
    """

    title: str
    verdict: Verdict
    say: str = ""
    because: str = ""
    owed: Money | None = None
    goodwill: Money | None = None
    our_mistake: bool = False
    eased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseLine:
    """What we will do, as a predicate in the customer's language, and by when.

    It completes "I will ...", 我会在…前…, …までに… (ending in ます), ดิฉันจะ…
    """

    what: str
    due: date | datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineFacts:
    """All that an answer stands on. Empty texts become [slots] for the person to fill.

    `told` completes "Thank you for telling me about", `effort` "I can see that", `aim`
    "In your place I would want"; `recourse` is a whole sentence; `could_help` asks for
    what the customer may still show and what would then be decided otherwise. `speaker` is how the
    agent speaks of themselves in Thai.
    """

    language: str
    customer_name: str
    agent_name: str
    kind: Kind = "complaint"
    told: str = ""
    effort: str = ""
    aim: str = ""
    issues: tuple[IssueOutcome, ...] = ()
    offers: tuple[str, ...] = ()
    choose_by: date | datetime | None = None
    promises: tuple[PromiseLine, ...] = ()
    recourse: str = ""
    could_help: str = ""
    speaker: Literal["woman", "man"] = "woman"


def outline(facts: OutlineFacts) -> str:
    """Return a first draft: acknowledge, relate, decide point by point, offer, promise.

    Other languages than en, zh, ja and th get English. Once its slots are filled, the
    draft passes the checks (`tests/coach` holds this).
    """
    language = primary(facts.language)
    wording = WORDINGS.get(language, WORDINGS["en"])
    paragraphs = (
        [wording.greeting.format(name=facts.customer_name)],
        list(_acknowledge(facts, wording)),
        list(_decide(facts, wording, language)),
        list(_offer(facts, wording, language)),
        list(_promise(facts, wording, language)),
        list(_recourse(facts, wording)),
        [wording.signature.format(agent=facts.agent_name)],
    )
    draft = "\n\n".join("\n".join(lines) for lines in paragraphs if lines)
    return draft if facts.speaker == "woman" else _as_a_man(draft)


def _as_a_man(draft: str) -> str:
    """Thai says "I" and closes a sentence differently; other drafts have no such words."""
    return re.sub(r"ดิฉัน|ค่ะ", lambda word: _MANS_WORDS[word[0]], draft)


def _fill(template: str, **values: str) -> str:
    return template.format(me="ดิฉัน", polite="ค่ะ", **values)


def _acknowledge(facts: OutlineFacts, wording: Wording) -> Iterator[str]:
    told = facts.told or wording.told_slot
    if facts.kind == "praise":
        yield _fill(wording.praise, told=told)
        return
    if facts.kind != "complaint":
        yield _fill(wording.question, told=told)
        if facts.issues:
            yield _fill(wording.aim, aim=facts.aim or wording.aim_slot)
        return
    yield _fill(wording.thanks, told=told)
    yield _fill(wording.effort, effort=facts.effort or wording.effort_slot)
    yield _fill(wording.aim, aim=facts.aim or wording.aim_slot)


def _decide(facts: OutlineFacts, wording: Wording, language: str) -> Iterator[str]:
    if not facts.issues:
        if facts.kind != "praise":
            yield wording.answer_slot
        return
    yield _fill(wording.checked)
    for issue in facts.issues:
        yield _verdict(issue, wording)
        yield from _sums(issue, wording, language)


def _verdict(issue: IssueOutcome, wording: Wording) -> str:
    template = {
        "upheld": wording.upheld,
        "partly_upheld": wording.partly,
        "not_upheld": wording.refused,
        "already_offered": wording.already,
        "out_of_scope": wording.outside,
        "withdrawn": wording.withdrawn,
    }[issue.verdict]
    because = issue.because or issue.say or wording.reason_slot
    line = _fill(
        template,
        title=issue.title,
        say=issue.say or wording.found_slot,
        because=because.rstrip(_PERIODS),
    )
    if not issue.our_mistake:
        return line
    return f"{line}{wording.space}{_fill(wording.our_mistake)}"


def _sums(issue: IssueOutcome, wording: Wording, language: str) -> Iterator[str]:
    for template, money in (
        (wording.owed, issue.owed),
        (wording.goodwill, issue.goodwill),
    ):
        if money:
            yield _fill(template, amount=said(money, language))


def _offer(facts: OutlineFacts, wording: Wording, language: str) -> Iterator[str]:
    offers = [offer.rstrip(_PERIODS) for offer in facts.offers]
    if not offers and any(map(_wants_offer, facts.issues)):
        offers = [wording.offer_slot]
    if len(offers) == 1:
        # the wording closes the sentence politely itself
        text = offers[0].removesuffix("ค่ะ").rstrip()
        yield _fill(wording.one_offer, text=text)
    if len(offers) < 2:
        return
    letters = string.ascii_uppercase[: len(offers)]
    yield _fill(wording.offers)
    for letter, text in zip(letters, offers, strict=True):
        yield _fill(wording.offer, letter=letter, text=text)
    day = _day(facts.choose_by, wording, language)
    yield _fill(wording.choose, letters=wording.joiner.join(letters), day=day)


def _wants_offer(issue: IssueOutcome) -> bool:
    """Something is refused, and no goodwill stands in its place yet."""
    return issue.verdict in _NOT_ALL and not issue.eased


def _promise(facts: OutlineFacts, wording: Wording, language: str) -> Iterator[str]:
    for promise in facts.promises:
        day = _day(promise.due, wording, language)
        yield _fill(wording.promise, what=promise.what.rstrip(_PERIODS), day=day)


def _recourse(facts: OutlineFacts, wording: Wording) -> Iterator[str]:
    if any(issue.verdict in _NOT_ALL for issue in facts.issues):
        if facts.could_help:
            yield _fill(wording.could_help, ask=facts.could_help)
        yield facts.recourse or _fill(wording.recourse)


def _day(when: date | datetime | None, wording: Wording, language: str) -> str:
    return wording.day_slot if when is None else said_day(when, language)
