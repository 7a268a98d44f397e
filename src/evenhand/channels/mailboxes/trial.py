"""What is tried: a server, how it is reached, and who signs in."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in: with a password, or with a token that is asked for when it is due.

    `token` may raise Trouble. Neither is ever shown or logged.
    """

    user: str
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """A server to try: protocol imap, pop3 or smtp; security tls, starttls or none."""

    protocol: str
    host: str
    port: int
    security: str
    login: Login | None = None
    folders: tuple[str, ...] = ()


def trusting_context() -> ssl.SSLContext:
    """Return what checks a server's certificate: the system's authorities, TLS 1.2 on."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
