"""See from a thread whether a part of the desk has something to do yet."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError

from evenhand.web.serve.readiness import let_go_of_the_database

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0


class Lookout:
    """Asks every few seconds until the answer is yes, and then no more.

    In a thread, because a database that does not answer holds up whoever asks, and the
    supervisor has parts to look after. Between two looks no connection is held.
    """

    def __init__(self, question: Callable[[], bool]) -> None:
        self._question = question
        self._answer = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self) -> bool:
        """Whether the answer was yes; the first call begins the asking."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._ask, daemon=True)
            self._thread.start()
        return self._answer.is_set()

    def _ask(self) -> None:
        while not self._answer.is_set():
            try:
                if self._question():
                    self._answer.set()
            except DatabaseError as error:
                logger.info("asked in vain: %s", error)
            finally:
                let_go_of_the_database()
            self._answer.wait(LOOK_EVERY)
