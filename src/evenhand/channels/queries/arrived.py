"""Mail that came: the tray, the door to raw mail, what was forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from evenhand.cases import queries as cases
from evenhand.cases.models import Message, SideMessage
from evenhand.channels import loops
from evenhand.channels.models import Delivery, DeliveryState, Placement
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

# nothing lies in the tray for longer without an alarm
TRAY_WITHIN = timedelta(hours=1)
FILE = "evenhand.channels.tasks.file_delivery"


@dataclass(frozen=True, slots=True)
class TrayPage:
    """One page of what was set aside, and the key that the next one begins after."""

    deliveries: list[Delivery]
    next_key: str


def tray(member: Member, *, after: str = "") -> TrayPage:
    """Return a page of mail that was set aside, the latest first.

    Only for who mends mail (NoSuchMail): what could not be read has no team yet.
    """
    must(member, Permission.MEND_MAIL)
    found = Delivery.objects.filter(state=DeliveryState.SET_ASIDE).defer("raw")
    if after:
        found = found.filter(below(after, "received_at"))
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
    """Return a raw mail: set aside, for who mends mail; filed, for who sees a place.

    A copy of a mail of the sign-in pages is nobody's: it holds somebody's way in.
    """
    found = (
        Delivery.objects.filter(pk=pk)
        .select_related("message", "side_message__side")
        .first()
    )
    if found is None or found.state == DeliveryState.OURS:
        raise NoSuchMail(f"delivery {pk}")
    visible = cases.visible_to(member.reach)
    side = found.side_message.side if found.side_message else None
    if side is not None and visible.filter(pk=side.case_id).exists():
        return found
    if found.message is None and side is None:
        must(member, Permission.MEND_MAIL)
        return found
    places = Placement.objects.filter(
        Q(delivery=found) | Q(message=found.message), message__case__in=visible
    )
    if found.message is None or not places.exists():
        raise NoSuchMail(f"delivery {pk}")
    return found


def delivery_of(message: Message | SideMessage) -> int | None:
    """Return the key of the raw mail that a message is, None where it is none."""
    if isinstance(message, SideMessage):
        return deliveries_of([message]).get(message.pk)
    place = Placement.objects.filter(message=message)
    return place.values_list("delivery", flat=True).first()


def deliveries_of(messages: Sequence[SideMessage]) -> dict[int, int]:
    """Return key of a side message -> key of the raw mail that it is."""
    found = Delivery.objects.filter(
        side_message__in=[one.pk for one in messages], duplicate=False
    )
    return dict(found.values_list("side_message", "pk"))


def forgotten_deliveries(*, at: datetime) -> list[int]:
    """Return keys of stored mails that no job will file: each try ended its worker."""
    late = Delivery.objects.filter(
        state=DeliveryState.STORED, received_at__lt=at - FORGOTTEN_AFTER
    )
    busy = argued(FILE, "delivery_pk") if late.exists() else set()
    kept = late.exclude(pk__in=busy).order_by("pk").values_list("pk", flat=True)
    return list(kept[:FORGOTTEN_AT_ONCE])
