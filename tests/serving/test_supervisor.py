"""All parts start, come back and end together: real processes, real signals."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from django_tasks import task

from evenhand.jobs.models import Job, State
from evenhand.jobs.worker import process_name
from evenhand.web.serve.deaths import Deaths
from evenhand.web.serve.supervisor import GRACE
from tests.serving.processes import (
    SOURCE,
    answers,
    environment,
    evenhand,
    running,
    until,
)

ROOT = SOURCE.parent


@task
def nothing() -> None:
    """A job of these tests."""


@contextmanager
def small_desk(*names: str, env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - our own program and words
        [sys.executable, "-m", "tests.serving.small_desk", *names],
        env={**env, "PYTHONPATH": f"{SOURCE}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    known: list[psutil.Process] = []
    try:
        yield process
        known = _family(process)
    finally:
        known = known or _family(process)
        for one in known:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    try:
        return list(psutil.Process(process.pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _child(process: subprocess.Popen[str], name: str) -> psutil.Process | None:
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.Error):
            if name in child.cmdline():
                return child
    return None


def _read_until(process: subprocess.Popen[str], end: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith(end):
        line = process.stdout.readline()
        assert line, f"it ended without {end!r}: {lines}"
        lines.append(line.rstrip("\n"))
    return lines


@pytest.mark.django_db(transaction=True)
def test_a_signal_ends_all_parts_within_seconds() -> None:
    env = environment()
    address = env["EVENHAND_WEB_LISTEN"]
    with small_desk("web", "worker", env=env) as desk:
        lines = _read_until(desk, "ready")
        assert set(lines[1:]) == {
            f"web is ready on {address}",
            "worker is ready",
            "ready",
        }
        family = _family(desk)
        assert len(family) == 3  # the web part has a worker process of its own
        began = time.monotonic()

        desk.terminate()

        assert desk.wait(60) == 0
        assert time.monotonic() - began < GRACE
        until(lambda: not any(map(_lives, family)))
        assert not answers(address)


@pytest.mark.django_db(transaction=True)
def test_a_part_that_is_killed_comes_back_and_its_jobs_at_once() -> None:
    with small_desk("worker", env=environment()) as desk:
        _read_until(desk, "ready")
        worker = _child(desk, "worker")
        assert worker is not None
        # as if the worker had just taken it: its lease would last half a minute
        now = datetime.now(tz=UTC)
        worker.suspend()
        job = Job.objects.create(
            task=nothing.module_path,
            queue="default",
            run_at=now,
            enqueued_at=now,
            attempts=1,
            state=State.RUNNING,
            worker=f"{process_name(worker.pid)}:1234",
            lease_until=now + timedelta(days=300),
        )

        worker.kill()

        until(lambda: Job.objects.get(pk=job.pk).state == State.DONE)
        fresh = _child(desk, "worker")
        assert fresh is not None
        assert fresh.pid != worker.pid


@pytest.mark.django_db(transaction=True)
def test_no_part_outlives_a_supervisor_that_is_killed() -> None:
    env = environment()
    with small_desk("web", "worker", env=env) as desk:
        _read_until(desk, "ready")
        family = _family(desk)
        assert len(family) == 3

        desk.send_signal(signal.SIGKILL)

        until(lambda: not any(map(_lives, family)))
        assert not answers(env["EVENHAND_WEB_LISTEN"])


def _lives(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def test_a_part_that_dies_again_and_again_brings_all_down(tmp_path: Path) -> None:
    env = {**os.environ, "EVENHAND_DATA_FOLDER": str(tmp_path)}
    with small_desk("nonsense", env=env) as desk:
        lines = _read_until(desk, "stopped")

        assert desk.wait(60) == 1
        assert lines[-2] == (
            "nonsense ended 5 times within 60 s (last: exit 2); everything is stopped"
        )


def test_the_wait_doubles_and_the_fifth_death_of_a_minute_is_the_last() -> None:
    deaths = Deaths()

    assert [deaths.wait_after(at) for at in (0, 1, 2, 3, 4)] == [
        0.25,
        0.5,
        1.0,
        2.0,
        None,
    ]
    assert Deaths([0, 1, 2, 3]).wait_after(62.5) == 0.5


def test_a_desk_older_than_its_program_does_not_start(tmp_path: Path) -> None:
    env = {
        "PYTHONPATH": str(SOURCE),
        "EVENHAND_DATA_FOLDER": str(tmp_path),
    }
    for words in (("serve",), ("web",), ("worker",)):
        done = evenhand(*words, env=env)

        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("evenhand: the database lacks ")
        assert done.stderr.endswith("; run: evenhand migrate\n")
        assert done.stderr.count("\n") == 1


@pytest.mark.django_db(transaction=True)
def test_a_port_that_is_taken_is_named_with_its_setting() -> None:
    env = environment()
    host, _, port = env["EVENHAND_WEB_LISTEN"].rpartition(":")
    with socket.create_server((host, int(port))):
        done = evenhand("web", env=env)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"evenhand: cannot listen on {host}:{port}: another process does."
        " EVENHAND_WEB_LISTEN names it\n"
    )


@pytest.mark.django_db(transaction=True)
def test_serve_runs_all_parts_and_ends_them_in_order() -> None:
    env = environment()
    with running("serve", env=env) as desk:
        lines = _read_until(desk, "evenhand: ready")
        family = _family(desk)
        parts = {
            f"evenhand: web is ready on {env['EVENHAND_WEB_LISTEN']}",
            f"evenhand: mail is ready on {env['EVENHAND_SMTP_LISTEN']}",
            "evenhand: worker is ready",
        }
        assert parts <= set(lines)
        assert len(family) == 4

        desk.terminate()

        assert desk.wait(60) == 0
    assert [one for one in family if _lives(one)] == []
