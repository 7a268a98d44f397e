"""The steps that stories are made of: each one is what a customer or a member does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Issue, Kind, Message
from evenhand.channels.actions import intake
from evenhand.channels.models import DeliveryState
from evenhand.customers.models import Customer, Order
from evenhand.decisions import actions as decisions
from evenhand.decisions import queries as decided
from evenhand.decisions.models import Decision
from evenhand.decisions.rules.entries import read_kept
from evenhand.decisions.sheets import Reading
from evenhand.ledger.readers import read_on
from evenhand.policy.deciding import decide
from evenhand.policy.traces import Status
from evenhand.promises import queries as promised
from evenhand.promises.models import Promise
from evenhand.replies import queries as replies
from evenhand.replies.actions.sending import Answer, send
from evenhand.replies.rules import key_of
from evenhand.staff.models import Member
from evenhand.surveys import actions as surveys
from evenhand.surveys.models import Survey
from evenhand.surveys.readers import READER as SURVEY_READER
from evenhand.web.demo import letters
from evenhand.web.demo.shop import DOMAIN

HELP = f"help@{DOMAIN}"
MOST_ROUNDS = 25


def writes(
    customer: Customer,
    *,
    subject: str,
    text: str,
    at: datetime,
    key: str,
    answers: Message | None = None,
    to: str = HELP,
) -> Case:
    """The customer sends a mail, which is filed at once."""
    raw = letters.mail(
        customer=customer,
        to=to,
        subject=subject,
        text=text,
        at=at,
        key=key,
        answers=f"<{answers.message_id}>" if answers else "",
    )
    delivery, _ = intake.store(raw=raw, source="file", at=at)
    filed = intake.file(delivery_pk=delivery.pk, at=at)
    if filed.message is None:
        raise RuntimeError(f"the demo's mail {key} was set aside: {filed.reason}")
    return filed.message.case


def strays(raw: bytes, *, at: datetime) -> None:
    """A mail comes that belongs in no case, and lies in the tray."""
    delivery, _ = intake.store(raw=raw, source="file", at=at)
    filed = intake.file(delivery_pk=delivery.pk, at=at)
    if filed.state != DeliveryState.SET_ASIDE:
        raise RuntimeError(f"the demo's stray mail was {filed.state}, not set aside")


def is_taken(
    case: Case,
    *,
    by: Member,
    at: datetime,
    kind: Kind,
    order: Order | None = None,
) -> Case:
    """A member takes the case and says what it is and which order it is about."""
    case = cases.hand_over(case=case, to=by, by=by, at=at)
    if case.kind != kind:
        case = cases.change_kind(case=case, kind=kind, by=by, at=at)
    if order is not None and case.order_id != order.pk:
        case = cases.link_order(case=case, order=order, by=by.as_actor, at=at)
    return case


def finds_out(
    issue: Issue, known: Mapping[str, object], *, by: Member, at: datetime
) -> None:
    """A member answers the questions that matter, until the policy has its answer."""
    for _ in range(MOST_ROUNDS):
        advice = decided.advice(issue, member=by, at=at)
        if advice.status != Status.NEEDS_FACT or advice.reading is None:
            return
        found = [
            decisions.NewFinding(name, value, source="Inspection")
            for name, value in _asked_in_turn(advice.reading, known)
        ]
        decisions.record_findings(issue=issue, findings=found, by=by, at=at)
        if found[-1].value is None:
            return


def _asked_in_turn(
    reading: Reading, known: Mapping[str, object]
) -> Iterator[tuple[str, object]]:
    """Yield what the page asks for first, what it asks for then, and so on.

    It ends with what nobody knows, which would be asked again, and with the fact that
    says which currency amounts are in: they are read anew.
    """
    page = reading.page
    facts = {fact.name: fact for fact in page.policy.facts}
    values = {name: entry.value for name, entry in reading.entries.items()}
    answer = reading.answer
    for _ in facts:
        if answer is None or not answer.needs:
            return
        name = answer.needs[0].fact
        if name not in known:
            raise RuntimeError(f"the demo does not know {name}")
        yield name, known[name]
        if known[name] is None or name == page.policy.head.currency_from:
            return
        values[name] = read_kept(
            known[name], fact=facts[name], currency=reading.currency
        )
        answer = decide(page, values)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that was sent, with the promises that came of it."""

    message: Message
    promises: list[Promise]


def answers(
    case: Case, text: str, *, by: Member, at: datetime, then_close: bool = False
) -> Told:
    """A member sends an answer with the promises in it; errors looked at are confirmed."""
    case.refresh_from_db()
    found = replies.findings(
        text, context=replies.check_context(case, member=by, at=at)
    )
    blocking = [fault for fault in found if fault.severity.value == "block"]
    if blocking:
        raise RuntimeError(f"the demo's answer {text!r} is blocked: {blocking}")
    proposals = replies.proposals(text, case=case, at=at)
    message = send(
        case=case,
        answer=Answer(
            text=text,
            token=uuid4().hex,
            confirmed=frozenset(key_of(fault) for fault in found),
            promises=[p for p in proposals if p.due is not None],
            admits=[promise.pk for promise in promised.unadmitted(case)],
            then_close=then_close,
        ),
        by=by,
        at=at,
    )
    return Told(
        message, [p for p in promised.of_case(case) if p.made_in_id == message.pk]
    )


def is_granted(
    issue: Issue, *, by: Member, approver: Member, at: datetime
) -> Decision | None:
    """Grant what is due; above the limit ask, and let the approver say yes."""
    advice = decided.advice(issue, member=by, at=at)
    if advice.entitlement is None:
        return None
    if advice.entitlement.within:
        return decisions.grant(issue=issue, option="entitlement", by=by, at=at)
    approval = decisions.ask_approval(
        issue=issue,
        option="entitlement",
        why="It is what the page gives; the amount is above my limit.",
        by=by,
        at=at,
    )
    return decisions.answer_approval(
        approval=approval,
        granted=True,
        reason="Agreed, the facts are clear.",
        by=approver,
        at=at + timedelta(minutes=4),
    )


def is_closed(case: Case, *, by: Member, at: datetime) -> None:
    """A member closes the case, and the customer is asked how it was."""
    case.refresh_from_db()
    if case.closed_at is None:
        cases.close_case(case=case, by=by, at=at)
    read_on(SURVEY_READER, at=at)


def judges(case: Case, marks: tuple[int, int], comment: str, *, at: datetime) -> None:
    """The customer follows the link in the survey's mail and answers."""
    survey = Survey.objects.filter(case=case).order_by("-pk").first()
    if survey is not None:
        satisfaction, ease = marks
        surveys.answer(
            survey=survey,
            satisfaction=satisfaction,
            ease=ease,
            comment=comment,
            at=at,
        )
