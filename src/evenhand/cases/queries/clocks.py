"""How the limit for the first answer stands."""

from __future__ import annotations

from datetime import datetime

from evenhand.cases import rules
from evenhand.cases.models import Case, Clock
from evenhand.cases.queries.merges import clocks_of


def read_clock(case: Case, *, at: datetime) -> rules.ClockReading | None:
    """Return how the case's first-answer limit stands; None where none was ever set.

    Of several that became one case, the limit that runs out first and is not stopped:
    a merge hides nobody who waits. What an undone split left behind shows its own.
    """
    clocks = clocks_of(case) or list(Clock.objects.filter(case=case))
    if not clocks:
        return None
    own = next((clock for clock in clocks if clock.case_id == case.pk), clocks[0])
    running = [clock for clock in clocks if clock.stopped_at is None]
    clock = min(running, key=lambda one: one.due_at, default=own)
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
