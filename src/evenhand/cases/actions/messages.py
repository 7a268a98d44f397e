"""Add what was said: from outside, by us, by the desk itself, among colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from evenhand.cases import queries
from evenhand.cases.actions.matters import NothingSaid, open_again
from evenhand.cases.actions.standing import CaseClosed, locked_living, stop_clocks
from evenhand.cases.actions.telling import tell
from evenhand.cases.models import (
    Attachment,
    Case,
    Direction,
    Message,
    Note,
    Participant,
)
from evenhand.kernel.addresses import same_form
from evenhand.kernel.text import one_line
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member


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


# filing calls it for each mail: a savepoint of its own would only cost time there
@transaction.atomic(savepoint=False)
def receive_message(
    *,
    case: Case,
    said: Said,
    sender: str,
    sender_name: str,
    joined_by: str,
    by: str,
    at: datetime,
    opened_now: bool = False,
) -> Message:
    """Add what the other side said. A closed case opens again unless it is automatic.

    It lies in the case that it belongs to, also where that is merged into another:
    then it is the living one that waits and opens.
    `opened_now`: the caller's transaction opened the case, so nobody else has it and
    no row has to be locked and read again.
    """
    case, home = (case, case) if opened_now else queries.locked_with_home(case)
    message = add_message(
        case=case,
        said=said,
        direction=Direction.IN,
        at=at,
        sender=sender[:254],
        sender_name=sender_name[:200],
        joined_by=joined_by,
    )
    if not said.automatic:
        _moved(home, message=message, at=at, by=by)
    tell(
        case,
        kind="message.received",
        about=f"message:{message.pk}",
        by=by,
        at=at,
        data={"joined_by": joined_by, "automatic": said.automatic},
    )
    return message


def _moved(case: Case, *, message: Message, by: str, at: datetime) -> None:
    """Let a locked case wait on us again; a case that does so already is not written."""
    before = (case.closed_at, case.waiting_since, case.moved_at)
    if case.closed_at is not None:
        open_again(case=case, by=by, at=at, message=message.pk)
    case.waiting_since = case.waiting_since or at
    case.moved_at = max(case.moved_at, at)
    if (case.closed_at, case.waiting_since, case.moved_at) != before:
        case.save(update_fields=["waiting_since", "moved_at", "closed_at"])


@transaction.atomic
def add_answer(*, case: Case, said: Said, by: Member, at: datetime) -> Message:
    """Add what we answer and stop the first-answer clock; CaseClosed if it is closed.

    CaseMerged where the case lives in another, which is where answers are written. The
    clocks of what is merged into the case stop with its own. It only writes the message down: whoever calls puts it into the outbox in the same
    transaction.
    """
    case = locked_living(case)
    if case.closed_at is not None:
        raise CaseClosed(case.ref)
    message = add_message(
        case=case, said=said, direction=Direction.OUT, at=at, member=by
    )
    if case.first_answered_at is None:
        case.first_answered_at = at
    stop_clocks(case=case, answer=message)
    case.waiting_since = None
    case.moved_at = max(case.moved_at, at)
    if case.owner is None:
        case.owner = by
    case.save(update_fields=["first_answered_at", "waiting_since", "moved_at", "owner"])
    tell(
        case,
        kind="message.answered",
        about=f"message:{message.pk}",
        by=by.as_actor,
        at=at,
    )
    return message


@transaction.atomic
def add_automatic_message(*, case: Case, said: Said, at: datetime) -> Message:
    """Add a message that the desk itself writes, such as the survey's; no clock stops."""
    message = add_message(case=case, said=said, direction=Direction.OUT, at=at)
    tell(
        case,
        kind="message.written",
        about=f"message:{message.pk}",
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
    tell(case, kind="note.written", about=f"note:{note.pk}", by=by.as_actor, at=at)
    return note


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
        tell(
            case,
            kind="participant.joined",
            about=f"participant:{participant.pk}",
            by=by,
            at=at,
        )
    return participant


def add_message(
    *,
    case: Case,
    said: Said,
    direction: Direction,
    at: datetime,
    member: Member | None = None,
    sender: str = "",
    sender_name: str = "",
    joined_by: str = "",
    earlier: bool = False,
) -> Message:
    """Write a message and its files; what the case makes of it is the caller's."""
    message = Message.objects.create(
        case=case,
        direction=direction,
        channel=said.channel,
        member=member,
        sender=sender,
        sender_name=sender_name,
        **columns_of(said),
        joined_by=joined_by,
        said_at=at,
        earlier=earlier,
    )
    Attachment.objects.bulk_create(
        Attachment(
            message=message, content_id=file.content_id[:255], **columns_of_file(file)
        )
        for file in said.attachments
    )
    return message


def columns_of(said: Said) -> dict[str, Any]:
    """Return what a message says as its table has it, here and beside the case."""
    return {
        "subject": one_line(said.subject, most=500),
        "text": said.text,
        "hidden_text": said.hidden_text,
        "html": said.html,
        "language": said.language,
        "message_id": said.message_id[:255],
        "automatic": said.automatic,
    }


def columns_of_file(file: NewAttachment) -> dict[str, Any]:
    """Return a file as its table has it, here and beside the case."""
    return {
        "name": file.name[:255],
        "content_type": file.content_type[:120],
        "size": file.size,
        "sha256": file.sha256,
    }
