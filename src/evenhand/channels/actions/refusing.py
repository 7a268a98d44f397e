"""Mail that no case takes, however it reads: our own that came back, and floods."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from evenhand.channels import identity, loops, queries
from evenhand.channels.actions.placing import Unfileable
from evenhand.channels.mail import thread
from evenhand.channels.mail.parse import ParsedMail


def refuse_loops(mail: ParsedMail) -> None:
    """Refuse what bears our mark, our Message-ID or our own address; Unfileable."""
    if identity.bears_our_mark(mail.loop_mark) or thread.is_ours(
        mail.message_id, domains=identity.domains(), secret=identity.secret()
    ):
        raise Unfileable("it is a mail of our own that came back to us")
    if identity.is_ours(mail.author.addr):
        raise Unfileable(f"it claims to come from our own address {mail.author.addr}")


def refuse_floods(mail: ParsedMail, *, at: datetime) -> None:
    """Refuse what one address writes without end; many mails can come back at once."""
    author, most = mail.author.key[:320], settings.MAIL_PER_ADDRESS
    if not author or mail.report is not None:
        return
    lately = queries.filed_lately(author, at=at)
    if loops.is_loop(lately=lately, most=most, written_at=mail.date, at=at):
        raise Unfileable(f"more than {most} mails came from {author} within an hour")
