"""The round of the board: who has to be told of a promise."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from evenhand.promises import actions


@task
def announce_due() -> None:
    """Tell of promises that fall due within the hour, and of those that have passed."""
    actions.announce_due(at=timezone.now())
