"""Upper rooms learn of what happened below: a reader handles each entry once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evenhand.ledger import actions, queries
from evenhand.ledger.models import Entry

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """A name that never changes, the kinds it wants, and what it does with each entry.

    `handle` runs in a transaction with the note that the entry was handled; it must
    not talk to the network, but may enqueue a job that does.
    """

    name: str
    kinds: tuple[str, ...]
    handle: Callable[[Entry, datetime], None]


def read_on(
    reader: Reader,
    *,
    at: datetime,
    most: int = 100,
    but: Collection[int] = (),
    failed: Callable[[Entry], None] = lambda _entry: None,
) -> int:
    """Handle what is new for the reader; return how many entries it handled.

    An entry that cannot be handled is logged, told to `failed`, and stays unread; the
    ones behind it go on. `but` are keys of entries to leave for a later round.
    """
    handled = 0
    for entry in queries.unread(
        reader=reader.name, kinds=reader.kinds, most=most, but=but
    ):
        try:
            with transaction.atomic():
                if actions.claim(reader=reader.name, entry=entry):
                    reader.handle(entry, at)
                    handled += 1
        except Exception:
            logger.exception(
                "%s could not handle ledger entry %s", reader.name, entry.pk
            )
            failed(entry)
    return handled
