"""Forks processes of the desk from one that has everything imported: `python nursery.py`.

A harness that kills two hundred processes would mostly wait for imports. Each line on
stdin asks for one process: its words, settings, and the file that tells its pid and, in
the end, its status. All of them end with the nursery, and the nursery with its stdin.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
BORN_WITHIN = 30.0


@dataclass(slots=True)
class Child:
    """A process of the nursery's, as the harness sees it."""

    file: Path

    @property
    def pid(self) -> int:
        """Its number; waits until it is born."""
        until = time.monotonic() + BORN_WITHIN
        while not (told := self._read("pid")):
            if time.monotonic() > until:
                raise TimeoutError(f"{self.file} was not born in time")
            time.sleep(0.002)
        return int(told)

    def poll(self) -> int | None:
        """Return its exit status once it has ended."""
        told = self._read("status")
        return int(told) if told else None

    def wait(self) -> int:
        while (status := self.poll()) is None:
            time.sleep(0.005)
        return status

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _read(self, what: str) -> str:
        path = self.file.with_suffix(f".{what}")
        return path.read_text() if path.exists() else ""


@dataclass(slots=True)
class Nursery:
    """The harness's end of the line."""

    folder: Path
    log: Path
    _process: subprocess.Popen[bytes] = field(init=False)
    _number: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, __file__],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def bear(
        self,
        words: Sequence[str],
        settings: Mapping[str, str],
        stdin: Path | None = None,
    ) -> Child:
        """Start `evenhand` with the words."""
        file = self.folder / f"child-{next(self._number)}"
        asked = {
            "words": list(words),
            "settings": dict(settings),
            "file": str(file),
            "stdin": str(stdin or os.devnull),
        }
        line = self._process.stdin
        if line is None:
            raise BrokenPipeError
        # one write a line: several threads ask
        os.write(line.fileno(), json.dumps(asked).encode() + b"\n")
        return Child(file)

    def close(self) -> None:
        """End it and all that it bore."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)


def main() -> None:
    """Fork a keeper for each line, which forks the process and waits for its end."""
    import django  # noqa: PLC0415 - only the nursery itself has Django

    django.setup()
    _import_what_they_need()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        parent = os.getpid()
        if os.fork() == 0:
            _end_with(parent)
            _keep(json.loads(line))


def _import_what_they_need() -> None:
    import evenhand.channels.management.commands.mail_deliver  # noqa: PLC0415 - see main
    import evenhand.channels.management.commands.mail_fetch  # noqa: PLC0415 - see main
    import evenhand.channels.management.commands.mail_receive  # noqa: PLC0415 - see main
    import evenhand.web.management.commands.worker  # noqa: F401, PLC0415 - see main


def _keep(asked: Mapping[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    keeper = os.getpid()
    pid = os.fork()
    if pid == 0:
        _end_with(keeper)
        _run(asked)
    _tell(asked["file"], "pid", pid)
    _, status = os.waitpid(pid, 0)
    _tell(asked["file"], "status", os.waitstatus_to_exitcode(status))
    os._exit(0)


def _run(asked: Mapping[str, Any]) -> None:
    from django.conf import settings  # noqa: PLC0415 - see main

    from evenhand.web.command import run  # noqa: PLC0415 - see main
    from evenhand.web.environment import Environment  # noqa: PLC0415 - see main

    os.environ.update(asked["settings"])
    environment = Environment()
    settings.SMTP_LISTEN = environment.address("EVENHAND_SMTP_LISTEN", "")
    settings.LMTP_LISTEN = environment.address_or_none("EVENHAND_LMTP_LISTEN", "")
    os.dup2(os.open(asked["stdin"], os.O_RDONLY), 0)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - the process's own
    sys.argv = ["evenhand", *asked["words"]]
    status = 1
    try:
        status = run(asked["words"])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(status)


def _tell(file: str, what: str, number: int) -> None:
    draft = Path(f"{file}.{what}-draft")
    draft.write_text(str(number))
    draft.rename(f"{file}.{what}")


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main()
