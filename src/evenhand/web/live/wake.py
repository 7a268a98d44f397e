"""Learn at once that some process committed: the one thread that waits for it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from evenhand.ledger.notify import CHANNEL

logger = logging.getLogger(__name__)

POLL = 0.1
# How soon a stop is noticed while PostgreSQL is silent, and how long between two tries.
LISTEN_FOR = 0.5
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0


class Waker:
    """Calls `wake` from a thread of its own after commits, until `stop`.

    It may call once for several commits, and for commits that changed nothing of
    interest; it does not miss the last one. After a lost connection it calls too.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._stop = threading.Event()
        self.watching = threading.Event()
        self._parameters: dict[str, Any] = connection.get_connection_params()
        watch = (
            self._listen if connection.vendor == "postgresql" else self._poll_version
        )
        self._thread = threading.Thread(
            target=self._keep, args=(watch,), name="live-waker", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end; it does so within LISTEN_FOR."""
        self._stop.set()

    def _keep(self, watch: Callable[[], None]) -> None:
        wait = FIRST_WAIT
        while not self._stop.is_set():
            self.watching.clear()
            try:
                watch()
            except (psycopg.Error, sqlite3.Error, OSError) as error:
                if self.watching.is_set():
                    wait = FIRST_WAIT
                logger.warning("live updates wait for the database: %s", error)
                self._stop.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    def _poll_version(self) -> None:
        """SQLite: the number changes with every commit of another connection."""
        with closing(sqlite3.connect(self._parameters["database"])) as database:
            seen = None
            while not self._stop.wait(0 if seen is None else POLL):
                (version,) = database.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    self.watching.set()
                    self._wake()

    def _listen(self) -> None:
        """PostgreSQL: triggers notify the channel when their transaction commits."""
        parameters = {
            key: value for key, value in self._parameters.items() if key != "pool"
        }
        alive = {"keepalives_idle": 30, "keepalives_interval": 10, "connect_timeout": 5}
        with psycopg.connect(**{**alive, **parameters}, autocommit=True) as database:
            database.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            self.watching.set()
            self._wake()
            while not self._stop.is_set():
                for _ in database.notifies(timeout=LISTEN_FOR, stop_after=1):
                    self._wake()
