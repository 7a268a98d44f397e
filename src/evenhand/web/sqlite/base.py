"""Wait for SQLite's write lock in short steps.

SQLite's own wait sleeps longer and longer, up to a tenth of a second, and whoever comes
fresh overtakes: while mail pours in, a click that writes waited for seconds. Here a
transaction asks again every few milliseconds, and writers take turns.
"""

from __future__ import annotations

import random
import time

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

SHORTEST, LONGEST = 0.0005, 0.003


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins transactions with its own wait; single statements wait as SQLite does."""

    def _start_transaction_under_autocommit(self) -> None:
        timeout = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        give_up_at = time.monotonic() + timeout
        self.connection.execute("PRAGMA busy_timeout=0")
        try:
            while not self._begins(give_up_at):
                pause = random.uniform(SHORTEST, LONGEST)  # noqa: S311 - guards nothing
                time.sleep(pause)
        finally:
            milliseconds = int(timeout * 1000)
            self.connection.execute(f"PRAGMA busy_timeout={milliseconds}")

    def _begins(self, give_up_at: float) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= give_up_at:
                raise
            return False
        return True
