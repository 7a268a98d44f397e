"""Bring a whole page at once, as a command does: begun, checked and proposed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from evenhand.decisions import drafts
from evenhand.decisions.actions.checks import keep_report
from evenhand.decisions.actions.drafts import begin_draft
from evenhand.decisions.actions.proposing import Proposal, propose
from evenhand.decisions.models import PolicyDraft
from evenhand.decisions.readiness import readiness
from evenhand.decisions.rules.heads import said_in
from evenhand.decisions.rules.reports import CheckReport
from evenhand.staff.models import Member


@transaction.atomic
def bring(
    *,
    text: str,
    report: CheckReport,
    why: str,
    meant: bool,
    by: Member | None,
    at: datetime,
) -> PolicyDraft:
    """Publish a text that was checked before, or put it before a second person.

    The proof takes seconds, so its `report` is brought along. `meant` says that all
    which has to be acknowledged is. Refusals are those of `propose`, and then nothing
    changes.
    """
    latest = drafts.latest_version(said_in(text).policy)
    draft = begin_draft(text=text, by=by, at=at, based_on=latest)
    keep_report(draft=draft, report=report, at=at)
    ready = readiness(draft, today=_today(at))
    keys = [point.key for point in ready.points] if meant else []
    return propose(
        draft=draft,
        revision=draft.revision,
        proposal=Proposal(why=why, acknowledged=keys),
        by=by,
        at=at,
    )


def _today(at: datetime) -> date:
    return timezone.localdate(at, timezone.get_default_timezone())
