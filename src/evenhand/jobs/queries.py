"""Read the queue."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet

from evenhand.jobs.models import Job, State


def due(*, at: datetime) -> QuerySet[Job]:
    """Return jobs that a worker may take now: ready ones, and those left by the dead."""
    return Job.objects.filter(
        Q(state=State.READY, run_at__lte=at)
        | Q(
            state=State.RUNNING, lease_until__lt=at, attempts__lt=F("most_attempts")
        )
    )


def dead() -> QuerySet[Job]:
    """Return the dead letters, latest first."""
    return Job.objects.filter(state=State.DEAD).order_by("-finished_at", "-pk")
