"""Take mail over SMTP: `250` is said only when the mail is committed to disk.

The event loop speaks SMTP; the database is asked in threads, one for SQLite, which
has one writer anyway, a few for PostgreSQL.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import AnyStr

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection

from evenhand.channels import identity
from evenhand.channels.actions import intake
from evenhand.kernel.addresses import domain_of
from evenhand.kernel.text import is_text

logger = logging.getLogger(__name__)

STORED = "250 2.0.0 stored"
TRY_LATER = "451 4.3.0 cannot store it now, please try again"
TOO_LARGE = "552 5.3.4 too large"
NOT_OURS = "550 5.7.1 this desk takes mail for its own addresses only"
MALFORMED = "553 5.1.3 no address is written like this"
TOO_MANY = "452 4.5.3 too many recipients"
MOST_RECIPIENTS = 100
POSTGRES_THREADS = 4
MOST_TOGETHER = 16  # mails in one commit
LARGEST_TOGETHER = 8 * 2**20  # bytes, past which no further mail joins
STOP_WITHIN = 20.0
# RFC 5321 allows 1000 bytes a line; mailers in the wild send far longer ones.
LONGEST_LINE = 2**20


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(slots=True)
class Waiting:
    """A mail that its sender waits for: 250 when it is on the disk."""

    raw: bytes
    envelope: intake.Envelope
    answer: Future[str] = field(default_factory=Future)


@dataclass(slots=True)
class Intake:
    """The handler behind the SMTP dialogue.

    Mails that arrive while a commit is under way wait for the next one and share it.
    """

    pool: ThreadPoolExecutor
    now: Callable[[], datetime] = _now
    waiting: deque[Waiting] = field(default_factory=deque)
    busy: set[asyncio.Future[str]] = field(default_factory=set)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse now what no database can keep: later it would be tried for days."""
        if not is_text(address):
            return MALFORMED
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take only mail to ourselves: an open relay sends strangers' spam."""
        if domain_of(address) not in identity.domains():
            return NOT_OURS
        if not is_text(address):
            return MALFORMED
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Store the mail; whatever goes wrong, the sender keeps it and tries again."""
        mail = Waiting(bytes(envelope.original_content or b""), said(envelope))
        self.waiting.append(mail)
        self.pool.submit(self._store_waiting)
        work = asyncio.wrap_future(mail.answer)
        self.busy.add(work)
        work.add_done_callback(self.busy.discard)
        # shielded: once begun, the commit ends even if the client hangs up
        return await asyncio.shield(work)

    def refused(self, *, envelope: Envelope, size: int) -> None:
        """Write down, later and elsewhere, that a mail was too large."""
        self.pool.submit(self._refuse, said(envelope), size)

    def _store_waiting(self) -> None:
        """Commit all mails that wait, together; one that another call took is gone."""
        mails = list(self._together())
        if len(mails) > 1 and self._stored_together(mails):
            answers = [STORED for _ in mails]
        else:
            answers = [self._answer(mail) for mail in mails]
        for mail, answer in zip(mails, answers, strict=True):
            mail.answer.set_result(answer)

    def _together(self) -> Iterator[Waiting]:
        size = 0
        for _ in range(MOST_TOGETHER):
            if size > LARGEST_TOGETHER:
                return
            try:
                mail = self.waiting.popleft()
            except IndexError:
                return
            size += len(mail.raw)
            yield mail

    def _stored_together(self, mails: Sequence[Waiting]) -> bool:
        handed = [intake.Handed(mail.raw, mail.envelope) for mail in mails]
        try:
            intake.store_together(mails=handed, source="smtp", at=self.now())
        except Exception:  # noqa: BLE001 - each is tried alone, and tells its own
            connection.close()
            return False
        return True

    def _answer(self, mail: Waiting) -> str:
        try:
            return self._store(mail.raw, mail.envelope)
        except Exception:
            logger.exception("a mail could not be stored; its sender was told to retry")
            return TRY_LATER

    def _store(self, raw: bytes, envelope: intake.Envelope) -> str:
        # The thread keeps its connection: opening one costs more than the mail. One
        # that failed is given up, and the next mail opens another.
        try:
            intake.store(raw=raw, source="smtp", envelope=envelope, at=self.now())
        except intake.TooLarge:
            intake.refuse(size=len(raw), envelope=envelope, at=self.now())
            return TOO_LARGE
        except Exception:
            connection.close()
            raise
        return STORED

    def _refuse(self, envelope: intake.Envelope, size: int) -> None:
        try:
            intake.refuse(size=size, envelope=envelope, at=self.now())
        except Exception:
            connection.close()
            logger.exception("a refusal could not be written down")

    def end(self, threads: int) -> None:
        """End the threads, each of which closes its own connection."""
        together = threading.Barrier(threads)
        for _ in range(threads):
            self.pool.submit(_close_connection, together)
        self.pool.shutdown(wait=True)


def _close_connection(together: threading.Barrier) -> None:
    # nobody goes on before all threads are here: so no thread takes two of the calls
    with contextlib.suppress(threading.BrokenBarrierError):
        together.wait(timeout=STOP_WITHIN)
    connection.close()


def said(envelope: Envelope) -> intake.Envelope:
    """Return what the dialogue said; `<>` is the empty sender of a report."""
    sender = envelope.mail_from or ""
    return intake.Envelope(
        sender="" if sender == "<>" else sender, recipients=tuple(envelope.rcpt_tos)
    )


class Dialogue(SMTP):
    """aiosmtpd's dialogue, with long lines allowed and refusals written down."""

    line_length_limit = LONGEST_LINE

    async def push(self, status: AnyStr) -> None:
        """Say the answer; aiosmtpd's own 552 goes into the ledger too: mail not taken."""
        if status[:10] in {"552 Error:", b"552 Error:"} and self.envelope:
            self.event_handler.refused(envelope=self.envelope, size=0)
        await super().push(status)


@dataclass(slots=True)
class Receiver:
    """The listening socket and what hangs on it."""

    host: str
    port: int
    server: asyncio.Server | None = None
    handler: Intake | None = None

    @property
    def threads(self) -> int:
        return POSTGRES_THREADS if connection.vendor == "postgresql" else 1

    async def start(self) -> int:
        """Listen; return the port, which the system chose if it was 0."""
        handler = Intake(ThreadPoolExecutor(self.threads, thread_name_prefix="store"))
        loop = asyncio.get_running_loop()
        self.handler = handler
        self.server = await loop.create_server(
            lambda: self._dialogue(handler, loop), self.host, self.port
        )
        return int(self.server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no new mail, let what is being committed end, and answer its sender."""
        if self.server is None or self.handler is None:
            return
        self.server.close()
        if self.handler.busy:
            await asyncio.wait(self.handler.busy, timeout=STOP_WITHIN)
            await asyncio.sleep(0.05)  # let the last answers reach their sockets
        await asyncio.to_thread(self.handler.end, self.threads)

    def _dialogue(self, handler: Intake, loop: asyncio.AbstractEventLoop) -> Dialogue:
        return Dialogue(
            handler,
            data_size_limit=settings.MAIL_LARGEST,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_ADDRESS.rpartition("@")[2],
            ident="Evenhand",
            timeout=120,
            loop=loop,
        )
