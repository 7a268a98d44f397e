"""Send an answer once, checked, with the promises that it makes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Message
from evenhand.cases.queries import locked_case, redirected
from evenhand.channels.actions import outbox, uploads, waiting
from evenhand.channels.names import NotOffered
from evenhand.coach.rules.context import FoundFault
from evenhand.customers import queries as customers
from evenhand.kernel.text import one_line
from evenhand.ledger import actions as ledger
from evenhand.promises import actions as promises
from evenhand.promises import queries as promised
from evenhand.replies import copies, queries
from evenhand.replies.models import Draft, HeldAnswer, Sending
from evenhand.replies.rules import Judgement, Proposal, Recipients, judge
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission

CHANNEL = "mail"
LONGEST_REASON = 500


class NotSent(Exception):
    """The answer did not leave, and nothing was changed."""


class Blocked(NotSent):
    """The checks found what may leave only with a supervisor's recorded reason."""

    def __init__(self, faults: Sequence[FoundFault]) -> None:
        super().__init__(", ".join(fault.rule for fault in faults))
        self.faults = tuple(faults)


class Unconfirmed(NotSent):
    """The checks found errors that the writer has neither mended nor confirmed."""

    def __init__(self, faults: Sequence[FoundFault]) -> None:
        super().__init__(", ".join(fault.rule for fault in faults))
        self.faults = tuple(faults)


class NothingToSend(NotSent):
    """The answer has no words."""


class NobodyToSendTo(NotSent):
    """No mail address of the customer is known."""


class Redirects(NotSent):
    """The case has another customer since it was last answered, and nobody confirmed it."""


class NotCopied(NotSent):
    """A new address cannot get a copy; the cause says why."""


class NameGone(NotSent):
    """The name to write under was removed, or is no name of the case's team."""


class FormOfAnotherCase(NotSent):
    """The form's token has sent an answer in another case."""


class UndatedPromise(NotSent):
    """A promise was to be kept of a sentence that names no day."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member wrote and chose in the form.

    `token` is the form's own, so that a second press sends nothing twice. `confirmed`
    holds keys of the errors that the writer has looked at; `promises` are the proposals to
    keep; `admits` the broken promises that the answer tells of; `cc` the participants
    who get a copy, `added` the new addresses that do; `files` the keys of the uploads that go with it.
    `name` is the key of the identity to write under; without one it is that which the
    customer knows us by.
    """

    text: str
    token: str
    confirmed: Collection[str] = frozenset()
    override_reason: str = ""
    promises: Sequence[Proposal] = ()
    admits: Collection[int] = ()
    cc: Collection[str] = ()
    added: Collection[str] = ()
    files: Collection[int] = ()
    then_close: bool = field(default=False)
    name: int | None = None


@transaction.atomic
def send(
    *,
    case: Case,
    answer: Answer,
    by: Member,
    at: datetime,
    draft_stays: bool = False,
) -> Message:
    """Send the answer: message, outbox, promises and ledger in one transaction.

    With `draft_stays` what the member has begun since it was written is left alone; else
    their draft is gone, and so is the sign of an answer that had come back into it.
    The same token again returns the message that was sent by it. Blocked, Unconfirmed,
    NothingToSend, NobodyToSendTo, Redirects, NotCopied, NameGone, UndatedPromise,
    FormOfAnotherCase (all NotSent), FileGone, FileInfected, CaseClosed or DueInThePast:
    nothing is changed and nothing leaves.
    """
    # the lock makes two presses of one button queue up; the second finds the first
    locked_case(case)
    already = queries.sent_with(answer.token)
    if already is not None:
        if already.case_id != case.pk:
            raise FormOfAnotherCase(case.ref)
        return already
    reach = _recipients(case, answer)
    added = _added(answer, reach=reach)
    judged = _judged(case, answer, by=by, at=at)
    files = uploads.take(case=case, keys=answer.files, by=by)
    said = _said(case, answer, files=files)
    message = cases.add_answer(case=case, said=said, by=by, at=at)
    copied = list(reach.copied(answer.cc, added=added))
    _queue(message, answer, to=list(reach.to), cc=copied, at=at)
    _join(case, added, by=by, at=at)
    _keep_promises(case, answer, message=message, by=by, at=at)
    _admit(case, answer, message=message, by=by, at=at)
    _write_down(case, answer, message=message, judged=judged, by=by, at=at)
    if not draft_stays:
        Draft.objects.filter(case=case, member=by).delete()
        waiting.note_seen(HeldAnswer.objects.filter(case=case, member=by), at=at)
    if answer.then_close:
        cases.close_case(case=case, by=by, at=at)
    return message


