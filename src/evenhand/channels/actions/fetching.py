"""Take mail out of mailboxes: who may fetch one, what was taken, how far it is read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DataError, IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from evenhand.channels.actions import intake
from evenhand.channels.mailboxes.pace import is_to_be_told, stuck_wait
from evenhand.channels.models import (
    Afterwards,
    FetchedMail,
    FetchedState,
    Mailbox,
    MailboxFolder,
    MailboxKind,
)
from evenhand.channels.rules import SENT_MAIL
from evenhand.jobs.rules import LEASE
from evenhand.ledger import actions as ledger


class LeaseLost(Exception):
    """Another process fetches the mailbox now, or it was paused: nothing is written."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server handed it out; `mark` is its UID, or POP3's id hashed.

    `arrived_at` is when the server got it, where it tells.
    """

    mark: str
    raw: bytes
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TooBig:
    """A mail that was not fetched for its size, and what its head says of it."""

    mark: str
    size: int
    sender: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A folder that one process reads under its lease."""

    folder: MailboxFolder
    holder: str
    # the server keeps there what was sent
    is_sent: bool = False

    @property
    def mailbox(self) -> Mailbox:
        return self.folder.mailbox

    @property
    def source(self) -> str:
        """What the deliveries from there say that they come from."""
        return SENT_MAIL if self.is_sent else self.mailbox.kind


@dataclass(frozen=True, slots=True)
class Batch:
    """What one look brought, and how far the folder is read with it.

    `lag` is how many seconds the newest of them waited on the server, `behind` how many
    mails still wait there, each None where this batch does not tell; `stuck` says of
    each mail that the server did not hand out what it said instead.
    """

    mails: Sequence[Fetched] = ()
    too_big: Sequence[TooBig] = ()
    passed: Sequence[str] = ()
    stuck: Sequence[tuple[str, str]] = ()
    last_uid: int = 0
    filled_uid: int = 0
    behind: int | None = None
    lag: int | None = None


def claim(
    *, holder: str, at: datetime, most: int, only: int | None = None
) -> list[Mailbox]:
    """Take up to `most` enabled mailboxes that no other process fetches, or one alone.

    The ones that were looked into longest ago come first. A conditional update decides
    between two processes, as it does for jobs (ADR 11).
    """
    free = Mailbox.objects.filter(
        Q(holder="") | Q(lease_until__lt=at), enabled=True
    ).order_by(F("contacted_at").asc(nulls_first=True), "pk")
    if only is not None:
        free = free.filter(pk=only)
    ours = [
        key
        for key in list(free.values_list("pk", flat=True)[:most])
        if free.filter(pk=key).update(holder=holder, lease_until=at + LEASE)
    ]
    return list(Mailbox.objects.filter(pk__in=ours, holder=holder).order_by("pk"))


def extend(*, mailboxes: Collection[int], holder: str, at: datetime) -> None:
    """Push the leases of a process on; one that died stops doing it."""
    Mailbox.objects.filter(pk__in=mailboxes, holder=holder).update(
        lease_until=at + LEASE
    )


def release(*, mailbox: int, holder: str) -> None:
    """Let another process fetch the mailbox."""
    Mailbox.objects.filter(pk=mailbox, holder=holder).update(
        holder="", lease_until=None
    )


def end_leases_of(*, process: str) -> int:
    """Free what a process held that is known to be dead; return how many."""
    return Mailbox.objects.filter(holder__startswith=f"{process}:").update(
        holder="", lease_until=None
    )


@transaction.atomic
def begin(*, mailbox: Mailbox, holder: str, name: str, at: datetime) -> MailboxFolder:
    """Return how far a folder was read; one never seen before begins now.

    What reached the server before it was wanted stays there, unless a day is set: for
    the first folders that is before the mailbox was connected, for one that was added
    later before this moment.
    """
    _hold(mailbox, holder)
    is_first = mailbox.contacted_at is None
    folder, _ = MailboxFolder.objects.get_or_create(
        mailbox=mailbox,
        name=name,
        defaults={"began_at": mailbox.connected_at if is_first else at},
    )
    return folder


