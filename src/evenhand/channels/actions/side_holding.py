"""Let a mail to a third party wait before it leaves, as an answer to the customer does.

Until its time it is no message: no conversation is opened, nothing is told, and to undo
it is to forget it. What was on the page when it was sent is what leaves, or nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from evenhand.cases.actions import CaseMerged
from evenhand.cases.models import Case, SideConversation, SideMessage
from evenhand.cases.queries import locked_case, visible_to
from evenhand.channels.actions import side_checks, side_mail, uploads, waiting
from evenhand.channels.actions.side_checks import Aside, NotWritten, box_of
from evenhand.channels.models import HeldAside, HeldState
from evenhand.channels.queries import waiting as queries
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member

TASK = "evenhand.channels.tasks.let_aside_leave"
REASONS: dict[type[Exception], str] = {
    CaseMerged: "merged",
    side_checks.ToTheCustomer: "recipients",
    side_checks.OurOwn: "recipients",
    side_checks.FilesGone: "files",
    side_checks.Infected: "files",
}


class AnotherWaits(NotWritten):
    """Another mail of the conversation waits to leave."""


class FormOfAnother(NotWritten):
    """The form's token has sent a mail elsewhere."""


@transaction.atomic
def hold(
    *,
    case: Case,
    side: SideConversation | None,
    aside: Aside,
    by: Member,
    at: datetime,
    leave_at: datetime,
    later: bool,
) -> HeldAside:
    """Keep a mail that could leave now until its time; nothing else changes.

    `later` tells a time that was chosen from the seconds for undoing. The same token
    again returns the mail that it holds. NotWritten, CaseMerged or NotAhead: nothing is
    kept.
    """
    case = locked_case(case)
    found = HeldAside.objects.filter(token=aside.token).first()
    if found is not None:
        if (found.case_id, found.side_id) != (case.pk, side.pk if side else None):
            raise FormOfAnother(case.ref)
        return found
    if later:
        waiting.must_be_ahead(leave_at, at=at)
    if queries.aside_held_in(side) is not None:
        raise AnotherWaits(case.ref)
    leaving = _rehearse(case, side, aside, by=by, at=at)
    box = box_of(side)
    uploads.reserve(case=case, keys=aside.uploads, by=by, token=aside.token, box=box)
    _use_up(case, side, by=by, at=at)
    held = HeldAside.objects.create(
        case=case,
        side=side,
        member=by,
        token=aside.token,
        text=aside.text,
        choices={
            **_kept(aside),
            "seal": leaving.seal,
            "last": queries.last_said_aside(side),
        },
        to=list(leaving.to),
        later=later,
        held_at=at,
        leave_at=leave_at,
    )
    waiting.plan(held, task=TASK)
    when, who = leave_at.isoformat(), by.as_actor
    if later:
        _tell(held, kind="side.scheduled", by=who, at=at, leave_at=when)
    else:
        _tell(held, kind="side.held", by=who, at=at, leave_at=when)
    return held


@transaction.atomic
def send_at_once(
    *,
    case: Case,
    side: SideConversation | None,
    aside: Aside,
    by: Member,
    at: datetime,
) -> SideMessage:
    """Send a mail that nobody can undo; NotWritten or CaseMerged where it cannot leave."""
    _use_up(case, side, by=by, at=at)
    return _send(case, side, aside, by=by, at=at)


@transaction.atomic
def take_back(*, held: HeldAside, by: Member, at: datetime) -> HeldAside:
    """Undo: its words and files are with whoever takes it back, and nothing was sent.

    TooLate where it has left. Taken back twice, it is taken back.
    """
    row = _locked(held)
    if not waiting.stop(row, by=by, at=at):
        return row
    uploads.release(token=row.token, to=by, box=box_of(row.side))
    _tell(row, kind="side.taken_back", by=by.as_actor, at=at)
    return row


@transaction.atomic
def change_time(
    *, held: HeldAside, leave_at: datetime, by: Member, at: datetime
) -> HeldAside:
    """Let a mail that waits leave at another time; NotAhead, TooLate."""
    row = _locked(held)
    waiting.put_off(row, leave_at=leave_at, at=at, task=TASK)
    when = leave_at.isoformat()
    _tell(row, kind="side.rescheduled", by=by.as_actor, at=at, leave_at=when)
    return row


@transaction.atomic
def let_leave(*, held_pk: int, at: datetime) -> SideMessage | None:
    """Send a mail whose time has come; None where it did not leave.

    It returns to its author where somebody wrote meanwhile, where it could not be sent
    any more, or where another letter would leave than was on the page.
    """
    held = HeldAside.objects.select_related("case", "side", "member").get(pk=held_pk)
    row = _locked(held)
    if not waiting.is_due(row, at=at):
        return None
    reason = _changed(row)
    if reason:
        _return(row, reason=reason, at=at)
        return None
    try:
        with transaction.atomic():
            message = _send(row.case, row.side, aside_of(row), by=row.member, at=at)
    except (NotWritten, CaseMerged) as refusal:
        _return(row, reason=REASONS.get(type(refusal), "changed"), at=at)
        return None
    row.message = message
    waiting.note_left(row, at=at)
    return message


