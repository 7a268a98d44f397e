"""Read a delivery as a mail, with what the desk knows of itself."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from evenhand.channels import identity
from evenhand.channels.mail.parse import ParsedMail, parse
from evenhand.channels.models import Delivery
from evenhand.channels.rules import TELL_THE_SENDER


def read(delivery: Delivery) -> ParsedMail:
    """Parse the bytes; a file tells no envelope, and so no empty sender either.

    A form that writes from no-reply and names ourselves in Reply-To names no customer:
    then it is the form that wrote, and no answer goes to our own address.
    """
    told = delivery.source in TELL_THE_SENDER
    mail = parse(
        bytes(delivery.raw),
        return_path=delivery.envelope_from if told else None,
        most_bytes=settings.MAIL_LARGEST,
    )
    if mail.writer != mail.author and identity.is_ours(mail.writer.addr):
        others = tuple(one for one in mail.reply_to if not identity.is_ours(one.addr))
        return replace(mail, reply_to=others)
    return mail
