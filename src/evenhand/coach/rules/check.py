"""The check of a draft: every rule, in the order in which they bind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from evenhand.coach.rules.context import Context, FoundFault, Severity
from evenhand.coach.rules.faults import (
    commitments,
    manner,
    money,
    opening,
    refusals,
    slips,
)
from evenhand.coach.rules.faults.spot import Find, Spot, hears
from evenhand.coach.rules.lexicon.phrases import SAY_INSTEAD
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Reading, read
from evenhand.coach.rules.texts import TEXTS

_BLOCK, _ERROR, _WARN, _INFO = Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A reply rule: its name, its number in the rule list, its weight, its finder."""

    name: str
    number: str
    severity: Severity
    find: Find


RULES = (
    Rule("promise-above-limit", "L04", _BLOCK, money.promise_above_limit),
    Rule("figures-differ", "L27", _BLOCK, money.figures_differ),
    Rule("placeholder", "L16", _BLOCK, slips.placeholder),
    Rule("wrong-name", "L17", _BLOCK, opening.wrong_name),
    Rule("card-number", "L23", _BLOCK, slips.card_number),
    Rule("price-talk", "L05", _BLOCK, hears(Topic.PRICE_TALK)),
    Rule("over-concession", "L09", _BLOCK, commitments.over_concession),
    Rule("discourages-recourse", "L20", _BLOCK, hears(Topic.DISCOURAGE)),
    Rule("void-term", "L25", _BLOCK, hears(Topic.VOID_TERM)),
    Rule("wrong-language", "L26", _ERROR, opening.wrong_language),
    Rule("no-acknowledgement", "L01", _ERROR, opening.no_acknowledgement),
    Rule(
        "refusal-without-alternative",
        "L02",
        _ERROR,
        refusals.refusal_without_alternative,
    ),
    Rule("promise-without-date", "L03", _ERROR, commitments.promise_without_date),
    Rule("dates-differ", "L27", _ERROR, money.dates_differ),
    Rule("wrong-weekday", "L31", _ERROR, money.wrong_weekday),
    Rule("blame", "L06", _ERROR, hears(Topic.BLAME)),
    Rule("non-apology", "L11", _ERROR, hears(Topic.NON_APOLOGY)),
    Rule("shut-down", "L13", _ERROR, hears(Topic.SHUT_DOWN)),
    Rule("guess-as-cause", "L19", _ERROR, commitments.guess_as_cause),
    Rule("pass-the-buck", "L24", _ERROR, hears(Topic.PASS_ON)),
    Rule("unanswered-issue", "L22", _ERROR, refusals.unanswered_issue),
    Rule("missing-recourse", "L21", _ERROR, refusals.missing_recourse),
    Rule("no-next-step", "L10", _ERROR, refusals.no_next_step),
    Rule("attachment-missing", "L32", _WARN, slips.attachment_missing),
    Rule("policy-only", "L07", _WARN, refusals.policy_only),
    Rule("stalling", "L08", _WARN, commitments.stalling),
    Rule("helpless", "L12", _WARN, hears(Topic.HELPLESS)),
    Rule("apology-overload", "L14", _WARN, manner.apology_overload),
    Rule("shouting", "L15", _WARN, manner.shouting),
    Rule("unreadable", "L18", _WARN, manner.unreadable),
    Rule("selling", "L28", _WARN, commitments.selling),
    Rule("absolute", "L29", _WARN, hears(Topic.ABSOLUTE)),
    Rule("no-specifics", "L30", _INFO, refusals.no_specifics),
)


def check(draft: str, context: Context) -> tuple[FoundFault, ...]:
    """Return the faults of a draft, the gravest rules first, each with its place.

    Pure and quick (a few milliseconds for a letter), so that it can run as one types.
    """
    reading = read(draft, context)
    return tuple(_faults(reading))


def blocked(faults: Iterable[FoundFault]) -> bool:
    """Say whether the draft may leave only with a supervisor's recorded override."""
    return any(fault.severity is Severity.BLOCK for fault in faults)


def _faults(reading: Reading) -> Iterator[FoundFault]:
    for rule in RULES:
        for spot in sorted(rule.find(reading), key=lambda spot: spot.start):
            yield _fault(rule, spot, reading)


def _fault(rule: Rule, spot: Spot, reading: Reading) -> FoundFault:
    start, end = reading.plain.span(spot.start, spot.end)
    text = TEXTS[rule.name]
    return FoundFault(
        rule=rule.name,
        number=rule.number,
        severity=rule.severity,
        start=start,
        end=end,
        what=text.what,
        advice=text.advice,
        say_instead=SAY_INSTEAD.get(reading.language, {}).get(rule.name, ""),
        params=MappingProxyType(dict(spot.params)),
    )
