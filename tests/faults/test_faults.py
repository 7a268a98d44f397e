"""Nothing is lost while processes, lines and the database break: bench/faults, in short."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.serving.processes import SOURCE

ROOT = SOURCE.parent
BENCH = [sys.executable, str(ROOT / "bench" / "faults.py")]
WORDS = ("--mails", "40", "--outgoing", "20", "--faults", "12", "--seed", "7")


@pytest.mark.slow
def test_faults_at_every_step_lose_no_mail_and_file_none_twice() -> None:
    done = subprocess.run(  # noqa: S603 - our own program and words
        [*_server_of_its_own(), *BENCH, *WORDS],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=480,
        check=False,
    )

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    # mails, lost, doubled, in the wrong case, set aside
    assert lines[1].split()[:6] == ["in", "40", "0", "0", "0", "0"]
    # of twenty one goes to somebody whom the other side refuses: it says so
    way, many, lost, _doubled, *_, failed = lines[2].split()
    assert (way, many, lost, failed) == ("out", "20", "0", "1")


def _server_of_its_own() -> list[str]:
    """On PostgreSQL the harness ends the server: never the one of the other tests."""
    on_postgresql = "EVENHAND_DATABASE_URL" in os.environ
    return [sys.executable, "-m", "tests.postgres"] if on_postgresql else []


def _environment() -> dict[str, str]:
    own = {
        "DJANGO_SETTINGS_MODULE",
        "EVENHAND_DATA_FOLDER",
        "EVENHAND_DATABASE_URL",
    }
    return {name: value for name, value in os.environ.items() if name not in own}
