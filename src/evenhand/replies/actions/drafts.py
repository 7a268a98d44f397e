"""Keep what is written and not yet sent."""

from __future__ import annotations

from datetime import datetime

from evenhand.cases.models import Case
from evenhand.replies.models import Draft
from evenhand.staff.models import Member


def save_draft(*, case: Case, text: str, by: Member, at: datetime) -> None:
    """Keep what the member has written so far; an empty text keeps nothing."""
    if not text.strip():
        Draft.objects.filter(case=case, member=by).delete()
        return
    Draft.objects.update_or_create(
        case=case, member=by, defaults={"text": text, "saved_at": at}
    )
