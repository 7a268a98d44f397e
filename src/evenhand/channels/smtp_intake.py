"""What is said to whoever brings a mail, and the threads that commit it first.

The event loop speaks; the database is asked in threads, one for SQLite, which has one
writer anyway, a few for PostgreSQL.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection

from evenhand.channels import identity
from evenhand.channels.actions import intake
from evenhand.channels.smtp_limits import Pace
from evenhand.kernel.addresses import domain_of
from evenhand.kernel.text import is_text

logger = logging.getLogger(__name__)

STORED = "250 2.0.0 stored"
TRY_LATER = "451 4.3.0 cannot store it now, please try again"
TOO_FAST = "451 4.7.1 too many mails from this sender in a minute, please try again"
TOO_LARGE = "552 5.3.4 too large"
NOT_OURS = "550 5.7.1 this desk takes mail for its own addresses only"
MALFORMED = "553 5.1.3 no address is written like this"
TOO_MANY = "452 4.5.3 too many recipients"
MOST_RECIPIENTS = 100
MOST_TOGETHER = 16  # mails in one commit
LARGEST_TOGETHER = 8 * 2**20  # bytes, past which no further mail joins
STOP_WITHIN = 20.0


def _now() -> datetime:
    return datetime.now(tz=UTC)


class Speaks(Protocol):
    """What the handler asks of a dialogue."""

    source: str

    @property
    def offers_login(self) -> bool: ...


@dataclass(slots=True)
class Waiting:
    """A mail that its sender waits for: 250 when it is on the disk."""

    raw: bytes
    envelope: intake.Envelope
    source: str = "smtp"
    answer: Future[str] = field(default_factory=Future)


@dataclass(slots=True)
class Intake:
    """The handler behind the dialogues, SMTP and LMTP alike.

    Mails that arrive while a commit is under way wait for the next one and share it.
    """

    pool: ThreadPoolExecutor
    now: Callable[[], datetime] = _now
    pace: Pace = field(default_factory=lambda: Pace(a_minute=0))
    waiting: deque[Waiting] = field(default_factory=deque)
    busy: set[asyncio.Future[str]] = field(default_factory=set)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        server: Speaks,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        offered: list[str],
    ) -> list[str]:
        """Offer AUTH only where there is a login: aiosmtpd does wherever there is TLS."""
        session.host_name = hostname
        return [
            line
            for line in offered
            if server.offers_login or not line.startswith("250-AUTH")
        ]

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
        if not self.pace.takes(said_by(address), now=time.monotonic()):
            logger.warning("too many mails in a minute from %s", address)
            return TOO_FAST
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
        self, server: Speaks, _session: Session, envelope: Envelope
    ) -> str:
        """Store the mail; whatever goes wrong, the sender keeps it and tries again."""
        mail = Waiting(
            bytes(envelope.original_content or b""), said(envelope), server.source
        )
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
        # one alone too: it takes fewer statements than `store`
        if mails and self._stored_together(mails):
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
        try:
            for source in sorted({mail.source for mail in mails}):
                handed = [
                    intake.Handed(mail.raw, mail.envelope)
                    for mail in mails
                    if mail.source == source
                ]
                intake.store_together(mails=handed, source=source, at=self.now())
        except Exception:  # noqa: BLE001 - each is tried alone, and tells its own
            connection.close()
            return False
        return True

    def _answer(self, mail: Waiting) -> str:
        try:
            return self._store(mail)
        except Exception:
            logger.exception("a mail could not be stored; its sender was told to retry")
            return TRY_LATER

    def _store(self, mail: Waiting) -> str:
        # The thread keeps its connection: opening one costs more than the mail. One
        # that failed is given up, and the next mail opens another.
        try:
            intake.store(
                raw=mail.raw, source=mail.source, envelope=mail.envelope, at=self.now()
            )
        except intake.TooLarge:
            intake.refuse(size=len(mail.raw), envelope=mail.envelope, at=self.now())
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
    """Return what the dialogue said of sender and recipients."""
    return intake.Envelope(
        sender=said_by(envelope.mail_from or ""), recipients=tuple(envelope.rcpt_tos)
    )


def said_by(sender: str) -> str:
    """Return the envelope's sender; aiosmtpd writes the empty one as `<>`."""
    return "" if sender == "<>" else sender
