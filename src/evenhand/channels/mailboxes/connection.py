"""Open a mailbox to fetch from it; whatever fails is named as the trial names it."""

from __future__ import annotations

import poplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from typing import Any, BinaryIO

from django.conf import settings
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from evenhand.channels.mailboxes import probe_imap, probe_pop3
from evenhand.channels.mailboxes.dialogue import words
from evenhand.channels.mailboxes.findings import Fault, Outcome, Step, Trouble
from evenhand.channels.mailboxes.oauth import access_token, forget
from evenhand.channels.mailboxes.probe import probe
from evenhand.channels.mailboxes.reach import Watch, addresses_of
from evenhand.channels.mailboxes.trial import Login, Trial, trusting_context
from evenhand.channels.models import Auth, Mailbox, MailboxKind, Security
from evenhand.channels.secrets import UnreadableSecret, unseal

# seconds: to connect, and for each wait for the server's next bytes
CONNECT_WITHIN, READ_WITHIN = 15.0, 60.0
# what the libraries say when the other side hangs up or talks nonsense
BROKEN = (OSError, EOFError, IMAP4.error, poplib.error_proto)
# the trial's steps that tell why no connection came about
_FIRST_STEPS = frozenset({Step.NAME, Step.PORT, Step.TLS})


class Hurried(poplib.POP3):
    """POP3 with lines as long as mail has them; poplib gives up after 2,048 bytes."""

    file: BinaryIO
    sock: socket.socket

    def _getline(self) -> tuple[bytes, int]:
        longest = settings.MAIL_LARGEST
        line = self.file.readline(longest + 1)
        if not line:
            raise EOFError("the server hung up")
        if len(line) > longest:
            raise OSError("the server sent a line without end")
        ends = b"\r\n" if line.endswith(b"\r\n") else b"\n"
        return line.removesuffix(ends), len(line)


class HurriedTls(Hurried, poplib.POP3_SSL):
    """The same over TLS from the first byte."""


@contextmanager
def imap_of(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """Yield a connection that is signed in; Trouble where there is none."""
    trial = trial_of(mailbox)
    with _opened(mailbox, trial, lambda: _imap(trial)) as client:
        # instants with their zone, not this machine's
        client.normalise_times = False
        yield client


@contextmanager
def pop3_of(mailbox: Mailbox) -> Iterator[poplib.POP3]:
    """Yield a connection that is signed in; Trouble where there is none.

    Left in peace it is ended with QUIT, which is when the server deletes (RFC 1939, 6).
    """
    trial = trial_of(mailbox)
    with _opened(mailbox, trial, lambda: _pop3(trial)) as client:
        yield client


def trial_of(mailbox: Mailbox) -> Trial:
    """Return how the mailbox is reached and signed in to, with its secret unsealed."""
    try:
        secret = unseal(mailbox.secret)
    except UnreadableSecret as error:
        raise Trouble(Fault.SECRET_UNREADABLE, said=str(error)) from error
    login = (
        Login(mailbox.username, token=lambda: access_token(mailbox))
        if mailbox.auth == Auth.XOAUTH2
        else Login(mailbox.username, password=secret)
    )
    return Trial(
        protocol=mailbox.kind,
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        login=login,
        folders=tuple(mailbox.folders),
    )


def words_of(error: BaseException) -> str:
    """Return what a library says of a failure, as a page can show it."""
    if isinstance(error, OSError):
        return words(str(error).encode())
    return probe_imap.words_of(error)


@contextmanager
def _opened(
    mailbox: Mailbox, trial: Trial, connect: Callable[[], Any]
) -> Iterator[Any]:
    client = _connected(trial, connect)
    is_imap = trial.protocol == MailboxKind.IMAP
    try:
        _let_in(client, mailbox, trial)
        yield client
        if not is_imap:
            # where this fails nothing was deleted, and it is asked for again
            client.quit()
    finally:
        with suppress(*BROKEN):
            _hang_up(client, politely=is_imap)


def _hang_up(client: Any, *, politely: bool) -> None:
    if not politely:
        client.close()
        return
    try:
        client.logout()
    except BROKEN:
        client.shutdown()


def _connected(trial: Trial, connect: Callable[[], Any]) -> Any:
    try:
        # a name may have come to lead to where the desk connects to nobody
        with Watch(total=CONNECT_WITHIN) as watch:
            addresses_of(trial.host, protocol=trial.protocol, watch=watch)
        return connect()
    except BROKEN as error:
        raise _why(trial, error) from error


def _why(trial: Trial, error: Exception) -> Trouble:
    """Let the trial find out why no connection came about; it does not sign in."""
    first = Trial(trial.protocol, trial.host, trial.port, trial.security)
    for finding in probe(first):
        if finding.step not in _FIRST_STEPS:
            break
        if finding.outcome == Outcome.FAULT and finding.fault is not None:
            return Trouble(finding.fault, **finding.values)
    late = isinstance(error, TimeoutError)
    return Trouble(Fault.TOO_SLOW if late else Fault.HUNG_UP, said=words_of(error))


def _let_in(client: Any, mailbox: Mailbox, trial: Trial) -> None:
    """Sign in; a token that is refused may have ended early, and a new one is tried."""
    try:
        _signed_in(client, trial)
    except Trouble as trouble:
        if mailbox.auth != Auth.XOAUTH2 or trouble.fault == Fault.HUNG_UP:
            raise
        forget(mailbox)
        _signed_in(client, trial)


def _signed_in(client: Any, trial: Trial) -> None:
    login = trial.login
    assert login is not None  # noqa: S101 - trial_of names one
    enter = probe_imap.sign_in if trial.protocol == "imap" else probe_pop3.sign_in
    try:
        enter(client, login)
    except (IMAP4.abort, EOFError, OSError) as error:
        raise Trouble(Fault.HUNG_UP, said=words_of(error)) from error
    except (IMAPClientError, poplib.error_proto) as error:
        raise probe_imap.refusal(
            words_of(error),
            host=trial.host,
            user=login.user,
            by_token=login.token is not None,
        ) from error


def _or_hang_up(secure: Callable[[], object], hang_up: Callable[[], None]) -> None:
    try:
        secure()
    except BROKEN:
        with suppress(*BROKEN):
            hang_up()
        raise


def _imap(trial: Trial) -> IMAPClient:
    context = trusting_context()
    client = IMAPClient(
        trial.host,
        port=trial.port,
        ssl=trial.security == Security.TLS,
        ssl_context=context if trial.security == Security.TLS else None,
        timeout=SocketTimeout(connect=CONNECT_WITHIN, read=READ_WITHIN),
    )
    if trial.security == Security.STARTTLS:
        _or_hang_up(lambda: client.starttls(context), client.shutdown)
    return client


def _pop3(trial: Trial) -> poplib.POP3:
    context = trusting_context()
    client: poplib.POP3 = (
        HurriedTls(trial.host, trial.port, timeout=CONNECT_WITHIN, context=context)
        if trial.security == Security.TLS
        else Hurried(trial.host, trial.port, timeout=CONNECT_WITHIN)
    )
    if trial.security == Security.STARTTLS:
        _or_hang_up(lambda: client.stls(context), client.close)
    client.sock.settimeout(READ_WITHIN)
    return client
