"""Raw mails and what became of them, built through the real actions."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.channels import identity
from evenhand.channels.actions import intake, outbox
from evenhand.channels.models import Delivery, Outgoing
from tests import given

_numbers = count(1)


def raw_mail(
    *,
    text: str = "It does not fit.",
    subject: str = "The dress",
    sender: str = "Eva Novak <eva@mail.example>",
    to: str = "help@shop.example",
    message_id: str | None = None,
    headers: str = "",
) -> bytes:
    """A plain mail with CRLF ends; each has a Message-ID of its own unless one is given."""
    message_id = message_id or f"m{next(_numbers)}@mail.example"
    head = (
        f"From: {sender}\n"
        f"To: {to}\n"
        f"Subject: {subject}\n"
        f"Message-ID: <{message_id}>\n"
        "Date: Mon, 16 Nov 2026 09:00:00 +0000\n"
        f"{headers}"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n"
    )
    return f"{head}\n{text}\n".replace("\n", "\r\n").encode()


def a_mail_with_a_file() -> bytes:
    """A mail with one file, whose name leads out of its folder."""
    head = raw_mail().partition(b"Content-Type:")[0]
    return (
        head
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee.\r\n--b\r\n"
        b'Content-Type: text/html\r\nContent-Disposition: attachment; filename="../a.png"'
        b"\r\n\r\n\x89PNG\r\n\x1a\n\r\n--b--\r\n"
    )


def a_delivery(
    raw: bytes | None = None,
    *,
    at: datetime = given.MONDAY,
    sender: str = "eva@mail.example",
    recipients: tuple[str, ...] = ("help@shop.example",),
) -> Delivery:
    """A mail that was stored and not filed yet."""
    given.a_team()
    delivery, _ = intake.store(
        raw=raw if raw is not None else raw_mail(),
        source="smtp",
        envelope=intake.Envelope(sender=sender, recipients=recipients),
        at=at,
    )
    return delivery


def a_filed(raw: bytes | None = None, *, at: datetime = given.MONDAY) -> Delivery:
    """A mail that was stored and filed, or set aside."""
    return intake.file(delivery_pk=a_delivery(raw, at=at).pk, at=at)


def case_of(delivery: Delivery) -> Case:
    assert delivery.message is not None
    return delivery.message.case


def an_answer_sent(case: Case, *, text: str = "Here is what I can do.") -> Outgoing:
    """An answer of Mei's in the outbox, to the case's customer."""
    message = cases.add_answer(
        case=case,
        said=cases.Said(text=text, channel="mail", subject=case.subject),
        by=given.the("mei"),
        at=given.MONDAY,
    )
    to = case.customer.identities.get().value
    return outbox.queue(message=message, to=[to], at=given.MONDAY)


def report_on(
    mail_id: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "550 no such user",
    mark: str | None = None,
) -> bytes:
    """A delivery report as a mail server writes it, about the mail of this id.

    It encloses the head of that mail, with our mark unless another is given.
    """
    mark = identity.mail_mark(mail_id) if mark is None else mark
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\n"
        "To: help@shop.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <report-{next(_numbers)}@mx.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; eva@mail.example\r\nAction: {action}\r\n"
        f"Status: {status}\r\nDiagnostic-Code: smtp; {said}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"From: help@shop.example\r\nMessage-ID: <{mail_id}>\r\n"
        f"X-Evenhand-Loop: {mark}\r\n\r\nHello\r\n--b--\r\n"
    ).encode()
