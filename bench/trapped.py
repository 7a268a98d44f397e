"""Settings of a desk with traps: what happens to a process at a named step is armed outside.

A process of the harness's desk runs with DJANGO_SETTINGS_MODULE=trapped. The harness
arms one trap for each role by writing a file; the first process of that role to reach
the step takes the file away, and then what it says happens to it. The product knows
nothing of this: statements are seen through Django's execute wrappers, commits through
the connection.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

from evenhand.web.settings import *  # noqa: F403 - these are the desk's own settings

FOLDER = Path(os.environ["EVENHAND_BENCH_TRAPS"])
# a full disk has room again after so many seconds
FULL_FOR = 0.7
NO_LIMIT = 2**32 - 2
_STATEMENT = re.compile(
    r'^(SELECT|INSERT|UPDATE|DELETE)\b.*?(?:\bINTO|\bFROM|^UPDATE)\s+"(\w+)"', re.DOTALL
)
_UPDATE = re.compile(r'^UPDATE\s+"(\w+)"')


def _role(words: list[str]) -> str:
    """Return who this process is; of the parts of `serve` only the fetching one has traps."""
    said = " ".join(words)
    if "mail fetch" in said:
        return "fetch"
    if "web.serve.child" in said:
        return "other"
    for role, mark in (("mail", "mail receive"), ("pipe", "mail deliver")):
        if mark in said:
            return role
    return "worker" if words[1:2] == ["worker"] else "other"


def mark_of(sql: str) -> str:
    """Return "INSERT case_message" for such a statement, or an empty text."""
    if found := _UPDATE.match(sql):
        return f"UPDATE {found[1]}"
    found = _STATEMENT.match(sql)
    return f"{found[1]} {found[2]}" if found else ""


class Trapped:
    """Watches one connection; `seen` are the marks of the open transaction."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.seen: set[str] = set()
        self.full_until = 0.0
        # a worker has two: for what it files and for what it sends
        role = _role(sys.argv)
        self.traps = tuple(FOLDER / f"armed-{role}{slot}" for slot in ("", "-out"))

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 - Django's shape of a wrapper
        context: Any,
    ) -> Any:
        mark = mark_of(sql)
        self._make_room()
        self.reach("before", mark)
        result = execute(sql, params, many, context)
        self.seen.add(mark)
        self.reach("after", mark)
        return result

    def reach(self, when: str, mark: str) -> None:
        """Let happen what is armed for this step."""
        for trap in self.traps:
            if trap.exists():
                self._walk_into(trap, when, mark)

    def _walk_into(self, trap: Path, when: str, mark: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            armed = json.loads(trap.read_text())
            if armed["when"] == when and self._is_there(armed["mark"], mark):
                # whoever renames it has it; the others find it gone
                trap.rename(FOLDER / f"met-{armed['number']}")
                self._happen(armed["action"])

    def _is_there(self, wanted: str, mark: str) -> bool:
        return wanted == mark or (mark == "COMMIT" and wanted in self.seen)

    def _happen(self, action: str) -> None:
        if action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif action == "cut":
            with socket.socket(fileno=os.dup(self.connection.connection.fileno())) as s:
                s.shutdown(socket.SHUT_RDWR)
        elif action == "full":
            # no page more than there are: SQLite then says that the disk is full
            self.full_until = time.monotonic() + FULL_FOR
            self.connection.connection.execute("PRAGMA max_page_count=1").close()
        elif action == "no writing":
            _refuse_writes()

    def _make_room(self) -> None:
        if self.full_until and time.monotonic() > self.full_until:
            self.full_until = 0.0
            sql = f"PRAGMA max_page_count={NO_LIMIT}"
            self.connection.connection.execute(sql).close()


def _refuse_writes() -> None:
    """Let the system refuse whatever would make a file longer than a page."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))

    def allow() -> None:
        time.sleep(FULL_FOR)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    threading.Thread(target=allow, daemon=True).start()


def _watch(connection: Any, **_: Any) -> None:
    if any(isinstance(each, Trapped) for each in connection.execute_wrappers):
        return
    trapped = Trapped(connection)
    connection.execute_wrappers.append(trapped)
    # Django offers no other place to stand between a transaction and its commit
    commit, rollback = connection._commit, connection._rollback  # noqa: SLF001 - see above

    def watched_commit() -> None:
        trapped.reach("before commit", "COMMIT")
        commit()
        trapped.reach("after commit", "COMMIT")
        trapped.seen.clear()

    def watched_rollback() -> None:
        trapped.seen.clear()
        rollback()

    connection._commit = watched_commit  # noqa: SLF001 - see above
    connection._rollback = watched_rollback  # noqa: SLF001 - see above


connection_created.connect(_watch, weak=False)
