"""How the limit for the first answer stands."""

from __future__ import annotations

from datetime import datetime

from evenhand.cases import rules
from evenhand.cases.models import Case
from evenhand.cases.queries.merges import clocks_of


def read_clock(case: Case, *, at: datetime) -> rules.ClockReading:
    """Return how the case's first-answer limit stands.

    Of several that became one case, the limit that runs out first and is not stopped:
    a merge hides nobody who waits.
    """
    clocks = clocks_of(case)
    running = [clock for clock in clocks if clock.stopped_at is None]
    clock = min(running, key=lambda one: one.due_at, default=case.clock)
    if clock.stopped_at is not None and clock.used_minutes is not None:
        return rules.ClockReading(
            used_minutes=clock.used_minutes,
            limit_minutes=clock.limit_minutes,
            due_at=clock.due_at,
            stopped=True,
        )
    return rules.read_clock(
        started_at=clock.started_at,
        limit_minutes=clock.limit_minutes,
        due_at=clock.due_at,
        stopped_at=None,
        schedule=clock.case.team.schedule,
        at=at,
    )
