"""When a mailbox is failing, silent or left alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from evenhand.channels.mailboxes.pace import passes

# a fault that may pass by itself has this long to do so before anybody is told
PATIENCE = timedelta(minutes=15)
# a desk that runs looks into a mailbox at least every few minutes
UNATTENDED_AFTER = timedelta(minutes=20)


class Standing(StrEnum):
    FINE = "fine"
    PAUSED = "paused"
    # the server could not be reached or refused, and it may pass
    TROUBLED = "troubled"
    FAILING = "failing"
    # no new mail for longer than is usual here
    SILENT = "silent"
    # no process fetches it
    UNATTENDED = "unattended"


ALARMING = frozenset({Standing.FAILING, Standing.SILENT, Standing.UNATTENDED})


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a mailbox; `silent_after` is in minutes, None for never."""

    enabled: bool
    enabled_at: datetime
    contacted_at: datetime | None
    mail_at: datetime | None
    failing_since: datetime | None
    fault: str
    silent_after: int | None


def standing(signs: Signs, *, at: datetime) -> Standing:
    """Return how a mailbox stands; of several troubles the one nearest to the cause."""
    if not signs.enabled:
        return Standing.PAUSED
    if signs.failing_since is not None:
        lasts = at - signs.failing_since >= PATIENCE
        return (
            Standing.FAILING if lasts or not passes(signs.fault) else Standing.TROUBLED
        )
    if at - _latest(signs.enabled_at, signs.contacted_at) >= UNATTENDED_AFTER:
        return Standing.UNATTENDED
    if signs.silent_after is None:
        return Standing.FINE
    quiet = at - _latest(signs.enabled_at, signs.mail_at)
    return (
        Standing.SILENT
        if quiet >= timedelta(minutes=signs.silent_after)
        else Standing.FINE
    )


def _latest(since: datetime, other: datetime | None) -> datetime:
    return since if other is None else max(since, other)
