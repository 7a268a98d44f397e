"""What an answer answers: the last mail of the other side, or our own where none came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db.models import QuerySet

from evenhand.cases import queries as cases
from evenhand.cases.models import (
    Case,
    Direction,
    Message,
    SideConversation,
    SideMessage,
)
from evenhand.channels.mail.replying import Answered, answered_in
from evenhand.channels.models import Delivery, Outgoing, Placement
from evenhand.channels.queries.heads import head_of
from evenhand.channels.queries.threads import own_family, thread_ids

Said = TypeVar("Said", Message, SideMessage)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The mail that is answered, None in front of a first one, and the ids before it.

    `ours` are the addresses under which the other side knows us in it: where the mail
    that is answered went to, or where ours came from.
    """

    answered: Answered | None = None
    earlier: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()


def conversation_of(case: Case) -> Conversation:
    """Return what an answer of this case answers; five queries at most."""
    said = Message.objects.filter(case__in=own_family(case), automatic="")
    last = _last(said.exclude(message_id=""))
    if last is None:
        return Conversation()
    if last.direction == Direction.OUT:
        # what somebody wrote in another program was fetched from where that keeps it
        came = _sent(
            Outgoing.objects.filter(message=last), Delivery.objects.filter(message=last)
        )
    else:
        rows = Placement.objects.filter(message=last).values_list(
            head_of("delivery__raw"),
            "delivery__envelope_to",
            "delivery__mailbox__address",
        )
        came = _taken(rows.first())
    talk = _conversation(last, came, ids=thread_ids(case))
    return _apart(talk, others=SideMessage.objects.all(), own=said)


def side_conversation_of(side: SideConversation) -> Conversation:
    """Return what a further mail of a side conversation answers; five queries at most."""
    said = SideMessage.objects.filter(side=side, automatic="")
    last = _last(said.exclude(message_id=""))
    if last is None:
        return Conversation()
    if last.direction == Direction.OUT:
        came = _sent(
            Outgoing.objects.filter(side_message=last),
            Delivery.objects.filter(side_message=last),
        )
    else:
        found = Delivery.objects.filter(side_message=last, duplicate=False)
        rows = found.values_list(head_of("raw"), "envelope_to", "mailbox__address")
        came = _taken(rows.first())
    talk = _conversation(last, came, ids=cases.side_ids(side))
    return _apart(talk, others=Message.objects.all(), own=said)


def _last(said: QuerySet[Said]) -> Said | None:
    """Return the last mail of the other side; where none came, our own last."""
    latest = said.order_by("-said_at", "-pk")
    return latest.filter(direction=Direction.IN).first() or latest.first()


def _sent(
    *kept: QuerySet[Outgoing] | QuerySet[Delivery],
) -> tuple[bytes, tuple[str, ...]]:
    """Return the head of a mail of ours, from the first of these that has it."""
    for found in kept:
        raw = found.values_list(head_of("raw"), flat=True).first()
        if raw is not None:
            return bytes(raw), ()
    return b"", ()


def _taken(row: tuple[Any, ...] | None) -> tuple[bytes, tuple[str, ...]]:
    """Return the head of a mail that came in, and where else than it says it went to.

    Its mailbox stands last: behind one mailbox there can be several addresses.
    """
    if row is None:
        return b"", ()
    raw, envelope, mailbox = row
    return bytes(raw), (*envelope, *((mailbox,) if mailbox else ()))


def _conversation(
    last: Message | SideMessage,
    came: tuple[bytes, tuple[str, ...]],
    *,
    ids: Sequence[str],
) -> Conversation:
    head, ours = came
    answered = answered_in(head, known_as=last.message_id, subject=last.subject)
    if last.direction == Direction.IN:
        ours = (*answered.written_to, *ours)
    else:
        ours = (answered.author,)
    known = last.message_id
    # of a long conversation the list is the first and the newest
    earlier = ids[: ids.index(known)] if known in ids else ids[:1]
    return Conversation(answered, tuple(earlier), ours)


def _apart(
    found: Conversation,
    *,
    others: QuerySet[Message] | QuerySet[SideMessage],
    own: QuerySet[Message] | QuerySet[SideMessage],
) -> Conversation:
    """Leave out ids of the other kind of conversation that the mail refers to.

    Somebody passed a mail on, and its reader answered that: what is said with the
    customer never names a mail beside the case, nor the other way round.
    """
    if found.answered is None or not found.answered.refers:
        return found
    # stored ids are cut at 255 characters
    stored = {each[:255]: each for each in found.answered.refers}
    named = others.filter(message_id__in=stored).values_list("message_id", flat=True)
    ours = own.filter(message_id__in=stored).values_list("message_id", flat=True)
    foreign = {stored[each] for each in set(named) - set(ours)}
    kept = tuple(each for each in found.answered.refers if each not in foreign)
    return replace(found, answered=replace(found.answered, refers=kept))
