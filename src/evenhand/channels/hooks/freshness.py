"""Calls that are too old, and the mark of those whose signature leaves the body out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest

from evenhand.channels.hooks.providers import Forged

# Mailgun tries again for eight hours, perhaps with the signature of the first time
OLDEST = timedelta(hours=24)
# a clock of the other side may go ahead
AHEAD = timedelta(minutes=10)


def check_age(request: HttpRequest, key: str, *, at: datetime) -> None:
    """Raise Forged where a signed call is too old or from the future."""
    if key != "mailgun":
        return
    try:
        signed = datetime.fromtimestamp(float(_signed(request, "timestamp")), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Forged("no instant was signed") from error
    if not at - OLDEST <= signed <= at + AHEAD:
        raise Forged(f"it was signed at {signed:%Y-%m-%d %H:%M} UTC")


def mark_of(request: HttpRequest, key: str) -> str:
    """Return what a call's signature covers where that is not its body, else nothing.

    Mailgun signs an instant and a random text. The others sign the body, or show a
    password and sign nothing.
    """
    if key != "mailgun":
        return ""
    return f"{_signed(request, 'timestamp')}.{_signed(request, 'token')}"


def _signed(request: HttpRequest, name: str) -> str:
    """Return a signed field of Mailgun: of a form for mail, of JSON for events."""
    if request.content_type != "application/json":
        return request.POST.get(name, "")
    return str(json.loads(request.body)["signature"][name])
