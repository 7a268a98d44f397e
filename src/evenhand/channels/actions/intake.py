"""Take a mail in: its bytes first, durably; then file it, or set it aside and say why."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from evenhand.channels import blobs, queries
from evenhand.channels.actions import filing
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.models import Delivery, DeliveryState
from evenhand.jobs import actions as jobs
from evenhand.kernel import look
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member

logger = logging.getLogger(__name__)

FILING = "evenhand.channels.tasks.file_delivery"
# what is no fault of the mail
PASSING = (OperationalError, InterfaceError, OSError, blobs.StoreDown)
# all that filing may change; the bytes are not read again
REFRESHED = ("state", "reason", "message", "duplicate", "attempts")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who handed a mail over and for whom; empty for mail from files.

    A mail that was fetched has the key of its mailbox instead, and where it is older
    than the desk when it arrived there.
    """

    sender: str | None = None
    recipients: Sequence[str] = ()
    mailbox: int | None = None
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """A mail as it was handed over, not yet kept."""

    raw: bytes
    envelope: Envelope


class TooLarge(Exception):
    """The mail has more bytes than EVENHAND_MAIL_LARGEST."""


def key_of(raw: bytes) -> str:
    """Return what makes a mail the same mail, however its lines end on the way."""
    return hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()


@transaction.atomic
def store(
    *, raw: bytes, source: str, at: datetime, envelope: Envelope | None = None
) -> tuple[Delivery, bool]:
    """Keep the bytes and the job that will file them; return the row, and if it is new.

    When this has committed the mail cannot be lost, and only then may its sender hear
    250. The same bytes again change nothing, unless they were handed over for somebody
    else too: then they are filed for the further team. TooLarge, and nothing is kept.
    """
    if len(raw) > settings.MAIL_LARGEST:
        raise TooLarge(f"{len(raw)} bytes, more than {settings.MAIL_LARGEST}")
    delivery, is_new = Delivery.objects.get_or_create(
        key=key_of(raw), defaults=_kept(raw, envelope or Envelope(), source, at)
    )
    if is_new:
        _file_soon(delivery)
    else:
        _also_for(delivery, envelope or Envelope())
    return delivery, is_new


@transaction.atomic
def store_together(*, mails: Sequence[Handed], source: str, at: datetime) -> int:
    """Keep several mails with one commit, and share its wait; return how many are new.

    All or none: TooLarge, or IntegrityError where somebody else keeps one of them at
    the same moment, and none is kept; `store` then takes them one by one.
    """
    if any(len(mail.raw) > settings.MAIL_LARGEST for mail in mails):
        raise TooLarge(f"a mail has more than {settings.MAIL_LARGEST} bytes")
    wanted = _by_key(mails)
    for known in Delivery.objects.filter(key__in=wanted).only("pk", "key"):
        _also_for(known, wanted.pop(known.key).envelope)
    kept = Delivery.objects.bulk_create(
        Delivery(key=key, **_kept(mail.raw, mail.envelope, source, at))
        for key, mail in wanted.items()
    )
    jobs.call_each_later(
        task=FILING, arguments=[{"delivery_pk": one.pk} for one in kept], at=at
    )
    return len(kept)


def _by_key(mails: Sequence[Handed]) -> dict[str, Handed]:
    """Return each mail once, for all to whom its copies were handed over."""
    wanted: dict[str, Handed] = {}
    for mail in mails:
        key = key_of(mail.raw)
        before = wanted.get(key, mail).envelope
        people = dict.fromkeys([*before.recipients, *mail.envelope.recipients])
        together = replace(before, recipients=tuple(people))
        wanted[key] = Handed(mail.raw, together)
    return wanted


