"""The head of an answer, so that it stands below what it answers in every mail program.

Gmail goes by References and an unchanged subject, Apple Mail and Thunderbird by
References, Outlook and Exchange by Thread-Index and Thread-Topic besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from evenhand.channels.mail import conversation_index
from evenhand.channels.mail.addresses import addresses
from evenhand.channels.mail.fields import Fields, read_fields
from evenhand.channels.mail.parse import message_id, message_ids
from evenhand.channels.mail.quoting import without_reply_words
from evenhand.channels.mail.words import header_text

MOST_REFERENCES = 20
_WRITTEN_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


@dataclass(frozen=True, slots=True)
class Answered:
    """What the mail that is answered says of its conversation; ids without brackets.

    `refers` are the ids before it, `author` the address it came from, `written_to` those
    it went to. `topic` and
    `index` are those of Outlook, empty where it has none.
    """

    message_id: str
    subject: str
    refers: tuple[str, ...] = ()
    is_reply: bool = False
    topic: str = ""
    index: bytes = b""
    author: str = ""
    written_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Threading:
    """The fields of a head that say which conversation a mail belongs to."""

    subject: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    topic: str = ""
    index: bytes = b""


def answered_in(head: bytes, *, known_as: str, subject: str) -> Answered:
    """Read the head of the mail to answer.

    `known_as` is its id as it was stored, which may be cut; `subject` was decoded with
    the charset of its body.
    """
    fields, _ = read_fields(head, start=0, end=len(head))
    own_id = message_id(fields.first("message-id"))
    answers = message_ids(fields.first("in-reply-to"))
    refers = message_ids(fields.first("references"))
    return Answered(
        message_id=own_id if own_id.startswith(known_as) else known_as,
        subject=subject,
        # RFC 5322, 3.6.4: a single In-Reply-To stands in for missing References
        refers=refers or (answers if len(answers) == 1 else ()),
        is_reply=bool(refers or answers),
        topic=header_text(fields.first("thread-topic"))[:300],
        index=conversation_index.read(fields.first("thread-index")),
        author=next((one.addr for one in addresses(fields.first("from"))), ""),
        written_to=_written_to(fields),
    )


def answering(
    answered: Answered | None,
    *,
    subject: str,
    earlier: Sequence[str],
    message_id: str,
    at: datetime,
) -> Threading:
    """Return the head of an answer, or of a first mail where nothing is answered.

    `subject` is that of the conversation as we know it, `earlier` the ids in it before
    what is answered, oldest first.
    """
    if answered is None:
        index = conversation_index.begun(message_id, at=at)
        return Threading(subject, topic=subject, index=index)
    named = answered.subject or subject
    index = conversation_index.carried_on(answered.index, message_id=message_id, at=at)
    bare = without_reply_words(named, foreign=answered.is_reply)
    return Threading(
        subject=f"Re: {bare}",
        in_reply_to=answered.message_id,
        references=references(answered, earlier=earlier),
        topic=(answered.topic or bare) if index else "",
        index=index,
    )


def references(answered: Answered, *, earlier: Sequence[str]) -> tuple[str, ...]:
    """Return what the mail refers to and then the mail itself (RFC 5322, 3.6.4).

    In front stand ids of ours that its program left out. Of many the first is kept,
    which names the conversation to many programs, and the newest.
    """
    left_out = [each for each in earlier if each not in answered.refers]
    before = dict.fromkeys((*left_out, *answered.refers))
    before.pop(answered.message_id, None)
    ids = (*before, answered.message_id)
    return ids if len(ids) <= MOST_REFERENCES else (ids[0], *ids[1 - MOST_REFERENCES :])


def _written_to(fields: Fields) -> tuple[str, ...]:
    found = (
        each.addr
        for name in _WRITTEN_TO
        for value in fields.every(name)
        for each in addresses(value)
    )
    return tuple(dict.fromkeys(found))
