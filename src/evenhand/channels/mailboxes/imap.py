"""Read one folder of an IMAP mailbox: what is new, what came earlier, what was stuck.

A folder is read by UID, never by flags: what another program has marked as seen is
fetched like anything else, and nothing is marked by looking (BODY.PEEK).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from imaplib import IMAP4
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from imapclient.imapclient import SENT

from evenhand.channels.actions import fetching
from evenhand.channels.actions.fetching import Batch, Fetched, Reading, TooBig
from evenhand.channels.actions.filing import glance
from evenhand.channels.mailboxes.connection import words_of
from evenhand.channels.mailboxes.drops import SAID, Drops
from evenhand.channels.mailboxes.findings import Fault, Trouble
from evenhand.channels.models import Afterwards, FetchedState, Mailbox

# One look asks for the sizes of so many mails, and then for bodies up to so many bytes.
SIZES_AT_ONCE = 100
MAILS_AT_ONCE, BYTES_AT_ONCE = 25, 4 * 2**20
# SINCE counts days without a zone (RFC 3501, 6.4.4)
ZONES = timedelta(days=1)
# between the server's clock and ours
CLOCKS = timedelta(minutes=5)
# servers estimate sizes; what is a little larger is fetched and measured
ESTIMATE = 1.1
HEAD_BYTES = 32 * 1024
_large_ones = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Mails to fetch next, and which of the two cursors moves with them."""

    uids: Sequence[int]
    # those among them and after them that are still to be fetched; None: not counted
    behind: int | None
    earlier: bool

    def cursor(self, uid: int) -> dict[str, int]:
        return {"filled_uid" if self.earlier else "last_uid": uid}


