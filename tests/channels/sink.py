"""A real mail server on the loopback, which takes, delays or refuses what it gets."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

from evenhand.channels.smtp_server import Receiver


@dataclass(frozen=True, slots=True)
class Taken:
    content: bytes
    rcpt_tos: list[str]


@dataclass(slots=True)
class Sink:
    """Keeps what it took; `answers` are given first, one for each mail."""

    answers: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    lines: list[asyncio.Transport] = field(default_factory=list)
    port: int = 0

    @property
    def connections(self) -> int:
        return len(self.lines)

    def cut(self) -> None:
        """Cut every connection without a word, as a server does that goes down."""
        for line in self.lines:
            line.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, _s: SMTP, _n: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, _s: SMTP, _n: Session, envelope: Envelope
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        content = bytes(envelope.original_content or b"")
        self.taken.append(Taken(content, list(envelope.rcpt_tos)))
        return "250 OK"


class Heard(SMTP):
    """Remembers at the sink who called."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        sink = self.event_handler
        assert isinstance(sink, Sink)
        sink.lines.append(transport)
        super().connection_made(transport)


@dataclass(slots=True)
class Rude(asyncio.Protocol):
    """A server that says one line and hangs up."""

    greeting: str

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(f"{self.greeting}\r\n".encode())
        transport.close()


@contextmanager
def loop_in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        asyncio.run_coroutine_threadsafe(_end_of_all(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=60)
        loop.close()


async def _end_of_all() -> None:
    """Whoever still speaks is cut off, and heard to the end of that."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def a_sink(*, utf8: bool = False, greeting: str = "") -> Iterator[Sink]:
    """Run the sink on a free port of the loopback; with `utf8` it offers SMTPUTF8.

    With a `greeting` it says that to whoever calls, and hangs up.
    """
    sink = Sink()
    with loop_in_a_thread() as loop:

        async def listen() -> asyncio.Server:
            def make() -> asyncio.Protocol:
                if greeting:
                    return Rude(greeting)
                return Heard(sink, hostname="sink", loop=loop, enable_SMTPUTF8=utf8)

            return await loop.create_server(make, "127.0.0.1", 0)

        server = asyncio.run_coroutine_threadsafe(listen(), loop).result(60)
        sink.port = server.sockets[0].getsockname()[1]
        yield sink
        loop.call_soon_threadsafe(server.close)
        for line in sink.lines:
            loop.call_soon_threadsafe(line.close)


@contextmanager
def a_receiver() -> Iterator[int]:
    """Run our own receiver on a free port and give the port."""
    with started(Receiver("127.0.0.1", 0)) as port:
        yield port


@contextmanager
def a_local_receiver() -> Iterator[int]:
    """Run our own receiver and give the port on which it speaks LMTP."""
    receiver = Receiver("127.0.0.1", 0, lmtp=("127.0.0.1", 0))
    with started(receiver):
        assert receiver.lmtp_port is not None
        yield receiver.lmtp_port


@contextmanager
def started(receiver: Receiver) -> Iterator[int]:
    with loop_in_a_thread() as loop:
        yield asyncio.run_coroutine_threadsafe(receiver.start(), loop).result(60)
        asyncio.run_coroutine_threadsafe(receiver.stop(), loop).result(60)
