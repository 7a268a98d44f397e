"""Files: those that wait beside an answer, who still has one, which are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from django.conf import settings

from evenhand.cases import queries as cases
from evenhand.cases.models import Attachment, Case, SideFile
from evenhand.channels import blobs
from evenhand.channels.models import ANSWER, Box, FileScan, ScanState, Upload
from evenhand.staff.models import Member

# hashes asked for in one statement
BATCH = 500
# all that names a stored file
NAMING = (Attachment, SideFile, Upload)


def uploads_of(case: Case, *, member: Member, box: Box = ANSWER) -> tuple[Upload, ...]:
    """Return the files that lie beside the member's mail in the making, in order."""
    found = Upload.objects.filter(case=case, member=member, held_by="", **box.columns)
    return tuple(found.order_by("pk"))


def uploads_among(
    keys: Collection[int], *, case: Case, member: Member, box: Box
) -> list[Upload]:
    """Return those of the files that are the member's in this box, held or not."""
    found = Upload.objects.filter(pk__in=set(keys), case=case, member=member)
    return list(found.filter(**box.columns).order_by("pk"))


def reserved(token: str, *, box: Box = ANSWER) -> tuple[Upload, ...]:
    """Return the files that a mail holds which waits to leave."""
    if not token:
        return ()
    held = Upload.objects.filter(held_by=token, **box.columns)
    return tuple(held.order_by("pk"))


def upload_for(member: Member, pk: int) -> Upload:
    """Return a file that the member laid beside a mail; NoSuchCase if not theirs."""
    found = (
        Upload.objects.filter(
            pk=pk, member=member, case__in=cases.visible_to(member.reach)
        )
        .select_related("case", "side__case")
        .first()
    )
    if found is None:
        raise cases.NoSuchCase(f"upload {pk}")
    return found


def named(hashes: Collection[str]) -> set[str]:
    """Return those of the hashes that a message, here or aside, or an answer in the making names."""
    found: set[str] = set()
    for model in NAMING:
        rows = model.objects.filter(sha256__in=hashes)
        found.update(rows.values_list("sha256", flat=True).distinct())
    return found


def missing_files() -> Iterator[Attachment | SideFile | Upload]:
    """Return each row whose file is not in the store; asks the store for every hash."""
    known: dict[str, bool] = {}
    for model in NAMING:
        for row in model.objects.order_by("pk").iterator(chunk_size=BATCH):
            if row.sha256 not in known:
                known[row.sha256] = blobs.is_there(row.sha256)
            if not known[row.sha256]:
                yield row


def scans_of(hashes: Collection[str]) -> dict[str, FileScan]:
    """Return hash -> what the scanner said; nothing, and no query, without a scanner.

    A file that was found infected stays so when the scanner is switched off again.
    """
    if not hashes:
        return {}
    found = FileScan.objects.filter(sha256__in=hashes)
    if not settings.CLAMAV:
        found = found.filter(state=ScanState.INFECTED)
    return {scan.sha256: scan for scan in found}


def unscanned_hashes() -> Iterator[str]:
    """Return the hashes of all files that were never handed to the scanner."""
    for model in NAMING:
        rows = model.objects.order_by("pk").values_list("sha256", flat=True)
        hashes = rows.iterator(chunk_size=BATCH)
        while batch := set(islice(hashes, BATCH)):
            asked = FileScan.objects.filter(sha256__in=batch)
            yield from sorted(batch - set(asked.values_list("sha256", flat=True)))
