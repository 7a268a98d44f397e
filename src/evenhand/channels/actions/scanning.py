"""Have files looked at by the virus scanner, when one is set; mail never waits for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from evenhand.cases.models import Attachment, SideFile
from evenhand.channels import blobs, clamd
from evenhand.channels.models import FileScan, ScanState
from evenhand.jobs import actions as jobs
from evenhand.ledger import actions as ledger

SCAN = "evenhand.channels.tasks.scan_file"
# Tried again by the round that looks after all files, not by each file's own job.
AGAIN_AFTER = timedelta(seconds=30)
MOST_A_ROUND = 500


@transaction.atomic(savepoint=False)
def ask(*, hashes: Collection[str], at: datetime) -> int:
    """Have these files scanned once, in the caller's transaction; return how many are new.

    Without a scanner nothing is asked and nothing is written.
    """
    if not settings.CLAMAV or not hashes:
        return 0
    known = FileScan.objects.filter(sha256__in=hashes).values_list("sha256", flat=True)
    new = sorted(set(hashes) - set(known))
    FileScan.objects.bulk_create(
        [FileScan(sha256=each, asked_at=at) for each in new], ignore_conflicts=True
    )
    jobs.call_each_later(task=SCAN, arguments=[{"sha256": each} for each in new], at=at)
    return len(new)


def scan(*, sha256: str, at: datetime) -> bool:
    """Scan one file and keep what was said; False where the scanner did not answer.

    Nothing is locked while the scanner reads. A file that is not in the store is left
    as one that could not be scanned.
    """
    if not settings.CLAMAV:
        return False
    try:
        with blobs.open_blob(sha256) as file:
            verdict = clamd.scan(file, scanner=settings.CLAMAV)
    except FileNotFoundError:
        verdict = clamd.Verdict(clean=False, error="the file is not in the store")
    except (clamd.ScannerDown, blobs.StoreDown):
        _waiting(sha256).update(tries=F("tries") + 1)
        return False
    _write_down(sha256, verdict, at=at)
    return True


def scan_waiting(*, at: datetime) -> int:
    """Scan what waits for longer than its own job takes; stop when nobody answers."""
    late = FileScan.objects.filter(
        state=ScanState.UNSCANNED, asked_at__lt=at - AGAIN_AFTER
    ).order_by("tries", "asked_at", "pk")
    done = 0
    for sha256 in list(late.values_list("sha256", flat=True)[:MOST_A_ROUND]):
        if not scan(sha256=sha256, at=at):
            break
        done += 1
    return done


@transaction.atomic
def scan_again(*, at: datetime) -> int:
    """Have every file that could not be scanned scanned once more; return how many."""
    failed = FileScan.objects.filter(state=ScanState.FAILED)
    return failed.update(
        state=ScanState.UNSCANNED, finding="", tries=0, asked_at=at - AGAIN_AFTER
    )


@transaction.atomic
def _write_down(sha256: str, verdict: clamd.Verdict, *, at: datetime) -> None:
    state = ScanState.CLEAN
    if not verdict.clean:
        state = ScanState.INFECTED if verdict.found else ScanState.FAILED
    changed = _waiting(sha256).update(
        state=state,
        finding=verdict.found or verdict.error,
        tries=F("tries") + 1,
        scanned_at=at,
    )
    if changed and state == ScanState.INFECTED:
        _tell(sha256, found=verdict.found, at=at)


def _waiting(sha256: str) -> QuerySet[FileScan]:
    return FileScan.objects.filter(sha256=sha256, state=ScanState.UNSCANNED)


def _tell(sha256: str, *, found: str, at: datetime) -> None:
    """Write the finding into the ledger of every case that has the file."""
    rows = Attachment.objects.filter(sha256=sha256).select_related("message__case")
    aside = SideFile.objects.filter(sha256=sha256).select_related("message__side__case")
    holds = [
        *(
            (f"attachment:{one.pk}", one.name, one.message.case)
            for one in rows.order_by("pk")
        ),
        *(
            (f"side_file:{one.pk}", one.name, one.message.side.case)
            for one in aside.order_by("pk")
        ),
    ]
    for named, name, case in holds:
        ledger.record(
            kind="file.infected",
            subject=named,
            matter=case.as_matter,
            by=ledger.SYSTEM,
            at=at,
            data={"name": name, "found": found},
        )
