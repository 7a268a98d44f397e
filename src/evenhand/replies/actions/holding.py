"""Let an answer wait before it leaves: some seconds, in which it can be undone, or days.

What waits is no message yet. It has no effect on its case before it truly leaves, so
that to undo it is to forget it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from evenhand.cases.actions import CaseClosed
from evenhand.cases.models import Case, Message
from evenhand.cases.queries import locked_case, visible_to
from evenhand.channels.actions import uploads, waiting
from evenhand.channels.actions.waiting import NotAhead, TooLate
from evenhand.channels.queries import sent_from
from evenhand.ledger import actions as ledger
from evenhand.promises.actions import DueInThePast
from evenhand.replies import copies, queries
from evenhand.replies.actions import sending
from evenhand.replies.actions.drafts import name_for_draft
from evenhand.replies.actions.sending import Answer, NotSent
from evenhand.replies.models import Draft, HeldAnswer, HeldState
from evenhand.replies.rules import kept_proposal, proposal_of
from evenhand.staff.models import Member

__all__ = ["AlreadyHeld", "NotAhead", "TooLate"]

TASK = "evenhand.replies.tasks.let_leave"


class AnotherAuthor(NotSent):
    """It would leave under another address than was shown when it was written."""


class AlreadyHeld(NotSent):
    """Another answer of the case waits to leave; `held` is it."""

    def __init__(self, held: HeldAnswer) -> None:
        super().__init__(str(held))
        self.held = held


@transaction.atomic
def hold(
    *,
    case: Case,
    answer: Answer,
    by: Member,
    at: datetime,
    leave_at: datetime,
    later: bool,
) -> HeldAnswer:
    """Keep an answer that could leave now until its time; nothing else changes.

    `later` tells a time that was chosen from the seconds for undoing. The same token
    again returns the answer that it holds. NotSent and all that `sending.send` refuses
    with: nothing is kept.
    """
    locked_case(case)
    found = HeldAnswer.objects.filter(token=answer.token).first()
    if found is not None:
        if found.case_id != case.pk:
            raise sending.FormOfAnotherCase(case.ref)
        return found
    if later:
        waiting.must_be_ahead(leave_at, at=at)
    before = queries.held_in(case)
    if before is not None:
        raise AlreadyHeld(before)
    author = _rehearse(case, answer, by=by, at=at)
    uploads.reserve(case=case, keys=answer.files, by=by, token=answer.token)
    held = HeldAnswer.objects.create(
        case=case,
        member=by,
        token=answer.token,
        text=answer.text,
        choices={
            **_kept(answer),
            "from": author,
            "last": queries.last_said(case),
        },
        to=list(queries.recipients(case).to),
        later=later,
        held_at=at,
        leave_at=leave_at,
    )
    Draft.objects.filter(case=case, member=by).delete()
    for former in queries.returned_to(case, member=by):
        note_seen(held=former, by=by, at=at)
    waiting.plan(held, task=TASK)
    when, who = leave_at.isoformat(), by.as_actor
    if later:
        _tell(held, kind="reply.scheduled", by=who, at=at, leave_at=when)
    else:
        _tell(held, kind="reply.held", by=who, at=at, leave_at=when)
    return held


@transaction.atomic
def take_back(*, held: HeldAnswer, by: Member, at: datetime) -> HeldAnswer:
    """Undo: the words lie in the member's draft, and the case never had the answer.

    TooLate where it has left. Taken back twice, it is taken back.
    """
    row = _locked(held)
    if not waiting.stop(row, by=by, at=at):
        return row
    _give_back(row, to=by, at=at)
    _tell(row, kind="reply.taken_back", by=by.as_actor, at=at)
    return row


@transaction.atomic
def change_time(
    *, held: HeldAnswer, leave_at: datetime, by: Member, at: datetime
) -> HeldAnswer:
    """Let an answer that waits leave at another time; NotAhead, TooLate."""
    row = _locked(held)
    waiting.put_off(row, leave_at=leave_at, at=at, task=TASK)
    when = leave_at.isoformat()
    _tell(row, kind="reply.rescheduled", by=by.as_actor, at=at, leave_at=when)
    return row


@transaction.atomic
def let_leave(*, held_pk: int, at: datetime) -> Message | None:
    """Send an answer whose time has come; None where it did not leave.

    It returns to its author where the case is not what it was when it was written, or
    where it could not be sent as it stands. Within one transaction with all its effects,
    so that of this and `take_back` exactly one is done.
    """
    held = HeldAnswer.objects.select_related("case", "member").get(pk=held_pk)
    row = _locked(held)
    if not waiting.is_due(row, at=at):
        return None
    reason = _changed(row)
    if reason:
        _return(row, reason=reason, at=at)
        return None
    try:
        with transaction.atomic():
            message = sending.send(
                case=row.case,
                answer=_answer(row),
                by=row.member,
                at=at,
                draft_stays=True,
            )
            _must_be_from(row.choices.get("from"), message)
    except (NotSent, CaseClosed, DueInThePast, uploads.FileRefused) as refusal:
        _return(row, reason=_reason(refusal), at=at)
        return None
    row.message = message
    waiting.note_left(row, at=at)
    return message


def take_up_again(*, at: datetime) -> int:
    """Let answers leave whose job is gone with its worker; return how many."""
    return waiting.plan_forgotten(HeldAnswer, task=TASK, at=at)


@transaction.atomic
def return_overtaken(*, at: datetime) -> int:
    """Return answers that wait for a time and could not leave any more; return how many.

    At their time they would return all the same, and their author would hear too late.
    """
    rows = [_locked(held) for held in queries.overtaken_held()]
    changed = [(row, _changed(row)) for row in rows if row.state == HeldState.HELD]
    for row, reason in changed:
        if reason:
            _return(row, reason=reason, at=at)
    return sum(bool(reason) for _, reason in changed)


@transaction.atomic
def note_seen(*, held: HeldAnswer, by: Member, at: datetime) -> None:
    """Note that its author knows that the answer came back."""
    waiting.note_seen(HeldAnswer.objects.filter(pk=held.pk, member=by), at=at)


def _rehearse(case: Case, answer: Answer, *, by: Member, at: datetime) -> str:
    """Send it and undo all of that: what could not leave now is refused now.

    Return the address that it would leave under.
    """
    with transaction.atomic():
        message = sending.send(case=case, answer=answer, by=by, at=at)
        author = sent_from(message)
        transaction.set_rollback(True)
    return author


def _must_be_from(shown: str | None, message: Message) -> None:
    """Refuse an answer whose sender is another than its author saw; AnotherAuthor.

    An answer that was held before this was kept tells none.
    """
    if shown is not None and sent_from(message) != shown:
        raise AnotherAuthor(shown)


def _changed(row: HeldAnswer) -> str:
    """Say what of the case is no longer as it was; "" where all is."""
    case, member = row.case, row.member
    if case.merged_into_id is not None:
        return "merged"
    if not member.is_active or not visible_to(member.reach).filter(pk=case.pk).exists():
        return "author_gone"
    if case.closed_at is not None:
        return "closed"
    reach = queries.recipients(case)
    if list(reach.to) != row.to or not set(row.choices["cc"]) <= set(reach.others):
        return "recipients"
    return queries.said_since(case, row.choices["last"])


def _reason(refusal: Exception) -> str:
    reasons: dict[type[Exception], str] = {
        sending.Blocked: "checks",
        sending.Unconfirmed: "checks",
        sending.UndatedPromise: "promise",
        DueInThePast: "promise",
        CaseClosed: "closed",
        sending.NameGone: "sender",
        AnotherAuthor: "sender",
        uploads.FileGone: "files",
        uploads.FileInfected: "files",
    }
    return reasons.get(type(refusal), "recipients")


def _return(row: HeldAnswer, *, reason: str, at: datetime) -> None:
    waiting.bring_back(row, reason=reason, at=at)
    _give_back(row, to=row.member, at=at)
    _tell(row, kind="reply.returned", by=ledger.SYSTEM, at=at, reason=reason)


def _give_back(row: HeldAnswer, *, to: Member, at: datetime) -> None:
    """Lay the words above whatever the member has begun since.

    The draft is locked, or made, before it is read: it is being saved meanwhile, and
    that does not wait for the case.
    """
    uploads.release(token=row.token, to=to)
    drafts = Draft.objects.select_for_update(no_key=True)
    draft, _is_new = drafts.get_or_create(
        case=row.case, member=to, defaults={"saved_at": at}
    )
    begun = draft.text.strip()
    draft.text = f"{row.text}\n\n{begun}" if begun else row.text
    draft.added = sorted({*draft.added, *row.choices.get("added", ())})
    draft.identity = name_for_draft(row.case, name=row.choices.get("name"))
    draft.saved_at = at
    draft.save()


def _locked(held: HeldAnswer) -> HeldAnswer:
    """Lock the case, then the answer, as whoever sends into the case does."""
    case = locked_case(held.case)
    row = HeldAnswer.objects.select_for_update(no_key=True).get(pk=held.pk)
    row.case, row.member = case, held.member
    return row


def _tell(held: HeldAnswer, *, kind: str, by: str, at: datetime, **data: str) -> None:
    ledger.record(
        kind=kind,
        subject=f"held_answer:{held.pk}",
        matter=held.case.as_matter,
        by=by,
        at=at,
        data=data,
    )


def _kept(answer: Answer) -> dict[str, Any]:
    """Return every choice of an answer in the words of JSON."""
    return {
        "confirmed": sorted(answer.confirmed),
        "override_reason": answer.override_reason,
        "promises": [kept_proposal(one) for one in answer.promises],
        "admits": sorted(answer.admits),
        "cc": sorted(answer.cc),
        "added": copies.worth_keeping(answer.added),
        "files": sorted(answer.files),
        "then_close": answer.then_close,
        "name": answer.name,
    }


def _answer(row: HeldAnswer) -> Answer:
    kept = row.choices
    return Answer(
        text=row.text,
        token=row.token,
        confirmed=frozenset(kept["confirmed"]),
        override_reason=kept["override_reason"],
        promises=[proposal_of(one) for one in kept["promises"]],
        admits=kept["admits"],
        cc=kept["cc"],
        added=kept.get("added", ()),
        files=kept["files"],
        then_close=kept["then_close"],
        name=kept.get("name"),
    )
