"""What all that waits for its time has in common: taken back, put off, let go, returned.

An answer and a mail to a third party wait in the same way. What each of them is, and
what it does as it leaves, its own room says.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction

from evenhand.channels.models import HeldState, Waiting
from evenhand.channels.queries import waiting as queries
from evenhand.jobs import actions as jobs
from evenhand.staff.models import Member

FURTHEST = timedelta(days=366)
# taken back and returned: its words are with a person again
BROUGHT_BACK = frozenset({HeldState.TAKEN_BACK, HeldState.RETURNED})
# all that ending may change; each kind has a message of its own
_ENDED = ("state", "ended_at", "ended_by", "reason", "message")


class NotAhead(Exception):
    """The time to leave is not ahead of us, or more than a year."""


class TooLate(Exception):
    """It has left, or came back already."""


def must_be_ahead(leave_at: datetime, *, at: datetime) -> None:
    """Refuse a chosen time that is not still to come within a year; NotAhead."""
    if not at < leave_at <= at + FURTHEST:
        raise NotAhead(str(leave_at))


def plan(row: Waiting, *, task: str) -> None:
    """Leave the row to a job at its time, in the caller's transaction."""
    jobs.call_later(task=task, arguments={"held_pk": row.pk}, run_at=row.leave_at)


def is_due(row: Waiting, *, at: datetime) -> bool:
    """Whether a locked row still waits and its time has come."""
    return row.state == HeldState.HELD and at >= row.leave_at


def stop(row: Waiting, *, by: Member, at: datetime) -> bool:
    """End a locked row that is taken back; False where it came back before.

    TooLate where it has left.
    """
    if row.state == HeldState.LEFT:
        raise TooLate(str(row))
    if row.state in BROUGHT_BACK:
        return False
    _end(row, HeldState.TAKEN_BACK, by=by, at=at)
    return True


def put_off(row: Waiting, *, leave_at: datetime, at: datetime, task: str) -> None:
    """Let a locked row leave at another time, at once too; NotAhead, TooLate."""
    if leave_at != at:
        must_be_ahead(leave_at, at=at)
    if row.state != HeldState.HELD:
        raise TooLate(str(row))
    row.leave_at = leave_at
    row.save(update_fields=["leave_at"])
    plan(row, task=task)


def note_left(row: Waiting, *, at: datetime) -> None:
    """End a locked row that has become the message which stands in it."""
    _end(row, HeldState.LEFT, by=None, at=at)


def bring_back(row: Waiting, *, reason: str, at: datetime) -> None:
    """End a locked row that could not leave; its author reads the reason."""
    row.reason = reason
    _end(row, HeldState.RETURNED, by=None, at=at)


@transaction.atomic
def plan_forgotten(kind: type[Waiting], *, task: str, at: datetime) -> int:
    """Let rows leave whose job is gone with its worker; return how many."""
    forgotten = queries.forgotten(kind, task=task, at=at)
    for row in forgotten:
        plan(row, task=task)
    return len(forgotten)


def note_seen(rows: models.QuerySet[Waiting], *, at: datetime) -> None:
    """Note that who wrote them knows that they came back, or has used their words."""
    rows.filter(state__in=BROUGHT_BACK, seen_at__isnull=True).update(seen_at=at)


def _end(row: Waiting, state: HeldState, *, by: Member | None, at: datetime) -> None:
    row.state, row.ended_at, row.ended_by = state, at, by
    row.save(update_fields=_ENDED)
