"""Mail that leaves: its state, the outbox, what was forgotten."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from evenhand.cases import queries as cases
from evenhand.cases.models import Case, Message, SideConversation, SideMessage
from evenhand.channels.models import (
    Outgoing,
    OutgoingState,
    Recipient,
    RecipientState,
)
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

# the conversation that a mail belongs to, and its case
OF_A_CASE = ("message__case", "side_message__side__case")
SEND = "evenhand.channels.tasks.send_outgoing"


def sent_as(mail_id: str) -> Outgoing | None:
    """Return the mail that we sent under this Message-ID, without its bytes."""
    found = Outgoing.objects.filter(mail_id=mail_id[:255]).defer("raw")
    return found.select_related(*OF_A_CASE).first() if mail_id else None


def sent_from(message: Message) -> str:
    """Return the address that a message of ours leaves under, "" where it does not."""
    found = Outgoing.objects.filter(message=message)
    return found.values_list("envelope_from", flat=True).first() or ""


def written_from(side: SideConversation) -> list[str]:
    """Return the addresses of ours that a side conversation was written from."""
    found = Outgoing.objects.filter(side_message__side=side)
    return list(found.values_list("envelope_from", flat=True).distinct())


def states_of(messages: Sequence[Message]) -> dict[int, Outgoing]:
    """Return message key -> how it goes out and to whom, for those that do; two queries."""
    found = Outgoing.objects.filter(message__in=[m.pk for m in messages]).defer("raw")
    return {
        outgoing.message_id: outgoing
        for outgoing in found.prefetch_related("people")
        if outgoing.message_id is not None
    }


def side_states_of(messages: Sequence[SideMessage]) -> dict[int, Outgoing]:
    """Return the same of the mails of a side conversation; two queries."""
    keys = [one.pk for one in messages]
    found = Outgoing.objects.filter(side_message__in=keys).defer("raw")
    return {
        outgoing.side_message_id: outgoing
        for outgoing in found.prefetch_related("people")
        if outgoing.side_message_id is not None
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
    found = _listed(member)
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


def dead_letters(member: Member) -> list[Outgoing]:
    """Return the failed mails that nobody has dealt with, the oldest first; one page."""
    must(member, Permission.SEE_THE_OUTBOX)
    return list(_dead(_listed(member)).order_by("queued_at", "id")[:PAGE])


def dead_count(member: Member) -> int:
    """Return how many failed mails within the member's reach wait for a person."""
    return _dead(_reachable(member)).count()


def cases_not_reached(cases: Collection[Case]) -> set[int]:
    """Return the keys of those living cases from which a mail did not reach everybody.

    Only of mails that nobody has dealt with; one query.
    """
    keys = {case.pk for case in cases}
    through = ("message__case", "side_message__side__case")
    of_them = Q()
    for case in through:
        of_them |= Q(**{f"{case}__in": keys}) | Q(**{f"{case}__merged_into__in": keys})
    # that it was not sent follows, but SQLite finds its index by it alone
    found = _dead(Outgoing.objects.filter(~Q(state=OutgoingState.SENT), of_them))
    names = [name for case in through for name in (f"{case}__merged_into", case)]
    return {
        next(filter(None, row)) for row in found.order_by().values_list(*names)
    } & keys


def corrected_to(
    address: str, *, among: Collection[int], since: datetime | None
) -> str:
    """Return the address that somebody put in place of this one, "" if nobody did.

    In mail of these cases, and after `since`; the last word counts.
    """
    wrong = Recipient.objects.filter(
        outgoing__message__case__in=among, address=address, instead__isnull=False
    )
    if since is not None:
        wrong = wrong.filter(instead__at__gt=since)
    last = wrong.select_related("instead").order_by("-instead__at", "-pk").first()
    right = last.instead if last else None
    while right is not None and right.instead is not None:
        right = right.instead
    return right.address if right else ""


def outgoing_for(member: Member, pk: int) -> Outgoing:
    """Return one outgoing mail with its bytes and people; NoSuchMail if not theirs.

    Theirs is the mail of every case they may see; mail of no case is for those who may
    see the outbox.
    """
    found = _reachable(member, with_bytes=True).prefetch_related("people")
    if not member.may(Permission.SEE_THE_OUTBOX):
        found = found.filter(Q(message__isnull=False) | Q(side_message__isnull=False))
    mail = found.select_related(*OF_A_CASE, "server").filter(pk=pk).first()
    if mail is None:
        raise NoSuchMail(f"outgoing {pk}")
    return mail


def forgotten_outgoing(*, at: datetime) -> list[Outgoing]:
    """Return awaited mails that no job will send: its worker died once too often."""
    awaited = Recipient.objects.filter(
        outgoing=OuterRef("pk"), state=RecipientState.WAITING
    )
    late = Outgoing.objects.defer("raw").filter(
        ~Q(state=OutgoingState.SENT),
        Exists(awaited),
        queued_at__lt=at - FORGOTTEN_AFTER,
    )
    busy = argued(SEND, "outgoing_pk") if late.exists() else set()
    return list(late.exclude(pk__in=busy).order_by("pk")[:FORGOTTEN_AT_ONCE])


def _listed(member: Member) -> QuerySet[Outgoing]:
    found = _reachable(member).select_related(*OF_A_CASE)
    return found.prefetch_related("people")


def _dead(found: QuerySet[Outgoing]) -> QuerySet[Outgoing]:
    return found.filter(state=OutgoingState.FAILED, settled_at__isnull=True)


def _reachable(member: Member, *, with_bytes: bool = False) -> QuerySet[Outgoing]:
    found = Outgoing.objects.all() if with_bytes else Outgoing.objects.defer("raw")
    if member.reach.all_teams:
        return found
    visible = cases.visible_to(member.reach)
    return found.filter(
        Q(message__case__in=visible) | Q(side_message__side__case__in=visible)
    )
