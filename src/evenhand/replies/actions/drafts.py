"""Keep what is written and not yet sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from evenhand.cases.models import Case
from evenhand.channels.models import SendingIdentity
from evenhand.channels.queries.sending import identities_of
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
    name: int | None = None,
) -> None:
    """Keep what the member has written so far, who else is to get it, and from whom.

    `name` is the key of a name to write under; one that is not offered is not kept.

    An empty text without a new address keeps nothing.
    """
    kept = copies.worth_keeping(added)
    if not text.strip() and not kept:
        Draft.objects.filter(case=case, member=by).delete()
        return
    Draft.objects.update_or_create(
        case=case,
        member=by,
        defaults={
            "text": text,
            "added": kept,
            "identity": name_for_draft(case, name=name),
            "saved_at": at,
        },
    )


def name_for_draft(case: Case, *, name: int | None) -> SendingIdentity | None:
    """Return the name of this key where the case's team may write under it."""
    if name is None:
        return None
    return next((one for one in identities_of(case.team) if one.pk == name), None)
