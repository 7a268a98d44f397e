"""The certificate of the mail receiver, read again when it was renewed."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)


class UnusableCertificate(Exception):
    """Certificate and key cannot be used; the text says which and why."""


@dataclass(slots=True)
class Certificate:
    """A PEM file of the certificate with its chain, and one of the key."""

    certificate: Path
    key: Path
    context: ssl.SSLContext = field(init=False)
    _seen: tuple[int, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        """Read both files; UnusableCertificate where they do not fit."""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            self._read()
        except (OSError, ValueError) as error:
            raise UnusableCertificate(_why(self, error)) from error

    def fresh(self) -> ssl.SSLContext:
        """Return the context; where the files changed, new connections use the new ones.

        A renewal that cannot be read leaves the old certificate in use and is logged.
        """
        try:
            if self._stamps() != self._seen:
                self._read()
        except (OSError, ValueError) as error:
            logger.warning("the renewed certificate: %s", _why(self, error))
        return self.context

    def _read(self) -> None:
        stamps = self._stamps()
        # tried beside first: a certificate without its key must not reach the dialogue
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            self.certificate, self.key, password=_no_password
        )
        self.context.load_cert_chain(self.certificate, self.key, password=_no_password)
        self._seen = stamps

    def _stamps(self) -> tuple[int, ...]:
        return tuple(one.stat().st_mtime_ns for one in (self.certificate, self.key))


def _no_password() -> str:
    # without this OpenSSL would ask at the terminal, and the start would hang
    raise ValueError("the key is protected by a password; store it without one")


def _why(pair: Certificate, error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        said = (error.reason or str(error)).lower().replace("_", " ")
        return f"{pair.certificate} and {pair.key} are no pair in PEM form ({said})"
    if isinstance(error, OSError):
        return f"{error.filename or pair.certificate}: {error.strerror}"
    return f"{pair.key}: {error}"
