"""Decide an issue: by the policy's answer, or otherwise and for a reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from evenhand.cases.models import Issue
from evenhand.decisions.actions.deciding import decide
from evenhand.decisions.actions.matters import (
    BeyondLimit,
    ReasonNeeded,
    chosen_from,
    exception_from,
    open_matter,
)
from evenhand.decisions.models import Decision
from evenhand.decisions.rules.otherwise import Otherwise
from evenhand.kernel.money import Money
from evenhand.staff.models import Member


@transaction.atomic
def grant(
    *,
    issue: Issue,
    option: str,
    by: Member,
    at: datetime,
    goodwill: Money | None = None,
    seen: Collection[str] = (),
) -> Decision:
    """Decide an issue by one of the policy's options, with goodwill on top if given.

    Above the member's limit BeyondLimit names the level needed. `seen` are the
    tokens of the options that the member looked at: AnswerChanged if this one is not
    among them.
    The same grant twice is one decision.
    """
    matter = open_matter(issue, by=by, at=at)
    chosen = chosen_from(matter.advice, option, goodwill, seen)
    if not chosen.within:
        raise BeyondLimit(chosen)
    return decide(matter, chosen, granted_by=by)


@transaction.atomic
def make_exception(
    *, issue: Issue, otherwise: Otherwise, reason: str, by: Member, at: datetime
) -> Decision:
    """Decide otherwise than the policy, in the member's name and for a reason.

    BelowTheLaw, WorthNeeded, BeyondLimit or ReasonNeeded, and nothing is decided.
    """
    matter = open_matter(issue, by=by, at=at)
    if not reason.strip():
        raise ReasonNeeded("say why this is decided otherwise than by the policy")
    option = exception_from(matter.advice, otherwise)
    if not option.within:
        raise BeyondLimit(option)
    return decide(matter, option, granted_by=by, reason=reason.strip())
