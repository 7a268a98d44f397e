"""Replay a draft over the past before it is published."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from evenhand.decisions import drafts, replayed
from evenhand.decisions.actions.drafts import may_write, tell
from evenhand.decisions.models import PolicyDraft, ReplayRun, RunState
from evenhand.jobs import actions as jobs
from evenhand.policy.errors import PolicyError
from evenhand.staff.models import Member

logger = logging.getLogger(__name__)
# A run that has not said anything for so long has lost its worker for good.
SILENT = timedelta(minutes=30)


class AlreadyAtWork(Exception):
    """The text is being replayed already."""


@transaction.atomic
def ask_replay(
    *, draft: PolicyDraft, by: Member, at: datetime, of: str = ""
) -> ReplayRun:
    """Have the draft's present text replayed over the decided cases of a page.

    `of` names the page, its own unless given: a new page has no past of its own. It is
    compared with the version of that page that begins last.
    """
    may_write(by)
    of = of or draft.policy
    ReplayRun.objects.filter(
        Q(draft=draft)
        & Q(state__in=[RunState.WAITING, RunState.RUNNING])
        & Q(asked_at__lt=at - SILENT)
    ).update(state=RunState.FAILED, error="lost", finished_at=at)
    run = ReplayRun(
        draft=draft,
        content_hash=draft.content_hash,
        of=of[:60],
        against=drafts.latest_version(of),
        asked_by=by,
        asked_at=at,
    )
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError as error:
        raise AlreadyAtWork(str(draft)) from error
    jobs.call_later(
        task="evenhand.decisions.tasks.replay_draft", arguments={"run_pk": run.pk}
    )
    tell(draft, kind="policy.replay_asked", by=by, at=at)
    return run


def run_replay(*, run_pk: int, now: Callable[[], datetime]) -> None:
    """Replay, saying how far it has come; what went wrong is kept as the reason."""
    runs = ReplayRun.objects.filter(pk=run_pk)
    begun = runs.filter(state__in=[RunState.WAITING, RunState.RUNNING]).update(
        state=RunState.RUNNING, started_at=now()
    )
    run = runs.select_related("draft", "against").first()
    if not begun or run is None:
        return
    if run.draft.content_hash != run.content_hash:
        runs.update(state=RunState.FAILED, error="changed", finished_at=now())
        return

    def progress(done: int, total: int) -> None:
        runs.update(done=done, total=total)

    try:
        report = replayed.replayed(
            run.draft.text,
            of=run.of,
            against=run.against.text if run.against else "",
            progress=progress,
        )
    except PolicyError:
        runs.update(state=RunState.FAILED, error="unread", finished_at=now())
    except Exception as error:
        # kept for the page; the log has the trace
        logger.exception("the replay of %s broke", run)
        told = f"{type(error).__name__}: {error}"[:500]
        runs.update(state=RunState.FAILED, error=told, finished_at=now())
    else:
        runs.update(state=RunState.DONE, report=report, finished_at=now())
