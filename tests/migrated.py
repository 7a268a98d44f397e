"""One migrated database a run: each process that tests, and each desk, gets a copy.

`python -m tests.migrated FOLDER` makes it, while the processes of the run read their
tests. A run of one process makes none: who needs a database there migrates it himself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "EVENHAND_TESTS_MIGRATED"
FILE, STATUS, LOG = "migrated.sqlite3", "status", "log"
DONE_WITHIN = 300.0


@contextmanager
def begun() -> Iterator[None]:
    """Begin to make it, for this process and all that it starts; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="evenhand-migrated-") as name:
        os.environ[FOLDER] = name
        with Path(name, LOG).open("wb") as log:
            making = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "tests.migrated", name],
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        try:
            yield
        finally:
            making.terminate()
            making.wait()
            if server():
                drop(_name(name))
            del os.environ[FOLDER]


def is_begun() -> bool:
    return FOLDER in os.environ


def copied_to(target: Path | str) -> None:
    """Copy it to a file of SQLite's, or to a database of that name, made anew."""
    folder = os.environ[FOLDER]
    _wait_for(Path(folder))
    if isinstance(target, Path):
        shutil.copyfile(Path(folder, FILE), target)
    else:
        drop(target)
        tell(f'CREATE DATABASE "{target}" TEMPLATE "{_name(folder)}"')


def server() -> str:
    """The URL of the PostgreSQL that the tests use; empty text for SQLite."""
    url = os.environ.get("EVENHAND_DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def url_of(name: str) -> str:
    """The URL of another database on that PostgreSQL."""
    return urlunsplit(urlsplit(server())._replace(path=f"/{name}"))


def drop(name: str) -> None:
    """Drop a database of that PostgreSQL, whoever still looks at it."""
    tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def tell(statement: str) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(statement)


def _make(folder: str) -> None:
    database = f"sqlite://{Path(folder, FILE)}"
    if server():
        tell(f'CREATE DATABASE "{_name(folder)}"')
        database = url_of(_name(folder))
    os.environ["EVENHAND_DATA_FOLDER"] = folder
    os.environ["EVENHAND_DATABASE_URL"] = database
    from django.db import connection  # noqa: PLC0415 - the settings are read now

    from evenhand.web import command  # noqa: PLC0415 - the settings are read now

    status = command.run(["migrate"])
    # what lies beside SQLite's file goes into it; PostgreSQL copies what nobody looks at
    connection.close()
    if server():
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's
    draft = Path(folder, f"{STATUS}.new")
    draft.write_text(str(status), encoding="ascii")
    draft.replace(Path(folder, STATUS))


def _wait_for(folder: Path) -> None:
    give_up_at = time.monotonic() + DONE_WITHIN
    while not (folder / STATUS).exists() and time.monotonic() < give_up_at:
        time.sleep(0.05)
    if not (folder / STATUS).exists() or (folder / STATUS).read_text() != "0":
        raise RuntimeError(f"the migration failed:\n{(folder / LOG).read_text()}")


def _name(folder: str) -> str:
    return Path(folder).name.replace("-", "_")


if __name__ == "__main__":
    _make(sys.argv[1])
