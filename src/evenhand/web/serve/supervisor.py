"""Start the parts, start again what dies, end all together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from evenhand.web.environment import HostAndPort
from evenhand.web.serve.deaths import TOO_MANY, WITHIN, Deaths

LOOK_EVERY = 0.1
# A worker finishes its job within this, or its lease brings the job back later.
GRACE = 12.0


@dataclass(frozen=True, slots=True)
class Part:
    """A command to keep running; ready once its address answers (if it has one).

    `after_death` are words added to the command that starts in place of process PID.
    `wanted` is asked again and again while it has not started: a part with nothing to
    do costs no process.
    """

    name: str
    words: Sequence[str]
    listens: HostAndPort | None = None
    after_death: Callable[[int], Sequence[str]] = lambda _pid: ()
    wanted: Callable[[], bool] | None = None


@dataclass(slots=True)
class _Running:
    part: Part
    deaths: Deaths = field(default_factory=Deaths)
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    ready: bool = False
    died: int | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the desk is ready as far as this part goes."""
        return self.ready or (self.part.wanted is not None and self.process is None)


@dataclass(slots=True)
class Supervisor:
    """Keeps parts running in this process group until a signal or a hopeless part."""

    parts: Sequence[Part]
    say: Callable[[str], None]
    _running: list[_Running] = field(default_factory=list)
    _signals: int = 0
    _told: bool = False

    def run(self) -> int:
        """Return 0 after SIGTERM or SIGINT, 1 where a part died again and again."""
        before = {
            number: signal.signal(number, self._note)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        self._running = [_Running(part) for part in self.parts]
        try:
            return self._keep()
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _keep(self) -> int:
        while not self._signals:
            for one in self._running:
                if not self._look_after(one):
                    return 1
            if not self._told and all(one.is_settled for one in self._running):
                self._told = True
                self.say("ready")
            time.sleep(LOOK_EVERY)
        return 0

    def _look_after(self, one: _Running) -> bool:
        """Start, start again or greet a part; False where it is to be given up."""
        if one.process is None:
            if time.monotonic() >= one.start_at and _is_wanted(one):
                self._start(one)
        elif one.process.poll() is not None:
            return self._note_death(one, one.process)
        elif not one.ready and _answers(one.part.listens):
            one.ready = True
            self.say(f"{one.part.name} is ready{_at(one.part.listens)}")
        return True

    def _start(self, one: _Running) -> None:
        instead = () if one.died is None else one.part.after_death(one.died)
        one.process = subprocess.Popen(  # noqa: S603 - our own program and words
            [
                *(sys.executable, "-m", "evenhand.web.serve.child", str(os.getpid())),
                *one.part.words,
                *instead,
            ],
            stdin=subprocess.DEVNULL,
        )

    def _note_death(self, one: _Running, process: subprocess.Popen[bytes]) -> bool:
        how = _how(process.returncode)
        one.process, one.ready, one.died = None, False, process.pid
        now = time.monotonic()
        wait = one.deaths.wait_after(now)
        if wait is None:
            self.say(
                f"{one.part.name} ended {TOO_MANY} times within {WITHIN:.0f} s"
                f" (last: {how}); everything is stopped"
            )
            return False
        self.say(f"{one.part.name} ended ({how}); it starts again in {wait:g} s")
        one.start_at = now + wait
        return True

    def _end_all(self) -> None:
        left = [one.process for one in self._running if one.process is not None]
        for process in left:
            process.terminate()
        until = time.monotonic() + GRACE
        # a second signal means: now
        while left and time.monotonic() < until and self._signals < 2:
            left = [process for process in left if process.poll() is None]
            time.sleep(LOOK_EVERY / 2)
        for process in left:
            process.kill()
            process.wait()
        self.say("stopped")

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1


def _is_wanted(one: _Running) -> bool:
    """Whether a part is to start; one that was wanted once starts again when it died."""
    return one.part.wanted is None or one.died is not None or one.part.wanted()


def _answers(listens: HostAndPort | None) -> bool:
    if listens is None:
        return True
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listens.host, listens.host)  # noqa: S104 - compared, not listened on
    try:
        with socket.create_connection((host, listens.port), timeout=1):
            return True
    except OSError:
        return False


def _at(listens: HostAndPort | None) -> str:
    return f" on {listens.host}:{listens.port}" if listens else ""


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit {status}"
