"""The durable outbox: a mail is written down with what caused it, then sent by a job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import Message as StandardMessage
from email.utils import getaddresses, make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from evenhand.cases.models import Case, Direction, Message
from evenhand.channels import identity, queries
from evenhand.channels.attached import parts_of
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.render import Letter, Submitted, render
from evenhand.channels.models import Outgoing, OutgoingState
from evenhand.channels.rules import next_try
from evenhand.channels.transport import Never, NotNow, transport_for
from evenhand.jobs import actions as jobs
from evenhand.kernel.addresses import is_address
from evenhand.ledger import actions as ledger


class NotSendable(ValueError):
    """The message came in, or no recipient's address can be written to."""


@transaction.atomic
def queue(
    *, message: Message, to: Sequence[str], at: datetime, cc: Sequence[str] = ()
) -> Outgoing:
    """Put a message of ours on its way, inside the caller's transaction.

    Its bytes are made now, so that every attempt sends the same Message-ID.
    NotSendable, and nothing is queued, for a message that came in or without anybody
    to send it to.
    """
    people = [*to, *cc]
    if message.direction != Direction.OUT or not to or not all(map(is_address, people)):
        raise NotSendable(f"{message} cannot go to {people}")
    case = message.case
    letter = _letter(message, case=case, to=to, cc=cc, at=at)
    outgoing = Outgoing.objects.create(
        message=message,
        mail_id=letter.message_id,
        envelope_from=letter.author.addr,
        recipients=people,
        subject=letter.subject[:500],
        queued_at=at,
        raw=render(letter),
    )
    message.message_id = letter.message_id
    message.subject = letter.subject[:500]
    message.save(update_fields=["message_id", "subject"])
    _send_soon(outgoing)
    ledger.record(
        kind="mail.queued",
        subject=f"outgoing:{outgoing.pk}",
        matter=case.as_matter,
        by=message.member.as_actor if message.member else ledger.SYSTEM,
        at=at,
    )
    return outgoing


def _letter(
    message: Message, *, case: Case, to: Sequence[str], cc: Sequence[str], at: datetime
) -> Letter:
    mail_id = identity.new_message_id(case)
    earlier = queries.thread_ids(case)
    answered = queries.answered_id(case)
    return Letter(
        author=identity.sender(case.team),
        reply_to=identity.reply_to(case),
        to=tuple(Address("", address) for address in to),
        cc=tuple(Address("", address) for address in cc),
        subject=_subject(message, answers=bool(answered or earlier)),
        text=message.text,
        message_id=mail_id,
        in_reply_to=answered,
        references=tuple(earlier),
        language=message.language,
        files=parts_of(message),
        submitted=Submitted.GENERATED if message.automatic else Submitted.BY_PERSON,
        loop_mark=identity.mail_mark(mail_id),
        at=at,
    )


def _subject(message: Message, *, answers: bool) -> str:
    """Begin with Re: what answers something; a first mail of ours with it looks like spam.

    The desk's own mails, such as the survey's, open a subject of their own.
    """
    subject = message.subject or message.case.subject
    begins = not answers or message.automatic or subject.lower().startswith("re:")
    return subject if begins else f"Re: {subject}"


def queue_plain(mail: EmailMessage, *, at: datetime) -> int:
    """Put mail of the sign-in pages on its way; return how many (0 or 1)."""
    people = [address for address in mail.recipients() if is_address(address)]
    if not people:
        return 0
    rendered: StandardMessage = mail.message()
    message_id = make_msgid(domain=identity.domain()).strip("<>")
    del rendered["Message-ID"]
    rendered["Message-ID"] = f"<{message_id}>"
    rendered["Auto-Submitted"] = "auto-generated"
    sender = getaddresses([mail.from_email])[0][1] or settings.MAIL_ADDRESS
    with transaction.atomic():
        outgoing = Outgoing.objects.create(
            mail_id=message_id,
            envelope_from=sender,
            recipients=people,
            subject=mail.subject[:500],
            queued_at=at,
            raw=rendered.as_bytes(),
        )
        _send_soon(outgoing)
    return 1


