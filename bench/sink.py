"""A mail server that takes what the desk sends, counts it, and behaves badly on order."""

from __future__ import annotations

import os
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser

import psutil
from aiosmtpd.smtp import SMTP, Envelope, Session

# what it does to one mail each; REFUSED_FOR_GOOD goes by the recipient
ILL = (
    "cut before DATA",
    "cut after DATA",
    "cut after taking",
    "451 after DATA",
    "421 at MAIL",
    "sender killed in DATA",
    "sender killed after taking",
)
NO_SUCH = "nobody"


@dataclass(slots=True)
class Sink:
    """Counts each mail by its Message-ID; `faults` are what it still has to do."""

    faults: list[str] = field(default_factory=list)
    received: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        fault = self._next(("421 at MAIL",))
        if fault:
            return "421 4.3.2 going down"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address.startswith(NO_SUCH):
            return "550 5.1.1 no such person"
        if self._next(("cut before DATA",)):
            _hang_up(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take the mail or not, as ordered; what is cut after taking has been taken."""
        fault = self._next(ILL)
        if fault in {"cut after DATA", "cut before DATA"}:
            _hang_up(server)
            return "451 4.3.0 not taken"
        if fault in {"451 after DATA", "421 at MAIL"}:
            return "451 4.3.0 not now"
        if fault == "sender killed in DATA":
            _kill_peer(session)
            return "451 4.3.0 not taken"
        head = BytesHeaderParser().parsebytes(envelope.original_content or b"")
        with self._lock:
            self.received[str(head["Message-ID"]).strip("<> ")] += 1
        if fault == "cut after taking":
            _hang_up(server)
        if fault == "sender killed after taking":
            _kill_peer(session)
        return "250 OK"

    def _next(self, fitting: tuple[str, ...]) -> str:
        """Take the next order if it is one of these."""
        with self._lock:
            if not self.faults or self.faults[-1] not in fitting:
                return ""
            fault = self.faults.pop()
            self.met[fault] += 1
            return fault


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.abort()  # type: ignore[attr-defined]  # it is a socket's


def _kill_peer(session: Session) -> None:
    """Kill the process at the other end of the line."""
    port = session.peer[1] if session.peer else 0
    for line in psutil.net_connections("tcp"):
        if (
            line.laddr
            and line.laddr.port == port
            and line.pid not in (None, os.getpid())
        ):
            # a kill at a step may have been faster
            with suppress(psutil.NoSuchProcess):
                psutil.Process(line.pid).kill()
