"""The shell's own housekeeping."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django_tasks import task

from evenhand.cases import actions as cases

PRESENCE_KEPT = timedelta(days=1)


@task
def tidy_up() -> None:
    """Forget sessions that ran out and who looked at which case a day ago."""
    SessionStore.clear_expired()
    cases.forget_presence(before=timezone.now() - PRESENCE_KEPT)
