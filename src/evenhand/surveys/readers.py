"""What the surveys do when the ledger tells of a closing."""

from __future__ import annotations

from datetime import datetime

from evenhand.ledger.models import Entry
from evenhand.ledger.readers import Reader
from evenhand.surveys import actions


def _ask(entry: Entry, at: datetime) -> None:
    actions.ask(closing=entry, at=at)


READER = Reader(name="surveys.ask", kinds=("case.closed",), handle=_ask)
