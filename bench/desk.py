"""A desk of its own for measuring: a fresh folder, free ports, real processes."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
START_WITHIN = 120.0


class TookTooLong(Exception):
    """Something did not come to be in time; the text says what, and the log's end."""


class Desk:
    """Sets the variables of this very process too, so that it shares the database."""

    def __init__(self, **settings: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="evenhand-bench-")
        self.folder = Path(self._folder.name)
        self.web = f"127.0.0.1:{free_port()}"
        self.smtp = f"127.0.0.1:{free_port()}"
        os.environ.update(
            {
                "PYTHONPATH": str(ROOT / "src"),
                "DJANGO_SETTINGS_MODULE": "evenhand.web.settings",
                "EVENHAND_DATA_FOLDER": str(self.folder),
                "EVENHAND_WEB_LISTEN": self.web,
                "EVENHAND_SMTP_LISTEN": self.smtp,
                "EVENHAND_MAIL_ADDRESS": "help@shop.example",
                "EVENHAND_LOG_LEVEL": "ERROR",
                **settings,
            }
        )
        sys.path.insert(0, str(ROOT / "src"))
        self.log = self.folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self._others: list[subprocess.Popen[bytes]] = []
        self._known: dict[int, psutil.Process] = {}

    def run(self, *words: str) -> None:
        """Run a command of the desk to its end."""
        subprocess.run(  # noqa: S603 - our own program and words
            [sys.executable, "-m", "evenhand", *words],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self, *words: str) -> None:
        """Start `evenhand` with the words (serve, web …)."""
        self.process = self._started(words, {})

    def start_beside(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start one more process of the desk, with settings of its own."""
        process = self._started(words, settings)
        self._others.append(process)
        return process

    def _started(
        self, words: Sequence[str], settings: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own program and words
                [sys.executable, "-m", "evenhand", *words],
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def family(self) -> list[psutil.Process]:
        """All living processes that ever belonged to the desk, the first started first."""
        for started in (self.process, *self._others):
            if started is None:
                continue
            with suppress(psutil.NoSuchProcess):
                top = psutil.Process(started.pid)
                for one in (top, *top.children(recursive=True)):
                    self._known.setdefault(one.pid, one)
        return [one for one in self._known.values() if lives(one)]

    def cpu_seconds(self) -> float:
        """What the living processes have used of the processor."""
        used = 0.0
        for one in self.family():
            with suppress(psutil.Error):
                times = one.cpu_times()
                used += times.user + times.system
        return used

    def wait(
        self, holds: Callable[[], bool], *, what: str, within: float = START_WITHIN
    ) -> None:
        give_up_at = time.monotonic() + within
        while not holds():
            if time.monotonic() > give_up_at:
                end = (
                    self.log.read_text(errors="replace")[-3000:]
                    if self.log.exists()
                    else ""
                )
                raise TookTooLong(f"{what} took longer than {within:.0f} s\n{end}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End every process, those that do not want to as well."""
        known = self.family()
        started = [one for one in (self.process, *self._others) if one is not None]
        for one in started:
            one.terminate()
        for one in started:
            with suppress(subprocess.TimeoutExpired):
                one.wait(20)
        for left in known:
            with suppress(psutil.NoSuchProcess):
                left.kill()
        for one in started:
            one.wait()

    def close(self) -> None:
        """End every process and remove the folder."""
        self.stop()
        self._folder.cleanup()


def free_port() -> int:
    """Return a port on which nobody listens, and which no client is given for itself.

    The system gives those from 32768 on: whoever called in vain at one of them, again
    and again while its server is down, would some day be given it.
    """
    while True:
        port = random.SystemRandom().randrange(12_000, 32_000)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except OSError:
        return False


def lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
