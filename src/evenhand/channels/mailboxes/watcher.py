"""Fetch one mailbox in a thread: connect, take what is there, wait for news, again."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from imaplib import IMAP4
from time import monotonic

from django.db import DatabaseError, close_old_connections, connection
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from evenhand.channels.actions import attending
from evenhand.channels.actions.fetching import LeaseLost
from evenhand.channels.mailboxes import pace
from evenhand.channels.mailboxes.connection import BROKEN, imap_of, pop3_of, words_of
from evenhand.channels.mailboxes.drops import Drops
from evenhand.channels.mailboxes.findings import Fault, Trouble
from evenhand.channels.mailboxes.imap import Folder
from evenhand.channels.mailboxes.pop3 import Maildrop, Missing
from evenhand.channels.models import Mailbox, MailboxKind

logger = logging.getLogger(__name__)

# while it waits, a thread looks this often (in seconds) whether it is wanted
LOOK_EVERY = 0.5
# health is written at most this often, unless something changed
HEALTH_EVERY = timedelta(seconds=30)
# how long a database that does not answer is left alone
DATABASE_WAIT = 2.0


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(slots=True)
class Watcher:
    """One mailbox under the lease of a process; `stop` ends it, `wake` lets it look."""

    mailbox: Mailbox
    holder: str
    now: Callable[[], datetime] = _now
    stop: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)
    # how often all that was there has been taken
    rounds: int = 0
    _failures: int = 0
    _in_session: bool = False
    _idles: bool = True
    _drops: dict[str, Drops] = field(default_factory=dict)
    _missing: Missing = field(default_factory=Missing)
    _noted: tuple[datetime, int, bool] | None = None

    def run(self) -> None:
        """Fetch until `stop` is set or the mailbox is no longer ours."""
        try:
            while not self.stop.is_set():
                wait = self._visit()
                close_old_connections()
                self._pause(wait)
        except LeaseLost as lost:
            logger.info("%s", lost)
        finally:
            connection.close()

    def look_once(self) -> Trouble | None:
        """Take all that is there now and hang up; return what is wrong, None if nothing."""
        trouble = self._session(stays=False)
        self._tell(trouble)
        return trouble

    def _visit(self) -> float:
        """Hold one connection as long as it lasts; return the seconds before the next."""
        self._in_session = False
        try:
            trouble = self._session(stays=True)
        except DatabaseError:
            logger.exception("the database did not answer; trying again")
            connection.close()
            return DATABASE_WAIT
        if self.stop.is_set() or trouble is None:
            return self._interval()
        if self._in_session and trouble.fault == Fault.HUNG_UP:
            return pace.AFTER_WORK
        return self._after_trouble(trouble)

    def _after_trouble(self, trouble: Trouble) -> float:
        self._failures += 1
        self._tell(trouble)
        return pace.wait_before(
            failures=self._failures,
            fault=trouble.fault,
            jitter=random.random(),  # noqa: S311 - spreads connections, guards nothing
            while_fetching=any(drops.times for drops in self._drops.values()),
        )

    def _session(self, *, stays: bool) -> Trouble | None:
        """Connect and fetch; return what ended it, None where nothing went wrong."""
        try:
            if self.mailbox.kind == MailboxKind.POP3:
                return self._pop3()
            return self._imap(stays=stays)
        except Trouble as trouble:
            return trouble
        except BROKEN as error:
            late = isinstance(error, TimeoutError)
            return Trouble(
                Fault.TOO_SLOW if late else Fault.HUNG_UP, said=words_of(error)
            )
        except (DatabaseError, LeaseLost):
            raise
        except Exception as error:
            logger.exception("%s could not be fetched", self.mailbox)
            return Trouble(Fault.OUR_FAULT, said=repr(error))

    def _pop3(self) -> Trouble | None:
        with pop3_of(self.mailbox) as client:
            Maildrop(
                client,
                self.mailbox,
                self.holder,
                self.now,
                missing=self._missing,
                drops=self._drops.setdefault("INBOX", Drops()),
            ).take()
        self._went_well(behind=0)
        return None

    def _imap(self, *, stays: bool) -> Trouble | None:
        with imap_of(self.mailbox) as client:
            folders = [self._folder(client, name) for name in self.mailbox.folders]
            # all before the first mail, so that none counts as added later
            for folder in folders:
                folder.begin()
            quiet = 0
            while not self.stop.is_set():
                trouble = self._round(folders)
                if trouble is None:
                    self._went_well(behind=0)
                elif stays:
                    self._tell(trouble)
                if not stays:
                    return trouble
                self._in_session = True
                close_old_connections()
                quiet = self._await_news(client, folders, quiet=quiet)
        return None

    def _folder(self, client: IMAPClient, name: str) -> Folder:
        drops = self._drops.setdefault(name, Drops())
        return Folder(client, self.mailbox, self.holder, name, self.now, drops)

    def _round(self, folders: Sequence[Folder]) -> Trouble | None:
        """Take all that is there; what fails in one folder stops no other.

        What is new goes first in each turn, however much of earlier times is left.
        """
        trouble: Trouble | None = None
        left = True
        while left and not self.stop.is_set():
            left, trouble = False, None
            for folder in folders:
                try:
                    left = self._turn(folder) or left
                except Trouble as found:
                    trouble = trouble or found
        self.rounds += 1
        return trouble

    def _turn(self, folder: Folder) -> bool:
        """Take a folder's new mail and a batch of its earlier; whether more is left."""
        folder.open()
        while folder.take_new() and not self.stop.is_set():
            pass
        left = bool(folder.take_earlier())
        folder.take_stuck()
        folder.settle()
        return left

    def _await_news(
        self, client: IMAPClient, folders: Sequence[Folder], *, quiet: int
    ) -> int:
        """Wait until there may be something new; return how many waits were in vain."""
        if not self._can_idle(client):
            self._pause(pace.ASK_IMAP)
            return quiet + 1
        seconds = pace.idle_for(quiet=quiet)
        if len(folders) > 1:
            # of the others the server tells nothing meanwhile
            seconds = min(seconds, pace.ASK_IMAP)
            folders[0].open()
        return 0 if self._idle(client, seconds) else quiet + 1

    def _can_idle(self, client: IMAPClient) -> bool:
        return self._idles and client.has_capability("IDLE")

    def _idle(self, client: IMAPClient, seconds: float) -> bool:
        """Let the server tell of new mail for so long; whether it did (RFC 2177)."""
        try:
            client.idle()
        except IMAP4.abort:
            raise
        except IMAPClientError as error:
            logger.info("%s: no IDLE (%s); asking instead", self.mailbox, error)
            self._idles = False
            return False
        told = self._listen(client, until=monotonic() + seconds)
        # what came in the same breath as the server's "idling" is only read here
        _, more = client.idle_done()
        self.wake.clear()
        return any(_is_news(each) for each in [*told, *more])

    def _listen(self, client: IMAPClient, *, until: float) -> list[tuple[object, ...]]:
        while not self.stop.is_set() and not self.wake.is_set():
            began = monotonic()
            told: list[tuple[object, ...]] = client.idle_check(timeout=LOOK_EVERY)
            woken_for_nothing = not told and monotonic() - began < LOOK_EVERY / 2
            # the library says nothing when the server hangs up: the next word tells
            if any(map(_is_news, told)) or woken_for_nothing or monotonic() >= until:
                return told
        return []

    def _pause(self, seconds: float) -> None:
        """Wait, unless somebody asks for a look or the fetching ends."""
        until = monotonic() + seconds
        while not self.stop.is_set() and monotonic() < until:
            if self.wake.wait(min(LOOK_EVERY, max(0.0, until - monotonic()))):
                break
        self.wake.clear()

    def _interval(self) -> float:
        is_pop3 = self.mailbox.kind == MailboxKind.POP3
        return pace.ASK_POP3 if is_pop3 else pace.AFTER_WORK

    def _went_well(self, *, behind: int) -> None:
        """Note the contact, seldom while nothing changes."""
        at, told = self.now(), self._told_by_server
        noted = self._noted
        self._failures = 0
        if noted and noted[1:] == (behind, told) and at - noted[0] < HEALTH_EVERY:
            return
        attending.note_contact(
            mailbox=self.mailbox.pk,
            holder=self.holder,
            behind=behind,
            told_by_server=told,
            at=at,
        )
        self._noted = (at, behind, told)

    @property
    def _told_by_server(self) -> bool:
        return self.mailbox.kind == MailboxKind.IMAP and self._idles

    def _tell(self, trouble: Trouble | None) -> None:
        if trouble is None:
            return
        self._noted = None
        attending.note_fault(
            mailbox=self.mailbox.pk,
            holder=self.holder,
            fault=trouble.fault,
            values=trouble.values,
            at=self.now(),
        )


def _is_news(response: tuple[object, ...]) -> bool:
    return len(response) > 1 and response[1] in (b"EXISTS", b"RECENT")