def take_up_again(*, at: datetime) -> int:
    """Let mails leave whose job is gone with its worker; return how many."""
    return waiting.plan_forgotten(HeldAside, task=TASK, at=at)


@transaction.atomic
def return_overtaken(*, at: datetime) -> int:
    """Return mails that wait for a time and could not leave any more; return how many."""
    rows = [_locked(held) for held in queries.overtaken_asides()]
    changed = [(row, _changed(row)) for row in rows if row.state == HeldState.HELD]
    for row, reason in changed:
        if reason:
            _return(row, reason=reason, at=at)
    return sum(bool(reason) for _, reason in changed)


@transaction.atomic
def drop(*, held: HeldAside, by: Member, at: datetime) -> None:
    """Forget words that came back to a member; of others nothing changes."""
    waiting.note_seen(queries.with_again(by).filter(pk=held.pk), at=at)


def aside_of(row: HeldAside) -> Aside:
    """Return what was written and chosen, as the form had it."""
    kept = row.choices
    return Aside(
        to=tuple(row.to),
        text=row.text,
        token=row.token,
        language=kept["language"],
        subject=kept["subject"],
        files=kept["files"],
        uploads=kept["uploads"],
        name=kept.get("name"),
        tells_address=kept["tells_address"],
    )


def _kept(aside: Aside) -> dict[str, Any]:
    """Return every choice of the form in the words of JSON."""
    return {
        "subject": aside.subject,
        "language": aside.language,
        "files": sorted(aside.files),
        "uploads": sorted(aside.uploads),
        "name": aside.name,
        "tells_address": aside.tells_address,
    }


def _use_up(
    case: Case, side: SideConversation | None, *, by: Member, at: datetime
) -> None:
    """Note that the words which came back here are sent anew, or others in their place."""
    former = queries.brought_back(case, side, member=by)
    if former is not None:
        drop(held=former, by=by, at=at)


def _rehearse(
    case: Case,
    side: SideConversation | None,
    aside: Aside,
    *,
    by: Member,
    at: datetime,
) -> side_mail.Leaving:
    """Send it and undo all of that: what could not leave now is refused now."""
    leaving = side_mail.as_it_leaves(case=case, aside=aside, side=side, by=by)
    with transaction.atomic():
        _send(case, side, aside, by=by, at=at)
        transaction.set_rollback(True)
    return leaving


def _send(
    case: Case,
    side: SideConversation | None,
    aside: Aside,
    *,
    by: Member,
    at: datetime,
) -> SideMessage:
    return side_mail.send(case=case, side=side, aside=aside, by=by, at=at)


def _changed(row: HeldAside) -> str:
    """Say what is no longer as it was when it was sent; "" where all is."""
    case, member = row.case, row.member
    if case.merged_into_id is not None:
        return "merged"
    if not member.is_active or not visible_to(member.reach).filter(pk=case.pk).exists():
        return "author_gone"
    since = queries.said_aside_since(row.side, row.choices["last"])
    return since or _other_letter(row)


def _other_letter(row: HeldAside) -> str:
    """Say why another letter would leave than was on the page; "" where it is that one."""
    try:
        leaving = side_mail.as_it_leaves(
            case=row.case, aside=aside_of(row), side=row.side, by=row.member
        )
    except NotWritten as refusal:
        return REASONS.get(type(refusal), "changed")
    return "" if leaving.seal == row.choices["seal"] else "changed"


def _return(row: HeldAside, *, reason: str, at: datetime) -> None:
    waiting.bring_back(row, reason=reason, at=at)
    uploads.release(token=row.token, to=row.member, box=box_of(row.side))
    _tell(row, kind="side.returned", by=ledger.SYSTEM, at=at, reason=reason)


def _locked(held: HeldAside) -> HeldAside:
    """Lock the case, then the mail, as whoever sends beside the case does."""
    case = locked_case(held.case)
    row = HeldAside.objects.select_for_update(no_key=True).get(pk=held.pk)
    row.case, row.member, row.side = case, held.member, held.side
    return row


def _tell(held: HeldAside, *, kind: str, by: str, at: datetime, **data: str) -> None:
    ledger.record(
        kind=kind,
        subject=f"held_aside:{held.pk}",
        matter=held.case.as_matter,
        by=by,
        at=at,
        data={"subject": held.subject, **data},
    )
