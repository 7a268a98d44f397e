"""Whether a file may be handed to a member, by what the virus scanner said of it."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from evenhand.channels.actions import scanning
from evenhand.channels.models import FileScan, ScanState
from evenhand.channels.queries.files import scans_of
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission

# What is said in place of a file; the words stand in channels/file_kept_back.html.
WAITS, INFECTED, FAILED = "waits", "infected", "failed"


def held(sha256: str, *, member: Member) -> str | None:
    """Return why the file is kept back from the member; None where they may have it.

    A file from before there was a scanner is handed to it now. What is infected, or
    could not be scanned, only who mends mail may have.
    """
    scan = scans_of([sha256]).get(sha256)
    if scan is None:
        if settings.CLAMAV:
            scanning.ask(hashes=[sha256], at=timezone.now())
            return WAITS
        return None
    return None if is_free(scan, member=member) else sign_of(scan)


def is_free(scan: FileScan, *, member: Member) -> bool:
    """Whether the member may have a file of which the scanner said this."""
    if scan.state == ScanState.CLEAN:
        return True
    return scan.state != ScanState.UNSCANNED and member.may(Permission.MEND_MAIL)


def sign_of(scan: FileScan | None) -> str:
    """Return what a page says beside the file; empty where there is nothing to say."""
    if scan is None or scan.state == ScanState.CLEAN:
        return ""
    signs = {ScanState.INFECTED: INFECTED, ScanState.FAILED: FAILED}
    return signs.get(ScanState(scan.state), WAITS)
