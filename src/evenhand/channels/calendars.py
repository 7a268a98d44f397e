"""The events in the calendar files of a message, read from the blob store when shown."""

from __future__ import annotations

from collections.abc import Iterable

from evenhand.cases.models import Attachment
from evenhand.channels import blobs
from evenhand.channels.mail.invitations import LARGEST, Event, events

MOST_FILES = 3
CALENDAR = "text/calendar"


def events_of(files: Iterable[Attachment]) -> tuple[Event, ...]:
    """Return what the calendar files announce, each event once; a lost file has none."""
    calendars = [
        file for file in files if file.content_type == CALENDAR and file.size <= LARGEST
    ]
    found: list[Event] = []
    for file in calendars[:MOST_FILES]:
        try:
            found.extend(events(blobs.read(file.sha256)))
        except (FileNotFoundError, blobs.StoreDown):
            continue
    return tuple(dict.fromkeys(found))
