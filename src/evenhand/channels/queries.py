"""Reads of what came in and what goes out; the doors to raw mail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from evenhand.cases import queries as cases
from evenhand.cases import rules
from evenhand.cases.models import Case, Direction, Message
from evenhand.channels import loops
from evenhand.channels.mail.quoting import base_subject, quotes
from evenhand.channels.models import (
    Delivery,
    DeliveryState,
    Outgoing,
    OutgoingState,
    Placement,
)
from evenhand.customers.models import Identity, IdentityKind
from evenhand.jobs.models import Job, State
from evenhand.kernel.addresses import same_form
from evenhand.kernel.paging import mark, read_mark
from evenhand.staff.models import Member
from evenhand.staff.queries import teams_named
from evenhand.staff.rules import Permission

PAGE = 50
# Longer than a lease and its back-off: what has no job by then was forgotten.
FORGOTTEN_AFTER = timedelta(minutes=10)
FORGOTTEN_AT_ONCE = 50
# how long a mail without any id may quote us, and how many of our answers are looked at
QUOTED_WITHIN = timedelta(days=30)
MOST_QUOTABLE = 50
# nothing lies in the tray for longer without an alarm
TRAY_WITHIN = timedelta(hours=1)
FILE = "evenhand.channels.tasks.file_delivery"
SEND = "evenhand.channels.tasks.send_outgoing"


class NoSuchMail(cases.NoSuchCase):
    """There is no such mail, or it is not the member's to see: told apart by no one."""


def cases_of_message_ids(ids: Collection[str]) -> dict[str, list[str]]:
    """Return Message-ID -> numbers of the cases that hold it, the earliest first.

    A mail to two departments stands in a case of each.
    """
    # stored ids are cut at 255 characters
    wanted = {each[:255]: each for each in ids if each}
    found = (
        Message.objects.filter(message_id__in=wanted)
        .order_by("pk")
        .values_list("message_id", "case_id")
    )
    held: dict[str, list[str]] = {}
    for each, case in found:
        cases_of_it = held.setdefault(wanted[each], [])
        if (ref := rules.reference(case)) not in cases_of_it:
            cases_of_it.append(ref)
    return held


def teams_served(refs: Collection[str]) -> dict[str, set[int]]:
    """Return number of a case -> the teams that it was ever reached or answered for.

    The team that has it now, those for whom a mail landed in it, and those from whose
    mailbox we wrote: an answer to an address that a case has left is still its.
    """
    keys = {rules.key_of(ref): ref for ref in refs}
    if not keys:
        return {}
    pairs = [
        *Case.objects.filter(pk__in=keys).values_list("pk", "team_id"),
        *Placement.objects.filter(message__case__in=keys).values_list(
            "message__case_id", "team_id"
        ),
        *_written_for(keys),
    ]
    served: dict[str, set[int]] = {ref: set() for ref in refs}
    for key, team in pairs:
        served[keys[key]].add(team)
    return served


def _written_for(keys: Collection[int]) -> list[tuple[int, int]]:
    """Return case and team for each mailbox that our mails of these cases were from."""
    senders = (
        Outgoing.objects.filter(message__case__in=keys)
        .values_list("message__case_id", "envelope_from")
        .distinct()
    )
    return [
        (case, team.pk) for case, address in senders for team in teams_named([address])
    ]


def cases_quoted(
    quoted: str, *, subject: str, author: str, at: datetime
) -> tuple[str, ...]:
    """Return the one case that a reply without any id quotes; nothing where in doubt.

    It is a case of the customer of this very address, has the same subject but for the
    word of reply, moved within QUOTED_WITHIN, and the mail quotes a whole line of an
    answer of ours in it. Two such cases are none.
    """
    base, is_reply = base_subject(subject)
    if not (quoted.strip() and is_reply and base):
        return ()
    said = (
        Message.objects.filter(
            direction=Direction.OUT,
            automatic="",
            case__moved_at__gt=at - QUOTED_WITHIN,
            case__customer__identities__kind=IdentityKind.EMAIL,
            case__customer__identities__value=same_form(author),
        )
        .order_by("-said_at", "-pk")
        .values_list("case_id", "case__subject", "text")[:MOST_QUOTABLE]
    )
    found = {
        case
        for case, named, text in said
        if base_subject(named)[0] == base and quotes(quoted, ours=text)
    }
    return (rules.reference(found.pop()),) if len(found) == 1 else ()


