"""`make test`: the whole suite on SQLite, then on PostgreSQL; both must pass.

What no database can change is run once: the policy room and the kernel reach none (an
import contract holds that), so PostgreSQL gets only those of their tests that name it.
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
PURE = ("tests/policy", "tests/kernel")
NAMES_A_DATABASE = ("EVENHAND_DATABASE_URL", "django_db")


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
    if database == "SQLite":
        return []
    files = (file for folder in PURE for file in (ROOT / folder).glob("test_*.py"))
    return [
        f"--ignore={file.relative_to(ROOT)}"
        for file in sorted(files)
        if not any(name in file.read_text() for name in NAMES_A_DATABASE)
    ]


if __name__ == "__main__":
    sys.exit(main())
