"""`make test`: the whole suite on SQLite, then on PostgreSQL; both must pass.

What no database can change is run once: PostgreSQL gets the tests that name a database,
and those that start whole desks.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--maxschedchunk", "4"]
DATABASES = {
    "SQLite": PYTEST,
    "PostgreSQL": [sys.executable, "-m", "tests.postgres", *PYTEST],
}
STARTS_DESKS = ("journeys", "serving")
# A journey takes a minute in a browser: each is walked on one database.
JOURNEYS = "tests/journeys/test_{}.py"
WAY = "tests/journeys/test_way_of_a_case.py::test_a_complaint_goes_its_whole_way"
WALKED = {
    "SQLite": (
        "adding_a_copy",
        "connecting_a_mailbox",
        "files_and_layouts",
        "writing_a_policy",
    ),
    "PostgreSQL": (
        "answers_that_come_back",
        "asking_a_third_party",
        "merging_cases",
        "undo_and_later",
    ),
}
LANGUAGE = {"SQLite": "english", "PostgreSQL": "chinese"}
NAMES_A_DATABASE = ("DATABASE_URL", "django_db", "transactional_db")


def main() -> int:
    failed = []
    environment = {k: v for k, v in os.environ.items() if k != "EVENHAND_DATABASE_URL"}
    for database, command in DATABASES.items():
        started = time.monotonic()
        sys.stdout.write(f"--- everything on {database}\n")
        sys.stdout.flush()
        done = subprocess.run(  # noqa: S603 - the commands are the ones above
            [*command, *_left_out(database), *sys.argv[1:]],
            cwd=ROOT,
            env=environment,
            check=False,
        )
        if done.returncode:
            failed.append(database)
        sys.stdout.write(f"--- {database}: {time.monotonic() - started:.0f} s\n")
    if failed:
        sys.stdout.write(f"failed on {' and '.join(failed)}\n")
    return 1 if failed else 0


def _left_out(database: str) -> list[str]:
    walked = [
        f"--ignore={JOURNEYS.format(name)}"
        for other, names in WALKED.items()
        for name in names
        if other != database
    ]
    walked += [
        f"--deselect={WAY}[{language}]"
        for other, language in LANGUAGE.items()
        if other != database
    ]
    if database == "SQLite":
        return walked
    return walked + [
        f"--ignore={file.relative_to(ROOT)}"
        for file in sorted((ROOT / "tests").glob("*/**/test_*.py"))
        if file.parent.name not in STARTS_DESKS
        and not any(name in file.read_text() for name in NAMES_A_DATABASE)
    ]


if __name__ == "__main__":
    sys.exit(main())
