"""Wait for SQLite's write lock here, not inside SQLite.

SQLite's own wait sleeps longer and longer, up to a tenth of a second, and whoever comes
fresh overtakes: while mail pours in, a click that writes waited for seconds. It also
holds the connection's mutex meanwhile. If the thread that has the write lock then
happens to collect garbage and frees a statement of the waiting connection, it waits for
that mutex, and both stand still until the wait runs out.

So SQLite is told not to wait at all, and a statement that finds the database busy is
tried again every few milliseconds. That is safe: a busy statement has done nothing.
"""

from __future__ import annotations

import random
import sqlite3
import time
from typing import Any, Self

from django.db.backends.sqlite3 import base

SHORTEST, LONGEST = 0.0005, 0.003
PRIMARY_CODE = 0xFF  # the upper bits tell kinds of busy apart


class PatientCursor(base.SQLiteCursorWrapper):
    """Runs a statement as soon as the database is free, or gives up after `patience`."""

    patience = 0.0

    def execute(self, query: str, params: Any = None) -> Self:
        give_up_at = time.monotonic() + self.patience
        while True:
            try:
                return super().execute(query, params)  # type: ignore[return-value]  # it returns itself
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() >= give_up_at:
                    raise
            pause = random.uniform(SHORTEST, LONGEST)  # noqa: S311 - guards nothing
            time.sleep(pause)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & PRIMARY_CODE == sqlite3.SQLITE_BUSY


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite, with patience of our own: OPTIONS["timeout"] seconds of it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA busy_timeout=0").close()
        return connection

    def create_cursor(self, name: str | None = None) -> PatientCursor:  # noqa: ARG002 - Django's signature
        cursor: PatientCursor = self.connection.cursor(factory=PatientCursor)
        cursor.patience = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        return cursor
