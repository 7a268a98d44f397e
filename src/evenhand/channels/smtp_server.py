"""Take mail over SMTP and LMTP: `250` is said only when it is committed to disk."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, AnyStr

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.conf import settings
from django.db import connection

from evenhand.channels.smtp_intake import STOP_WITHIN, Intake, logger
from evenhand.channels.smtp_limits import Guests, Pace
from evenhand.channels.smtp_tls import Certificate

FULL = "421 4.7.0 too many connections, please try again"
POSTGRES_THREADS = 4
# RFC 5321 allows 1000 bytes a line; mailers in the wild send far longer ones.
LONGEST_LINE = 2**20
# of one connection: who guesses passwords must come again for the next ones
CALLS = {"AUTH": 3, "*": 1_000_000}


@dataclass(frozen=True, slots=True)
class Login:
    """The name and password that a client must give before it may hand mail over."""

    user: str
    password: str

    def fits(self, given: LoginPassword) -> bool:
        """Compare both, in a time that tells nothing of how much of them was right."""
        name = hmac.compare_digest(given.login, self.user.encode())
        return hmac.compare_digest(given.password, self.password.encode()) and name


class Dialogue(SMTP):
    """aiosmtpd's dialogue, with long lines allowed and refusals written down.

    It is timed by silence: a large mail on a slow line may take as long as it flows.
    """

    line_length_limit = LONGEST_LINE
    source = "smtp"

    def __init__(
        self, handler: Intake, *, guests: Guests, login: Login | None, **options: Any
    ) -> None:
        super().__init__(
            handler,
            auth_required=login is not None,
            authenticator=self._authenticated,
            command_call_limit=CALLS,
            **options,
        )
        self._guests = guests
        self._login = login
        self._guest: str | None = None

    @property
    def offers_login(self) -> bool:
        return self._login is not None

    def encrypted_from_the_start(self) -> None:
        """Allow AUTH without STARTTLS, of which aiosmtpd alone would know."""
        self._auth_require_tls = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        begins = self.transport is None  # and not once more, after STARTTLS
        super().connection_made(transport)
        if begins:
            address = _address(self.session)
            self._guest = address if self._guests.enter(address) else None

    def connection_lost(self, error: Exception | None) -> None:
        # aiosmtpd calls it twice where a TLS handshake fails
        if self._guest is not None:
            self._guests.leave(self._guest)
            self._guest = None
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._reset_timeout()

    async def _handle_client(self) -> None:
        if self._guest is None:
            await self.push(FULL)
            self._writer.close()
            return
        await super()._handle_client()

    async def push(self, status: AnyStr) -> None:
        """Say the answer; aiosmtpd's own 552 goes into the ledger too: mail not taken."""
        if status[:10] in {"552 Error:", b"552 Error:"} and self.envelope:
            self.event_handler.refused(envelope=self.envelope, size=0)
        await super().push(status)

    def _authenticated(
        self, _server: SMTP, session: Session, _e: Envelope, _how: str, given: object
    ) -> AuthResult:
        if (
            self._login is not None
            and isinstance(given, LoginPassword)
            and self._login.fits(given)
        ):
            return AuthResult(success=True)
        logger.warning("a wrong login was refused to %s", _address(session))
        return AuthResult(success=False, handled=False)


class LocalDialogue(Dialogue, LMTP):
    """LMTP (RFC 2033): after the mail, one answer for each recipient.

    All recipients of a mail are kept by one commit, so the answers are the same; what
    matters is their number, or the client would read the next answer for this one.
    """

    source = "lmtp"
    _owed = 0

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - found by this name
        await super().smtp_DATA(arg)
        self._owed = 0

    async def push(self, status: AnyStr) -> None:
        """Say the answer; the one to a whole mail once for each of its recipients."""
        text = _text(status)
        if text.startswith("354") and self.envelope:
            self._owed = len(self.envelope.rcpt_tos)
        elif self._owed:
            text, self._owed = "\r\n".join([text] * self._owed), 0
        await super().push(text)


def _text(status: str | bytes) -> str:
    return status if isinstance(status, str) else status.decode()


def _address(session: Session | None) -> str:
    return _host(session.peer) if session else ""


def _host(peer: Any) -> str:
    # aiosmtpd types it as a string, but it is what the socket says
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


@dataclass(slots=True)
class Receiver:
    """The listening sockets and what hangs on them; LMTP only where it has an address."""

    host: str
    port: int
    lmtp: tuple[str, int] | None = None
    lmtp_port: int | None = None
    servers: list[asyncio.Server] = field(default_factory=list)
    handler: Intake | None = None
    guests: Guests = field(init=False)
    certificate: Certificate | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Read the settings; UnusableCertificate."""
        self.guests = Guests(
            most=settings.SMTP_CONNECTIONS, most_each=settings.SMTP_CONNECTIONS_EACH
        )
        if settings.SMTP_TLS_FILES:
            self.certificate = Certificate(*settings.SMTP_TLS_FILES)

    @property
    def threads(self) -> int:
        return POSTGRES_THREADS if connection.vendor == "postgresql" else 1

    async def start(self) -> int:
        """Listen; return the SMTP port, which the system chose if it was 0."""
        self.handler = Intake(
            ThreadPoolExecutor(self.threads, thread_name_prefix="store"),
            pace=Pace(settings.MAIL_MOST_PER_SENDER),
        )
        loop = asyncio.get_running_loop()
        # LMTP first: who sees the SMTP port answer may count on both
        if self.lmtp is not None:
            local = await loop.create_server(self._local_dialogue, *self.lmtp)
            self.servers.append(local)
            self.lmtp_port = _port(local.sockets)
        immediate = self.certificate if settings.SMTP_TLS == "immediate" else None
        server = await loop.create_server(
            self._dialogue,
            self.host,
            self.port,
            ssl=immediate.context if immediate else None,
        )
        self.servers.append(server)
        return _port(server.sockets)

    async def stop(self) -> None:
        """Take no new mail, let what is being committed end, and answer its sender."""
        for server in self.servers:
            server.close()
        if self.handler is None:
            return
        if self.handler.busy:
            await asyncio.wait(self.handler.busy, timeout=STOP_WITHIN)
            await asyncio.sleep(0.05)  # let the last answers reach their sockets
        await asyncio.to_thread(self.handler.end, self.threads)

    def _dialogue(self) -> Dialogue:
        immediate = settings.SMTP_TLS == "immediate"
        context = self.certificate.fresh() if self.certificate else None
        login = (
            Login(settings.SMTP_USER, settings.SMTP_PASSWORD)
            if settings.SMTP_USER
            else None
        )
        dialogue = Dialogue(
            login=login,
            tls_context=None if immediate else context,
            require_starttls=settings.SMTP_TLS == "required",
            **self._options(),
        )
        if immediate:
            dialogue.encrypted_from_the_start()
        return dialogue

    def _local_dialogue(self) -> LocalDialogue:
        return LocalDialogue(login=None, **self._options())

    def _options(self) -> dict[str, Any]:
        return {
            "handler": self.handler,
            "guests": self.guests,
            "data_size_limit": settings.MAIL_LARGEST,
            "enable_SMTPUTF8": True,
            "hostname": settings.MAIL_ADDRESS.rpartition("@")[2],
            "ident": "Evenhand",
            "timeout": settings.SMTP_TIMEOUT,
            "loop": asyncio.get_running_loop(),
        }


def _port(sockets: Sequence[Any]) -> int:
    return int(sockets[0].getsockname()[1])
