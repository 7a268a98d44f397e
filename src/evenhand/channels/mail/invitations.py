"""What an enclosed calendar file announces (iCalendar, RFC 5545; iTIP methods, RFC 5546)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evenhand.channels.mail.charsets import decode

LARGEST = 256 * 1024
MOST_EVENTS = 20
MOST_LINES = 5_000
_LINE = re.compile(
    r"([A-Za-z-]{1,60})((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.DOTALL
)
_ZONE = re.compile(r";TZID=\"?([^;:\"]{1,80})", re.IGNORECASE)
_WHEN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?")
_ESCAPED = re.compile(r"\\([\\;,nN])")


@dataclass(frozen=True, slots=True)
class Event:
    """One event; times are as written, `2026-11-16 09:00 Europe/Berlin`.

    `method` is what the sender wants (REQUEST, CANCEL, REPLY, PUBLISH, …), "" if unsaid.
    """

    method: str
    summary: str
    starts: str
    ends: str
    place: str
    organizer: str
    cancelled: bool


def events(content: bytes, *, charset: str = "") -> tuple[Event, ...]:
    """Return the events of a calendar file; none where it is too large or is none."""
    if len(content) > LARGEST:
        return ()
    found: list[Event] = []
    method = ""
    fields: dict[str, str] | None = None
    depth = 0
    for name, parameters, value in _lines(decode(content, label=charset or "utf-8")):
        if name == "METHOD":
            method = value.strip().upper()[:20]
        elif name == "BEGIN":
            # Alarms inside an event have fields of the same names.
            depth += fields is not None
            fields = {} if value.strip().upper() == "VEVENT" and not depth else fields
        elif name == "END" and fields is not None:
            if not depth:
                found.append(_event(method, fields))
                fields = None
            depth = max(0, depth - 1)
        elif fields is not None and not depth:
            fields.setdefault(name, _read(name, parameters, value))
    return tuple(found[:MOST_EVENTS])


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for line in unfolded.splitlines()[:MOST_LINES]:
        found = _LINE.fullmatch(line[:10_000])
        if found:
            yield found[1].upper(), found[2], found[3]


def _read(name: str, parameters: str, value: str) -> str:
    if name in {"DTSTART", "DTEND"}:
        zone = _ZONE.search(parameters)
        return _when(value.strip(), zone[1] if zone else "")
    if name == "ORGANIZER":
        return re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)[:320]
    plain = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    return " ".join(plain.split())[:500]


def _when(value: str, zone: str) -> str:
    """Write a date or a time as it stands, with its zone; "" if it is none."""
    found = _WHEN.fullmatch(value)
    if found is None:
        return ""
    day = f"{found[1]}-{found[2]}-{found[3]}"
    if found[4] is None:
        return day
    return " ".join(
        filter(None, (day, f"{found[4]}:{found[5]}", "UTC" * bool(found[6]) or zone))
    )


def _event(method: str, fields: dict[str, str]) -> Event:
    return Event(
        method=method,
        summary=fields.get("SUMMARY", ""),
        starts=fields.get("DTSTART", ""),
        ends=fields.get("DTEND", ""),
        place=fields.get("LOCATION", ""),
        organizer=fields.get("ORGANIZER", ""),
        cancelled=method == "CANCEL" or fields.get("STATUS", "").upper() == "CANCELLED",
    )
