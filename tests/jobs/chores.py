"""Tasks that the tests enqueue; workers in other processes import them from here."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from django_tasks import task

from evenhand.jobs.models import Job
from evenhand.jobs.worker import OUTSIDE, GiveUp
from evenhand.kernel.look import seen
from evenhand.ledger import actions as ledger


def _note(name: str) -> None:
    ledger.record(
        kind="test.done",
        subject=f"chore:{name}",
        by="system",
        at=datetime.now(tz=UTC),
    )


@task
def write(name: str) -> None:
    _note(name)


@task
def write_behind_a_gate(name: str, gate: str) -> None:
    """Write, and then wait inside the transaction while the gate (a file) stands."""
    _note(name)
    while Path(gate).exists():
        time.sleep(0.02)


@task
def fail() -> None:
    _note("half done")
    raise RuntimeError("the first half must not stay")


@task
def write_or_fail(name: str) -> None:
    """Write; then fail where the name says so: by ourselves, by the database, or
    because another worker has the job by now.
    """
    _note(name)
    if name == "broken":
        raise RuntimeError(name)
    if name == "refused":
        Job.objects.update(state="no such state")
    if name == "lost":
        Job.objects.filter(arguments__name="lost").update(worker="quick")


@task
def look(name: str) -> None:
    """Write the name that the look saw first, or fail where our own is "undone"."""
    _note(seen("name", lambda: name))
    if name == "undone":
        raise RuntimeError(name)


@task
def give_up() -> None:
    raise GiveUp("no later attempt can mend this")


@task(queue_name=OUTSIDE)
def tell_outside(name: str) -> None:
    _note(name)
