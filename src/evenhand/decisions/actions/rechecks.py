"""Decide stored decisions again, night by night, and tell of those that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from evenhand.decisions.models import (
    Decision,
    RecomputeFault,
    RecomputeRound,
)
from evenhand.decisions.recomputing import Difference, difference_of, stored_again
from evenhand.jobs.actions import call_later
from evenhand.ledger import actions as ledger

BATCH = 200
# Of the history, each night; what was decided since the last round comes besides.
OLD_EACH_NIGHT = 50_000
NIGHT = range(2, 6)  # hours of the desk's own time
LATEST = timedelta(hours=36)  # without a round; then any hour will do
STUCK = timedelta(minutes=30)
_TASK = "evenhand.decisions.tasks.recompute_batch"


def look_after_rounds(*, at: datetime) -> None:
    """Begin tonight's round, or take up one that stands still."""
    last = RecomputeRound.objects.order_by("-night").first()
    if last is not None and last.ended_at is None:
        if at - last.touched_at > STUCK:
            call_later(task=_TASK, arguments={"round_pk": last.pk})
        return
    here = timezone.localtime(at)
    is_due = last is None or at - last.started_at > LATEST or here.hour in NIGHT
    if is_due and Decision.objects.exists():
        begin_round(at=at)


@transaction.atomic
def begin_round(*, at: datetime) -> RecomputeRound | None:
    """Begin the round of the day; None where there was one already."""
    last = RecomputeRound.objects.order_by("-night").first()
    newest = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    known = last.newest_pk if last else 0
    round_, is_new = RecomputeRound.objects.get_or_create(
        night=timezone.localdate(at),
        defaults={
            "started_at": at,
            "touched_at": at,
            "known_pk": known,
            "newest_pk": newest,
            "new_done_pk": known,
            "old_done_pk": last.old_done_pk if last else 0,
        },
    )
    if not is_new:
        return None
    call_later(task=_TASK, arguments={"round_pk": round_.pk})
    return round_


@transaction.atomic
def check_batch(
    *, round_pk: int, at: datetime, most: int = BATCH, old: int = OLD_EACH_NIGHT
) -> None:
    """Check the next decisions of a round, and put the batch after it on the queue.

    `most` is how many at once, `old` how much of the history in one night.
    """
    round_ = RecomputeRound.objects.select_for_update(no_key=True).get(pk=round_pk)
    if round_.ended_at is not None:
        return
    batch = _next(round_, most=most, old=old)
    round_.checked += len(batch)
    round_.differing += check(batch, at=at)
    round_.touched_at = at
    if not batch:
        round_.ended_at = at
    round_.save()
    if batch:
        call_later(task=_TASK, arguments={"round_pk": round_pk})


def _next(round_: RecomputeRound, *, most: int, old: int) -> list[Decision]:
    """Take the next batch: what is new first, then more of the history."""
    new = _between(round_.new_done_pk, round_.newest_pk, most)
    if new:
        round_.new_done_pk = new[-1].pk
        return new
    if round_.checked_old >= old:
        return []
    found = _between(round_.old_done_pk, round_.known_pk, most)
    if not found and not round_.checked_old:
        # the last round ended just at the end of the history
        found = _between(0, round_.known_pk, most)
    round_.checked_old += len(found)
    # at the end of the history the next night begins at its beginning
    round_.old_done_pk = found[-1].pk if found else 0
    return found


def _between(above: int, up_to: int, most: int) -> list[Decision]:
    found = Decision.objects.filter(pk__gt=above, pk__lte=up_to).order_by("pk")
    # versions are few and their texts long: each is read once
    return list(found.prefetch_related("version").select_related("issue__case")[:most])


def check_all(
    *, at: datetime, told: Callable[[int, int], None], batch: int = BATCH
) -> tuple[int, int]:
    """Check every stored decision now; return how many, and how many differ.

    `told` is called after each batch with both numbers so far. Each batch commits by
    itself, so nobody waits for the whole.
    """
    newest = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    done, checked, differing = 0, 0, 0
    while found := _between(done, newest, batch):
        with transaction.atomic():
            differing += check(found, at=at)
        done, checked = found[-1].pk, checked + len(found)
        told(checked, differing)
    return checked, differing


@transaction.atomic
def check(decisions: Iterable[Decision], *, at: datetime) -> int:
    """Compare decisions with what their pages answer; return how many differ.

    A difference is kept as a fault and told to the ledger once; one that is gone is
    cleared, and that is told too.
    """
    found = {one.pk: (one, difference_of(one)) for one in decisions}
    open_ = {
        fault.decision_id: fault
        for fault in RecomputeFault.objects.filter(
            decision__in=found, cleared_at__isnull=True
        )
    }
    for pk, (decision, difference) in found.items():
        fault = open_.get(pk)
        if difference and fault is None:
            _find(decision, difference, at=at)
        elif difference and fault is not None:
            _keep_up(fault, difference)
        elif fault is not None:
            _clear(fault, decision, at=at)
    return sum(1 for _, difference in found.values() if difference)


def _find(decision: Decision, difference: Difference, *, at: datetime) -> None:
    RecomputeFault.objects.create(
        decision=decision,
        kind=difference.kind,
        found_at=at,
        stored=stored_again(decision),
        answered=difference.answered,
        why=difference.why,
    )
    _tell(decision, kind="decision.differs", why=difference.kind, at=at)


def _keep_up(fault: RecomputeFault, difference: Difference) -> None:
    said = (difference.kind, difference.answered, difference.why)
    if said != (fault.kind, fault.answered, fault.why):
        fault.kind, fault.answered, fault.why = said
        fault.save(update_fields=["kind", "answered", "why"])


def _clear(fault: RecomputeFault, decision: Decision, *, at: datetime) -> None:
    fault.cleared_at = at
    fault.save(update_fields=["cleared_at"])
    _tell(decision, kind="decision.agrees", why=fault.kind, at=at)


def _tell(decision: Decision, *, kind: str, why: str, at: datetime) -> None:
    ledger.record(
        kind=kind,
        subject=decision.as_subject,
        matter=decision.issue.case.as_matter,
        by=ledger.SYSTEM,
        at=at,
        data={"issue": decision.issue_id, "title": decision.title, "why": why},
    )
