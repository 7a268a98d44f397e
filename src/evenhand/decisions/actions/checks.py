"""Ask for the checks of a draft's text and keep what they say."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from evenhand.decisions import checking
from evenhand.decisions.models import DraftCheck, PolicyDraft, RunState
from evenhand.decisions.rules.reports import CheckReport
from evenhand.jobs import actions as jobs
from evenhand.policy.errors import PolicyError

logger = logging.getLogger(__name__)


@transaction.atomic
def ask_check(*, draft: PolicyDraft, at: datetime) -> None:
    """Have the draft's present text checked, unless that is done or under way."""
    asked = DraftCheck.objects.filter(draft=draft).first()
    is_same = asked is not None and asked.content_hash == draft.content_hash
    if asked is not None and is_same and asked.state != RunState.FAILED:
        return
    DraftCheck.objects.update_or_create(
        draft=draft,
        defaults={
            "content_hash": draft.content_hash,
            "state": RunState.WAITING,
            "asked_at": at,
            "finished_at": None,
            "report": None,
            "error": "",
        },
    )
    jobs.call_later(
        task="evenhand.decisions.tasks.check_draft",
        arguments={"draft_pk": draft.pk, "content_hash": draft.content_hash},
    )


def keep_report(*, draft: PolicyDraft, report: CheckReport, at: datetime) -> None:
    """Keep what a check says that was run beside the queue; its job finds it done."""
    DraftCheck.objects.filter(draft=draft, content_hash=draft.content_hash).update(
        state=RunState.DONE, report=report.as_data(), finished_at=at
    )


def run_check(*, draft_pk: int, content_hash: str, at: datetime) -> None:
    """Check a draft's text, unless it has changed since: then another check is asked.

    The proof takes seconds, so nothing is locked while it runs.
    """
    waiting = DraftCheck.objects.filter(
        draft=draft_pk, content_hash=content_hash, state=RunState.WAITING
    )
    draft = PolicyDraft.objects.filter(pk=draft_pk, content_hash=content_hash).first()
    if draft is None or not waiting.exists():
        return
    try:
        report = checking.checked(draft.text)
    except PolicyError:
        # the page tells its faults itself; there is nothing to prove yet
        waiting.update(state=RunState.FAILED, error="unread", finished_at=at)
    except checking.ExtraMissing:
        waiting.update(state=RunState.FAILED, error="extra", finished_at=at)
    except Exception as error:
        # kept for the page, which would wait for ever; the log has the trace
        logger.exception("the check of draft %s broke", draft_pk)
        told = f"{type(error).__name__}: {error}"[:500]
        waiting.update(state=RunState.FAILED, error=told, finished_at=at)
    else:
        waiting.update(state=RunState.DONE, report=report.as_data(), finished_at=at)
