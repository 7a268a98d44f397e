"""A desk with several receivers and workers, kept running while its processes are killed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psutil
from desk import Desk, free_port, lives
from nursery import Child, Nursery

# the parts of `evenhand serve`, which are killed at random moments
KINDS = ("supervisor", "web", "web's own", "mail", "worker")


@dataclass(slots=True)
class Nursed:
    """One process with traps, and how often it was started again."""

    words: Sequence[str]
    settings: dict[str, str]
    child: Child | None = None
    deaths: int = 0

    def kill(self) -> bool:
        """Kill it; whether it lived."""
        if self.child is None or self.child.poll() is not None:
            return False
        self.child.kill()
        return True


@dataclass(slots=True)
class Crew:
    """`serve` with one part of each kind; beside it two of each that have traps."""

    desk: Desk
    nursery: Nursery
    receivers: list[Nursed] = field(init=False)
    workers: list[Nursed] = field(init=False)
    fetchers: list[Nursed] = field(init=False)
    serve_deaths: int = 0

    def __post_init__(self) -> None:
        self.receivers = [Nursed(("mail", "receive"), _listen()) for _ in range(2)]
        self.workers = [Nursed(("worker",), {}) for _ in range(2)]
        self.fetchers = [Nursed(("mail", "fetch"), {}) for _ in range(2)]

    def keep(self) -> None:
        """Start what is gone, as a supervisor or the system does."""
        for one in (*self.receivers, *self.workers, *self.fetchers):
            self._keep_one(one)
        self._keep_serve()

    def _keep_one(self, one: Nursed) -> None:
        words = list(one.words)
        if one.child is not None:
            if one.child.poll() is None:
                return
            one.deaths += 1
            if one not in self.receivers:
                words += ["--instead-of", str(one.child.pid)]
        one.child = self.nursery.bear(words, one.settings)

    def _keep_serve(self) -> None:
        process = self.desk.process
        if process is not None and process.poll() is None:
            return
        if process is not None:
            if self.desk.family():
                return  # its parts end by themselves; their ports are not free yet
            self.serve_deaths += 1
        self.desk.start("serve")

    def part(self, kind: str) -> psutil.Process | None:
        """Return a living process of `serve` of this kind."""
        for one in self.desk.family():
            if kind_of(one, self.desk) == kind and lives(one):
                return one
        return None

    def kill_part(self, kind: str) -> bool:
        """Kill a part of `serve`; whether there was one."""
        one = self.part(kind)
        with suppress(psutil.NoSuchProcess):
            if one is not None:
                one.kill()
                return True
        return False


def _listen() -> dict[str, str]:
    return {
        "EVENHAND_SMTP_LISTEN": f"127.0.0.1:{free_port()}",
        "EVENHAND_LMTP_LISTEN": f"127.0.0.1:{free_port()}",
    }


@dataclass(slots=True)
class Killer:
    """Kills parts of `serve` at random moments."""

    crew: Crew
    many: int
    chance: random.Random
    rests: tuple[float, float] = (4.0, 12.0)
    met: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> int:
        return self.met.total()

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        while self.done < self.many:
            if self.stop.wait(self.chance.uniform(*self.rests)):
                return
            # the kind first, so that each is hit as often as the others
            kind = self.chance.choice(KINDS)
            if self.crew.kill_part(kind):
                self.met[f"kill of {kind} at random"] += 1


def kind_of(process: psutil.Process, desk: Desk) -> str:
    """Return which part of `serve` a process is, such as "worker" or "web's own"."""
    if desk.process is not None and process.pid == desk.process.pid:
        return "supervisor"
    # just forked, it still bears its parent's words, or none
    with suppress(psutil.Error, ValueError):
        words = process.cmdline()
        part = words[words.index("evenhand.web.serve.child") + 2]
        parent = process.parent()
        is_forked = (
            parent is not None and "evenhand.web.serve.child" in parent.cmdline()
        )
        return f"{part}'s own" if is_forked else part
    return "other"
