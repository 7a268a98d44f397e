"""Run jobs: claim under a lease, keep it alive, commit effect and `done` together."""

from __future__ import annotations

import logging
import os
import random
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils.module_loading import import_string
from django_tasks.base import Task

from evenhand.jobs import actions, queries, rules
from evenhand.jobs.models import Job
from evenhand.kernel.look import one_look, undone_together

logger = logging.getLogger(__name__)

# A task on this queue talks to the outside (mail, webhooks): it runs outside any
# transaction, and so at least once. All others commit their effect with their `done`.
INSIDE = "default"
OUTSIDE = "outside"
# Long reckoning, such as a replay: outside any transaction too, which it would hold for
# minutes, and in a lane of its own, so that no mail waits for it.
ASIDE = "aside"
IDLE = 0.15
BATCH = 10
ALSO_EVERY = 0.25
# How long (s) jobs may hold SQLite's write lock together: a click waits for it.
TOGETHER_FOR = 0.05
KEEP_DONE = timedelta(days=7)


class GiveUp(Exception):
    """Raised by a task whose failure no later attempt can mend."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task to run every so many seconds, once for each slot whoever the workers are."""

    task: Task[[], None]
    seconds: int

    def key(self, at: datetime) -> str:
        return f"{self.task.module_path}:{int(at.timestamp()) // self.seconds}"


def _now() -> datetime:
    return datetime.now(tz=UTC)


def process_name(pid: int | None = None) -> str:
    """Return "host:pid", how the names of a process's workers begin; ours by default."""
    return f"{socket.gethostname()[:40]}:{pid or os.getpid()}"


