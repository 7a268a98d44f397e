"""The answers' work for the queue."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from evenhand.replies.actions import holding


@task(priority=5)
def let_leave(*, held_pk: int) -> None:
    """Send an answer whose time has come, unless it was taken back."""
    holding.let_leave(held_pk=held_pk, at=timezone.now())


@task
def look_after_held_answers() -> None:
    """Let answers leave that dying workers left behind, return those overtaken."""
    at = timezone.now()
    holding.take_up_again(at=at)
    holding.return_overtaken(at=at)
