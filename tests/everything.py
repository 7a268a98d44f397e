"""`make test`: the whole suite on SQLite, then on PostgreSQL; both must pass.

The second run begins when the first has handed out its last test: a processor that has
no more to do in the one prepares the other meanwhile. What the second says is shown when
the first has ended.

SQLite gets every test. PostgreSQL gets what it could do otherwise: models, actions,
queries, jobs, locks, commands, whole desks, and every address for every role and every
odd value (tests/web). It does not get what touches no database, nor the words of pages
(test_*page*.py), nor a second talk with Postfix. What takes long, a journey in a browser
or a process that is killed eight times, is done on one of the two.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.together import HANDED_OUT

ROOT = Path(__file__).resolve().parents[1]
# Two more than there are processors: one of them mostly waits for a browser, one for
# processes of its own. What shares a desk or a mail server stays together and begins
# first (tests/together.py).
WORKERS = (os.cpu_count() or 1) + 2
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", str(WORKERS)]
DATABASES = {
    "SQLite": PYTEST,
    "PostgreSQL": [sys.executable, "-m", "tests.postgres", *PYTEST],
}
STARTS_DESKS = ("journeys", "serving", "faults")
# Whole files, each on one database.
FILES = {
    "SQLite": (
        "tests/channels/test_merged_at_random.py",
        "tests/channels/test_postfix.py",
        "tests/journeys/test_adding_a_copy.py",
        "tests/journeys/test_connecting_a_mailbox.py",
        "tests/journeys/test_files_and_layouts.py",
        "tests/journeys/test_merging_cases.py",
        "tests/journeys/test_writing_a_policy.py",
    ),
    "PostgreSQL": (
        "tests/channels/test_sides_at_random.py",
        "tests/journeys/test_answers_that_come_back.py",
        "tests/journeys/test_asking_a_third_party.py",
        "tests/journeys/test_undo_and_later.py",
    ),
}
# Tests of two turns, one on each database.
WAY = "tests/journeys/test_way_of_a_case.py::test_a_complaint_goes_its_whole_way"
KILLED = (
    "tests/channels/test_fetching.py"
    "::test_killed_again_and_again_it_loses_and_doubles_none_of_two_hundred"
)
TURNS = {
    "SQLite": (f"{WAY}[english]", f"{KILLED}[pop3]"),
    "PostgreSQL": (f"{WAY}[chinese]", f"{KILLED}[imap]"),
}
# A database for both runs is chosen above. What one process has compiled, tests too, the
# others need not: on some machines Python is told to keep nothing.
NOT_FOR_TESTS = {"EVENHAND_DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
NAMES_A_DATABASE = ("DATABASE_URL", "django_db", "transactional_db")


LOOKS_EVERY = 0.1
INTERRUPTED = 128 + signal.SIGINT


@dataclass
class Run:
    """Everything on one database: here and now, or into a file, `shown` so far."""

    database: str
    process: subprocess.Popen[bytes]
    begun: float
    handed_out: Path
    output: Path | None
    shown: int = 0

    @classmethod
    def begin(cls, database: str, *, folder: Path, here: bool) -> Run:
        command = [*DATABASES[database], *_left_out(database), *sys.argv[1:]]
        output = None if here else folder / f"{database} says"
        if output and sys.stdout.isatty():
            command.append("--color=yes")
        handed_out = folder / f"{database} is handed out"
        environment = {k: v for k, v in os.environ.items() if k not in NOT_FOR_TESTS}
        begun = time.monotonic()
        with Path(output or os.devnull).open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - the commands are the ones above
                command,
                cwd=ROOT,
                env={**environment, HANDED_OUT: str(handed_out)},
                stdout=out if output else None,
                stderr=out if output else None,
            )
        return cls(database, process, begun, handed_out, output)

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def wait_for_the_last_tests(self) -> None:
        while not (self.handed_out.exists() or self.is_over()):
            time.sleep(LOOKS_EVERY)

    def show(self) -> bool:
        """Show what it says until it ends; return whether all of its tests passed."""
        if self.output:
            _say(f"--- everything on {self.database}\n")
        over = False
        while not over:
            time.sleep(LOOKS_EVERY)
            over = self.is_over()
            self._show_more()
        _say(f"--- {self.database}: {time.monotonic() - self.begun:.0f} s\n")
        return self.process.returncode == 0

    def _show_more(self) -> None:
        if self.output is None:
            return
        with self.output.open("rb") as out:
            out.seek(self.shown)
            more = out.read()
        self.shown += len(more)
        sys.stdout.buffer.write(more)
        sys.stdout.buffer.flush()


def main() -> int:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="evenhand-everything-") as folder:
        runs: list[Run] = []
        try:
            failed = _failed(Path(folder), runs)
        except KeyboardInterrupt:
            # Ctrl-C reached all of them: each puts its things away first
            for run in runs:
                run.process.wait()
            return INTERRUPTED
    _say(f"--- both: {time.monotonic() - begun:.0f} s\n")
    if failed:
        _say(f"failed on {' and '.join(failed)}\n")
    return 1 if failed else 0


def _failed(folder: Path, runs: list[Run]) -> list[str]:
    """Run everything on each database; return those on which a test failed."""
    for database in DATABASES:
        if runs:
            runs[-1].wait_for_the_last_tests()
        else:
            _say(f"--- everything on {database}\n")
        runs.append(Run.begin(database, folder=folder, here=not runs))
    return [run.database for run in runs if not run.show()]


def _say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


def _left_out(database: str) -> list[str]:
    """The words for pytest that name what the other database gets."""
    (other,) = DATABASES.keys() - {database}
    left = [f"--ignore={_there(file)}" for file in FILES[other]]
    left += [f"--deselect={_there(turn)}" for turn in TURNS[other]]
    if database == "SQLite":
        return left
    return left + [
        f"--ignore={file.relative_to(ROOT)}"
        for file in sorted((ROOT / "tests").glob("*/**/test_*.py"))
        if file.parent.name not in STARTS_DESKS and not _can_differ(file)
    ]


def _can_differ(file: Path) -> bool:
    """Whether PostgreSQL could answer a test of this file otherwise than SQLite."""
    if "page" in file.stem:
        return False
    return any(name in file.read_text(encoding="utf-8") for name in NAMES_A_DATABASE)


def _there(name: str) -> str:
    """Return the name as it is: what was renamed would be run twice, unnoticed."""
    file, _, test = name.partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    assert f"def {test.partition('[')[0]}(" in text or not test, name
    return name


if __name__ == "__main__":
    sys.exit(main())