@dataclass(slots=True)
class Worker:
    """One worker of one process; `stop` lets it end after the job at hand."""

    # the queues it takes jobs from; all where none is named
    queues: Sequence[str] = ()
    # how many it takes at once
    most: int = BATCH
    periodic: Sequence[Periodic] = ()
    # how long it rests when nothing is due (s)
    idle: float = IDLE
    # called where no job is due and every ALSO_EVERY under load, such as the ledger's
    # readers; True if it did something
    also: Callable[[datetime], bool] = lambda _at: False
    now: Callable[[], datetime] = _now
    name: str = field(
        default_factory=lambda: f"{process_name()}:{secrets.token_hex(4)}"
    )
    stop: threading.Event = field(default_factory=threading.Event)
    _held: set[int] = field(default_factory=set)
    # the slot last enqueued of each periodic task: no need to ask the database again
    _slots: dict[str, str] = field(default_factory=dict)
    # whether jobs were due at the last look, and when `also` was called (monotonic, s)
    _loaded: bool = False
    _also_at: float = -ALSO_EVERY

    def run(self) -> None:
        """Work until `stop` is set."""
        heart = threading.Thread(target=self._beat, daemon=True)
        heart.start()
        while not self.stop.is_set():
            try:
                busy = self.run_due()
            except DatabaseError:
                logger.exception("the database did not answer; trying again")
                close_old_connections()
                self.stop.wait(1)
                continue
            if not busy:
                self.stop.wait(self.idle)
        heart.join(timeout=2)

    def run_due(self) -> bool:
        """Run what is due now, at most one batch; return whether there was anything."""
        at = self.now()
        self._enqueue_periodic(at)
        also_due = time.monotonic() - self._also_at >= ALSO_EVERY
        also_busy = self._look_beside(at) if also_due else False
        jobs = self._claimed(at)
        if not jobs:
            return also_busy if also_due else self._look_beside(at)
        self._held.update(job.pk for job in jobs)
        try:
            self._run_batch(jobs)
        finally:
            # whatever was not finished is left to its lease, not kept alive for ever
            self._held.clear()
        return True

    def _look_beside(self, at: datetime) -> bool:
        self._also_at = time.monotonic()
        return self.also(at)

    def _claimed(self, at: datetime) -> list[Job]:
        """Take what is due; after an empty round only where a look shows something.

        The look takes no write lock: an idle worker must not disturb writers.
        """
        if not self._loaded and not queries.due(at=at, queues=self.queues).exists():
            return []
        jobs = actions.claim(
            worker=self.name, at=at, most=self.most, queues=self.queues
        )
        self._loaded = bool(jobs)
        return jobs

    def _run_batch(self, jobs: Sequence[Job]) -> None:
        if any(_is_apart(job) for job in jobs):
            self._run_each(jobs)
        else:
            # begun after the jobs were taken: what was changed before is seen
            with one_look():
                self._run_each(jobs)

    def _run_each(self, jobs: Sequence[Job]) -> None:
        left = deque(jobs)
        while left:
            if self.stop.is_set():
                rest = [job.pk for job in left]
                actions.release(jobs=rest, worker=self.name)
                return
            for job in self._run_next(left):
                self._held.discard(job.pk)

    def _run_next(self, left: deque[Job]) -> list[Job]:
        """Run the first of the jobs left, or several together; return those that ran."""
        if self._shares_a_commit() and _like_the_first(left) > 1:
            return self._run_together(left)
        job = left.popleft()
        self._run(job)
        return [job]

    def _shares_a_commit(self) -> bool:
        """On SQLite, where only one may write; elsewhere locks of two workers could cross."""
        return connection.vendor == "sqlite"

    def _run_together(self, left: deque[Job]) -> list[Job]:
        """Run jobs of one task with one commit, for as long as others may wait for it.

        Each has a savepoint, so that one that fails undoes itself alone. If the whole
        cannot be committed nothing of it is there, and each runs by itself.
        """
        ran: list[Job] = []
        failed: list[tuple[Job, Exception]] = []
        until = time.monotonic() + TOGETHER_FOR
        alike = _like_the_first(left)
        try:
            with undone_together(), transaction.atomic():
                while len(ran) < alike and time.monotonic() < until:
                    ran.append(left.popleft())
                    failure = _failure_of(ran[-1])
                    if failure is not None:
                        failed.append((ran[-1], failure))
                lost = {job.pk for job, _ in failed}
                done = [job.pk for job in ran if job.pk not in lost]
                actions.finish_each(jobs=done, worker=self.name, at=self.now())
        except (actions.LeaseLost, DatabaseError) as problem:
            logger.warning("%s jobs run one by one: %s", len(ran), problem)
            for job in ran:
                self._run(job)
            return ran
        for job, failure in failed:
            self._told_of(job, failure)
        return ran

    def _run(self, job: Job) -> None:
        try:
            if _is_apart(job):
                _call(job)
                actions.finish(job=job, worker=self.name, at=self.now())
            else:
                with undone_together(), transaction.atomic():
                    _call(job)
                    actions.finish(job=job, worker=self.name, at=self.now())
        except actions.LeaseLost as lost:
            logger.warning("%s", lost)
        except Exception as error:  # noqa: BLE001 - whatever it is, the queue tries again
            self._told_of(job, error)

    def _told_of(self, job: Job, error: Exception) -> None:
        logger.warning("job %s (%s) failed", job.pk, job.task, exc_info=error)
        self._fail(job, error)

    def _fail(self, job: Job, error: Exception) -> None:
        try:
            actions.fail(
                job=job,
                worker=self.name,
                at=self.now(),
                error=f"{type(error).__name__}: {error}"[:2000],
                jitter=random.random(),  # noqa: S311 - spreads retries, guards nothing
                final=isinstance(error, GiveUp),
            )
        except actions.LeaseLost as lost:
            logger.warning("%s", lost)

    def _enqueue_periodic(self, at: datetime) -> None:
        for periodic in self.periodic:
            key = periodic.key(at)
            if self._slots.get(periodic.task.module_path) == key:
                continue
            actions.enqueue(
                task=periodic.task.module_path,
                arguments={},
                queue=periodic.task.queue_name,
                at=at,
                key=key,
            )
            self._slots[periodic.task.module_path] = key

    def _beat(self) -> None:
        while not self.stop.wait(rules.HEARTBEAT.total_seconds()):
            held = list(self._held)
            try:
                if held:
                    actions.extend(jobs=held, worker=self.name, at=self.now())
            except DatabaseError:
                logger.exception("a heartbeat failed; the lease still runs")
            finally:
                close_old_connections()
        connection.close()


def _like_the_first(jobs: deque[Job]) -> int:
    """Return how many jobs from the first on are calls of its task, all inside."""
    same = takewhile(lambda job: job.task == jobs[0].task and not _is_apart(job), jobs)
    return sum(1 for _ in same)


def _is_apart(job: Job) -> bool:
    """Whether a job runs outside any transaction."""
    return job.queue in (OUTSIDE, ASIDE)


def _failure_of(job: Job) -> Exception | None:
    """Call the task in a savepoint of its own; return what it failed with.

    What the database says is raised: SQLite may have undone the whole transaction.
    """
    try:
        with undone_together(), transaction.atomic():
            _call(job)
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the queue tries again
        return error
    return None


def _call(job: Job) -> None:
    task = import_string(job.task)
    task.call(**job.arguments)
