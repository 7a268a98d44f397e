"""When a failed job runs again."""

from __future__ import annotations

from datetime import timedelta

LEASE = timedelta(seconds=30)
HEARTBEAT = timedelta(seconds=8)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


def wait_before(*, attempt: int, jitter: float) -> timedelta:
    """Return the wait before the next attempt after `attempt` failures (1 or more).

    Doubles from FIRST_WAIT up to LONGEST_WAIT; `jitter` from 0 to 1 stretches it by up
    to a quarter, so that jobs which failed together do not come back together.
    """
    wait = min(FIRST_WAIT * 2.0 ** min(attempt - 1, 20), LONGEST_WAIT)
    return wait * (1 + jitter / 4)
