"""Answer requests in a few lasting threads; send streams from the event loop.

Django's handler makes a thread for every request, and with it a new connection to the
database, and passes each page several times between that thread and the loop. A page
here is one visit to one thread, which keeps its connection; an open stream is a task
in the loop and holds no thread at all.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterator,
    Mapping,
)
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

# Fewer than the pool's connections to PostgreSQL, which the streams share.
THREADS = 6
# Nothing that a browser sends to the desk is larger; it would only fill the disk.
LARGEST_BODY = 32 * 2**20


class BodyTooLarge(Exception):
    """A request brings more than LARGEST_BODY bytes."""


class Pages(ASGIHandler):
    """Django's handler, with its middleware in synchronous order and in our threads."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request in the loop, answer it in a thread, write it in the loop."""
        try:
            body = await read_body(receive)
        except RequestAborted:
            return
        except BodyTooLarge:
            await self.send_response(HttpResponse(status=413), send)
            return
        in_thread = asyncio.get_running_loop().run_in_executor
        response = await in_thread(self._threads, self._respond, scope, body)
        try:
            await self._send(response, receive, send)
        finally:
            # files, and `request_finished`, which lets a pooled connection go
            await in_thread(self._threads, _close, response, body)

    def _respond(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        if request is None:
            return refusal or HttpResponse(status=400)
        return self.get_response(request)

    async def _send(
        self, response: HttpResponseBase, receive: Receive, send: Send
    ) -> None:
        if isinstance(response, StreamingHttpResponse) and response.is_async:
            await _while_there(receive, self.send_response(response, send))
            return
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = self._in_threads(iter(response))
        await self.send_response(response, send)

    async def _in_threads(self, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
        """Yield a file part by part; Django's handler would hold all of it in memory."""
        in_thread = asyncio.get_running_loop().run_in_executor
        while part := await in_thread(self._threads, next, parts, b""):
            yield part


def _close(response: HttpResponseBase, body: IO[bytes]) -> None:
    response.close()
    body.close()


async def _while_there(receive: Receive, sending: Coroutine[Any, Any, None]) -> None:
    """Send until it ends or the browser is gone, of which only `receive` tells."""
    tasks = [asyncio.create_task(sending), asyncio.ensure_future(receive())]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def read_body(receive: Receive) -> IO[bytes]:
    """Return the request's body; on disk where it is large, BodyTooLarge beyond that."""
    in_memory = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    body = tempfile.SpooledTemporaryFile(in_memory, "w+b")  # noqa: SIM115 - closed with the response
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.close()
            raise RequestAborted
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            body.close()
            raise BodyTooLarge
        body.write(part)
        if not message.get("more_body", False):
            body.seek(0)
            return body