def existing_cases(refs: Iterable[str]) -> set[str]:
    """Return those of the numbers that name a case."""
    keys = {key: ref for ref in refs if (key := _key_of(ref)) is not None}
    found = Case.objects.filter(pk__in=keys).values_list("pk", flat=True)
    return {keys[pk] for pk in found}


def _key_of(ref: str) -> int | None:
    try:
        return rules.key_of(ref)
    except rules.NotAReference:
        return None


def parties_of(ref: str) -> set[str]:
    """Return the addresses, case folded, that take part in a case's mail."""
    key = rules.key_of(ref)
    written = Message.objects.filter(case=key).values_list("sender", flat=True)
    joined = Case.objects.filter(pk=key).values_list("participants__address", flat=True)
    own = Identity.objects.filter(
        customer__in=Case.objects.filter(pk=key).values("customer")
    ).values_list("value", flat=True)
    return {address.casefold() for address in (*written, *joined, *own) if address}


def case_numbered(ref: str) -> Case:
    """Return the case of a number that is known to name one."""
    return Case.objects.select_related("customer", "team").get(pk=rules.key_of(ref))


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


def thread_ids(case: Case, *, most: int = 20) -> list[str]:
    """Return the Message-IDs of a case, oldest first, for References."""
    found = (
        case.messages.exclude(message_id="")
        .order_by("-said_at", "-pk")
        .values_list("message_id", flat=True)[:most]
    )
    return list(found)[::-1]


def answered_id(case: Case) -> str:
    """Return the Message-ID of the last mail from outside, empty where none has one."""
    found = (
        case.messages.filter(direction="in", automatic="")
        .exclude(message_id="")
        .order_by("-said_at", "-pk")
        .first()
    )
    return found.message_id if found else ""


@dataclass(frozen=True, slots=True)
class OutgoingPage:
    """One page of the outbox, and the key that the next one begins after."""

    mails: list[Outgoing]
    next_key: str


def outbox(member: Member, *, which: str = "", after: str = "") -> OutgoingPage:
    """Return a page of outgoing mail within the member's reach, the latest first.

    NoSuchMail without the permission. `which` narrows to one state.
    """
    _must(member, Permission.SEE_THE_OUTBOX)
    found = _reachable(member).select_related("message__case")
    if which:
        found = found.filter(state=which)
    if after:
        found = found.filter(_below(after, "queued_at"))
    mails = list(found.order_by("-queued_at", "-id")[: PAGE + 1])
    return OutgoingPage(
        mails=mails[:PAGE],
        next_key=mark(at=mails[PAGE - 1].queued_at, key=mails[PAGE - 1].pk)
        if len(mails) > PAGE
        else "",
    )


def outgoing_for(member: Member, pk: int) -> Outgoing:
    """Return one outgoing mail with its bytes; NoSuchMail if it is not theirs."""
    _must(member, Permission.SEE_THE_OUTBOX)
    found = _reachable(member, with_bytes=True).filter(pk=pk).first()
    if found is None:
        raise NoSuchMail(f"outgoing {pk}")
    return found


@dataclass(frozen=True, slots=True)
class TrayPage:
    """One page of what was set aside, and the key that the next one begins after."""

    deliveries: list[Delivery]
    next_key: str


