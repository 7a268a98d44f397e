"""Read the ledger: of one matter, after an entry, not yet handled by a reader."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, Max, OuterRef, QuerySet

from evenhand.ledger.models import Entry, Floor, Reading

# A lower key can commit after a higher one; streams look this far back again.
LOOK_BACK = 100


def of_matter(matter: str, *, most: int = 200) -> list[Entry]:
    """Return the latest entries about one matter, oldest first."""
    return list(Entry.objects.filter(matter=matter).order_by("-id")[:most])[::-1]


def of_matters(matters: Collection[str], *, most: int = 200) -> list[Entry]:
    """Return the latest entries about several matters together, oldest first."""
    found = Entry.objects.filter(matter__in=matters).order_by("-id")
    return list(found[:most])[::-1]


def told_of(matters: Collection[str], *, kinds: Collection[str]) -> list[Entry]:
    """Return every entry of these kinds about these matters, oldest first."""
    found = Entry.objects.filter(matter__in=matters, kind__in=kinds)
    return list(found.order_by("id"))


def last_key() -> int:
    """Return the highest key in the ledger, 0 where it is empty."""
    return Entry.objects.aggregate(last=Max("id"))["last"] or 0


def after(key: int, *, most: int = 500, but: Collection[int] = ()) -> QuerySet[Entry]:
    """Return entries above the key, oldest first, at most so many; `but` left out."""
    return Entry.objects.filter(id__gt=key).exclude(pk__in=but).order_by("id")[:most]


def unread(
    *,
    reader: str,
    kinds: tuple[str, ...],
    most: int,
    but: Collection[int] = (),
    up_to: int | None = None,
) -> list[Entry]:
    """Return the oldest entries of these kinds that the reader has not handled.

    By a row for each reader and entry, not by a cursor: on PostgreSQL an entry with a
    lower key may become visible after one with a higher key. `but` are keys to leave
    out; `up_to` is the highest key to look at.
    """
    floor = Floor.objects.filter(reader=reader).first()
    handled = Reading.objects.filter(reader=reader, entry=OuterRef("pk"))
    entries = Entry.objects.filter(
        kind__in=kinds, id__gt=floor.entry_key if floor else 0
    )
    if up_to is not None:
        entries = entries.filter(id__lte=up_to)
    if but:
        entries = entries.exclude(pk__in=but)
    return list(entries.exclude(Exists(handled)).order_by("id")[:most])
