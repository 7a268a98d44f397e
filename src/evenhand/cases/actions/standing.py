"""Where a case stands: locked and alive, answered, and as its history leaves it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from evenhand.cases import queries
from evenhand.cases.models import Case, Clock, Message


class CaseClosed(Exception):
    """The case is closed; open it again first."""


class CaseMerged(CaseClosed):
    """The case is merged into another, where all that concerns it is done now."""


def locked_living(case: Case) -> Case:
    """Lock a case for a change of it; CaseMerged where it lives in another."""
    case = queries.locked_case(case)
    if case.merged_into_id is not None:
        raise CaseMerged(case.ref)
    return case


def begin_clock(*, case: Case, at: datetime) -> None:
    """Start the limit for the first answer, in the team's hours."""
    limit = case.team.first_answer_minutes
    Clock.objects.create(
        case=case,
        started_at=at,
        limit_minutes=limit,
        due_at=case.team.schedule.add(start=at, minutes=limit),
    )


def stop_clocks(*, case: Case, answer: Message) -> None:
    """Stop the clocks that run, of a living case and of what is merged into it."""
    family = [case.pk, *case.merged.values_list("pk", flat=True)]
    running = Clock.objects.select_for_update(no_key=True, of=("self",)).filter(
        case__in=family, stopped_at__isnull=True
    )
    for clock in running.select_related("case__team").order_by("pk"):
        _set_clock(clock, answer=answer)


def resume(cases: Iterable[Case]) -> None:
    """Let living cases, locked with their families, stand as their history leaves them.

    What is merged into them gets its clocks right as well.
    """
    for case in cases:
        stood = queries.course_of(case)
        first = queries.first_answer_in(case)
        case.moved_at = stood.moved_at
        case.waiting_since = stood.waiting_since
        case.closed_at = stood.closed_at
        case.first_answered_at = first.said_at if first else None
        case.save(
            update_fields=[
                "moved_at",
                "waiting_since",
                "closed_at",
                "first_answered_at",
            ]
        )
        family = [case.pk, *case.merged.values_list("pk", flat=True)]
        clocks = Clock.objects.filter(case__in=family)
        for clock in clocks.select_related("case__team"):
            _set_clock(clock, answer=queries.first_answer_to(clock.case))


def _set_clock(clock: Clock, *, answer: Message | None) -> None:
    """Stop a clock by this answer, or let it run where there is none.

    One that this very answer stopped keeps its minutes: hours may have changed since.
    """
    if answer is None:
        clock.stopped_in = clock.stopped_at = clock.used_minutes = None
    elif clock.stopped_at == answer.said_at:
        clock.stopped_in = answer
    else:
        clock.stopped_in, clock.stopped_at = answer, answer.said_at
        clock.used_minutes = clock.case.team.schedule.minutes_between(
            start=clock.started_at, end=answer.said_at
        )
    clock.save(update_fields=["stopped_at", "stopped_in", "used_minutes"])