def _also_for(delivery: Delivery, envelope: Envelope) -> None:
    """Add whom a known mail is for; if it was filed without them, file it for them."""
    if set(envelope.recipients) <= set(
        Delivery.objects.values_list("envelope_to", flat=True).get(pk=delivery.pk)
    ):
        return
    known = (
        Delivery.objects.defer("raw").select_for_update(no_key=True).get(pk=delivery.pk)
    )
    people = list(dict.fromkeys([*known.envelope_to, *envelope.recipients]))[:200]
    if people == known.envelope_to:
        return
    known.envelope_to = people
    filed = known.state == DeliveryState.FILED
    known.state = DeliveryState.STORED if filed else known.state
    known.save(update_fields=["envelope_to", "state"])
    if filed:
        _file_soon(known)


def _kept(raw: bytes, envelope: Envelope, source: str, at: datetime) -> dict[str, Any]:
    return {
        "source": source,
        "envelope_from": (envelope.sender or "")[:320],
        "envelope_to": list(envelope.recipients)[:200],
        "mailbox_id": envelope.mailbox,
        "received_at": at,
        "arrived_at": envelope.arrived_at,
        "size": len(raw),
        "raw": raw,
    }


def refuse(*, size: int, envelope: Envelope, at: datetime) -> None:
    """Write down that a mail was too large to be taken."""
    ledger.record(
        kind="mail.refused",
        subject="mail:refused",
        by=ledger.SYSTEM,
        at=at,
        data={
            "size": size,
            "largest": settings.MAIL_LARGEST,
            "sender": (envelope.sender or "")[:320],
        },
    )


def file(*, delivery_pk: int, at: datetime) -> Delivery:
    """File a stored mail in its case, or set it aside with the reason.

    A mail already filed or set aside is left as it is. What a later try may find
    mended is raised: a database that does not answer, a folder that is full. Whatever
    else goes wrong belongs before a person's eyes, not into a loop.
    """
    try:
        with look.undone_together(), transaction.atomic():
            delivery = Delivery.objects.select_for_update(no_key=True).get(
                pk=delivery_pk
            )
            if delivery.state == DeliveryState.STORED:
                filing.file(delivery=delivery, at=at)
            return delivery
    except PASSING:
        raise
    except Unreadable as unreadable:
        reason = unreadable.reason
    except filing.Unfileable as unfileable:
        reason = str(unfileable)
    except Exception as error:
        logger.exception("delivery %s could not be filed", delivery_pk)
        reason = f"a fault of ours: {error!r}"
    kept = Delivery.objects.get(pk=delivery_pk)
    _set_aside(kept, reason=reason, at=at)
    kept.refresh_from_db(fields=REFRESHED)
    return kept


@transaction.atomic
def try_again(*, delivery: Delivery, by: Member, at: datetime) -> None:
    """Put a mail that was set aside back on the queue; others stay as they are."""
    changed = Delivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.SET_ASIDE
    ).update(state=DeliveryState.STORED, reason="")
    if changed:
        _file_soon(delivery)
        ledger.record(
            kind="mail.tried_again",
            subject=f"delivery:{delivery.pk}",
            by=by.as_actor,
            at=at,
        )


def take_up_again(*, at: datetime) -> int:
    """Set aside stored mail whose filing ended its worker each time; return how many."""
    forgotten = queries.forgotten_deliveries(at=at)
    for pk in forgotten:
        # one at a time: what ended a worker may be as large as a mail can be
        delivery = Delivery.objects.get(pk=pk)
        _set_aside(delivery, reason="each attempt to file it ended the worker", at=at)
    return len(forgotten)


@transaction.atomic
def _set_aside(delivery: Delivery, *, reason: str, at: datetime) -> None:
    sender, subject = filing.glance(bytes(delivery.raw))
    changed = Delivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.STORED
    ).update(
        state=DeliveryState.SET_ASIDE,
        reason=reason[:500] or "no reason known",
        attempts=delivery.attempts + 1,
        sender=sender,
        subject=subject,
    )
    if changed:
        ledger.record(
            kind="mail.set_aside",
            subject=f"delivery:{delivery.pk}",
            by=ledger.SYSTEM,
            at=at,
            data={"reason": reason[:500]},
        )


def _file_soon(delivery: Delivery) -> None:
    jobs.call_later(task=FILING, arguments={"delivery_pk": delivery.pk})
