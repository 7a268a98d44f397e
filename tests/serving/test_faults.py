"""No mail is lost while the desk's processes are killed: the short form of bench/faults."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.serving.processes import SOURCE

BENCH = SOURCE.parent / "bench" / "faults.py"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_kills_at_random_lose_no_mail_and_file_none_twice() -> None:
    done = subprocess.run(  # noqa: S603 - our own program and words
        [
            sys.executable,
            str(BENCH),
            "--mails",
            "40",
            "--outgoing",
            "10",
            "--kills",
            "4",
        ],
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines[1].split() == ["in", "40", "0", "0"]
    assert lines[2].split()[:3] == ["out", "10", "0"]


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
