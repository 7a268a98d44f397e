"""Read a POP3 mailbox: by the unique ids of its mails, since POP3 has no cursor.

Every id that lies there and was looked at is remembered. Nothing is deleted unless the
owner asked for it, and then only after the mail is kept; the server does it at QUIT.
"""

from __future__ import annotations

import hashlib
import poplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from django.conf import settings
from django.db import close_old_connections

from evenhand.channels.actions import fetching
from evenhand.channels.actions.fetching import Batch, Fetched, Reading, TooBig
from evenhand.channels.actions.filing import glance
from evenhand.channels.mail.dates import mail_date
from evenhand.channels.mail.fields import read_fields
from evenhand.channels.mailboxes.connection import words_of
from evenhand.channels.mailboxes.drops import SAID, Drops
from evenhand.channels.mailboxes.findings import Fault, Trouble
from evenhand.channels.mailboxes.imap import (
    BYTES_AT_ONCE,
    CLOCKS,
    MAILS_AT_ONCE,
    ZONES,
)
from evenhand.channels.models import Afterwards, FetchedState, Mailbox

NAME = "INBOX"
LOOKED_AT_ONCE = 100
# an id is gone for good when it was missing this often in a row: some servers list
# nothing while another program holds the mailbox
SESSIONS = 3


@dataclass(frozen=True, slots=True)
class _Listed:
    """A mail of the server's list: its number in this session, its id's hash, its size."""

    number: int
    mark: str
    size: int


@dataclass(slots=True)
class Missing:
    """How often in a row each remembered id was not listed."""

    times: dict[str, int] = field(default_factory=dict)

    def note(self, marks: set[str]) -> set[str]:
        """Return those that were missing often enough to be gone."""
        self.times = {mark: self.times.get(mark, 0) + 1 for mark in marks}
        return {mark for mark, times in self.times.items() if times >= SESSIONS}


@dataclass(slots=True)
class Maildrop:
    """One session with a POP3 mailbox."""

    client: poplib.POP3
    mailbox: Mailbox
    holder: str
    now: Callable[[], datetime]
    missing: Missing = field(default_factory=Missing)
    drops: Drops = field(default_factory=Drops)

    def take(self) -> int:
        """Fetch all that is new, a few at a time; return how many were looked at."""
        folder = fetching.begin(
            mailbox=self.mailbox, holder=self.holder, name=NAME, at=self.now()
        )
        reading = Reading(folder, self.holder)
        listed = self._listed()
        known = dict(folder.mails.values_list("mark", "state"))
        new = [each for each in listed if each.mark not in known]
        due = self._due(reading, listed)
        age = _Age(self._floor(reading), is_first=not known)
        for batch in self._batches([*new, *due], age):
            fetching.take(reading=reading, batch=batch, at=self.now())
            # the next mails may take their time: no connection of a pool is held
            close_old_connections()
            self._delete(batch.mails, listed)
        self._delete_again(listed, known)
        gone = self.missing.note(set(known) - {each.mark for each in listed})
        if gone:
            fetching.settle(reading=reading, marks=gone)
        return len(new)

    def _listed(self) -> list[_Listed]:
        try:
            ids = dict(_pair(line) for line in self.client.uidl()[1])
        except poplib.error_proto as error:
            raise Trouble(Fault.NO_UIDL, said=words_of(error)) from error
        sizes = dict(_pair(line) for line in self.client.list()[1])
        return [
            _Listed(int(number), _mark(name), int(sizes.get(number, b"0") or 0))
            for number, name in ids.items()
        ]

    def _due(self, reading: Reading, listed: Sequence[_Listed]) -> list[_Listed]:
        stuck = reading.folder.mails.filter(
            state=FetchedState.STUCK, again_at__lte=self.now()
        )
        marks = set(stuck.values_list("mark", flat=True))
        return [each for each in listed if each.mark in marks]

    def _floor(self, reading: Reading) -> datetime:
        """Return the instant before which a mail is too old to be wanted."""
        if self.mailbox.since is not None:
            return datetime.combine(self.mailbox.since, time(), UTC) - ZONES
        began_at = reading.folder.began_at or self.mailbox.connected_at
        return began_at - CLOCKS

    def _batches(self, wanted: Sequence[_Listed], age: _Age) -> Iterator[Batch]:
        """Yield what the mails are, some at a time, so that a crash repeats little."""
        basket = _Basket()
        for done, each in enumerate(wanted, start=1):
            self._look_at(each, age, basket)
            if basket.is_full or done == len(wanted):
                yield basket.batch(behind=len(wanted) - done)
                basket = _Basket()

    def _look_at(self, each: _Listed, age: _Age, basket: _Basket) -> None:
        """Fetch a mail, or find that it is too old, too large or not to be had."""
        if self.drops.blame(each.mark):
            basket.stuck.append((each.mark, SAID))
            return
        try:
            head = self._head(each)
            if age.is_too_old(head):
                basket.passed.append(each.mark)
            elif each.size > settings.MAIL_LARGEST:
                sender, subject = glance(head)
                big = TooBig(each.mark, each.size, sender, subject)
                basket.too_big.append(big)
            else:
                mail = Fetched(each.mark, self._raw(each), age.came(head))
                basket.mails.append(mail)
        except poplib.error_proto as error:
            basket.stuck.append((each.mark, words_of(error) or repr(error)))
        except (OSError, EOFError):
            self.drops.note(each.mark)
            raise
        self.drops.clear()

    def _head(self, each: _Listed) -> bytes:
        """Return a mail's head; TOP is optional, and without it the whole mail comes."""
        try:
            return _joined(self.client.top(each.number, 0)[1])
        except poplib.error_proto:
            return self._raw(each)

    def _raw(self, each: _Listed) -> bytes:
        return _joined(self.client.retr(each.number)[1])

    def _delete(self, mails: Sequence[Fetched], listed: Sequence[_Listed]) -> None:
        """Ask the server to delete what is kept, if the owner wants that."""
        self._delete_marks({mail.mark for mail in mails}, listed)

    def _delete_again(
        self, listed: Sequence[_Listed], known: Mapping[str, str]
    ) -> None:
        """Ask once more for what an earlier session could not end with QUIT."""
        taken = {mark for mark, state in known.items() if state == FetchedState.TAKEN}
        self._delete_marks(taken, listed)

    def _delete_marks(self, marks: set[str], listed: Sequence[_Listed]) -> None:
        if self.mailbox.afterwards != Afterwards.DELETE:
            return
        for each in listed:
            if each.mark in marks:
                self.client.dele(each.number)


