"""Write to the ledger, and note which reader has handled what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from evenhand.ledger import queries
from evenhand.ledger.models import Entry, Floor, Reading

SYSTEM = "system"
# No transaction of ours lives this long, so nothing older can still appear below.
SETTLED = timedelta(hours=1)


def record(
    *,
    kind: str,
    subject: str,
    by: str,
    at: datetime,
    matter: str = "",
    data: Mapping[str, object] | None = None,
) -> Entry:
    """Write one entry inside the caller's transaction, beside the state it tells of.

    `kind` is "room.happened", `subject` and `matter` are "thing:key", `by` is
    "member:key", "customer:key" or "system"; `data` must be JSON.
    """
    return Entry.objects.create(
        kind=kind,
        subject=subject,
        matter=matter or subject,
        actor=by,
        at=at,
        data=dict(data or {}),
    )


def claim(*, reader: str, entry: Entry) -> bool:
    """Note that the reader handles the entry now; False if it was handled before.

    Call it first in the transaction that does the handling: a crash undoes both.
    """
    _, is_new = Reading.objects.get_or_create(reader=reader, entry=entry)
    return is_new


@transaction.atomic
def raise_floor(*, reader: str, kinds: tuple[str, ...], at: datetime) -> None:
    """Let the reader's next search start above all settled, handled entries."""
    if queries.unread(reader=reader, kinds=kinds, most=1):
        return
    settled = Entry.objects.filter(at__lt=at - SETTLED).aggregate(last=Max("id"))
    last = settled["last"]
    if last is None:
        return
    Floor.objects.update_or_create(reader=reader, defaults={"entry_key": last})
    Reading.objects.filter(reader=reader, entry_id__lte=last).delete()
