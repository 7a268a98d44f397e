"""Open a case, add what was said, raise issues, hand over, close, open again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evenhand.cases import queries
from evenhand.cases.models import (
    Attachment,
    Case,
    Clock,
    Direction,
    Issue,
    Kind,
    Message,
    Note,
    Participant,
    Presence,
)
from evenhand.customers.models import Customer, Order, OrderLine
from evenhand.kernel.addresses import same_form
from evenhand.kernel.text import one_line
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member, Team


class CaseClosed(Exception):
    """The case is closed; open it again first."""


class NothingSaid(ValueError):
    """A note or an issue without words."""


@transaction.atomic
def open_case(
    *,
    customer: Customer,
    subject: str,
    team: Team,
    channel: str,
    by: str,
    at: datetime,
    kind: str = Kind.REQUEST,
    language: str = "",
    order: Order | None = None,
    owner: Member | None = None,
) -> Case:
    """Open a case and start its clock for the first answer, in the team's hours."""
    case = Case.objects.create(
        customer=customer,
        subject=one_line(subject, most=300),
        team=team,
        owner=owner,
        order=order,
        kind=kind,
        channel=channel,
        language=language or customer.language,
        opened_at=at,
        moved_at=at,
        waiting_since=at,
    )
    Clock.objects.create(
        case=case,
        started_at=at,
        limit_minutes=team.first_answer_minutes,
        due_at=team.schedule.add(start=at, minutes=team.first_answer_minutes),
    )
    ledger.record(
        kind="case.opened",
        subject=case.as_matter,
        by=by,
        at=at,
        data={"kind": kind, "channel": channel, "team": team.pk},
    )
    return case


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file already stored in the blob folder under its hash."""

    name: str
    content_type: str
    size: int
    sha256: str
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says; `html` is as received, to be sanitised when shown."""

    text: str
    channel: str
    subject: str = ""
    html: str = ""
    hidden_text: str = ""
    language: str = "en"
    message_id: str = ""
    automatic: str = ""
    attachments: Sequence[NewAttachment] = ()


@transaction.atomic
def receive_message(
    *,
    case: Case,
    said: Said,
    sender: str,
    sender_name: str,
    joined_by: str,
    by: str,
    at: datetime,
) -> Message:
    """Add what the other side said. A closed case opens again unless it is automatic."""
    case = queries.locked_case(case)
    message = _add_message(
        case=case,
        said=said,
        direction=Direction.IN,
        at=at,
        sender=sender[:254],
        sender_name=sender_name[:200],
        joined_by=joined_by,
    )
    if not said.automatic:
        if case.closed_at is not None:
            _open_again(case=case, by=by, at=at)
        case.waiting_since = case.waiting_since or at
        case.moved_at = max(case.moved_at, at)
        case.save(update_fields=["waiting_since", "moved_at", "closed_at"])
    ledger.record(
        kind="message.received",
        subject=f"message:{message.pk}",
        matter=case.as_matter,
        by=by,
        at=at,
        data={"joined_by": joined_by, "automatic": said.automatic},
    )
    return message


@transaction.atomic
def add_answer(*, case: Case, said: Said, by: Member, at: datetime) -> Message:
    """Add what we answer and stop the first-answer clock; CaseClosed if it is closed.

    It only writes the message down: whoever calls puts it into the outbox in the same
    transaction.
    """
    case = queries.locked_case(case)
    if case.closed_at is not None:
        raise CaseClosed(case.ref)
    message = _add_message(
        case=case, said=said, direction=Direction.OUT, at=at, member=by
    )
    if case.first_answered_at is None:
        case.first_answered_at = at
        _stop_clock(case=case, at=at)
    case.waiting_since = None
    case.moved_at = max(case.moved_at, at)
    if case.owner is None:
        case.owner = by
    case.save(update_fields=["first_answered_at", "waiting_since", "moved_at", "owner"])
    ledger.record(
        kind="message.answered",
        subject=f"message:{message.pk}",
        matter=case.as_matter,
        by=by.as_actor,
        at=at,
    )
    return message


@transaction.atomic
def add_automatic_message(*, case: Case, said: Said, at: datetime) -> Message:
    """Add a message that the desk itself writes, such as the survey's; no clock stops."""
    message = _add_message(case=case, said=said, direction=Direction.OUT, at=at)
    ledger.record(
        kind="message.written",
        subject=f"message:{message.pk}",
        matter=case.as_matter,
        by=ledger.SYSTEM,
        at=at,
        data={"automatic": said.automatic},
    )
    return message


@transaction.atomic
def add_note(*, case: Case, text: str, by: Member, at: datetime) -> Note:
    """Add a note for colleagues, which can never leave; NothingSaid if it is empty."""
    if not text.strip():
        raise NothingSaid("a note needs words")
    note = Note.objects.create(case=case, member=by, text=text, written_at=at)
    ledger.record(
        kind="note.written",
        subject=f"note:{note.pk}",
        matter=case.as_matter,
        by=by.as_actor,
        at=at,
    )
    return note


