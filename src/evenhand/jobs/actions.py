"""Put work on the queue, take it under a lease, finish it, fail it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Q, When
from django.utils.module_loading import import_string
from django_tasks.base import Task

from evenhand.jobs import rules
from evenhand.jobs.models import Job, State
from evenhand.jobs.queries import due


class LeaseLost(Exception):
    """The job is no longer ours: its lease ran out and another worker took it."""


def enqueue(
    *,
    task: str,
    arguments: Mapping[str, Any],
    queue: str,
    at: datetime,
    run_at: datetime | None = None,
    priority: int = 0,
    key: str | None = None,
) -> Job | None:
    """Add a job in the caller's transaction; None where a job of that key exists."""
    values = {
        "task": task,
        "arguments": dict(arguments),
        "queue": queue,
        "priority": priority,
        "enqueued_at": at,
        "run_at": run_at or at,
    }
    if key is None:
        return Job.objects.create(**values)
    job, is_new = Job.objects.get_or_create(key=key, defaults=values)
    return job if is_new else None


def call_later(
    *, task: str, arguments: Mapping[str, Any], run_at: datetime | None = None
) -> None:
    """Enqueue a call by the dotted name of its task, in the caller's transaction.

    By name, because tasks stand above actions: they are what calls them.
    """
    called: Task[Any, Any] = import_string(task)
    called.using(run_after=run_at).enqueue(**arguments)


def call_each_later(
    *, task: str, arguments: Sequence[Mapping[str, Any]], at: datetime
) -> None:
    """Enqueue one call for each set of arguments, all with one statement."""
    called: Task[Any, Any] = import_string(task)
    Job.objects.bulk_create(
        Job(
            task=called.module_path,
            arguments=dict(each),
            queue=called.queue_name,
            priority=called.priority,
            enqueued_at=at,
            run_at=at,
        )
        for each in arguments
    )


def claim(
    *, worker: str, at: datetime, most: int, queues: Sequence[str] = ()
) -> list[Job]:
    """Take up to `most` due jobs for the worker, the most urgent first.

    One UPDATE decides who gets a job; on PostgreSQL workers skip each other's rows.
    What a dead worker left is taken alone: it may be what killed it, and the next
    death must not cost the others one of their tries.
    """
    chosen = due(at=at, queues=queues).order_by("-priority", "run_at", "id")
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            chosen = chosen.select_for_update(no_key=True, skip_locked=True)
        jobs = _safe_together(chosen[:most])
        if not jobs:
            return []
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(
            state=State.RUNNING,
            worker=worker,
            lease_until=at + rules.LEASE,
            attempts=F("attempts") + 1,
        )
    for job in jobs:
        # as the rows are now: they were locked when they were read
        job.state, job.worker = State.RUNNING, worker
        job.lease_until = at + rules.LEASE
        job.attempts += 1
    return jobs


def _safe_together(found: Iterable[Job]) -> list[Job]:
    """Return the first alone where a dead worker left it, else all that are ready."""
    jobs = list(found)
    if jobs and jobs[0].state == State.RUNNING:
        return jobs[:1]
    return [job for job in jobs if job.state == State.READY]


def extend(*, jobs: Sequence[int], worker: str, at: datetime) -> None:
    """Push the lease of the worker's running jobs; a worker that died stops doing it."""
    Job.objects.filter(pk__in=jobs, worker=worker, state=State.RUNNING).update(
        lease_until=at + rules.LEASE
    )


def finish(*, job: Job, worker: str, at: datetime) -> None:
    """Mark the job done; LeaseLost (and so a rollback) if it is no longer the worker's."""
    _end(job=job, worker=worker, state=State.DONE, finished_at=at, error="")


def finish_each(*, jobs: Sequence[int], worker: str, at: datetime) -> None:
    """Mark jobs done with one statement; LeaseLost if any is no longer the worker's."""
    ended = Job.objects.filter(pk__in=jobs, worker=worker, state=State.RUNNING).update(
        lease_until=None, worker="", state=State.DONE, finished_at=at, error=""
    )
    if ended != len(jobs):
        raise LeaseLost(f"one of the jobs {jobs} is no longer held by {worker}")


def fail(
    *, job: Job, worker: str, at: datetime, error: str, jitter: float, final: bool
) -> None:
    """Let the job run again later, or lay it aside as dead where it had its tries."""
    if final or job.attempts >= job.most_attempts:
        _end(job=job, worker=worker, state=State.DEAD, finished_at=at, error=error)
        return
    wait = rules.wait_before(attempt=job.attempts, jitter=jitter)
    _end(job=job, worker=worker, state=State.READY, run_at=at + wait, error=error)


def release(*, jobs: Sequence[int], worker: str) -> None:
    """Give back jobs that were taken and not begun, as a worker does when it stops."""
    Job.objects.filter(pk__in=jobs, worker=worker, state=State.RUNNING).update(
        state=State.READY, worker="", lease_until=None, attempts=F("attempts") - 1
    )


def end_leases_of(*, process: str, at: datetime) -> int:
    """Let others take what a process held that is known to be dead.

    At once, or after a while where a job has seen several workers die. `process` is
    "host:pid", the beginning of its workers' names. Return how many.
    """
    ends = [
        When(attempts=tries, then=at + rules.wait_after_death(attempt=tries))
        for tries in range(rules.DEATHS_BY_CHANCE + 1, rules.MOST_ATTEMPTS)
    ]
    return Job.objects.filter(
        state=State.RUNNING, worker__startswith=f"{process}:"
    ).update(lease_until=Case(*ends, default=at - rules.HEARTBEAT))


def bury_abandoned(*, at: datetime) -> int:
    """Lay aside jobs whose every attempt took its worker down; return how many."""
    return Job.objects.filter(
        state=State.RUNNING, lease_until__lt=at, attempts__gte=F("most_attempts")
    ).update(
        state=State.DEAD,
        worker="",
        lease_until=None,
        finished_at=at,
        error="each attempt ended with the worker itself",
    )


def run_again(*, job: Job, at: datetime) -> None:
    """Put a dead letter back on the queue with all its tries."""
    Job.objects.filter(pk=job.pk, state=State.DEAD).update(
        state=State.READY, attempts=0, run_at=at, finished_at=None, error=""
    )


def forget_done(*, before: datetime) -> int:
    """Remove jobs finished before the instant; return how many. Dead letters stay."""
    return Job.objects.filter(Q(state=State.DONE) & Q(finished_at__lt=before)).delete()[
        0
    ]


def _end(*, job: Job, worker: str, **values: Any) -> None:
    ended = Job.objects.filter(pk=job.pk, worker=worker, state=State.RUNNING).update(
        lease_until=None, worker="", **values
    )
    if not ended:
        raise LeaseLost(f"job {job.pk} ({job.task}) is no longer held by {worker}")
