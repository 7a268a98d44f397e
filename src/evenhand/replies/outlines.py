"""The outline of an answer, from what was decided and promised on the case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

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
from evenhand.decisions.rules.options import ENTITLEMENT
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
REFUSING = frozenset({Verdict.PARTLY_UPHELD, Verdict.NOT_UPHELD, Verdict.OUT_OF_SCOPE})
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
            could_help=_could_help(panels, language=primary(case.language)),
            promises=tuple(
                _lines(
                    promises.open_on(case),
                    decided=decided,
                    language=primary(case.language),
                )
            ),
        )
    )


def _outcome(panel: IssuePanel, decision: Decision, *, language: str) -> IssueOutcome:
    say = decision.say.get(language, "")
    by_right = decision.amount - decision.goodwill if decision.amount else None

    def unsaid(money: Money | None) -> Money | None:
        return money if money and said(money, language) not in say else None

    return IssueOutcome(
        title=panel.issue.title,
        verdict=WORDS[decision.verdict],
        say=say,
        owed=unsaid(by_right),
        goodwill=unsaid(decision.goodwill),
        eased=decision.goodwill_minor > 0,
    )


def _offers(panels: Sequence[IssuePanel], *, language: str) -> Iterator[str]:
    """Yield what the customer may choose instead, where something is refused.

    Where goodwill was given already it is the answer to the refusal: a further choice
    beside it would only confuse.
    """
    for panel in panels:
        decision = panel.decision
        if decision and _is_bare_refusal(decision):
            yield from (
                option.says[language]
                for option in panel.advice.options
                if option.kind == "offer"
                and option.within
                and option.says.get(language)
            )


def _could_help(panels: Sequence[IssuePanel], *, language: str) -> str:
    """Ask for what the customer may still show, where more would come of that; "".

    Only where something is refused, and never for what nobody can change any more: to
    be told what would have been helps nobody.
    """
    asks = (
        way.asks.get(language, "")
        for panel in panels
        if panel.decision and _is_bare_refusal(panel.decision)
        for way in panel.advice.ways
        if way.open
    )
    return next(filter(None, asks), "")


def _is_bare_refusal(decision: Decision) -> bool:
    """Whether it refuses something and gives no more than the page's own answer."""
    return (
        # where one of the offers was chosen it is the decision now
        decision.option == ENTITLEMENT
        and decision.verdict in REFUSING
        and decision.goodwill_minor == 0
    )


def _lines(
    made: Sequence[Promise], *, decided: Sequence[Decision], language: str
) -> Iterator[PromiseLine]:
    """Yield what the customer was not told yet; nothing is promised a second time."""
    for promise in made:
        if promise.made_in_id is None:
            yield PromiseLine(what=_inside(promise.what), due=promise.due_at)
    promised = {promise.amount for promise in made}
    for decision in decided:
        amount = decision.amount
        if amount and decision.give == REFUND and amount not in promised:
            what = _refunding(amount, language=language)
            yield PromiseLine(what=what, due=_by(decision))


def _by(decision: Decision) -> date | None:
    """Return the day by which the policy wants it done, where its row names one."""
    outcome = decision.policy_outcome.get("outcome", {})
    day = outcome.get("by") if isinstance(outcome, dict) else None
    try:
        return date.fromisoformat(day) if isinstance(day, str) else None
    except ValueError:
        # the row says it in words, such as "within a week"
        return None


def _refunding(amount: Money, *, language: str) -> str:
    words = REFUNDING.get(language, REFUNDING["en"])
    return words.format(amount=said(amount, language))


def _inside(what: str) -> str:
    """Return a promise's words as the middle of a sentence: "Refund …" is "refund …"."""
    return what[:1].lower() + what[1:] if what[1:2].islower() else what
