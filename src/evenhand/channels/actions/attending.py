"""Keep the health of mailboxes, and tell the desk when one fails or falls silent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction

from evenhand.channels.mailboxes.health import ALARMING, Signs, Standing, standing
from evenhand.channels.models import Mailbox
from evenhand.ledger import actions as ledger


def signs_of(mailbox: Mailbox) -> Signs:
    """Return what the rule of health asks of a mailbox."""
    return Signs(
        enabled=mailbox.enabled,
        enabled_at=mailbox.enabled_at,
        contacted_at=mailbox.contacted_at,
        mail_at=mailbox.mail_at,
        failing_since=mailbox.failing_since,
        fault=mailbox.fault,
        silent_after=mailbox.silent_after,
    )


def note_contact(
    *, mailbox: int, holder: str, behind: int, told_by_server: bool, at: datetime
) -> None:
    """Write down that the server answered and nothing is wrong."""
    Mailbox.objects.filter(pk=mailbox, holder=holder).update(
        contacted_at=at,
        behind=behind,
        told_by_server=told_by_server,
        failing_since=None,
        fault="",
        fault_values={},
        error="",
    )


@transaction.atomic
def note_fault(
    *, mailbox: int, holder: str, fault: str, values: Mapping[str, str], at: datetime
) -> None:
    """Write down what is wrong; since when is kept while the trouble lasts.

    `values` are those of the fault's sentence; `said` among them, the server's words.
    """
    found = Mailbox.objects.select_for_update(no_key=True).filter(
        pk=mailbox, holder=holder
    )
    for one in found:
        one.failing_since = one.failing_since or at
        one.fault = fault
        one.fault_values = dict(values)
        one.error = values.get("said", "")[:1000]
        one.save(update_fields=["failing_since", "fault", "fault_values", "error"])


def watch(*, at: datetime) -> None:
    """Tell the desk of every mailbox that began or ceased to be in need, once each."""
    for mailbox in Mailbox.objects.order_by("pk"):
        now = standing(signs_of(mailbox), at=at)
        alarm = str(now) if now in ALARMING else ""
        # trouble that may pass neither raises an alarm nor ends one
        if alarm != mailbox.alarm and now is not Standing.TROUBLED:
            _tell(mailbox, now, alarm, at=at)


@transaction.atomic
def _tell(mailbox: Mailbox, now: Standing, alarm: str, *, at: datetime) -> None:
    changed = Mailbox.objects.filter(pk=mailbox.pk, alarm=mailbox.alarm).update(
        alarm=alarm, alarmed_at=at if alarm else None
    )
    if not changed or now is Standing.PAUSED:
        return
    telling = partial(
        ledger.record,
        subject=f"mailbox:{mailbox.pk}",
        by=ledger.SYSTEM,
        at=at,
        data={"name": mailbox.name, "fault": mailbox.fault, "error": mailbox.error},
    )
    match now:
        case Standing.FAILING:
            telling(kind="mailbox.failing")
        case Standing.SILENT:
            telling(kind="mailbox.silent")
        case Standing.UNATTENDED:
            telling(kind="mailbox.unattended")
        case _:
            telling(kind="mailbox.recovered")
