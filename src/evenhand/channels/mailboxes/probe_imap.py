"""Sign in to an IMAP server and look for the folders, for a trial."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from evenhand.channels.mailboxes.dialogue import words
from evenhand.channels.mailboxes.findings import (
    Fault,
    Finding,
    Outcome,
    Step,
    Trouble,
)
from evenhand.channels.mailboxes.providers import provider_of
from evenhand.channels.mailboxes.reach import Watch
from evenhand.channels.mailboxes.trial import Login, Trial, trusting_context

# RFC 5530: what the code in brackets of a refusal means
_CODES: Mapping[str, Fault] = {
    "EXPIRED": Fault.PASSWORD_EXPIRED,
    "PRIVACYREQUIRED": Fault.LOGIN_NEEDS_TLS,
    "UNAVAILABLE": Fault.LOGIN_NOT_NOW,
    "LIMIT": Fault.LOGIN_NOT_NOW,
    "INUSE": Fault.LOGIN_NOT_NOW,
}
_CODE = re.compile(r"\[([A-Z]+)[^\]]*\]")
MOST_FOLDERS = 500


def refusal(said: str, *, host: str, user: str, by_token: bool) -> Trouble:
    """Say what a refused login means, from the server's words and whose server it is."""
    code = _CODE.search(said)
    known = _CODES.get(code.group(1)) if code else None
    provider = provider_of(host)
    name = provider.name if provider else ""
    if known is None and not by_token and provider is not None:
        if provider.app_password:
            known = Fault.NEEDS_APP_PASSWORD
        elif not provider.passwords:
            known = Fault.PASSWORDS_SWITCHED_OFF
    usual = Fault.PERMISSION_REFUSED if by_token else Fault.LOGIN_REFUSED
    return Trouble(known or usual, said=said, user=user, provider=name)


def sign_in(client: IMAPClient, login: Login) -> None:
    """Sign in with the token or the password, which may hold any letter (RFC 4616)."""
    if login.token is not None:
        client.oauth2_login(login.user, login.token())
    elif (login.user + login.password).isascii():
        client.login(login.user, login.password)
    else:
        client.plain_login(login.user, login.password)


class Session:
    """A connection of IMAPClient that signs in and lists folders."""

    def __init__(self, trial: Trial, watch: Watch) -> None:
        self._trial, self._watch = trial, watch
        self._client: IMAPClient | None = None

    def login(self) -> Finding:
        """Sign in; Trouble where the server refuses."""
        trial, login = self._trial, self._trial.login
        assert login is not None  # noqa: S101 - the step is there only with a login
        client = self._connected()
        can = set(client.capabilities())
        if login.token is not None and b"AUTH=XOAUTH2" not in can:
            raise Trouble(Fault.NO_XOAUTH2, host=trial.host)
        if login.token is None and b"LOGINDISABLED" in can:
            raise Trouble(Fault.LOGIN_NEEDS_TLS, said="LOGINDISABLED")
        try:
            sign_in(client, login)
        except IMAPClientError as error:
            if self._watch.is_over:
                raise
            raise refusal(
                words_of(error),
                host=trial.host,
                user=login.user,
                by_token=login.token is not None,
            ) from error
        return Finding(Step.LOGIN, Outcome.OK, values={"user": login.user})

    def folder(self) -> Finding:
        """Look for the wanted folders; Trouble names what is there instead."""
        client = self._connected()
        names = folder_names(client)
        wanted = self._trial.folders or ("INBOX",)
        for name in wanted:
            if not _is_among(name, names):
                near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
                raise Trouble(
                    Fault.FOLDER_MISSING,
                    folder=name,
                    near=near[0] if near else "",
                    there=", ".join(names[:30]),
                ).among(names)
        count = sum(self._opened(client, name) for name in wanted)
        shown = {"folders": ", ".join(wanted), "count": str(count)}
        return Finding(Step.FOLDER, Outcome.OK, values=shown, names=names)

    def close(self) -> None:
        """Hang up without ceremony: a trial changes nothing."""
        if self._client is not None:
            try:
                self._client.shutdown()
            except OSError:
                return

    def _connected(self) -> IMAPClient:
        if self._client is not None:
            return self._client
        trial, seconds = self._trial, self._watch.left
        context = trusting_context()
        client = IMAPClient(
            trial.host,
            port=trial.port,
            ssl=trial.security == "tls",
            ssl_context=context if trial.security == "tls" else None,
            timeout=SocketTimeout(connect=seconds, read=seconds),
        )
        self._client = client
        self._watch.hold(client.socket())
        if trial.security == "starttls":
            client.starttls(context)
            self._watch.hold(client.socket())
        return client

    def _opened(self, client: IMAPClient, name: str) -> int:
        """Open a folder for reading alone and return how many mails lie in it."""
        try:
            return int(client.select_folder(name, readonly=True)[b"EXISTS"])
        except IMAPClientError as error:
            if self._watch.is_over:
                raise
            raise Trouble(
                Fault.FOLDER_REFUSED, folder=name, said=words_of(error)
            ) from error


def folder_names(client: IMAPClient) -> tuple[str, ...]:
    """Return the folders that hold mail, INBOX first."""
    names = [
        str(name)
        for flags, _, name in client.list_folders()
        if b"\\noselect" not in {bytes(flag).lower() for flag in flags}
    ]
    names.sort(key=lambda name: (name.upper() != "INBOX", name.casefold()))
    return tuple(names[:MOST_FOLDERS])


def _is_among(name: str, names: tuple[str, ...]) -> bool:
    """Whether a folder is there; INBOX alone is named in letters of any case."""
    return name in names or name.upper() == "INBOX"


def words_of(error: BaseException) -> str:
    """Return what a library raised, in the server's own words."""
    said = error.args[0] if error.args else ""
    return words(said if isinstance(said, bytes) else _unwrapped(str(said)))


def _unwrapped(said: str) -> bytes:
    """Return the words of a text such as "b'LOGIN failed.'", as imaplib makes them."""
    inner = re.fullmatch(r"""b(['"])(.*)\1""", said, re.DOTALL)
    return (inner.group(2) if inner else said).encode()
