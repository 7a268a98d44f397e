"""The outline of an answer, from what was decided and promised on the case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from evenhand.cases.models import Case
from evenhand.coach.rules.context import primary
from evenhand.coach.rules.figures import said
from evenhand.coach.rules.outline import (
    IssueOutcome,
    OutlineFacts,
    PromiseLine,
    outline,
)
from evenhand.coach.rules.outline import Verdict as Word
from evenhand.decisions import queries as decisions
from evenhand.decisions.models import Decision
from evenhand.decisions.queries import IssuePanel
from evenhand.decisions.rules.words import Verdict
from evenhand.kernel.money import Money
from evenhand.promises import queries as promises
from evenhand.promises.models import Promise
from evenhand.staff.models import Member

WORDS: dict[str, Word] = {
    Verdict.UPHELD: "upheld",
    Verdict.PARTLY_UPHELD: "partly_upheld",
    Verdict.NOT_UPHELD: "not_upheld",
    Verdict.REDRESS_ALREADY_OFFERED: "already_offered",
    Verdict.OUT_OF_SCOPE: "out_of_scope",
    Verdict.WITHDRAWN: "withdrawn",
}
REFUND = "refund"
# The rest of "I will …", 我会在…前…, …までに…, ดิฉันจะ…; its day is the writer's to fill in.
REFUNDING = {
    "en": "refund {amount} the way you paid",
    "zh": "把{amount}按原支付方式退给您",
    "ja": "{amount}をお支払いいただいた方法で返金します",
    "th": "คืนเงิน {amount} ทางช่องทางที่คุณชำระมา",
}


def outline_for(case: Case, *, member: Member, at: datetime) -> str:
    """Return a first draft in the customer's language; what is not known is a [slot].

    Issues without a verdict leave a slot too: an outline never guesses the outcome.
    """
    panels = decisions.panels(case, member=member, at=at)
    decided = [panel.decision for panel in panels if panel.decision]
    return outline(
        OutlineFacts(
            language=case.language,
            customer_name=case.customer.name,
            agent_name=member.name,
            kind=case.kind,  # type: ignore[arg-type]  # the column's check holds it to the four
            issues=tuple(
                _outcome(panel, panel.decision, language=primary(case.language))
                for panel in panels
                if panel.decision
            ),
            offers=tuple(_offers(panels, language=primary(case.language))),
            promises=tuple(
                _lines(_untold(case), decided=decided, language=primary(case.language))
            ),
        )
    )


def _outcome(panel: IssuePanel, decision: Decision, *, language: str) -> IssueOutcome:
    by_right = decision.amount - decision.goodwill if decision.amount else None
    return IssueOutcome(
        title=panel.issue.title,
        verdict=WORDS[decision.verdict],
        say=decision.say.get(language, ""),
        owed=by_right or None,
        goodwill=decision.goodwill or None,
    )


def _offers(panels: Sequence[IssuePanel], *, language: str) -> Iterator[str]:
    """Yield what may be put to the customer beside a verdict that refuses something.

    Only offers that the writer may make alone, and that have words for the customer.
    """
    for panel in panels:
        decision = panel.decision
        if decision is None or decision.verdict == Verdict.UPHELD:
            continue
        if decision.option != "entitlement":
            # one of the offers was chosen and is the decision now
            continue
        for option in panel.advice.options:
            says = option.says.get(language, "")
            if option.kind == "offer" and option.within and says:
                yield says


def _untold(case: Case) -> list[Promise]:
    """Return open promises of which no answer has told the customer yet."""
    return [one for one in promises.open_on(case) if one.made_in_id is None]


def _lines(
    untold: Sequence[Promise], *, decided: Sequence[Decision], language: str
) -> Iterator[PromiseLine]:
    for promise in untold:
        yield PromiseLine(what=_inside(promise.what), due=promise.due_at)
    promised = {promise.amount for promise in untold}
    for decision in decided:
        amount = decision.amount
        if amount and decision.give == REFUND and amount not in promised:
            yield PromiseLine(what=_refunding(amount, language=language))


def _refunding(amount: Money, *, language: str) -> str:
    words = REFUNDING.get(language, REFUNDING["en"])
    return words.format(amount=said(amount, language))


def _inside(what: str) -> str:
    """Return a promise's words as the middle of a sentence: "Refund …" is "refund …"."""
    return what[:1].lower() + what[1:] if what[1:2].islower() else what
