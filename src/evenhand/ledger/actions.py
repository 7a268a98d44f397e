"""Write to the ledger, and note which reader has handled what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

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
def raise_floor(*, reader: str, kinds: tuple[str, ...], at: datetime) -> bool:
    """Let the reader's next search start higher; return whether it does.

    In two steps SETTLED apart, by the real clock: first the highest key is noted, and
    once no transaction of that time can still be open, and nothing up to the key is
    unread, the floor rises to it. An entry's own `at` would not do: a history that is
    imported carries old instants.
    """
    floor, _ = Floor.objects.select_for_update().get_or_create(reader=reader)
    rises = False
    if floor.next_noted_at is not None:
        if at - floor.next_noted_at < SETTLED:
            return False
        left = queries.unread(reader=reader, kinds=kinds, most=1, up_to=floor.next_key)
        if left:
            return False
        rises = floor.next_key > floor.entry_key
        floor.entry_key = floor.next_key
        Reading.objects.filter(reader=reader, entry_id__lte=floor.entry_key).delete()
    floor.next_key, floor.next_noted_at = queries.last_key(), at
    floor.save()
    return rises
