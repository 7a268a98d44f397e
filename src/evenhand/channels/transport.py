"""Ways out for a rendered mail: each says of every recipient what the server answered."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from evenhand.kernel.addresses import on_the_wire

TIMEOUT = 30.0
# An open connection takes this many mails, and rests this long between two of them:
# less than the five minutes after which a server may hang up (RFC 5321, 4.5.3.2.7).
MOST_MAILS = 100
MOST_REST = 20.0


class NotNow(Exception):
    """Nothing of the mail left: no connection, no login, or cut off on the way.

    `code` is the server's, where it gave one. What concerns the connection and not
    this mail is never a refusal for good: mail waits until somebody mends it.
    """

    def __init__(self, words: str, *, code: int | None = None) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said of one recipient, RFC 5321 code and words."""

    code: int
    words: str

    @property
    def taken(self) -> bool:
        return self.code < 400

    @property
    def final(self) -> bool:
        """Whether trying again is vain."""
        return self.code >= 500

    def __str__(self) -> str:
        return f"{self.code} {self.words}".strip()


TAKEN = Answer(250, "")


class Transport(Protocol):
    """A way out. `name` is written beside the mail that took it."""

    @property
    def name(self) -> str: ...

    def deliver(
        self, *, sender: str, recipients: Sequence[str], raw: bytes
    ) -> dict[str, Answer]:
        """Hand the mail over; return recipient -> answer, for each. Else NotNow."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Nothing leaves: the outbox page is where the mail can be read."""

    name: str = "capture"

    def deliver(
        self,
        *,
        sender: str,  # noqa: ARG002 - the shape of every way out
        recipients: Sequence[str],
        raw: bytes,  # noqa: ARG002 - the shape of every way out
    ) -> dict[str, Answer]:
        return dict.fromkeys(recipients, TAKEN)


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server that takes our mail on; one connection a mail, or see `kept_open`."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: bool = False
    name: str = "smtp"

    def deliver(
        self, *, sender: str, recipients: Sequence[str], raw: bytes
    ) -> dict[str, Answer]:
        try:
            with self._connection() as server:
                told = _handed_over(
                    server,
                    on_the_wire(sender),
                    list(dict.fromkeys(map(on_the_wire, recipients))),
                    raw,
                )
                return {each: told[on_the_wire(each)] for each in recipients}
        except smtplib.SMTPResponseException as error:
            words = f"{error.smtp_code} {_text(error.smtp_error)}"
            raise NotNow(words, code=error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(f"{type(error).__name__}: {error}"[:500]) from error

    @contextlib.contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """Give a connection that is logged in; close it afterwards unless it is kept."""
        kept = _kept.open
        server = kept.taken(self) if kept is not None else None
        server = server or self._connected()
        try:
            yield server
        except BaseException:
            server.close()
            raise
        if kept is None or server.sock is None:
            _hang_up(server)
        else:
            kept.give_back(self, server)

    def _connected(self) -> smtplib.SMTP:
        if self.tls:
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self.starttls:
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)


@dataclass(slots=True)
class _Open:
    """The connections that one thread keeps between mails, one for each way out."""

    # way out -> connection, mails it took, when it was last used
    held: dict[Smtp, tuple[smtplib.SMTP, int, float]] = field(default_factory=dict)
    count: int = 0

    def taken(self, way: Smtp) -> smtplib.SMTP | None:
        """Return the open connection if it still answers; it is then ours alone."""
        server, self.count, used = self.held.pop(way, (None, 0, 0.0))
        if server is None:
            return None
        with contextlib.suppress(OSError, smtplib.SMTPException):
            fresh = monotonic() - used < MOST_REST and self.count < MOST_MAILS
            if fresh and server.noop()[0] == TAKEN.code:
                return server
        self.count = 0
        _hang_up(server)
        return None

    def give_back(self, way: Smtp, server: smtplib.SMTP) -> None:
        self.held[way] = (server, self.count + 1, monotonic())

    def rest(self, *, all_of_them: bool = False) -> None:
        """Hang up where nothing was sent for a while."""
        old = monotonic() - MOST_REST
        for way, (server, _, used) in list(self.held.items()):
            if all_of_them or used < old:
                del self.held[way]
                _hang_up(server)


class _Kept(threading.local):
    open: _Open | None = None


_kept = _Kept()


@contextlib.contextmanager
def kept_open() -> Iterator[None]:
    """Let this thread send mail after mail over one connection a server.

    A thread's alone, and bounded by MOST_MAILS and MOST_REST; `rest` must be called
    now and then.
    """
    _kept.open = _Open()
    try:
        yield
    finally:
        _kept.open.rest(all_of_them=True)
        _kept.open = None


def rest() -> None:
    """Hang up what this thread has kept open and not used for a while."""
    if _kept.open is not None:
        _kept.open.rest()


def connections_open() -> int:
    """Return how many connections this thread holds between mails."""
    return len(_kept.open.held) if _kept.open is not None else 0


def _hang_up(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def transport_for(url: str) -> Transport:
    """Return the way out named by EVENHAND_MAIL_OUT, such as smtp://host:25."""
    parts = urlsplit(url)
    if parts.scheme == "capture":
        return Capture()
    options = dict(parse_qsl(parts.query))
    implicit = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname or "localhost",
        port=parts.port or (465 if implicit else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=implicit,
        starttls=options.get("starttls", "").lower() in {"1", "yes", "true", "on"},
    )


def _handed_over(
    server: smtplib.SMTP, sender: str, recipients: list[str], raw: bytes
) -> dict[str, Answer]:
    """Speak of one mail; who was not refused at RCPT shares the answer to DATA."""
    server.ehlo_or_helo_if_needed()
    beyond = _beyond_ascii(server, sender, recipients)
    near = [address for address in recipients if address not in beyond]
    far = not "".join([sender, *near]).isascii()
    options = ["SMTPUTF8", "BODY=8BITMIME"] if far else []
    if not near:
        return beyond
    try:
        refused = server.sendmail(sender, near, raw, options)
    except smtplib.SMTPRecipientsRefused as error:
        # one of them may have hung up on the rest (421), who were not asked
        left = dict.fromkeys(near, Answer(451, "not asked"))
        return beyond | left | _answers(error.recipients)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        told = Answer(error.smtp_code, _text(error.smtp_error))
        return beyond | dict.fromkeys(near, told)
    return beyond | dict.fromkeys(near, TAKEN) | _answers(refused)


def _beyond_ascii(
    server: smtplib.SMTP, sender: str, recipients: Sequence[str]
) -> dict[str, Answer]:
    """Refuse the addresses that this server cannot be told (RFC 6531).

    smtplib would break on them, and the mail wait for ever.
    """
    if server.has_extn("smtputf8"):
        return {}
    why = "our mail server takes no address beyond ASCII (SMTPUTF8)"
    far = (
        recipients
        if not sender.isascii()
        else [r for r in recipients if not r.isascii()]
    )
    return dict.fromkeys(far, Answer(553, why))


def _answers(refused: dict[str, tuple[int, bytes]]) -> dict[str, Answer]:
    return {who: Answer(code, _text(why)) for who, (code, why) in refused.items()}


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]
