"""Mend what was set aside: put it into a case by hand, and say when nobody does."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.cases.models import Case
from evenhand.channels import queries
from evenhand.channels.actions import filing
from evenhand.channels.models import Delivery, DeliveryState
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member


class NotSetAside(Exception):
    """The mail is no longer in the tray: somebody was faster."""


@transaction.atomic
def place(*, delivery: Delivery, case: Case, by: Member, at: datetime) -> None:
    """Put a mail of the tray into a case that a member chose.

    NotSetAside where it has left the tray, Unreadable where no mail can be made of its
    bytes, AlreadyFiled where the same mail lies in a case; then nothing is changed.
    """
    locked = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if locked.state != DeliveryState.SET_ASIDE:
        raise NotSetAside(str(locked))
    message = filing.file_into(delivery=locked, case=case, at=at)
    ledger.record(
        kind="mail.placed",
        subject=f"message:{message.pk}",
        matter=case.as_matter,
        by=by.as_actor,
        at=at,
        data={"reason": locked.reason},
    )


@transaction.atomic
def alarm(*, at: datetime) -> int:
    """Write down, once for each, what has lain in the tray for an hour; return how many."""
    late = list(queries.late_in_the_tray(at=at).filter(alarmed_at__isnull=True))
    for delivery in late:
        changed = Delivery.objects.filter(
            pk=delivery.pk, alarmed_at__isnull=True
        ).update(alarmed_at=at)
        if changed:
            ledger.record(
                kind="mail.waits",
                subject=f"delivery:{delivery.pk}",
                by=ledger.SYSTEM,
                at=at,
                data={"reason": delivery.reason},
            )
    return len(late)
