"""Files beside a mail in the making: lay one there, remove it, let them go with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from evenhand.cases.actions import NewAttachment
from evenhand.cases.models import Case
from evenhand.channels.actions import scanning
from evenhand.channels.mail.attachments import safe_name, sent_type
from evenhand.channels.models import ANSWER, Box, ScanState, Upload
from evenhand.channels.queries.files import scans_of
from evenhand.staff.models import Member


class FileRefused(Exception):
    """The file cannot go with an answer; `name` is the file's, nothing was changed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TooLarge(FileRefused):
    """One file has more than FILE_LARGEST bytes."""


class TooMuch(FileRefused):
    """The files of the answer have more than FILES_LARGEST bytes together."""


class TooMany(FileRefused):
    """The answer has FILES_MOST files already."""


class FileGone(FileRefused):
    """A file that the form showed was removed, or went with another answer."""


class FileInfected(FileRefused):
    """The virus scanner found something in the file."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file whose bytes lie in the store already; `head` is how they begin."""

    name: str
    size: int
    sha256: str
    head: bytes


@transaction.atomic
def add(
    *, case: Case, file: Arrived, by: Member, at: datetime, box: Box = ANSWER
) -> Upload:
    """Lay a file beside the member's mail; the same one again changes nothing.

    TooLarge, TooMany or TooMuch where a limit is passed.
    """
    if file.size > settings.FILE_LARGEST:
        raise TooLarge(file.name)
    # two tabs that upload at once must not pass the limits together
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    name = safe_name(file.name)
    kept = Upload.objects.filter(case=case, member=by, held_by="", **box.columns)
    same = kept.filter(sha256=file.sha256, name=name).first()
    if same is not None:
        return same
    if kept.count() >= settings.FILES_MOST:
        raise TooMany(name)
    if (kept.aggregate(all=Sum("size"))["all"] or 0) + file.size > (
        settings.FILES_LARGEST
    ):
        raise TooMuch(name)
    upload = Upload.objects.create(
        case=case,
        member=by,
        name=name,
        content_type=sent_type(name=name, content=file.head),
        size=file.size,
        sha256=file.sha256,
        uploaded_at=at,
        **box.columns,
    )
    scanning.ask(hashes=[file.sha256], at=at)
    return upload


@transaction.atomic
def remove(*, upload: Upload) -> None:
    """Take a file from beside a mail; one that a mail holds already stays."""
    Upload.objects.filter(pk=upload.pk, held_by="").delete()


@transaction.atomic
def reserve(
    *,
    case: Case,
    keys: Collection[int],
    by: Member,
    token: str,
    box: Box = ANSWER,
) -> None:
    """Let a mail that waits to leave hold its files; FileGone if one is not there."""
    found = _locked(case=case, keys=keys, by=by, box=box).filter(held_by="")
    if len(found) != len(set(keys)):
        raise FileGone("")
    Upload.objects.filter(pk__in=[one.pk for one in found]).update(held_by=token)


@transaction.atomic
def release(*, token: str, to: Member, box: Box = ANSWER) -> None:
    """Give the files of a mail that did not leave to who has its words again.

    Who took it back may be a colleague of its author: the files are theirs then.
    """
    held = Upload.objects.select_for_update(no_key=True).filter(
        held_by=token, **box.columns
    )
    for upload in held.order_by("pk"):
        again = Upload.objects.filter(
            case=upload.case,
            member=to,
            sha256=upload.sha256,
            name=upload.name,
            held_by="",
            **box.columns,
        )
        if again.exists():
            upload.delete()
        else:
            upload.held_by, upload.member = "", to
            upload.save(update_fields=["held_by", "member"])


@transaction.atomic
def take(
    *, case: Case, keys: Collection[int], by: Member, box: Box = ANSWER
) -> list[NewAttachment]:
    """Take the files that go with a mail from beside it, in the caller's transaction.

    FileGone where one is not the member's in this case; FileInfected where the scanner
    found something. A file that was not scanned yet goes: it is a colleague's own.
    """
    if not keys:
        return []
    found = list(_locked(case=case, keys=keys, by=by, box=box))
    if len(found) != len(set(keys)):
        raise FileGone("")
    scans = scans_of([one.sha256 for one in found])
    for one in found:
        scan = scans.get(one.sha256)
        if scan is not None and scan.state == ScanState.INFECTED:
            raise FileInfected(one.name)
    Upload.objects.filter(pk__in=[one.pk for one in found]).delete()
    return [
        NewAttachment(
            name=one.name,
            content_type=one.content_type,
            size=one.size,
            sha256=one.sha256,
        )
        for one in found
    ]


def _locked(
    *, case: Case, keys: Collection[int], by: Member, box: Box
) -> QuerySet[Upload]:
    return (
        Upload.objects.select_for_update(no_key=True)
        .filter(case=case, member=by, pk__in=set(keys), **box.columns)
        .order_by("pk")
    )
