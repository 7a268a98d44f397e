"""Read the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from evenhand.jobs.models import Job, State

# More than one screen of dead letters has one cause; the latest tell it.
MOST_SHOWN = 200


def due(*, at: datetime, queues: Sequence[str] = ()) -> QuerySet[Job]:
    """Return jobs that a worker may take now: ready ones, and those left by the dead.

    Only of the queues named; of all where none is named.
    """
    jobs = Job.objects.filter(queue__in=queues) if queues else Job.objects.all()
    return jobs.filter(
        Q(state=State.READY, run_at__lte=at)
        | Q(state=State.RUNNING, lease_until__lt=at, attempts__lt=F("most_attempts"))
    )


def dead() -> QuerySet[Job]:
    """Return the dead letters, latest first."""
    return Job.objects.filter(state=State.DEAD).order_by("-finished_at", "-pk")
