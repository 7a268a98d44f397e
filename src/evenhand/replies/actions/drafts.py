"""Keep what is written and not yet sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from evenhand.cases.models import Case
from evenhand.replies import copies
from evenhand.replies.models import Draft
from evenhand.staff.models import Member


def save_draft(
    *,
    case: Case,
    text: str,
    by: Member,
    at: datetime,
    added: Collection[str] = (),
) -> None:
    """Keep what the member has written so far, and who else is to get it.

    An empty text without a new address keeps nothing.
    """
    kept = copies.worth_keeping(added)
    if not text.strip() and not kept:
        Draft.objects.filter(case=case, member=by).delete()
        return
    Draft.objects.update_or_create(
        case=case,
        member=by,
        defaults={"text": text, "added": kept, "saved_at": at},
    )