def send(*, outgoing_pk: int, at: datetime) -> None:
    """Hand one mail to the transport and write down what became of it.

    Runs outside any transaction, at least once. A failure that may pass is tried again
    later; the last one, or a refusal for good, is a failure that people see.
    """
    outgoing = Outgoing.objects.get(pk=outgoing_pk)
    if outgoing.state != OutgoingState.QUEUED:
        return
    way = transport_for(settings.MAIL_OUT)
    try:
        refused = way.deliver(
            sender=outgoing.envelope_from,
            recipients=outgoing.recipients,
            raw=bytes(outgoing.raw),
        )
    except Never as never:
        _fail(outgoing, why=str(never), at=at)
    except NotNow as not_now:
        _try_later(outgoing, why=str(not_now), at=at)
    else:
        _sent(outgoing, by=way.name, refused=refused, at=at)


@transaction.atomic
def send_again(*, outgoing: Outgoing, by: str, at: datetime) -> None:
    """Queue a failed mail once more, with the same bytes and all its attempts."""
    changed = Outgoing.objects.filter(
        pk=outgoing.pk, state=OutgoingState.FAILED
    ).update(state=OutgoingState.QUEUED, attempts=0, error="")
    if changed:
        _send_soon(outgoing)
        _tell(outgoing, kind="mail.queued_again", by=by, at=at)


@transaction.atomic
def bounce(*, outgoing: Outgoing, why: str, at: datetime) -> None:
    """Note that a mail which had left came back undelivered."""
    Outgoing.objects.filter(pk=outgoing.pk).update(
        state=OutgoingState.FAILED, error=f"came back: {why}"[:1000]
    )
    _tell(outgoing, kind="mail.bounced", by=ledger.SYSTEM, at=at, why=why)


@transaction.atomic
def take_up_again(*, at: datetime) -> int:
    """Send on queued mail whose job is gone with its worker; return how many."""
    forgotten = queries.forgotten_outgoing(at=at)
    for outgoing in forgotten:
        _send_soon(outgoing)
    return len(forgotten)


@transaction.atomic
def _try_later(outgoing: Outgoing, *, why: str, at: datetime) -> None:
    """Queue the next try with the note of this one; the last try is a failure."""
    tries = outgoing.attempts + 1
    wait = next_try(tries=tries)
    if wait is None:
        _fail(outgoing, why=f"given up after {tries} tries: {why}", at=at)
        return
    changed = Outgoing.objects.filter(
        pk=outgoing.pk, state=OutgoingState.QUEUED, attempts=outgoing.attempts
    ).update(attempts=tries, error=why[:1000])
    if changed:
        _send_soon(outgoing, run_at=at + wait)


@transaction.atomic
def _sent(
    outgoing: Outgoing, *, by: str, refused: dict[str, str], at: datetime
) -> None:
    changed = Outgoing.objects.filter(
        pk=outgoing.pk, state=OutgoingState.QUEUED
    ).update(
        state=OutgoingState.SENT,
        sent_at=at,
        transport=by,
        error="; ".join(f"{who}: {why}" for who, why in refused.items())[:1000],
        attempts=outgoing.attempts + 1,
    )
    if changed:
        _tell(outgoing, kind="mail.sent", by=ledger.SYSTEM, at=at)


@transaction.atomic
def _fail(outgoing: Outgoing, *, why: str, at: datetime) -> None:
    changed = Outgoing.objects.filter(
        pk=outgoing.pk, state=OutgoingState.QUEUED
    ).update(
        state=OutgoingState.FAILED,
        error=why[:1000] or "refused without a reason",
        attempts=outgoing.attempts + 1,
    )
    if changed:
        _tell(outgoing, kind="mail.failed", by=ledger.SYSTEM, at=at, why=why)


def _tell(
    outgoing: Outgoing, *, kind: str, by: str, at: datetime, why: str = ""
) -> None:
    message = outgoing.message
    ledger.record(
        kind=kind,
        subject=f"outgoing:{outgoing.pk}",
        matter=message.case.as_matter if message else "",
        by=by,
        at=at,
        data={"why": why[:500]} if why else {},
    )


def _send_soon(outgoing: Outgoing, *, run_at: datetime | None = None) -> None:
    jobs.call_later(
        task="evenhand.channels.tasks.send_outgoing",
        arguments={"outgoing_pk": outgoing.pk},
        run_at=run_at,
    )
