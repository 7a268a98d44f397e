"""Workers share the queue: in threads, and as processes of which one is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import QuerySet

from evenhand.jobs import actions
from evenhand.jobs.models import Job, State
from evenhand.ledger.models import Entry
from tests.given import MONDAY
from tests.jobs import chores
from tests.serving.processes import SOURCE, environment, until

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_at_once_never_take_the_same_job() -> None:
    for number in range(60):
        chores.write.enqueue(name=str(number))
    Job.objects.update(run_at=MONDAY)
    taken: list[int] = []
    begin = threading.Barrier(4)

    def take(name: str) -> None:
        try:
            begin.wait(60)
            while jobs := actions.claim(worker=name, at=MONDAY, most=4):
                taken.extend(job.pk for job in jobs)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(f"w{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))
    assert Job.objects.filter(attempts=1, state=State.RUNNING).count() == 60


@contextmanager
def a_worker_process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    path = f"{SOURCE}{os.pathsep}{SOURCE.parent}"
    process = subprocess.Popen(  # noqa: S603 - our own program and words
        [sys.executable, "-m", "evenhand", "worker", *words],
        env={**environment(), "PYTHONPATH": path},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _state(job: int) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job)


def test_a_job_whose_worker_is_killed_half_way_is_done_exactly_once(
    tmp_path: Path,
) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    job = int(chores.write_behind_a_gate.enqueue(name="a", gate=str(gate)).id)
    with a_worker_process() as doomed:
        until(lambda: _state(job) == State.RUNNING)

        doomed.send_signal(signal.SIGKILL)
        doomed.wait()
        gate.unlink()

        assert _state(job) == State.RUNNING
        assert not Entry.objects.filter(kind="test.done").exists()
    with a_worker_process("--instead-of", str(doomed.pid)) as second:
        until(lambda: _state(job) == State.DONE)
        second.terminate()
        assert second.wait(60) == 0

    assert Entry.objects.filter(kind="test.done", subject="chore:a").count() == 1
    assert Job.objects.get(pk=job).attempts == 2


def test_a_worker_told_to_end_finishes_its_job_first(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    job = int(chores.write_behind_a_gate.enqueue(name="a", gate=str(gate)).id)
    with a_worker_process() as worker:
        until(lambda: _state(job) == State.RUNNING)

        worker.terminate()
        gate.unlink()

        assert worker.wait(60) == 0
    assert _state(job) == State.DONE
    assert Entry.objects.filter(kind="test.done").count() == 1


def _are_done(jobs: QuerySet[Job], *, least: int) -> bool:
    return jobs.filter(state=State.DONE).count() >= least


def test_many_jobs_through_kills_are_all_done_and_none_twice() -> None:
    names = [str(number) for number in range(200)]
    for name in names:
        chores.write.enqueue(name=name)
    ours = Job.objects.filter(task=chores.write.module_path)
    before: list[str] = []
    for finished in (30, 80, 130, 200):
        with a_worker_process(*before) as worker:
            until(partial(_are_done, ours, least=finished))
        before = ["--instead-of", str(worker.pid)]

    done = Entry.objects.filter(kind="test.done").values_list("subject", flat=True)
    assert Counter(done) == Counter(f"chore:{name}" for name in names)
