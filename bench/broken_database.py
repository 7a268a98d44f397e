"""What happens to a database under a running desk, done to a real one."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

SHORT, LONG = 3.0, 24.0


@dataclass(slots=True)
class Breaker:
    """Does one thing after another to the database, with rests in between."""

    kinds: Mapping[str, Callable[[], None]]
    plan: Sequence[str]
    rest: float = 4.0
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
        for kind in self.plan:
            if self.stop.wait(self.rest):
                return
            self.kinds[kind]()
            self.met[kind] += 1


def of_sqlite(path: Path) -> dict[str, Callable[[], None]]:
    """Hold the write lock: for a while, and for longer than anybody waits."""

    def hold(seconds: float) -> None:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            held.execute("ROLLBACK")

    return {
        "write lock held 3 s": lambda: hold(SHORT),
        "write lock held 24 s": lambda: hold(LONG),
    }


def of_postgresql(url: str) -> dict[str, Callable[[], None]]:
    """End connections, crash and freeze the server, hold a table's lock."""

    def end_connections() -> None:
        with psycopg.connect(url, autocommit=True) as held:
            held.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )

    def crash() -> None:
        # of a backend that dies the server thinks the worst: it ends all, and recovers
        with suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as held:
            os.kill(held.info.backend_pid, signal.SIGKILL)
            held.execute("SELECT 1")

    def freeze() -> None:
        server = _server(url)
        family = [server, *server.children(recursive=True)]
        for process in family:
            process.suspend()
        time.sleep(SHORT)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def lock() -> None:
        with psycopg.connect(url) as held:
            held.execute("LOCK TABLE channel_delivery, job IN EXCLUSIVE MODE")
            time.sleep(SHORT)
            held.rollback()

    return {
        "connections ended": end_connections,
        "server crashed": crash,
        "server frozen 3 s": freeze,
        "tables locked 3 s": lock,
    }


def _server(url: str) -> psutil.Process:
    with psycopg.connect(url, autocommit=True) as held:
        row = held.execute("SHOW data_directory").fetchone()
    folder = Path(str(row[0]) if row else "")
    return psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
