"""Nothing is lost while processes, lines and the database break: bench/faults, in short."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.serving.processes import SOURCE

BENCH = SOURCE.parent / "bench" / "faults.py"
WORDS = ("--mails", "40", "--outgoing", "20", "--faults", "12", "--seed", "7")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_faults_at_every_step_lose_no_mail_and_file_none_twice() -> None:
    done = subprocess.run(  # noqa: S603 - our own program and words
        [sys.executable, str(BENCH), *WORDS],
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    # mails, lost, doubled, in the wrong case, set aside
    assert lines[1].split()[:6] == ["in", "40", "0", "0", "0", "0"]
    # of twenty one goes to somebody whom the other side refuses: it says so
    way, many, lost, _doubled, *_, failed = lines[2].split()
    assert (way, many, lost, failed) == ("out", "20", "0", "1")


def _environment() -> dict[str, str]:
    """On PostgreSQL a database of its own: this one must not be met by strangers."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DJANGO_SETTINGS_MODULE", "EVENHAND_DATA_FOLDER"}
    }
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS evenhand_faults")
            cursor.execute("CREATE DATABASE evenhand_faults")
        url = urlsplit(os.environ["EVENHAND_DATABASE_URL"])
        variables["EVENHAND_DATABASE_URL"] = urlunsplit(
            url._replace(path="/evenhand_faults")
        )
    return variables
