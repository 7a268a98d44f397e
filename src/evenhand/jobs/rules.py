"""When a failed job runs again."""

from __future__ import annotations

from datetime import timedelta

LEASE = timedelta(seconds=30)
HEARTBEAT = timedelta(seconds=8)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
# deaths of its workers that a job need not have caused: a deployment, a full machine
DEATHS_BY_CHANCE = 2


def wait_before(*, attempt: int, jitter: float) -> timedelta:
    """Return the wait before the next attempt after `attempt` failures (1 or more).

    Doubles from FIRST_WAIT up to LONGEST_WAIT; `jitter` from 0 to 1 stretches it by up
    to a quarter, so that jobs which failed together do not come back together.
    """
    wait = min(FIRST_WAIT * 2.0 ** min(attempt - 1, 20), LONGEST_WAIT)
    return wait * (1 + jitter / 4)


def wait_after_death(*, attempt: int) -> timedelta:
    """Return the wait after the `attempt`-th try (1 or more) ended with its worker.

    None at first, then as after a failure: workers that die one after the other for a
    while must not use up all tries of the one job that each of them takes first.
    """
    if attempt <= DEATHS_BY_CHANCE:
        return timedelta(0)
    return wait_before(attempt=attempt - DEATHS_BY_CHANCE, jitter=0)