def tray(member: Member, *, after: str = "") -> TrayPage:
    """Return a page of mail that was set aside, the latest first.

    Only for who mends mail (NoSuchMail): what could not be read has no team yet.
    """
    _must(member, Permission.MEND_MAIL)
    found = Delivery.objects.filter(state=DeliveryState.SET_ASIDE).defer("raw")
    if after:
        found = found.filter(_below(after, "received_at"))
    kept = list(found.order_by("-received_at", "-id")[: PAGE + 1])
    return TrayPage(
        deliveries=kept[:PAGE],
        next_key=mark(at=kept[PAGE - 1].received_at, key=kept[PAGE - 1].pk)
        if len(kept) > PAGE
        else "",
    )


def late_in_the_tray(*, at: datetime) -> QuerySet[Delivery]:
    """Return what reached us more than an hour ago and lies in the tray."""
    return Delivery.objects.filter(
        state=DeliveryState.SET_ASIDE, received_at__lt=at - TRAY_WITHIN
    ).only("pk", "reason")


def filed_lately(author: str, *, at: datetime) -> int:
    """Return how many mails of an address were taken and filed within the last hour."""
    return Delivery.objects.filter(
        author=author, received_at__gt=at - loops.WITHIN, duplicate=False
    ).count()


def tray_count() -> int:
    """Return how many mails are set aside, counted up to 100."""
    return (
        Delivery.objects.filter(state=DeliveryState.SET_ASIDE)
        .values("pk")[:100]
        .count()
    )


def delivery_for(member: Member, pk: int) -> Delivery:
    """Return a raw mail: set aside, for who mends mail; filed, for who sees a place."""
    found = Delivery.objects.filter(pk=pk).select_related("message").first()
    if found is None:
        raise NoSuchMail(f"delivery {pk}")
    if found.message is None:
        _must(member, Permission.MEND_MAIL)
        return found
    places = Placement.objects.filter(
        Q(delivery=found) | Q(message=found.message),
        message__case__in=cases.visible_to(member.reach),
    )
    if not places.exists():
        raise NoSuchMail(f"delivery {pk}")
    return found


def forgotten_outgoing(*, at: datetime) -> list[Outgoing]:
    """Return queued mails that no job will send: its worker died once too often."""
    late = Outgoing.objects.defer("raw").filter(
        state=OutgoingState.QUEUED, queued_at__lt=at - FORGOTTEN_AFTER
    )
    busy = _argued(SEND, "outgoing_pk") if late.exists() else set()
    return list(late.exclude(pk__in=busy).order_by("pk")[:FORGOTTEN_AT_ONCE])


def forgotten_deliveries(*, at: datetime) -> list[int]:
    """Return keys of stored mails that no job will file: each try ended its worker."""
    late = Delivery.objects.filter(
        state=DeliveryState.STORED, received_at__lt=at - FORGOTTEN_AFTER
    )
    busy = _argued(FILE, "delivery_pk") if late.exists() else set()
    kept = late.exclude(pk__in=busy).order_by("pk").values_list("pk", flat=True)
    return list(kept[:FORGOTTEN_AT_ONCE])


def _argued(task: str, argument: str) -> set[int]:
    """Return what the live jobs of a task are about; asked only if something is late."""
    live = Job.objects.filter(task=task, state__in=[State.READY, State.RUNNING])
    return {
        arguments[argument] for arguments in live.values_list("arguments", flat=True)
    }


def _reachable(member: Member, *, with_bytes: bool = False) -> QuerySet[Outgoing]:
    found = Outgoing.objects.all() if with_bytes else Outgoing.objects.defer("raw")
    if member.reach.all_teams:
        return found
    return found.filter(message__case__in=cases.visible_to(member.reach))


def _must(member: Member, permission: Permission) -> None:
    if not member.may(permission):
        raise NoSuchMail(str(permission))


def _below(key: str, field: str) -> Q:
    """Return the condition of coming after the key; nothing comes after a broken one."""
    place = read_mark(key)
    if place is None:
        return Q(pk__in=())
    at, last = place
    return Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": last})
