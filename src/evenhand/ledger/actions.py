"""Write to the ledger, and note which reader has handled what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import transaction

from evenhand.ledger import queries
from evenhand.ledger.models import Entry, Floor, Reading

SYSTEM = "system"
# No transaction of ours lives this long, so nothing older can still appear below.
SETTLED = timedelta(hours=1)
# what waits for the end of `together`
_held: ContextVar[list[Entry] | None] = ContextVar("entries held", default=None)


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
    entry = Entry(
        kind=kind,
        subject=subject,
        matter=matter or subject,
        actor=by,
        at=at,
        data=dict(data or {}),
    )
    held = _held.get()
    if held is None:
        entry.save(force_insert=True)
    else:
        held.append(entry)
    return entry


@contextmanager
def together() -> Iterator[None]:
    """Write what is recorded within this block in its order with one statement.

    Inside one transaction, and the keys are known after the block. Where it fails
    nothing of it is written: neither is the state that it tells of.
    """
    if _held.get() is not None:
        yield
        return
    held: list[Entry] = []
    before = _held.set(held)
    try:
        yield
    finally:
        _held.reset(before)
    Entry.objects.bulk_create(held)


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
    floor, _ = Floor.objects.select_for_update(no_key=True).get_or_create(reader=reader)
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
