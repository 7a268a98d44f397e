"""Try a mail server step by step and say exactly what is wrong.

`probe` is a generator, so that a page can show each step as it is found. It is bounded
in time whatever the server does, and sends a password only after TLS unless security
is `none`. A program calls it as `list(probe(trial))`.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from imaplib import IMAP4
from poplib import error_proto
from typing import Protocol

from evenhand.channels.mailboxes import (
    certificates,
    probe_imap,
    probe_pop3,
    probe_smtp,
)
from evenhand.channels.mailboxes.dialogue import (
    ask_for_tls,
    check_greeting,
    line_from,
    protocol_of,
    words,
)
from evenhand.channels.mailboxes.findings import (
    Fault,
    Finding,
    Outcome,
    Step,
    Trouble,
)
from evenhand.channels.mailboxes.reach import Address, Watch, addresses_of, connect
from evenhand.channels.mailboxes.trial import Trial, trusting_context


class Session(Protocol):
    """A library's own connection, which signs in and looks for folders."""

    def login(self) -> Finding: ...

    def folder(self) -> Finding: ...

    def close(self) -> None: ...


_SESSIONS: Mapping[str, Callable[[Trial, Watch], Session]] = {
    "imap": probe_imap.Session,
    "pop3": probe_pop3.Session,
    "smtp": probe_smtp.Session,
}
# whatever a library says when the other side falls silent or talks nonsense
_BROKEN = (OSError, EOFError, IMAP4.error, error_proto, smtplib.SMTPException)


def probe(trial: Trial, *, watch: Watch | None = None) -> Iterator[Finding]:
    """Yield a finding for each step; whatever follows a fault was not tried."""
    with watch or Watch() as clock, ExitStack() as closes:
        takes = _Steps(trial, clock, closes).by_step()
        failed = False
        for step in steps_of(trial):
            finding = (
                Finding(step, Outcome.NOT_TRIED)
                if failed
                else _taken(step, takes[step], clock)
            )
            failed = failed or finding.outcome == Outcome.FAULT
            yield finding


def steps_of(trial: Trial) -> tuple[Step, ...]:
    """Return the steps that a trial takes, in their order."""
    with_login = (Step.LOGIN,) if trial.login is not None else ()
    last = () if trial.protocol == "smtp" else (Step.FOLDER,)
    return (Step.NAME, Step.PORT, Step.TLS, *with_login, *last)


def _taken(step: Step, take: Callable[[], Finding], watch: Watch) -> Finding:
    try:
        return take()
    except Trouble as trouble:
        fault, values = trouble.fault, trouble.values
        names = trouble.names
    except _BROKEN as error:
        late = watch.is_over or isinstance(error, TimeoutError)
        fault = Fault.TOO_SLOW if late else Fault.HUNG_UP
        values, names = {"said": words(str(error).encode())}, ()
    return Finding(step, Outcome.FAULT, fault, values, names)


