"""Mail that leaves: its state, the outbox, what was forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from evenhand.cases import queries as cases
from evenhand.cases.models import Message
from evenhand.channels.models import Outgoing, OutgoingState
from evenhand.channels.queries.doors import (
    FORGOTTEN_AFTER,
    FORGOTTEN_AT_ONCE,
    PAGE,
    NoSuchMail,
    argued,
    below,
    must,
)
from evenhand.kernel.paging import mark
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission

SEND = "evenhand.channels.tasks.send_outgoing"


def sent_as(mail_id: str) -> Outgoing | None:
    """Return the mail that we sent under this Message-ID, without its bytes."""
    found = Outgoing.objects.filter(mail_id=mail_id[:255]).defer("raw")
    return found.select_related("message__case").first() if mail_id else None


def states_of(messages: Sequence[Message]) -> dict[int, Outgoing]:
    """Return message key -> how it goes out, for those that do; one query."""
    found = Outgoing.objects.filter(message__in=[m.pk for m in messages])
    return {
        outgoing.message.pk: outgoing
        for outgoing in found.select_related("message").only(
            *(f.name for f in Outgoing._meta.fields if f.name != "raw"), "message__id"
        )
        if outgoing.message is not None
    }


@dataclass(frozen=True, slots=True)
class OutgoingPage:
    """One page of the outbox, and the key that the next one begins after."""

    mails: list[Outgoing]
    next_key: str


def outbox(member: Member, *, which: str = "", after: str = "") -> OutgoingPage:
    """Return a page of outgoing mail within the member's reach, the latest first.

    NoSuchMail without the permission. `which` narrows to one state.
    """
    must(member, Permission.SEE_THE_OUTBOX)
    found = _reachable(member).select_related("message__case")
    if which:
        found = found.filter(state=which)
    if after:
        found = found.filter(below(after, "queued_at"))
    mails = list(found.order_by("-queued_at", "-id")[: PAGE + 1])
    return OutgoingPage(
        mails=mails[:PAGE],
        next_key=mark(at=mails[PAGE - 1].queued_at, key=mails[PAGE - 1].pk)
        if len(mails) > PAGE
        else "",
    )


def outgoing_for(member: Member, pk: int) -> Outgoing:
    """Return one outgoing mail with its bytes; NoSuchMail if it is not theirs."""
    must(member, Permission.SEE_THE_OUTBOX)
    found = _reachable(member, with_bytes=True).filter(pk=pk).first()
    if found is None:
        raise NoSuchMail(f"outgoing {pk}")
    return found


def forgotten_outgoing(*, at: datetime) -> list[Outgoing]:
    """Return queued mails that no job will send: its worker died once too often."""
    late = Outgoing.objects.defer("raw").filter(
        state=OutgoingState.QUEUED, queued_at__lt=at - FORGOTTEN_AFTER
    )
    busy = argued(SEND, "outgoing_pk") if late.exists() else set()
    return list(late.exclude(pk__in=busy).order_by("pk")[:FORGOTTEN_AT_ONCE])


def _reachable(member: Member, *, with_bytes: bool = False) -> QuerySet[Outgoing]:
    found = Outgoing.objects.all() if with_bytes else Outgoing.objects.defer("raw")
    if member.reach.all_teams:
        return found
    return found.filter(message__case__in=cases.visible_to(member.reach))
