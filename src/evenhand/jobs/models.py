from __future__ import annotations

from django.db import models
from django.db.models import Q

from evenhand.jobs.rules import MOST_ATTEMPTS


class State(models.TextChoices):
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(models.Model):
    """One call of a task: due at `run_at`, held by `worker` until `lease_until`."""

    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    queue = models.CharField(max_length=40)
    priority = models.SmallIntegerField(default=0)
    run_at = models.DateTimeField()
    enqueued_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    most_attempts = models.PositiveSmallIntegerField(default=MOST_ATTEMPTS)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    error = models.TextField(blank=True)
    key = models.CharField(max_length=200, null=True, unique=True)

    class Meta:
        db_table = "job"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING)
                | (Q(lease_until__isnull=False) & ~Q(worker="")),
                name="job_running_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "run_at", "id"],
                condition=Q(state=State.READY),
                name="job_ready",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state=State.RUNNING),
                name="job_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.state}"
