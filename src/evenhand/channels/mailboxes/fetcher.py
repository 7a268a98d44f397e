"""Fetch all mailboxes of a desk from one process: a thread for each, under leases."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from django.db import DatabaseError, close_old_connections, connection

from evenhand.channels.actions import fetching
from evenhand.channels.mailboxes.findings import Trouble
from evenhand.channels.mailboxes.watcher import Watcher
from evenhand.channels.models import Mailbox
from evenhand.jobs.rules import HEARTBEAT
from evenhand.jobs.worker import process_name

logger = logging.getLogger(__name__)

# Mailboxes fetched at the same time; where there are more they take turns.
MOST = 30
# seconds between two looks at what was added, changed or paused in the browser
LOOK_EVERY = 1.0
END_WITHIN = 8.0
# what a change of makes a thread connect anew
_SETUP = (
    *("kind", "host", "port", "security", "auth", "username", "secret"),
    *("folders", "since", "afterwards", "move_to", "connected_at"),
)


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(slots=True)
class _Watched:
    watcher: Watcher
    thread: threading.Thread


@dataclass(slots=True)
class Fetcher:
    """Holds leases on mailboxes and keeps a thread at each; `stop` ends all."""

    most: int = MOST
    now: Callable[[], datetime] = _now
    name: str = field(
        default_factory=lambda: f"{process_name()}:{secrets.token_hex(4)}"
    )
    stop: threading.Event = field(default_factory=threading.Event)
    _watched: dict[int, _Watched] = field(default_factory=dict)
    _beat_at: float = 0.0

    def run(self) -> None:
        """Fetch until `stop` is set; then end the threads and give the leases back."""
        while not self.stop.is_set():
            try:
                self.look()
            except DatabaseError:
                logger.exception("the database did not answer; trying again")
                connection.close()
            close_old_connections()
            self.stop.wait(LOOK_EVERY)
        self._end()

    def look(self) -> None:
        """Follow what is set up: start, wake and end threads, and push the leases on."""
        enabled = {
            mailbox.pk: mailbox for mailbox in Mailbox.objects.filter(enabled=True)
        }
        self._reap()
        for pk, watched in self._watched.items():
            self._follow(watched.watcher, enabled.get(pk))
        self._beat()
        at = self.now()
        waiting = [one for one in enabled.values() if _is_free(one, at=at)]
        if waiting:
            self._start(fetching.claim(holder=self.name, at=at, most=self._room))
            self._make_room(len(waiting))

    def look_once(self) -> Iterator[tuple[Mailbox, Trouble | None]]:
        """Fetch each mailbox that no other process holds, once, one after the other."""
        enabled = Mailbox.objects.filter(enabled=True).order_by("name", "pk")
        for pk in list(enabled.values_list("pk", flat=True)):
            if self.stop.is_set():
                return
            for mailbox in fetching.claim(
                holder=self.name, at=self.now(), most=1, only=pk
            ):
                yield mailbox, self._looked_into(mailbox)

    def _looked_into(self, mailbox: Mailbox) -> Trouble | None:
        try:
            return Watcher(mailbox, self.name, self.now).look_once()
        finally:
            fetching.release(mailbox=mailbox.pk, holder=self.name)
            mailbox.refresh_from_db()

    @property
    def _room(self) -> int:
        return max(0, self.most - len(self._watched))

    def _reap(self) -> None:
        """Give back what ended, so that it is begun anew as it is set up now."""
        ended = [pk for pk, one in self._watched.items() if not one.thread.is_alive()]
        for pk in ended:
            fetching.release(mailbox=pk, holder=self.name)
            del self._watched[pk]

    def _follow(self, watcher: Watcher, now: Mailbox | None) -> None:
        before = watcher.mailbox
        if now is None or now.holder != self.name or _setup(now) != _setup(before):
            watcher.stop.set()
        elif now.asked_at != before.asked_at:
            before.asked_at = now.asked_at
            watcher.wake.set()

    def _start(self, mailboxes: Iterable[Mailbox]) -> None:
        for mailbox in mailboxes:
            watcher = Watcher(mailbox, self.name, self.now)
            thread = threading.Thread(
                target=watcher.run, name=f"mailbox-{mailbox.pk}", daemon=True
            )
            self._watched[mailbox.pk] = _Watched(watcher, thread)
            thread.start()

    def _make_room(self, waiting: int) -> None:
        """Where all threads are taken, end some that have had their turn."""
        if self._room:
            return
        done = [one.watcher for one in self._watched.values() if one.watcher.rounds]
        for watcher in done[:waiting]:
            watcher.stop.set()

    def _beat(self) -> None:
        if self._watched and monotonic() >= self._beat_at:
            self._beat_at = monotonic() + HEARTBEAT.total_seconds()
            fetching.extend(
                mailboxes=list(self._watched), holder=self.name, at=self.now()
            )

    def _end(self) -> None:
        """Let each thread end after the mails at hand; none writes once it is released."""
        until = monotonic() + END_WITHIN
        for one in self._watched.values():
            one.watcher.stop.set()
        for pk, one in self._watched.items():
            one.thread.join(timeout=max(0.0, until - monotonic()))
            try:
                fetching.release(mailbox=pk, holder=self.name)
            except DatabaseError:
                logger.exception("a lease is left to run out")
        connection.close()


def _is_free(mailbox: Mailbox, *, at: datetime) -> bool:
    return not mailbox.holder or (
        mailbox.lease_until is not None and mailbox.lease_until < at
    )


def _setup(mailbox: Mailbox) -> tuple[object, ...]:
    return tuple(getattr(mailbox, name) for name in _SETUP)
