"""Who has which case before them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from evenhand.cases.models import Case, Presence
from evenhand.staff.models import Member

PRESENT_FOR = timedelta(seconds=45)


def present_anywhere(*, at: datetime) -> QuerySet[Presence]:
    """Return who has which case before them now, in all cases."""
    return Presence.objects.filter(seen_at__gt=at - PRESENT_FOR)


def present_at(case: Case, *, at: datetime, but: Member) -> list[Presence]:
    """Return colleagues who have the case before them now."""
    return list(
        Presence.objects.filter(case=case, seen_at__gt=at - PRESENT_FOR)
        .exclude(member=but)
        .select_related("member")
        .order_by("member__name", "member")
    )
