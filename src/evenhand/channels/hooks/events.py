"""What a provider tells became of a mail: that it came back, or was called junk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anymail.signals import EventType, RejectReason
from django.http import HttpRequest

from evenhand.channels.hooks.mails import NotUnderstood
from evenhand.channels.mail.reasons import Reason

_REASONS: Mapping[str, Reason] = {
    RejectReason.INVALID: Reason.NO_SUCH_ADDRESS,
    RejectReason.BOUNCED: Reason.UNKNOWN,
    RejectReason.BLOCKED: Reason.REFUSED,
    RejectReason.SPAM: Reason.REFUSED,
}
_FINAL = frozenset({EventType.BOUNCED, EventType.REJECTED})
# Amazon SES and Postmark tell so of what may go through the next time
_PASSING = ("transient", "soft")


@dataclass(frozen=True, slots=True)
class CameBack:
    """For whom a mail came back, and why; `reason` is None where only this mail did."""

    address: str
    mail_id: str
    why: str
    reason: Reason | None


def came_back(request: HttpRequest, reading: Any) -> list[CameBack]:
    """Return what a proven call tells of mail that came back; NotUnderstood."""
    try:
        return list(_told(reading.parse_events(request)))
    except Exception as error:
        raise NotUnderstood(repr(error)) from error


def _told(events: Any) -> Iterator[CameBack]:
    for event in events:
        address = str(event.recipient or "")
        words = str(event.mta_response or event.description or "").strip()
        mail_id = str(event.message_id or "").strip("<> ")
        if not address:
            continue
        if event.event_type == EventType.COMPLAINED:
            yield CameBack(address, mail_id, "its reader called it junk", None)
        elif event.event_type in _FINAL and not _passes(event):
            reason = _REASONS.get(event.reject_reason, Reason.UNKNOWN)
            yield CameBack(address, mail_id, words[:500] or "no reason told", reason)


def _passes(event: Any) -> bool:
    told = event.esp_event
    kind = str(told.get("Type", "")) if isinstance(told, Mapping) else ""
    said = f"{event.description or ''} {kind}".casefold()
    return any(sign in said for sign in _PASSING)
