"""The room's door to the proof: what it says of a text, and of two versions."""

from __future__ import annotations

from threading import Lock

from evenhand.decisions.rules.reports import CheckReport, Found
from evenhand.policy.loading import read
from evenhand.policy.program import Page
from evenhand.policy.proof import NeedsProver, check, compare
from evenhand.policy.proof.changes import Comparison
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.saying import in_turn

# A page of 500 rows takes three; past this, what is not proved is said so.
SECONDS = 20.0
SECONDS_IN_A_REQUEST = 6.0
# The prover keeps one state for the whole process, and requests come in threads.
_ONE_AT_A_TIME = Lock()
# (hash, hash) -> what came of comparing them, which never changes
_KEPT: dict[tuple[str, str], Comparison] = {}
MOST_KEPT = 50


class ExtraMissing(Exception):
    """The packages that prove a page are not installed: pip install 'evenhand[publish]'."""


def checked(text: str) -> CheckReport:
    """Check and prove a page; PolicyError where it cannot be read at all.

    Its examples are told apart, as they are tried: they are no finding of the proof.
    """
    page = read(text)
    try:
        with _ONE_AT_A_TIME:
            report = check(page, seconds=SECONDS)
    except NeedsProver as error:
        raise ExtraMissing(str(error)) from error
    proved = (one for one in report.findings if one.kind is not Kind.EXAMPLE_FAILS)
    return CheckReport.of(_found(one) for one in proved)


class Busy(Exception):
    """Others are comparing pages at this moment."""


def compared(old: Page, new: Page) -> Comparison:
    """Prove two versions equal, or find what changes, within a request's patience.

    Busy where others had it compare for too long already.
    """
    key = (old.page_hash, new.page_hash)
    if key in _KEPT:
        return _KEPT[key]
    if not _ONE_AT_A_TIME.acquire(timeout=SECONDS_IN_A_REQUEST):
        raise Busy
    try:
        found = compare(old, new, seconds=SECONDS_IN_A_REQUEST)
    except NeedsProver as error:
        raise ExtraMissing(str(error)) from error
    finally:
        _ONE_AT_A_TIME.release()
    if len(_KEPT) >= MOST_KEPT:
        _KEPT.clear()
    _KEPT[key] = found
    return found


def _found(finding: Finding) -> Found:
    return Found(
        kind=finding.kind.value,
        severity=finding.severity.value,
        what=in_turn([one for one in (finding.what, finding.meaning) if one], " "),
        instead=finding.proposal,
        line=finding.line,
        column=1 if finding.line else 0,
        witness=tuple((told.label, told.text) for told in finding.case),
    )
