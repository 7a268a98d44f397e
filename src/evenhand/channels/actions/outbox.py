"""The durable outbox: a mail is written down with what caused it, and left to a job."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.message import Message as StandardMessage
from email.utils import getaddresses, make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from evenhand.cases.models import Direction, Message
from evenhand.channels import identity, names, queries
from evenhand.channels.actions.delivering import send_soon, tell
from evenhand.channels.attached import parts_of
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.render import SUPPRESS, Letter, Submitted, render
from evenhand.channels.mail.replying import Threading, answering
from evenhand.channels.models import (
    Outgoing,
    Recipient,
    RecipientKind,
    ReplyPolicy,
    SendingIdentity,
)
from evenhand.channels.queries.sending import (
    identities_of,
    signature_of,
    usual_identity,
)
from evenhand.channels.signing import signed
from evenhand.kernel.addresses import domain_of, is_address
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Team

# on the wire every line ends in CRLF (RFC 5321, 2.3.8)
_BARE = re.compile(rb"\r?\n")


class NotSendable(ValueError):
    """The message came in, or no recipient's address can be written to."""


@transaction.atomic
def queue(
    *,
    message: Message,
    to: Sequence[str],
    at: datetime,
    cc: Sequence[str] = (),
    name: int | None = None,
) -> Outgoing:
    """Put a message of ours on its way, inside the caller's transaction.

    `name` is the key of the identity that it leaves under; without one it is that which
    the customer knows us by. Its bytes are made now, so that every attempt sends the
    same Message-ID. NotSendable, and nothing is queued, for a message that came in or
    without anybody to send it to; NotOffered for a name that is not the team's.
    """
    people = list(dict.fromkeys([*to, *cc]))
    if message.direction != Direction.OUT or not to or not all(map(is_address, people)):
        raise NotSendable(f"{message} cannot go to {people}")
    talk = queries.conversation_of(message.case)
    own = name_of(message.case.team, chosen=name, conversation=talk)
    letter = _letter(message, talk=talk, own=own, to=to, cc=cc, at=at)
    server = own.server if own else None
    outgoing = Outgoing.objects.create(
        message=message,
        mail_id=letter.message_id,
        envelope_from=letter.author.addr,
        recipients=people,
        subject=letter.subject[:500],
        queued_at=at,
        server=server,
        raw=signed(render(letter), server=server, domain=letter.author.domain),
    )
    name_recipients(outgoing, to=to, at=at)
    message.message_id = letter.message_id
    message.subject = letter.subject[:500]
    message.save(update_fields=["message_id", "subject"])
    send_soon(outgoing)
    author = message.member.as_actor if message.member else ledger.SYSTEM
    tell(outgoing, kind="mail.queued", by=author, at=at)
    return outgoing


def name_of(
    team: Team, *, chosen: int | None, conversation: queries.Conversation
) -> SendingIdentity | None:
    """Return the name that a mail of this conversation leaves under; NotOffered."""
    offered = identities_of(team)
    if chosen is not None:
        return names.chosen(offered, key=chosen)
    return names.known_as(offered, team=team, conversation=conversation)


def name_recipients(outgoing: Outgoing, *, to: Sequence[str], at: datetime) -> None:
    """Write down each recipient, who waits for it from now on."""
    Recipient.objects.bulk_create(
        Recipient(
            outgoing=outgoing,
            address=address,
            kind=RecipientKind.TO if address in to else RecipientKind.CC,
            at=at,
        )
        for address in outgoing.recipients
    )


def _letter(
    message: Message,
    *,
    talk: queries.Conversation,
    own: SendingIdentity | None,
    to: Sequence[str],
    cc: Sequence[str],
    at: datetime,
) -> Letter:
    case = message.case
    mail_id = identity.new_message_id(case)
    author = identity.sender(case.team, identity=own)
    plain = own is not None and own.reply_policy == ReplyPolicy.PLAIN
    head = _threading(message, talk=talk, mail_id=mail_id, at=at)
    return Letter(
        author=author,
        reply_to=identity.reply_to(case, author=author, plain=plain),
        to=tuple(Address("", address) for address in to),
        cc=tuple(Address("", address) for address in cc),
        subject=head.subject,
        text=message.text
        if message.automatic
        else signed_off(message.text, own=own, language=message.language),
        message_id=mail_id,
        in_reply_to=head.in_reply_to,
        references=head.references,
        topic=head.topic,
        index=head.index,
        language=message.language,
        files=parts_of(message),
        submitted=Submitted.GENERATED if message.automatic else Submitted.BY_PERSON,
        loop_mark=identity.mail_mark(mail_id),
        at=at,
    )


def _threading(
    message: Message, *, talk: queries.Conversation, mail_id: str, at: datetime
) -> Threading:
    """Let it stand below what it answers, with that subject.

    The desk's own mails, such as the survey's, open a subject of their own; what they
    refer to says where they belong, but they are no answer of Outlook's kind.
    """
    subject = message.subject or message.case.subject
    head = answering(
        talk.answered, subject=subject, earlier=talk.earlier, message_id=mail_id, at=at
    )
    if not message.automatic:
        return head
    return replace(head, subject=subject, topic="", index=b"")


def signed_off(text: str, *, own: SendingIdentity | None, language: str) -> str:
    """Return the words with what stands below them: the team's, in their language.

    It is no part of the message: the case shows what was said, and a draft that is sent
    twice has it once. What the desk writes by itself has none.
    """
    below = signature_of(own, language=language)
    return f"{text}\n\n-- \n{below}" if below else text


def queue_plain(mail: EmailMessage, *, at: datetime) -> int:
    """Put mail of the sign-in pages on its way; return how many (0 or 1)."""
    found = filter(is_address, mail.recipients())
    people = list(dict.fromkeys(found))
    if not people:
        return 0
    rendered: StandardMessage = mail.message()
    message_id = make_msgid(domain=identity.domain()).strip("<>")
    del rendered["Message-ID"]
    rendered["Message-ID"] = f"<{message_id}>"
    rendered["Auto-Submitted"] = Submitted.GENERATED.value
    rendered["X-Auto-Response-Suppress"] = SUPPRESS
    rendered["X-Evenhand-Loop"] = identity.mail_mark(message_id)
    sender = getaddresses([mail.from_email])[0][1] or settings.MAIL_ADDRESS
    own = usual_identity(None)
    server = own.server if own else None
    raw = signed(
        _BARE.sub(b"\r\n", rendered.as_bytes()), server=server, domain=domain_of(sender)
    )
    with transaction.atomic():
        outgoing = Outgoing.objects.create(
            mail_id=message_id,
            server=server,
            envelope_from=sender,
            recipients=people,
            subject=mail.subject[:500],
            queued_at=at,
            raw=raw,
        )
        name_recipients(outgoing, to=people, at=at)
        send_soon(outgoing)
    return 1
