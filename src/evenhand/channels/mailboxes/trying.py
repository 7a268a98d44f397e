"""Try a server in a thread of its own, so that a page only asks how far it has come.

What was found is kept in the cache that all processes share, without any secret, and
is forgotten after a while.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

from django.core.cache import cache
from django.db import connections

from evenhand.channels.mailboxes.findings import Finding, Outcome, Step
from evenhand.channels.mailboxes.probe import probe, steps_of
from evenhand.channels.mailboxes.trial import Trial
from evenhand.staff.models import Member

KEPT_SECONDS = 15 * 60
# in one process at the same time; a trial takes 20 seconds at most
MOST_AT_ONCE = 3
WAIT_SECONDS = 25.0
_room = threading.BoundedSemaphore(MOST_AT_ONCE)


class TooManyTrials(Exception):
    """So many trials run that one more has to wait."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How far a trial has come; `asked` is what its page wants to find again."""

    token: str
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...] = ()
    is_done: bool = False
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> Finding | None:
        """The step that failed, if one did."""
        faults = (each for each in self.findings if each.outcome == Outcome.FAULT)
        return next(faults, None)

    @property
    def has_passed(self) -> bool:
        """Whether every step was taken."""
        return self.is_done and self.failed is None

    @property
    def names(self) -> tuple[str, ...]:
        """The folders that were seen there."""
        return next((each.names for each in self.findings if each.names), ())

    @property
    def waiting(self) -> tuple[Step, ...]:
        """The steps of which nothing is known yet."""
        return self.steps[len(self.findings) :]


def begin(trial: Trial, *, by: Member, asked: Mapping[str, Any] | None = None) -> str:
    """Begin a trial and return the token by which `so_far` finds it.

    TooManyTrials where this process tries as many as it may.
    """
    if not _room.acquire(blocking=False):
        raise TooManyTrials
    tried = Tried(secrets.token_urlsafe(16), steps_of(trial), asked=asked or {})
    try:
        _keep(tried, by=by)
        threading.Thread(target=_run, args=(trial, tried, by), daemon=True).start()
    except BaseException:
        _room.release()
        raise
    return tried.token


def so_far(token: str, *, by: Member) -> Tried | None:
    """Return how far a member's trial has come; None for an unknown or old one."""
    kept = cache.get(_key(token, by))
    if kept is None:
        return None
    return Tried(
        token=token,
        steps=tuple(map(Step, kept["steps"])),
        findings=tuple(map(Finding.from_data, kept["findings"])),
        is_done=kept["is_done"],
        asked=kept["asked"],
    )


def waited_for(
    token: str, *, by: Member, seconds: float = WAIT_SECONDS
) -> Tried | None:
    """Return a trial once it is done, or as it is when the seconds have passed."""
    ends = monotonic() + seconds
    tried = so_far(token, by=by)
    while tried is not None and not tried.is_done and monotonic() < ends:
        sleep(0.1)
        tried = so_far(token, by=by)
    return tried


def _run(trial: Trial, tried: Tried, by: Member) -> None:
    findings: list[Finding] = []
    try:
        for finding in probe(trial):
            findings.append(finding)
            is_done = len(findings) == len(tried.steps)
            _keep(tried, by=by, findings=findings, is_done=is_done)
    finally:
        _room.release()
        # the thread's own connection, which nobody else would close
        connections.close_all()


def _keep(
    tried: Tried,
    *,
    by: Member,
    findings: list[Finding] | None = None,
    is_done: bool = False,
) -> None:
    kept = {
        "steps": [step.value for step in tried.steps],
        "findings": [finding.as_data() for finding in findings or ()],
        "is_done": is_done,
        "asked": dict(tried.asked),
    }
    cache.set(_key(tried.token, by), kept, KEPT_SECONDS)


def _key(token: str, by: Member) -> str:
    return f"mail-trial:{by.pk}:{token[:40]}"