@dataclass(slots=True)
class Folder:
    """One folder over one connection: `begin` once, then `open` before each use."""

    client: IMAPClient
    mailbox: Mailbox
    holder: str
    name: str
    now: Callable[[], datetime]
    drops: Drops = field(default_factory=Drops)
    _reading: Reading | None = None
    # what came before the desk did and is still to be fetched, once it was asked for
    _earlier: deque[int] | None = None

    @property
    def reading(self) -> Reading:
        assert self._reading is not None  # noqa: S101 - begin comes first
        return self._reading

    def begin(self) -> None:
        """Note that the folder is wanted from now on, if that was not known yet."""
        folder = fetching.begin(
            mailbox=self.mailbox, holder=self.holder, name=self.name, at=self.now()
        )
        self._reading = Reading(folder, self.holder, is_sent=self._keeps_sent_mail())

    def _keeps_sent_mail(self) -> bool:
        """Whether the server names it, or it is called, the folder of what was sent."""
        if self.name.upper() == "INBOX":
            return False
        try:
            return bool(self.client.find_special_folder(SENT) == self.name)
        except IMAP4.abort:
            raise
        except IMAPClientError:
            return False

    def open(self) -> None:
        """Select the folder and see whether its numbers still hold; Trouble if it is gone."""
        readonly = self.mailbox.afterwards == Afterwards.KEEP
        try:
            status = self.client.select_folder(self.name, readonly=readonly)
        except IMAP4.abort:
            raise
        except IMAPClientError as error:
            raise self._cannot_open(error) from error
        validity = int(status.get(b"UIDVALIDITY", 0))
        if self.reading.folder.uid_validity != validity:
            self._earlier = None
            fetching.number(
                reading=self.reading,
                validity=validity,
                top=self._top(status),
                at=self.now(),
            )
        close_old_connections()

    def take_new(self) -> int:
        """Fetch one batch of what came since; return how many are left."""
        last = self.reading.folder.last_uid
        # "n:*" names the last mail even where its number is below n
        found = self.client.search(["UID", f"{last + 1}:*"])
        uids = sorted(uid for uid in found if uid > last)
        return self._take(uids, earlier=False)

    def take_earlier(self) -> int:
        """Fetch one batch of what was there before; return how many are left.

        Oldest first: the first mail of a conversation opens its case, and the answers
        find it there.
        """
        if self._earlier is None:
            self._earlier = self._search_earlier()
        left = self._take(list(self._earlier), earlier=True)
        while len(self._earlier) > left:
            self._earlier.popleft()
        return left

    def take_stuck(self) -> None:
        """Ask once more for what the server did not hand out before and is due."""
        due = self.reading.folder.mails.filter(
            state=FetchedState.STUCK, again_at__lte=self.now()
        )
        for mark in due.values_list("mark", flat=True)[:MAILS_AT_ONCE]:
            wanted = _Wanted([int(mark)], None, earlier=False)
            self._keep_each(wanted)

    def settle(self) -> None:
        """Mark, move or delete on the server what was taken; Trouble where it refuses."""
        taken = self.reading.folder.mails.filter(state=FetchedState.TAKEN)
        marks = list(taken.values_list("mark", flat=True))
        for start in range(0, len(marks), SIZES_AT_ONCE):
            some = marks[start : start + SIZES_AT_ONCE]
            try:
                self._do_afterwards([int(mark) for mark in some])
            except IMAP4.abort:
                raise
            except IMAPClientError as error:
                raise Trouble(
                    Fault.MOVE_REFUSED,
                    folder=self.mailbox.move_to or self.name,
                    said=words_of(error),
                ) from error
            fetching.settle(reading=self.reading, marks=some)

    def _keep_each(self, wanted: _Wanted) -> None:
        with closing(self._batches(wanted)) as batches:
            for batch in batches:
                self._keep(batch)

    def _keep(self, batch: Batch) -> None:
        fetching.take(reading=self.reading, batch=batch, at=self.now())
        # the next mails may take their time: no connection of a pool is held meanwhile
        close_old_connections()

    def _cannot_open(self, error: IMAPClientError) -> Trouble:
        said = words_of(error)
        try:
            there = self.client.folder_exists(self.name)
        except IMAP4.abort:
            raise
        except IMAPClientError:
            there = True
        fault = Fault.FOLDER_REFUSED if there else Fault.FOLDER_MISSING
        return Trouble(fault, folder=self.name, said=said, near="", there="")

    def _top(self, status: dict[bytes, Any]) -> int:
        if next_uid := status.get(b"UIDNEXT"):
            return int(next_uid) - 1
        return max(self.client.search(["UID", "*"]), default=0)

    def _search_earlier(self) -> deque[int]:
        folder = self.reading.folder
        first, last = folder.filled_uid + 1, folder.fill_until
        if first > last:
            return deque()
        day = self.mailbox.since or (self._began_at() - ZONES).date()
        found = self.client.search(["UID", f"{first}:{last}", "SINCE", day])
        return deque(sorted(uid for uid in found if first <= uid <= last))

    def _began_at(self) -> datetime:
        return self.reading.folder.began_at or self.mailbox.connected_at

    def _take(self, uids: Sequence[int], *, earlier: bool) -> int:
        """Fetch the first of these in batches, each kept with the cursor at its end."""
        some = uids[:SIZES_AT_ONCE]
        if not some:
            self._nothing_left(earlier=earlier)
            return 0
        behind = len(uids) + (0 if earlier else len(self._earlier or ()))
        self._keep_each(_Wanted(some, behind, earlier))
        return len(uids) - len(some)

    def _nothing_left(self, *, earlier: bool) -> None:
        """Note that all that came earlier was looked through, so none asks again."""
        folder = self.reading.folder
        if earlier and folder.filled_uid < folder.fill_until:
            batch = Batch(filled_uid=folder.fill_until)
            self._keep(batch)

    def _batches(self, wanted: _Wanted) -> Generator[Batch]:
        """Yield what is there of the wanted mails, a few at a time, in their order."""
        about = self.client.fetch(wanted.uids, ["RFC822.SIZE", "INTERNALDATE"])
        left = wanted.behind
        for some in self._portions(wanted.uids, about):
            left = None if left is None else left - len(some)
            with _room_for(sum(_size(about, uid) for uid in some)):
                # the number of a mail that is gone is passed over like any other
                yield self._batch(some, about, left=left, wanted=wanted)

    def _portions(
        self, uids: Sequence[int], about: dict[int, dict[bytes, Any]]
    ) -> Iterator[list[int]]:
        most = MAILS_AT_ONCE if not self.drops.times else 1
        some: list[int] = []
        size = 0
        for uid in uids:
            next_size = _size(about, uid)
            if some and (len(some) == most or size + next_size > BYTES_AT_ONCE):
                yield some
                some, size = [], 0
            some.append(uid)
            size += next_size
        if some:
            yield some

    def _batch(
        self,
        uids: list[int],
        about: dict[int, dict[bytes, Any]],
        *,
        left: int | None,
        wanted: _Wanted,
    ) -> Batch:
        there = [uid for uid in uids if uid in about]
        wished = [uid for uid in there if self._is_wanted(about[uid], wanted)]
        most = settings.MAIL_LARGEST * ESTIMATE
        small = [uid for uid in wished if _size(about, uid) <= most]
        mails, stuck = self._fetched(small)
        too_big = [
            *(
                self._told_of(uid, _size(about, uid))
                for uid in wished
                if uid not in small
            ),
            *(self._told_of(int(m.mark), len(m.raw)) for m in mails if _too_big(m)),
        ]
        self.drops.clear()
        return Batch(
            mails=[_dated(mail, about) for mail in mails if not _too_big(mail)],
            too_big=too_big,
            passed=[str(uid) for uid in uids if uid not in wished],
            stuck=stuck,
            behind=left,
            lag=None if wanted.earlier else self._lag(about, wished),
            **wanted.cursor(uids[-1]),
        )

    def _is_wanted(self, about: dict[bytes, Any], wanted: _Wanted) -> bool:
        """Whether a mail that was there before us is of the time that is wanted."""
        if not wanted.earlier or self.mailbox.since is not None:
            return True
        came = about.get(b"INTERNALDATE")
        return came is None or came >= self._began_at() - CLOCKS

    def _lag(
        self, about: dict[int, dict[bytes, Any]], uids: Sequence[int]
    ) -> int | None:
        came = [about[uid].get(b"INTERNALDATE") for uid in uids]
        latest = max((at for at in came if at is not None), default=None)
        return max(0, int((self.now() - latest).total_seconds())) if latest else None

    def _fetched(
        self, uids: Sequence[int]
    ) -> tuple[list[Fetched], list[tuple[str, str]]]:
        """Return the mails, and of those that did not come what the server said."""
        if not uids:
            return [], []
        if self.drops.blame(str(uids[0])):
            return [], [(str(uids[0]), SAID)]
        try:
            found = self._bodies(uids)
        except (IMAP4.abort, OSError):
            self.drops.note(str(uids[0]))
            raise
        except (IMAPClientError, ValueError) as error:
            if len(uids) == 1:
                return [], [(str(uids[0]), words_of(error) or repr(error))]
            return self._one_by_one(uids)
        mails = [Fetched(str(uid), found[uid]) for uid in uids if uid in found]
        return mails, self._withheld([uid for uid in uids if uid not in found])

    def _one_by_one(
        self, uids: Sequence[int]
    ) -> tuple[list[Fetched], list[tuple[str, str]]]:
        mails: list[Fetched] = []
        stuck: list[tuple[str, str]] = []
        for uid in uids:
            came, refused = self._fetched([uid])
            mails += came
            stuck += refused
        return mails, stuck

    def _bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        found = self.client.fetch(uids, ["BODY.PEEK[]"])
        bodies = {uid: items.get(b"BODY[]") for uid, items in found.items()}
        return {uid: raw for uid, raw in bodies.items() if raw is not None}

    def _withheld(self, uids: Sequence[int]) -> list[tuple[str, str]]:
        """Return those that did not come though they are there; the others are gone."""
        if not uids:
            return []
        named = ",".join(map(str, uids))
        there = self.client.search(["UID", named])
        return [(str(uid), "the server did not hand it out") for uid in there]

    def _told_of(self, uid: int, size: int) -> TooBig:
        part = f"BODY.PEEK[HEADER]<0.{HEAD_BYTES}>"
        found = self.client.fetch([uid], [part]).get(uid, {})
        head = found.get(b"BODY[HEADER]<0>") or b""
        sender, subject = glance(bytes(head))
        return TooBig(str(uid), size, sender, subject)

    def _do_afterwards(self, uids: Sequence[int]) -> None:
        match self.mailbox.afterwards:
            case Afterwards.SEEN:
                self.client.add_flags(uids, [b"\\Seen"], silent=True)
            case Afterwards.MOVE if self.mailbox.move_to != self.name:
                self._move(uids)
            case Afterwards.DELETE:
                self._delete(uids)

    def _move(self, uids: Sequence[int]) -> None:
        target = self.mailbox.move_to
        if not self.client.folder_exists(target):
            self.client.create_folder(target)
        if self.client.has_capability("MOVE"):
            self.client.move(uids, target)
            return
        self.client.copy(uids, target)
        self._delete(uids)

    def _delete(self, uids: Sequence[int]) -> None:
        """Delete these alone: a plain EXPUNGE would take what others have marked too."""
        self.client.delete_messages(uids, silent=True)
        if self.client.has_capability("UIDPLUS"):
            self.client.uid_expunge(uids)


@contextmanager
def _room_for(size: int) -> Iterator[None]:
    """Let only a few large mails be in memory at once, whatever comes in all mailboxes."""
    if size <= BYTES_AT_ONCE:
        yield
        return
    with _large_ones:
        yield


def _size(about: dict[int, dict[bytes, Any]], uid: int) -> int:
    return int(about.get(uid, {}).get(b"RFC822.SIZE", 0))


def _dated(mail: Fetched, about: dict[int, dict[bytes, Any]]) -> Fetched:
    came = about.get(int(mail.mark), {}).get(b"INTERNALDATE")
    return replace(mail, arrived_at=came)


def _too_big(mail: Fetched) -> bool:
    return len(mail.raw) > settings.MAIL_LARGEST