@transaction.atomic
def raise_issue(
    *,
    case: Case,
    title: str,
    by: str,
    at: datetime,
    policy: str = "",
    line: OrderLine | None = None,
) -> Issue:
    """Add a point that wants its own verdict; NothingSaid without a title."""
    if not title.strip():
        raise NothingSaid("an issue needs a title")
    issue = Issue.objects.create(
        case=case,
        title=one_line(title, most=200),
        policy=policy,
        line=line,
        raised_at=at,
    )
    ledger.record(
        kind="issue.raised",
        subject=f"issue:{issue.pk}",
        matter=case.as_matter,
        by=by,
        at=at,
        data={"title": issue.title, "policy": policy},
    )
    return issue


@transaction.atomic
def change_kind(*, case: Case, kind: Kind, by: Member, at: datetime) -> Case:
    """Say what kind of matter it is."""
    case = queries.locked_case(case)
    was = case.kind
    case.kind = kind
    case.save(update_fields=["kind"])
    ledger.record(
        kind="case.kind_changed",
        subject=case.as_matter,
        by=by.as_actor,
        at=at,
        data={"from": was, "to": kind.value},
    )
    return case


@transaction.atomic
def hand_over(*, case: Case, to: Member | None, by: Member, at: datetime) -> Case:
    """Give the case to a colleague, or lay it back where anyone may take it."""
    case = queries.locked_case(case)
    case.owner = to
    case.save(update_fields=["owner"])
    ledger.record(
        kind="case.handed_over",
        subject=case.as_matter,
        by=by.as_actor,
        at=at,
        data={"to": to.as_actor if to else ""},
    )
    return case


@transaction.atomic
def link_order(*, case: Case, order: Order, by: str, at: datetime) -> Case:
    """Say which order the case is about."""
    case = queries.locked_case(case)
    case.order = order
    case.save(update_fields=["order"])
    ledger.record(
        kind="case.order_linked",
        subject=case.as_matter,
        by=by,
        at=at,
        data={"order": order.number},
    )
    return case


@transaction.atomic
def join_participant(
    *, case: Case, address: str, name: str, by: str, at: datetime
) -> Participant:
    """Let another address take part in the case's mail; the same one joins once."""
    participant, is_new = Participant.objects.get_or_create(
        case=case,
        address=same_form(address)[:254],
        defaults={"name": name[:200], "joined_at": at},
    )
    if is_new:
        ledger.record(
            kind="participant.joined",
            subject=f"participant:{participant.pk}",
            matter=case.as_matter,
            by=by,
            at=at,
        )
    return participant


@transaction.atomic
def close_case(*, case: Case, by: Member, at: datetime) -> Case:
    """Close the case; CaseClosed if it was closed before."""
    case = queries.locked_case(case)
    if case.closed_at is not None:
        raise CaseClosed(case.ref)
    case.closed_at = max(at, case.opened_at)
    case.waiting_since = None
    case.save(update_fields=["closed_at", "waiting_since"])
    ledger.record(kind="case.closed", subject=case.as_matter, by=by.as_actor, at=at)
    return case


@transaction.atomic
def open_case_again(*, case: Case, by: Member, at: datetime) -> Case:
    """Open a closed case again; an open one stays as it is."""
    case = queries.locked_case(case)
    if case.closed_at is not None:
        _open_again(case=case, by=by.as_actor, at=at)
        case.save(update_fields=["closed_at"])
    return case


def be_present(*, case: Case, member: Member, typing: bool, at: datetime) -> None:
    """Let colleagues see who has the case before them. Not a matter for the ledger."""
    Presence.objects.update_or_create(
        case=case, member=member, defaults={"typing": typing, "seen_at": at}
    )


def forget_presence(*, before: datetime) -> int:
    """Remove who had which case before them earlier than the instant; return how many."""
    return Presence.objects.filter(seen_at__lt=before).delete()[0]


def _open_again(*, case: Case, by: str, at: datetime) -> None:
    case.closed_at = None
    ledger.record(kind="case.opened_again", subject=case.as_matter, by=by, at=at)


def _stop_clock(*, case: Case, at: datetime) -> None:
    clock = Clock.objects.select_for_update().get(case=case)
    if clock.stopped_at is None:
        clock.stopped_at = at
        clock.used_minutes = case.team.schedule.minutes_between(
            start=clock.started_at, end=at
        )
        clock.save(update_fields=["stopped_at", "used_minutes"])


def _add_message(
    *,
    case: Case,
    said: Said,
    direction: Direction,
    at: datetime,
    member: Member | None = None,
    sender: str = "",
    sender_name: str = "",
    joined_by: str = "",
) -> Message:
    message = Message.objects.create(
        case=case,
        direction=direction,
        channel=said.channel,
        member=member,
        sender=sender,
        sender_name=sender_name,
        subject=one_line(said.subject, most=500),
        text=said.text,
        hidden_text=said.hidden_text,
        html=said.html,
        language=said.language,
        message_id=said.message_id[:255],
        automatic=said.automatic,
        joined_by=joined_by,
        said_at=at,
    )
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            name=attachment.name[:255],
            content_type=attachment.content_type[:120],
            size=attachment.size,
            sha256=attachment.sha256,
            content_id=attachment.content_id[:255],
        )
        for attachment in said.attachments
    )
    return message
