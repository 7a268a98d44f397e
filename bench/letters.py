"""The mails of the fault harness, and which of them belong together."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from sink import NO_SUCH

# of each five mails one answers the first; of each twenty answers one is refused
REPLY_EVERY, REFUSED_EVERY = 5, 20


def a_mail(number: int) -> EmailMessage:
    """Return one mail; each tenth has a file, each fifth answers the first of its five."""
    mail = EmailMessage()
    # the one of a conversation, as whoever wrote first cannot be drawn to a stranger's
    writer = number // REPLY_EVERY % 50
    mail["From"] = f"Customer {writer} <customer{writer}@mail.example>"
    mail["To"] = "help@shop.example"
    mail["Message-ID"] = f"<{id_of(number)}>"
    mail["Date"] = format_datetime(datetime.now(tz=UTC))
    mail["Subject"] = f"Where is my parcel {number}?"
    if is_reply(number):
        mail["In-Reply-To"] = f"<{id_of(parent_of(number))}>"
    mail.set_content(f"This is letter {number}.\n\nPlease tell me where it is.\n" * 5)
    if number % 10 == 0:
        mail.add_attachment(
            f"picture {number}".encode() * 200, "image", "png", filename="parcel.png"
        )
    return mail


def id_of(number: int) -> str:
    return f"in.{number}@mail.example"


def is_reply(number: int) -> bool:
    return number % REPLY_EVERY == REPLY_EVERY - 1


def parent_of(number: int) -> int:
    """Return the mail that a reply answers: the first of its five."""
    return number - REPLY_EVERY + 1


def buyer(number: int) -> str:
    """Return whom an answer goes to; the sink refuses some of them for good."""
    refused = number % REFUSED_EVERY == REFUSED_EVERY - 1
    return f"{NO_SUCH if refused else 'buyer'}{number}@mail.example"
