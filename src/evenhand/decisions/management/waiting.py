"""What a person at a terminal sees while past cases are counted."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Any, Self

EVERY = 1.0  # seconds


class Waiting:
    """Says every second what is done, for how long, and how much of a query is done.

    Nothing is said where nobody looks on: `told` is no terminal then.
    """

    def __init__(self, told: Any, *, every: float = EVERY) -> None:
        self._told = told
        self._every = every
        self._what = ""
        self._start = time.monotonic()
        self._connection: Any = None
        self._done = threading.Event()
        self._teller = threading.Thread(target=self._tell, daemon=True)

    def doing(self, what: str, connection: Any = None) -> None:
        """Name what is done from now on, and the DuckDB connection that does it."""
        self._what, self._connection = what, connection

    def __enter__(self) -> Self:
        """Begin to tell."""
        if self._told.isatty():
            self._teller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, and clear the line for what is printed next."""
        self._done.set()
        if self._teller.ident is not None:
            self._teller.join()
            self._write("")

    def _tell(self) -> None:
        while not self._done.wait(self._every):
            passed = time.monotonic() - self._start
            self._write(f"{self._what}, {passed:.0f} s{self._share()}")

    def _write(self, line: str) -> None:
        """Write over the line, in no colour: it is no error."""
        self._told.write(f"\x1b[2K{line}", str, ending="\r")

    def _share(self) -> str:
        """Return how much of the running query is done; DuckDB says -1 for none."""
        connection = self._connection
        share = connection.query_progress() if connection else -1.0
        return f", {share:.0f} %" if share >= 0 else ""
