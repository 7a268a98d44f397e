"""What a worker process does: its lanes, the periodic tasks, the ledger's readers."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from evenhand.channels import transport
from evenhand.channels.tasks import (
    attend_mailboxes,
    look_after_held_asides,
    look_after_mail,
    scan_waiting_files,
    sweep_files,
)
from evenhand.decisions.tasks import look_after_rounds
from evenhand.jobs.rules import wait_before
from evenhand.jobs.tasks import tidy_the_queue
from evenhand.jobs.worker import ASIDE, INSIDE, OUTSIDE, Periodic, Worker
from evenhand.ledger import queries as ledger
from evenhand.ledger.actions import raise_floor
from evenhand.ledger.models import Entry
from evenhand.ledger.readers import Reader, read_on
from evenhand.promises.tasks import announce_due
from evenhand.replies.tasks import look_after_held_answers
from evenhand.surveys.readers import READER as ASK_AFTERWARDS
from evenhand.web.tasks import tidy_up

logger = logging.getLogger(__name__)

PERIODIC: tuple[Periodic, ...] = (
    Periodic(tidy_the_queue, seconds=600),
    Periodic(tidy_up, seconds=600),
    Periodic(announce_due, seconds=60),
    Periodic(look_after_mail, seconds=300),
    Periodic(attend_mailboxes, seconds=60),
    Periodic(scan_waiting_files, seconds=60),
    Periodic(sweep_files, seconds=86_400),
    Periodic(look_after_held_answers, seconds=60),
    Periodic(look_after_held_asides, seconds=60),
    Periodic(look_after_rounds, seconds=1800),
)
READERS: tuple[Reader, ...] = (ASK_AFTERWARDS,)
# Two talk to the outside, so that one slow mail server does not hold up all mail.
LANES_OUTSIDE = 2
# How long an idle lane rests (s): what leaves has waited longer than that to be sent,
# and a replay takes minutes. Each look costs a query.
OUTSIDE_IDLE = 0.3
ASIDE_IDLE = 1.0
# Readers look when the ledger grew, and this often all the same: on PostgreSQL an entry
# may become visible below the highest key.
LOOK_AGAIN = timedelta(seconds=2)
RAISE_FLOORS_EVERY = timedelta(minutes=10)


@dataclass(slots=True)
class Rounds:
    """The readers' rounds of one worker; an entry that fails waits longer each time."""

    readers: Sequence[Reader]
    _last_key: int = -1
    _looked_at: datetime | None = None
    _raised_at: datetime | None = None
    # (reader, entry) -> how often it failed, and when it may be tried again
    _failed: dict[tuple[str, int], tuple[int, datetime]] = field(default_factory=dict)

    def __call__(self, at: datetime) -> bool:
        """Let each reader read on; True if one of them handled something."""
        if not self.readers or not self._worth_a_look(at):
            return False
        self._raise_floors(at)
        handled = sum(self._read(reader, at) for reader in self.readers)
        if handled:
            self._last_key = -1
        return handled > 0

    def _worth_a_look(self, at: datetime) -> bool:
        last = ledger.last_key()
        rested = self._looked_at is None or at - self._looked_at >= LOOK_AGAIN
        if last == self._last_key and not rested:
            return False
        self._last_key, self._looked_at = last, at
        return True

    def _raise_floors(self, at: datetime) -> None:
        if self._raised_at is None or at - self._raised_at >= RAISE_FLOORS_EVERY:
            self._raised_at = at
            for reader in self.readers:
                raise_floor(reader=reader.name, kinds=reader.kinds, at=at)

    def _read(self, reader: Reader, at: datetime) -> int:
        waiting = [
            entry
            for (name, entry), (_, until) in self._failed.items()
            if name == reader.name and until > at
        ]

        def failed(entry: Entry) -> None:
            tries = self._failed.get((reader.name, entry.pk), (0, at))[0] + 1
            wait = wait_before(attempt=tries, jitter=random.random())  # noqa: S311 - spreads retries, guards nothing
            self._failed[reader.name, entry.pk] = (tries, at + wait)

        return read_on(reader, at=at, but=waiting, failed=failed)


def _rest(_at: datetime) -> bool:
    """Hang up at mail servers that this lane has sent nothing to for a while."""
    transport.rest()
    return False


def work(*, stop: threading.Event) -> bool:
    """Run all lanes until `stop` is set; return whether every lane ended in order."""
    lanes = [
        Worker(queues=(INSIDE,), periodic=PERIODIC, also=Rounds(READERS), stop=stop),
        *(
            Worker(queues=(OUTSIDE,), idle=OUTSIDE_IDLE, also=_rest, stop=stop)
            for _ in range(LANES_OUTSIDE)
        ),
        Worker(queues=(ASIDE,), idle=ASIDE_IDLE, stop=stop),
    ]
    broken = threading.Event()

    def run(lane: Worker) -> None:
        try:
            with transport.kept_open():
                lane.run()
        except Exception:
            # half a worker is worse than none: end, and let the supervisor start anew
            logger.exception("a lane of the worker broke")
            broken.set()
            stop.set()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(lane,)) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return not broken.is_set()
