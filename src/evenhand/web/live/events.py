"""What a stream says, in the form of server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from evenhand.cases.rules import reference
from evenhand.ledger.models import Entry

# Rooms whose lists span cases: the first word of a ledger kind -> what such lists follow.
LISTS: Mapping[str, str] = {"approval": "approvals", "promise": "promises"}
HEARTBEAT = b": still here\n\n"
RELOAD = b"event: reload\ndata: {}\n\n"


@dataclass(frozen=True, slots=True)
class Event:
    """Something about one case, ready to be written to any stream that may see it.

    `key` is the ledger's, None for presence, which is not replayed; `member` is who is
    present and need not be told.
    """

    case: int
    text: bytes
    key: int | None = None
    member: int | None = None


def opening(*, retry_ms: int, key: int) -> bytes:
    """Return the first words of a stream: when to come back, and from where."""
    return f"retry: {retry_ms}\nid: {key}\n\n".encode()


def of_entry(entry: Entry) -> Event | None:
    """Return the event of a ledger entry, None where it is about no case.

    It says where to look again, never what was written.
    """
    room, _, _ = entry.kind.partition(".")
    case = _case_of(entry.matter)
    if case is None:
        return None
    lists = [LISTS[room]] if room in LISTS else []
    data = {
        "id": str(entry.pk),
        "kind": entry.kind,
        "matter": entry.matter,
        "ref": reference(case),
        "subjects": [entry.matter, "inbox", *lists],
    }
    text = f"id: {entry.pk}\nevent: ledger\ndata: {json.dumps(data)}\n\n"
    return Event(case=case, key=entry.pk, text=text.encode())


def of_presence(*, case: int, member: int) -> Event:
    """Return the event that someone came to a case, left it, or began to write."""
    data = {
        "matter": f"case:{case}",
        "ref": reference(case),
        "subjects": [f"presence:{case}"],
    }
    text = f"event: presence\ndata: {json.dumps(data)}\n\n"
    return Event(case=case, member=member, text=text.encode())


def _case_of(matter: str) -> int | None:
    thing, _, key = matter.partition(":")
    return int(key) if thing == "case" and key.isdigit() else None
