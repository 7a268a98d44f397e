"""A raw mail as one frozen value; never raises but `Unreadable`, never loses a part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from evenhand.channels.mail.addresses import Address, addresses, author
from evenhand.channels.mail.automatic import Automatic, Kind, automatic, may_be_answered
from evenhand.channels.mail.bodies import Attachment, bodies
from evenhand.channels.mail.charsets import headers_charset
from evenhand.channels.mail.dates import mail_date
from evenhand.channels.mail.fields import Fields
from evenhand.channels.mail.html_text import html_to_text
from evenhand.channels.mail.limits import MAX_MAIL_BYTES, MAX_REFERENCES
from evenhand.channels.mail.mime import Part, read_tree
from evenhand.channels.mail.reports import Report, delivery_report
from evenhand.channels.mail.transfer import body_bytes
from evenhand.channels.mail.words import header_text

_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")

# fields that hold words of people, and how much of a body is read to know their charset
_IN_WORDS = ("from", "subject", "to", "cc", "reply-to")
_SAMPLE = 10_000
_NOBODY = re.compile(r"(?:no|do-?not)-?_?reply\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """What a mail says, decoded; ids without brackets, text with LF line ends.

    `text` and `html` are "" when the mail has no such body; `words` is then the
    text to read in every case. `date` is the sender's claim and may be None.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    author: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    delivered_to: tuple[Address, ...]
    date: datetime | None
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    automatic: Automatic | None
    report: Report | None
    may_be_answered: bool
    loop_mark: str

    @property
    def writer(self) -> Address:
        """Whom an answer should reach: who wrote, or Reply-To when no-reply did.

        Web forms write from no-reply and name the customer in Reply-To.
        """
        nobody = _NOBODY.match(self.author.addr)
        return self.reply_to[0] if nobody and self.reply_to else self.author

    @property
    def words(self) -> str:
        """The text to read, search and answer: the plain one, else from the HTML."""
        return self.text if self.text.strip() else _words_of(self.html)


# filing asks several times for the words of the mail that it has in hand
@lru_cache(maxsize=2)
def _words_of(html: str) -> str:
    return html_to_text(html)


def parse(
    raw: bytes, *, return_path: str | None = None, most_bytes: int = MAX_MAIL_BYTES
) -> ParsedMail:
    """Read any bytes as a mail; `Unreadable` when they are empty or too large.

    `return_path` is the envelope sender when it is known: an empty one marks a
    delivery report.
    """
    root = read_tree(raw, most_bytes=most_bytes)
    fields = root.fields
    charset = _charset_hint(root)
    writer = _author(fields, charset)
    subject = header_text(fields.first("subject"), charset=charset)
    content = bodies(root)
    machine = automatic(root, author=writer, subject=subject, return_path=return_path)
    reported = machine is not None and machine.kind is Kind.DELIVERY_REPORT
    words = content.text or html_to_text(content.html[:50_000])
    return ParsedMail(
        message_id=message_id(fields.first("message-id")),
        in_reply_to=message_ids(fields.first("in-reply-to")),
        references=message_ids(fields.first("references")),
        author=writer,
        to=_people(fields, "to", charset),
        cc=_people(fields, "cc", charset),
        reply_to=_people(fields, "reply-to", charset),
        delivered_to=_people(fields, "delivered-to", charset)
        + _people(fields, "x-original-to", charset)
        + _people(fields, "envelope-to", charset),
        date=mail_date(header_text(fields.first("date"))),
        subject=subject,
        text=content.text,
        html=content.html,
        attachments=content.attachments,
        automatic=machine,
        report=delivery_report(root, text=words) if reported else None,
        may_be_answered=may_be_answered(fields, machine, writer),
        loop_mark=header_text(fields.first("x-evenhand-loop")),
    )


def message_ids(raw: bytes) -> tuple[str, ...]:
    """Return the ids of a References or In-Reply-To field, the newest last."""
    found = _MESSAGE_ID.findall(header_text(raw))
    return tuple(found[-MAX_REFERENCES:])


def message_id(raw: bytes) -> str:
    """Return the id without brackets; a broken one keeps what is not blank."""
    found = message_ids(raw)
    return found[0] if found else "".join(header_text(raw).split()).strip("<>")[:900]


def _author(fields: Fields, charset: str) -> Address:
    """Take From; a mail without one is by whom it would be answered to."""
    for name in ("from", "reply-to", "sender", "x-sender", "return-path"):
        writer = author(fields.first(name), charset=charset)
        if writer.addr or writer.name:
            return writer
    return Address("", "")


def _people(fields: Fields, name: str, charset: str) -> tuple[Address, ...]:
    return tuple(
        address
        for value in fields.every(name)
        for address in addresses(value, charset=charset)
    )


def _charset_hint(root: Part) -> str:
    """Raw 8-bit headers are most likely in the charset of the body."""
    leaf = next((each for each in root.leaves() if each.charset), None)
    head = b" ".join(filter(None, map(root.fields.first, _IN_WORDS)))
    if head.isascii():
        return headers_charset(b"", label=leaf.charset if leaf else "")
    leaf = leaf or next(root.leaves())
    words = body_bytes(leaf)[:_SAMPLE] if leaf.type.startswith("text") else b""
    return headers_charset(head + b" " + words, label=leaf.charset)