def _recipients(case: Case, answer: Answer) -> Recipients:
    if not answer.text.strip():
        raise NothingToSend(case.ref)
    found = queries.recipients(case)
    if not found.to:
        raise NobodyToSendTo(case.ref)
    turned = redirected(case)
    if turned is not None and turned.key not in answer.confirmed:
        raise Redirects(case.ref)
    return found


def _added(answer: Answer, *, reach: Recipients) -> tuple[str, ...]:
    try:
        return copies.all_checked(answer.added, reach=reach)
    except copies.NotAdded as refusal:
        raise NotCopied(str(refusal)) from refusal


def _queue(
    message: Message, answer: Answer, *, to: list[str], cc: list[str], at: datetime
) -> None:
    try:
        outbox.queue(message=message, to=to, cc=cc, name=answer.name, at=at)
    except NotOffered as refusal:
        raise NameGone(str(refusal)) from refusal


def _join(case: Case, added: Collection[str], *, by: Member, at: datetime) -> None:
    """Let who is new take part from now on; the customer does so already."""
    own = customers.addresses_of(case.customer) if added else frozenset()
    for address in added:
        if address not in own:
            cases.join_participant(
                case=case, address=address, name="", by=by.as_actor, at=at
            )


def _judged(case: Case, answer: Answer, *, by: Member, at: datetime) -> Judgement:
    context = queries.check_context(
        case, member=by, at=at, kept=answer.promises, files=len(answer.files)
    )
    judged = judge(
        queries.findings(answer.text, context=context),
        confirmed=answer.confirmed,
        overridden=_overrides(answer, by=by),
    )
    if judged.blocking:
        raise Blocked(judged.blocking)
    if judged.unconfirmed:
        raise Unconfirmed(judged.unconfirmed)
    return judged


def _overrides(answer: Answer, *, by: Member) -> bool:
    reason = answer.override_reason.strip()
    return bool(reason) and by.may(Permission.OVERRIDE_A_BLOCK)


def _said(
    case: Case, answer: Answer, *, files: Sequence[cases.NewAttachment]
) -> cases.Said:
    return cases.Said(
        text=answer.text.strip(),
        channel=CHANNEL,
        subject=case.subject,
        language=case.language,
        attachments=files,
    )


def _keep_promises(
    case: Case, answer: Answer, *, message: Message, by: Member, at: datetime
) -> None:
    zone = ZoneInfo(case.team.time_zone)
    for proposal in answer.promises:
        due_at = proposal.due_at(zone)
        if due_at is None:
            raise UndatedPromise(proposal.what)
        promises.make(
            case=case,
            what=proposal.what,
            due_at=due_at,
            amount=proposal.amount,
            owner=by,
            by=by,
            at=at,
            made_in=message,
        )


def _admit(
    case: Case, answer: Answer, *, message: Message, by: Member, at: datetime
) -> None:
    for promise in promised.unadmitted(case):
        if promise.pk in answer.admits:
            promises.admit(promise=promise, message=message, by=by, at=at)


def _write_down(
    case: Case,
    answer: Answer,
    *,
    message: Message,
    judged: Judgement,
    by: Member,
    at: datetime,
) -> None:
    blocks = [rule for rule, severity in judged.found.items() if severity == "block"]
    reason = one_line(answer.override_reason, most=LONGEST_REASON) if blocks else ""
    Sending.objects.create(
        message=message,
        token=answer.token,
        found=judged.found,
        override_reason=reason,
        overridden_by=by if blocks else None,
        sent_at=at,
    )
    ledger.record(
        kind="reply.sent",
        subject=f"message:{message.pk}",
        matter=case.as_matter,
        by=by.as_actor,
        at=at,
        data={"found": judged.found, "promises": len(answer.promises)},
    )
    if blocks:
        ledger.record(
            kind="reply.override",
            subject=f"message:{message.pk}",
            matter=case.as_matter,
            by=by.as_actor,
            at=at,
            data={"rules": blocks, "reason": reason},
        )
