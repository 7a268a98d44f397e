"""Ways out for a rendered mail. Both say what failed, and whether to try again."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

TIMEOUT = 30.0


class NotNow(Exception):
    """The mail did not leave, but may later: no connection, or a 4xx answer."""


class Never(Exception):
    """The mail was refused for good: a 5xx answer."""


class Transport(Protocol):
    """A way out. `name` is written beside the mail that took it."""

    @property
    def name(self) -> str: ...

    def deliver(
        self, *, sender: str, recipients: Sequence[str], raw: bytes
    ) -> dict[str, str]:
        """Hand the mail over; return who was refused, with why, if others were not."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Nothing leaves: the outbox page is where the mail can be read."""

    name: str = "capture"

    def deliver(
        self,
        *,
        sender: str,  # noqa: ARG002 - the shape of every way out
        recipients: Sequence[str],  # noqa: ARG002 - the shape of every way out
        raw: bytes,  # noqa: ARG002 - the shape of every way out
    ) -> dict[str, str]:
        return {}


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server that takes our mail on; one connection a mail."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False
    name: str = "smtp"

    def deliver(
        self, *, sender: str, recipients: Sequence[str], raw: bytes
    ) -> dict[str, str]:
        try:
            with self._connected() as server:
                options = _options(server, [sender, *recipients])
                refused = server.sendmail(sender, list(recipients), raw, options)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients) from error
        except smtplib.SMTPResponseException as error:
            why = f"{error.smtp_code} {_text(error.smtp_error)}"
            raise (Never(why) if error.smtp_code >= 500 else NotNow(why)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(f"{type(error).__name__}: {error}"[:500]) from error
        return {
            address: f"{code} {_text(why)}" for address, (code, why) in refused.items()
        }

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


def _options(server: smtplib.SMTP, addresses: Sequence[str]) -> list[str]:
    """Return what to ask of the server; Never if it cannot take such an address.

    An address beyond ASCII needs SMTPUTF8 (RFC 6531). smtplib would break on it, and
    the mail would wait for ever.
    """
    if all(address.isascii() for address in addresses):
        return []
    server.ehlo_or_helo_if_needed()
    if not server.has_extn("smtputf8"):
        raise Never("our mail server takes no address beyond ASCII (SMTPUTF8)")
    return ["SMTPUTF8", "BODY=8BITMIME"]


def _refusal(recipients: dict[str, tuple[int, bytes]]) -> NotNow | Never:
    """Judge a mail that nobody would take: one temporary refusal is worth a retry."""
    told = "; ".join(
        f"{address}: {code} {_text(why)}" for address, (code, why) in recipients.items()
    )
    final = all(code >= 500 for code, _ in recipients.values())
    return Never(told) if final else NotNow(told)


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]
