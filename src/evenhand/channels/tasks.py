"""The mail room's work for the queue."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from evenhand.channels.actions import (
    attending,
    delivering,
    intake,
    scanning,
    side_holding,
    sweeping,
    tray,
)
from evenhand.jobs.worker import OUTSIDE


@task(priority=10)
def file_delivery(*, delivery_pk: int) -> None:
    """File one stored mail; what cannot be filed is set aside with its reason."""
    intake.file(delivery_pk=delivery_pk, at=timezone.now())


@task(queue_name=OUTSIDE)
def send_outgoing(*, outgoing_pk: int, attempts: int | None = None) -> None:
    """Hand one mail to the transport, at least once, always the same bytes.

    `attempts` is how often it was tried when this was planned; jobs of an earlier
    version do not say.
    """
    delivering.send(outgoing_pk=outgoing_pk, attempts=attempts, at=timezone.now())


@task(priority=5)
def let_aside_leave(*, held_pk: int) -> None:
    """Send a mail to a third party whose time has come, unless it was taken back."""
    side_holding.let_leave(held_pk=held_pk, at=timezone.now())


@task
def look_after_held_asides() -> None:
    """Let mails leave that dying workers left behind, return those overtaken."""
    at = timezone.now()
    side_holding.take_up_again(at=at)
    side_holding.return_overtaken(at=at)


@task(queue_name=OUTSIDE)
def scan_file(*, sha256: str) -> None:
    """Have the virus scanner look at one file; where it is down a later round does."""
    scanning.scan(sha256=sha256, at=timezone.now())


@task(queue_name=OUTSIDE)
def scan_waiting_files() -> None:
    """Scan the files that waited for a scanner that was down."""
    scanning.scan_waiting(at=timezone.now())


@task(queue_name=OUTSIDE)
def sweep_files() -> None:
    """Clear the store of files that no message and no answer names."""
    sweeping.sweep(at=timezone.now())


@task
def look_after_mail() -> None:
    """Take up what dying workers left, and tell of what lies in the tray too long."""
    at = timezone.now()
    intake.take_up_again(at=at)
    delivering.take_up_again(at=at)
    tray.alarm(at=at)


@task
def attend_mailboxes() -> None:
    """Tell the desk of mailboxes that began or ceased to fail or to be silent."""
    attending.watch(at=timezone.now())