@transaction.atomic
def begin_anew(*, mailbox: Mailbox, since: datetime | None) -> None:
    """Forget how far the folders were read: it is another account, or another day.

    From that day on all is looked through again, and what is known lands nowhere twice.
    Two accounts of one server may have the same UIDVALIDITY. `since` is when another
    account took the place of one: with a day set, what it got before is history.
    """
    FetchedMail.objects.filter(folder__mailbox=mailbox).delete()
    folders = MailboxFolder.objects.filter(mailbox=mailbox)
    folders.update(uid_validity=None)
    if since is not None and mailbox.since is not None:
        folders.update(began_at=since)


@transaction.atomic
def number(*, reading: Reading, validity: int, top: int, at: datetime) -> None:
    """Note under which UIDVALIDITY a folder is read; `top` is its highest UID.

    Other numbers than before say nothing of what was read: all is looked through once
    more, from the same day on, and what is known is known again by its bytes.
    """
    _hold(reading.mailbox, reading.holder)
    folder = reading.folder
    was = folder.uid_validity
    if was == validity:
        return
    folder.uid_validity = validity
    folder.last_uid = folder.fill_until = top
    folder.filled_uid = 0
    if was is not None:
        folder.renumbered_at = at
        folder.mails.all().delete()
        ledger.record(
            kind="mailbox.renumbered",
            subject=f"mailbox:{folder.mailbox_id}",
            by=ledger.SYSTEM,
            at=at,
            data={"folder": folder.name},
        )
    folder.save()


@transaction.atomic
def take(*, reading: Reading, batch: Batch, at: datetime) -> int:
    """Keep the mails and how far the folder is read, or nothing; return how many are new.

    When this has committed, the mails cannot be lost, and only then may they be moved
    or deleted on the server. LeaseLost where the mailbox is not ours any more.
    """
    _hold(reading.mailbox, reading.holder)
    is_new, strange = _keep(reading, batch.mails, at=at)
    _remember(reading, batch)
    _set_stuck(reading, [*batch.stuck, *strange], at=at)
    for each in batch.too_big:
        _refuse(reading, each, at=at)
    _read_up_to(reading.folder, batch)
    _count(reading.mailbox, batch, is_new=is_new, at=at)
    return is_new


def settle(*, reading: Reading, marks: Collection[str]) -> None:
    """Forget mails that were marked, moved or deleted on the server, or are gone there."""
    reading.folder.mails.filter(mark__in=marks).delete()


def _hold(mailbox: Mailbox, holder: str) -> None:
    """Lock the mailbox; a process that was only slow must not write beside another."""
    held = Mailbox.objects.select_for_update(no_key=True).filter(
        pk=mailbox.pk, enabled=True
    )
    if not held.filter(holder=holder).exists():
        raise LeaseLost(f"{mailbox} is not held by {holder}")


def _keep(
    reading: Reading, mails: Sequence[Fetched], *, at: datetime
) -> tuple[int, list[tuple[str, str]]]:
    """Store the mails; return how many are new, and which the database refused and why."""
    handed = [intake.Handed(mail.raw, _envelope(reading, mail)) for mail in mails]
    if not handed:
        return 0, []
    try:
        return intake.store_together(mails=handed, source=reading.source, at=at), []
    except (IntegrityError, DataError, intake.TooLarge):
        return _keep_each(reading, mails, at=at)


def _envelope(reading: Reading, mail: Fetched) -> intake.Envelope:
    """Say where a mail was fetched, and when it arrived if that was before the desk.

    The day on which the folder was connected is the desk's own: its mail is work.
    """
    began_at = reading.folder.began_at or reading.mailbox.connected_at
    first_day = timezone.localtime(began_at).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    came = mail.arrived_at
    is_earlier = came is not None and came < first_day
    return intake.Envelope(
        mailbox=reading.mailbox.pk, arrived_at=came if is_earlier else None
    )


