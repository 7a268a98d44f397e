"""Long reckoning about pages in the making, in a lane of its own; the nightly round."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from evenhand.decisions.actions import checks, rechecks, replays
from evenhand.jobs.worker import ASIDE


@task(queue_name=ASIDE)
def check_draft(draft_pk: int, content_hash: str) -> None:
    """Check and prove the text of a draft."""
    checks.run_check(draft_pk=draft_pk, content_hash=content_hash, at=timezone.now())


@task(queue_name=ASIDE)
def replay_draft(run_pk: int) -> None:
    """Replay a draft's text over the past."""
    replays.run_replay(run_pk=run_pk, now=timezone.now)


@task
def look_after_rounds() -> None:
    """Begin the night's round over stored decisions, or take up one that stands still."""
    rechecks.look_after_rounds(at=timezone.now())


@task
def recompute_batch(round_pk: int) -> None:
    """Decide some stored decisions again and keep what differs."""
    rechecks.check_batch(round_pk=round_pk, at=timezone.now())
