"""`/live/`: one open stream for each page, within the reach of its member."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from evenhand.staff.models import Member
from evenhand.staff.rules import Reach
from evenhand.web.live import events
from evenhand.web.live.hub import Hub, Listener, the_hub

HEARTBEAT_EVERY = 15.0
# How long a stream may outlive its session or its member's right to see a case.
CHECK_EVERY = 60.0
RETRY_MS = 2000
# Longer than any transaction of a page takes.
JUST_NOW = timedelta(minutes=1)
# Of a key: the largest has nineteen, and Python reads no number of thousands.
MOST_DIGITS = 18


@require_GET
def stream(request: HttpRequest) -> HttpResponseBase:
    """Send the ledger's events about cases in reach, until the session ends."""
    member = request.user
    if not isinstance(member, Member):
        return HttpResponse(status=401)
    listener = Listener(member=member.pk, reach=member.reach)
    return StreamingHttpResponse(
        _streamed(listener, _visit(request)),
        content_type="text/event-stream",
        # a proxy in between must pass each event on at once
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """Under which session a stream was opened, and the last key its page knows of.

    From `late_since` on, entries up to that key may have been committed late.
    """

    session: str
    after: int | None
    late_since: datetime | None


def _visit(request: HttpRequest) -> Visit:
    """Return where the page stands: cut off at an event, or just made."""
    session = request.session.session_key or ""
    cut_at = _key(request.headers.get("Last-Event-ID", ""))
    if cut_at is not None:
        return Visit(session, cut_at, datetime.min.replace(tzinfo=UTC))
    made_at = _key(request.GET.get("after", ""))
    lately = None if made_at is None else datetime.now(tz=UTC) - JUST_NOW
    return Visit(session, made_at, lately)


def _key(text: str) -> int | None:
    """Return a ledger key, None for anything else."""
    if len(text) > MOST_DIGITS or not (text.isascii() and text.isdigit()):
        return None
    return int(text)


async def _streamed(listener: Listener, visit: Visit) -> AsyncIterator[bytes]:
    hub = the_hub()
    start = await hub.join(listener)
    try:
        after = start if visit.after is None else min(visit.after, start)
        yield events.opening(retry_ms=RETRY_MS, key=after)
        missed = await hub.replay(
            after=after, reach=listener.reach, late_since=visit.late_since
        )
        if missed is None:
            yield events.opening(retry_ms=RETRY_MS, key=start) + events.RELOAD
            missed = []
        if missed:
            yield b"".join(event.text for event in missed)
        told = {event.key for event in missed}
        async for text in _live(hub, listener, visit, told):
            yield text
    finally:
        hub.leave(listener)


async def _live(
    hub: Hub, listener: Listener, visit: Visit, told: set[int | None]
) -> AsyncIterator[bytes]:
    """Yield what is handed to the listener, a heartbeat where it is quiet, until it ends.

    `told` are keys that the replay held: they may wait in the listener as well.
    """
    check_at = time.monotonic() + CHECK_EVERY
    while not listener.ended:
        try:
            async with asyncio.timeout(HEARTBEAT_EVERY):
                await listener.ready.wait()
        except TimeoutError:
            yield events.HEARTBEAT
        fresh = [event for event in listener.take() if event.key not in told]
        if fresh:
            yield b"".join(event.text for event in fresh)
        if time.monotonic() >= check_at:
            reach = await hub.ask(lambda: reach_of(visit.session))
            if reach is None:
                return
            listener.reach = reach
            check_at = time.monotonic() + CHECK_EVERY


def reach_of(session: str) -> Reach | None:
    """Return the reach of the member signed in under a session; None where it ended.

    It ends by signing out, by time, by a changed password, or with the account.
    """
    request = HttpRequest()
    request.session = SessionStore(session)
    member = auth.get_user(request)
    return member.reach if isinstance(member, Member) else None
