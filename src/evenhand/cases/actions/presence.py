"""Who has which case before them."""

from __future__ import annotations

from datetime import datetime

from evenhand.cases.models import Case, Presence
from evenhand.staff.models import Member


def be_present(*, case: Case, member: Member, typing: bool, at: datetime) -> None:
    """Let colleagues see who has the case before them. Not a matter for the ledger."""
    Presence.objects.update_or_create(
        case=case, member=member, defaults={"typing": typing, "seen_at": at}
    )


def forget_presence(*, before: datetime) -> int:
    """Remove who had which case before them earlier than the instant; return how many."""
    return Presence.objects.filter(seen_at__lt=before).delete()[0]
