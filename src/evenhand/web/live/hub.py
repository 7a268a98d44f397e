"""One hub for each process: it looks once for all open streams and hands out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType
from typing import TypeVar
from weakref import WeakKeyDictionary

from django.db import DatabaseError, close_old_connections, connection

from evenhand.staff.rules import Reach
from evenhand.web.live.events import Event
from evenhand.web.live.look import Batch, Looker
from evenhand.web.live.wake import Waker

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")
# A reader this far behind is cut off; it comes back and is told what it missed.
WAITING_MOST = 500
# Looked at without being woken: presence that ran out, and a wake-up that got lost.
SWEEP = 10.0
RETRY = 1.0


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream: whose it is, what waits to be written to it, whether to end."""

    member: int
    reach: Reach
    waiting: deque[Event] = field(default_factory=deque)
    ended: bool = False
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, event: Event) -> None:
        """Add an event; a reader that is too slow is ended and its memory let go."""
        if len(self.waiting) >= WAITING_MOST:
            self.end()
            return
        self.waiting.append(event)
        self.ready.set()

    def end(self) -> None:
        self.ended = True
        self.waiting.clear()
        self.ready.set()

    def take(self) -> list[Event]:
        """Return and forget what waits."""
        taken = list(self.waiting)
        self.waiting.clear()
        self.ready.clear()
        return taken


class Hub:
    """Runs while there are listeners; belongs to one event loop."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live-hub")
        self._starting = asyncio.Lock()
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._waker: Waker | None = None
        self._looker: Looker | None = None
        # the highest key that was handed out: where a new stream begins
        self._handed = 0

    async def join(self, listener: Listener) -> int:
        """Begin to hand events to the listener; return the key that it begins after."""
        async with self._starting:
            if self._task is None:
                await self._start()
            self._listeners.add(listener)
            return self._handed

    def leave(self, listener: Listener) -> None:
        """Hand it no more; the last one that leaves stops the hub."""
        self._listeners.discard(listener)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None
            if self._waker is not None:
                self._waker.stop()

    async def ask(self, question: Callable[[], Answer]) -> Answer:
        """Ask the database in the hub's thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _asked, question)

    async def replay(
        self, *, after: int, reach: Reach, late_since: datetime | None
    ) -> list[Event] | None:
        """Return what was missed since the key, None where it is too much."""
        looker = self._looker or Looker()
        return await self.ask(
            lambda: looker.replay(after=after, reach=reach, late_since=late_since)
        )

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._woken.set)

        # the waker first: what commits between it and the first look is looked for again
        self._waker = Waker(wake)
        self._waker.start()
        try:
            self._looker = await self.ask(Looker)
            self._handed = await self.ask(self._looker.begin)
        except BaseException:
            self._waker.stop()
            raise
        self._end_streams_with_the_process()
        self._task = loop.create_task(self._run(self._looker))

    async def _run(self, looker: Looker) -> None:
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(SWEEP):
                        await self._woken.wait()
                self._woken.clear()
                await self._look(looker)
        except Exception:
            # no stream may hang on a hub that is dead: all come back to a new one
            logger.exception("the live hub broke")
            self._task = None
            self._end_all()

    async def _look(self, looker: Looker) -> None:
        reaches = {listener.reach for listener in self._listeners}
        try:
            batch = await self.ask(lambda: looker.look(reaches))
        except DatabaseError as error:
            logger.warning("live updates wait for the database: %s", error)
            self._woken.set()
            await asyncio.sleep(RETRY)
            return
        self._hand_out(batch, up_to=looker.last)

    def _hand_out(self, batch: Batch, *, up_to: int) -> None:
        self._handed = up_to
        if batch.more:
            self._woken.set()
        for listener in list(self._listeners):
            # who joined while we looked asks for a replay, which has all of this
            visible = batch.visible.get(listener.reach, frozenset())
            for event in batch.events:
                if event.case in visible and event.member != listener.member:
                    listener.offer(event)

    def _end_streams_with_the_process(self) -> None:
        """End all streams at SIGTERM, so that the server need not wait for them.

        The server's own handler hangs on asyncio's wake-up byte, which is written
        whatever function stands here.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()

        def end(_number: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._end_all)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
            signal.siginterrupt(number, False)  # noqa: FBT003 - the standard library's call

    def _end_all(self) -> None:
        for listener in list(self._listeners):
            listener.end()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def the_hub() -> Hub:
    """Return the hub of the running event loop; a server process has one of both."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


def _asked(question: Callable[[], Answer]) -> Answer:
    """Ask, and leave no pooled connection with a thread that may wait for long."""
    try:
        return question()
    except DatabaseError:
        connection.close()
        raise
    finally:
        if connection.vendor == "postgresql":
            close_old_connections()
