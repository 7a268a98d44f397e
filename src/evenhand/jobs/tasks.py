"""The queue's own housekeeping."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from evenhand.jobs import actions
from evenhand.jobs.worker import KEEP_DONE


@task
def tidy_the_queue() -> None:
    """Remove jobs that were done a week ago; lay aside those that kill their worker."""
    at = timezone.now()
    actions.forget_done(before=at - KEEP_DONE)
    actions.bury_abandoned(at=at)