class _Steps:
    """The steps of one trial, and what each leaves for the next."""

    def __init__(self, trial: Trial, watch: Watch, closes: ExitStack) -> None:
        self.trial, self.watch, self.closes = trial, watch, closes
        self.addresses: list[Address] = []
        self.handshake_error: Exception | None = None
        self.secured: ssl.SSLSocket | None = None
        self.plain: socket.socket | None = None
        self.session = _SESSIONS[trial.protocol](trial, watch)

    def by_step(self) -> Mapping[Step, Callable[[], Finding]]:
        return {
            Step.NAME: self.name,
            Step.PORT: self.port,
            Step.TLS: self.tls,
            Step.LOGIN: self.login,
            Step.FOLDER: self.folder,
        }

    def name(self) -> Finding:
        trial = self.trial
        self.addresses = addresses_of(
            trial.host, protocol=trial.protocol, watch=self.watch
        )
        shown = {"host": trial.host, "address": str(self.addresses[0])}
        return Finding(Step.NAME, Outcome.OK, values=shown)

    def port(self) -> Finding:
        connection = self._connected()
        if self.trial.security == "tls":
            self._shake_hands(connection)
        else:
            self.plain = connection
            self._check(self._greeting(connection))
        return Finding(Step.PORT, Outcome.OK, values={"port": str(self.trial.port)})

    def tls(self) -> Finding:
        if self.trial.security == "none":
            return Finding(Step.TLS, Outcome.WARNING, Fault.NO_TLS)
        if self.plain is not None:
            ask_for_tls(self.plain, protocol=self.trial.protocol)
            self._wrap(self.plain)
        if self.handshake_error is not None:
            raise certificates.trouble(
                self.handshake_error,
                host=self.trial.host,
                certificate=self._certificate(),
            )
        assert self.secured is not None  # noqa: S101 - a handshake fails or secures
        der = self.secured.getpeercert(binary_form=True)
        values = certificates.facts(der) if der else {}
        version = self.secured.version() or "TLS"
        return Finding(Step.TLS, Outcome.OK, values={**values, "version": version})

    def login(self) -> Finding:
        self._hang_up()
        self.closes.callback(self.session.close)
        return self.session.login()

    def folder(self) -> Finding:
        return self.session.folder()

    def _connected(self) -> socket.socket:
        connection = connect(
            self.addresses,
            self.trial.port,
            protocol=self.trial.protocol,
            watch=self.watch,
        )
        return self.closes.enter_context(closing(connection))

    def _shake_hands(self, connection: socket.socket) -> None:
        """Begin TLS; what answers without TLS is a fault of the port."""
        self._wrap(connection)
        error = self.handshake_error
        if self.secured is not None:
            self._check(self._greeting(self.secured))
        elif isinstance(error, TimeoutError):
            raise Trouble(Fault.SAYS_NOTHING, port=self.trial.port) from error
        elif not isinstance(error, ssl.SSLCertVerificationError):
            self._listen_without_tls(error)

    def _wrap(self, connection: socket.socket) -> None:
        try:
            self.secured = trusting_context().wrap_socket(
                connection, server_hostname=self.trial.host
            )
        except (OSError, ValueError) as error:
            self.handshake_error = error
            return
        self.closes.callback(self.secured.close)
        self.watch.hold(self.secured)

    def _listen_without_tls(self, error: Exception | None) -> None:
        """Raise Trouble where the port speaks without TLS from its first byte.

        A web server waits to be asked: it greets nobody, and its answer was no TLS.
        """
        greeting = line_from(self._connected())
        if not greeting:
            if isinstance(error, ssl.SSLError) and certificates.is_no_tls(error):
                self._tell_apart(b"")
            return
        if protocol_of(greeting) == self.trial.protocol:
            raise Trouble(
                Fault.SPEAKS_PLAIN, port=self.trial.port, said=words(greeting)
            )
        self._check(greeting)

    def _greeting(self, connection: socket.socket) -> bytes:
        """Return the greeting; Trouble where the server waits for TLS or for nothing."""
        greeting = line_from(connection)
        if greeting or self.trial.security == "tls":
            return greeting
        connection = self._connected()
        context = _asking_context()
        try:
            with context.wrap_socket(connection, server_hostname=self.trial.host):
                raise Trouble(Fault.SPEAKS_TLS, port=self.trial.port)
        except (OSError, ValueError) as error:
            raise Trouble(Fault.SAYS_NOTHING, port=self.trial.port) from error

    def _check(self, greeting: bytes) -> None:
        if not greeting:
            raise Trouble(Fault.SAYS_NOTHING, port=self.trial.port)
        self._tell_apart(greeting)

    def _tell_apart(self, greeting: bytes) -> None:
        check_greeting(
            greeting,
            protocol=self.trial.protocol,
            port=self.trial.port,
            security=self.trial.security,
        )

    def _certificate(self) -> bytes | None:
        """Return the certificate that was refused, asked for once more and not trusted."""
        try:
            connection = self._connected()
            if self.trial.security == "starttls":
                line_from(connection)
                ask_for_tls(connection, protocol=self.trial.protocol)
            with _asking_context().wrap_socket(
                connection, server_hostname=self.trial.host
            ) as shown:
                return shown.getpeercert(binary_form=True)
        except (OSError, ValueError, Trouble):
            return None

    def _hang_up(self) -> None:
        """Close what was opened: a library begins its own connection."""
        self.closes.close()


def _asking_context() -> ssl.SSLContext:
    """Return what takes any certificate, to read it; nothing is ever said over it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