def _keep_each(
    reading: Reading, mails: Sequence[Fetched], *, at: datetime
) -> tuple[int, list[tuple[str, str]]]:
    """Store mail by mail, each undone alone: one that cannot be kept stops no other."""
    new = 0
    refused: list[tuple[str, str]] = []
    for mail in mails:
        try:
            _, is_new = intake.store(
                raw=mail.raw,
                source=reading.source,
                envelope=_envelope(reading, mail),
                at=at,
            )
        except (IntegrityError, DataError, intake.TooLarge) as error:
            refused.append((mail.mark, str(error)))
        else:
            new += is_new
    return new, refused


def _remember(reading: Reading, batch: Batch) -> None:
    """Keep the marks that are needed beyond the cursor, and forget settled troubles."""
    came = [mail.mark for mail in batch.mails]
    over = [*came, *batch.passed, *(each.mark for each in batch.too_big)]
    reading.folder.mails.filter(mark__in=over).delete()
    is_pop3 = reading.mailbox.kind == MailboxKind.POP3
    kept = {} if not is_pop3 else dict.fromkeys(over, FetchedState.PASSED)
    if is_pop3 or reading.mailbox.afterwards != Afterwards.KEEP:
        kept |= dict.fromkeys(came, FetchedState.TAKEN)
    FetchedMail.objects.bulk_create(
        FetchedMail(folder=reading.folder, mark=mark, state=state)
        for mark, state in kept.items()
    )


def _set_stuck(
    reading: Reading, stuck: Sequence[tuple[str, str]], *, at: datetime
) -> None:
    """Ask again later for what did not come; after some tries tell the desk, once."""
    for mark, said in stuck:
        mail = reading.folder.mails.filter(
            mark=mark, state=FetchedState.STUCK
        ).first() or FetchedMail(folder=reading.folder, mark=mark)
        # a mail that was fetched and could not be kept is not to be deleted there
        reading.folder.mails.filter(mark=mark, state=FetchedState.TAKEN).delete()
        mail.tries += 1
        mail.error = said[:500]
        mail.state = FetchedState.STUCK
        mail.again_at = at + stuck_wait(tries=mail.tries)
        mail.save()
        if is_to_be_told(tries=mail.tries):
            _tell(reading, mail, at=at)


def _tell(reading: Reading, mail: FetchedMail, *, at: datetime) -> None:
    ledger.record(
        kind="mailbox.stuck",
        subject=f"mailbox:{reading.folder.mailbox_id}",
        by=ledger.SYSTEM,
        at=at,
        data={
            "folder": reading.folder.name,
            "mark": mail.mark,
            "tries": mail.tries,
            "reason": mail.error,
        },
    )


def _refuse(reading: Reading, mail: TooBig, *, at: datetime) -> None:
    """Write down a mail that stays where it is because it is too large."""
    ledger.record(
        kind="mailbox.refused",
        subject=f"mailbox:{reading.folder.mailbox_id}",
        by=ledger.SYSTEM,
        at=at,
        data={
            "folder": reading.folder.name,
            "size": mail.size,
            "sender": mail.sender[:320],
            "subject": mail.subject[:500],
        },
    )


def _read_up_to(folder: MailboxFolder, batch: Batch) -> None:
    """Move the cursors on, never back."""
    MailboxFolder.objects.filter(pk=folder.pk).update(
        last_uid=_higher("last_uid", batch.last_uid),
        filled_uid=_higher("filled_uid", batch.filled_uid),
    )
    folder.last_uid = max(folder.last_uid, batch.last_uid)
    folder.filled_uid = max(folder.filled_uid, batch.filled_uid)


def _higher(column: str, uid: int) -> Greatest:
    return Greatest(F(column), models.Value(uid))


def _count(mailbox: Mailbox, batch: Batch, *, is_new: int, at: datetime) -> None:
    told = {"behind": batch.behind, "lag": batch.lag}
    changed: dict[str, object] = {"contacted_at": at, "lease_until": at + LEASE}
    changed |= {name: value for name, value in told.items() if value is not None}
    if is_new:
        changed |= {"taken": F("taken") + is_new, "mail_at": at}
    if batch.too_big:
        changed |= {"refused": F("refused") + len(batch.too_big), "refused_at": at}
    Mailbox.objects.filter(pk=mailbox.pk).update(**changed)
