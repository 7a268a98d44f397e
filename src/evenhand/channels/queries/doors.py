"""What every read of mail asks first, and how its lists page."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from evenhand.cases import queries as cases
from evenhand.jobs.models import Job, State
from evenhand.kernel.paging import read_mark
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission

PAGE = 50
# Longer than a lease and its back-off: what has no job by then was forgotten.
FORGOTTEN_AFTER = timedelta(minutes=10)
FORGOTTEN_AT_ONCE = 50


class NoSuchMail(cases.NoSuchCase):
    """There is no such mail, or it is not the member's to see: told apart by no one."""


def must(member: Member, permission: Permission) -> None:
    """Refuse with NoSuchMail who lacks the permission."""
    if not member.may(permission):
        raise NoSuchMail(str(permission))


def below(key: str, field: str) -> Q:
    """Return the condition of coming after the key; nothing comes after a broken one."""
    place = read_mark(key)
    if place is None:
        return Q(pk__in=())
    at, last = place
    return Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": last})


def argued(task: str, argument: str) -> set[int]:
    """Return what the live jobs of a task are about; asked only if something is late."""
    live = Job.objects.filter(task=task, state__in=[State.READY, State.RUNNING])
    return {
        arguments[argument] for arguments in live.values_list("arguments", flat=True)
    }
