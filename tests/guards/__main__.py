"""`make check`: every guard at once, two at a time, and what each one found."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CODE = ["src", "tests", "bench", "requirements", "hatch_build.py", "manage.py"]

# The slowest first, so that the two lanes end together.
GUARDS: dict[str, list[str]] = {
    "types": ["mypy"],
    "house rules": ["python", "-m", "pytest", "-q", "-n0", "tests/guards"],
    "pages": ["djlint", "src", "--lint", "--quiet"],
    "docs": ["sphinx-build", "-W", "-q", "docs", "docs/_build/html"],
    "import contracts": ["lint-imports", "--no-cache"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "dependencies": ["deptry", "src"],
    "lint": ["ruff", "check", *CODE],
    "format": ["ruff", "format", "--check", "-q", *CODE],
}


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    ok: bool
    seconds: float
    output: str


def run(name: str, data_folder: str) -> Outcome:
    started = time.monotonic()
    program, *arguments = GUARDS[name]
    done = subprocess.run(  # noqa: S603 - the commands are the ones above
        [str(BIN / program), *arguments],
        cwd=ROOT,
        env={**os.environ, "EVENHAND_DATA_FOLDER": data_folder},
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(
        name=name,
        ok=done.returncode == 0,
        seconds=time.monotonic() - started,
        output=done.stdout + done.stderr,
    )


def main() -> int:
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="evenhand-check-") as folder,
        ThreadPoolExecutor(max_workers=2) as lanes,
    ):
        outcomes = list(lanes.map(lambda name: run(name, folder), GUARDS))
    for outcome in outcomes:
        verdict = "ok    " if outcome.ok else "FAILED"
        sys.stdout.write(f"{verdict} {outcome.seconds:5.1f} s  {outcome.name}\n")
    for outcome in outcomes:
        if not outcome.ok:
            sys.stdout.write(f"\n--- {outcome.name}\n{outcome.output}\n")
    sys.stdout.write(f"all guards: {time.monotonic() - started:.1f} s\n")
    return 0 if all(outcome.ok for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