@dataclass(frozen=True, slots=True)
class _Age:
    """From when on mail is wanted, and if this is the first look into the mailbox."""

    floor: datetime
    is_first: bool

    def is_too_old(self, head: bytes) -> bool:
        """Whether the mail was there before it was wanted, as its head tells."""
        came = self.came(head)
        return came is not None and came < self.floor

    def came(self, head: bytes) -> datetime | None:
        """Return when the server got the mail, None where its head does not tell.

        The topmost Received is the server's own word. The sender's Date counts only at
        the first look: later a mail without Received has just come.
        """
        fields, _ = read_fields(head, start=0, end=len(head))
        came = _instant(fields.first("received").rpartition(b";")[2])
        if came is None and self.is_first:
            came = _instant(fields.first("date"))
        return came


def _instant(text: bytes) -> datetime | None:
    return mail_date(text.decode("ascii", "replace").strip())


@dataclass(slots=True)
class _Basket:
    """What a few mails turned out to be."""

    mails: list[Fetched] = field(default_factory=list)
    too_big: list[TooBig] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    stuck: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        looked_at = len(self.mails) + len(self.passed)
        size = sum(len(mail.raw) for mail in self.mails)
        return (
            len(self.mails) == MAILS_AT_ONCE
            or looked_at >= LOOKED_AT_ONCE
            or size >= BYTES_AT_ONCE
        )

    def batch(self, *, behind: int) -> Batch:
        return Batch(self.mails, self.too_big, self.passed, self.stuck, behind=behind)


def _pair(line: bytes) -> tuple[bytes, bytes]:
    """Return number and value of a line of a list, such as `1 whqtswO00WBw418f9t5J`."""
    number, _, value = line.partition(b" ")
    return number, value.strip()


def _mark(unique_id: bytes) -> str:
    return hashlib.sha256(unique_id).hexdigest()


def _joined(lines: Sequence[bytes]) -> bytes:
    return b"\r\n".join([*lines, b""])
