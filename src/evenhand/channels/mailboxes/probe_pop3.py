"""Sign in to a POP3 server and see whether it names its mails, for a trial."""

from __future__ import annotations

import base64
import poplib

from evenhand.channels.mailboxes.dialogue import words
from evenhand.channels.mailboxes.findings import (
    Fault,
    Finding,
    Outcome,
    Step,
    Trouble,
)
from evenhand.channels.mailboxes.probe_imap import refusal
from evenhand.channels.mailboxes.reach import Watch
from evenhand.channels.mailboxes.trial import Login, Trial, trusting_context


def sign_in(client: poplib.POP3, login: Login) -> None:
    """Sign in with the token (in two lines, as Microsoft wants it) or the password."""
    if login.token is None:
        client.user(login.user)
        client.pass_(login.password)
        return
    words_ = f"user={login.user}\1auth=Bearer {login.token()}\1\1"
    send = client._shortcmd  # type: ignore[attr-defined]  # noqa: SLF001 - poplib knows no AUTH
    send("AUTH XOAUTH2")
    answer = send(base64.b64encode(words_.encode()).decode())
    if not answer.startswith(b"+OK"):
        # "+ " and the error in base 64: the refusal itself follows an empty line
        send("")


class Session:
    """A connection of poplib that signs in and asks for the ids of the mails."""

    def __init__(self, trial: Trial, watch: Watch) -> None:
        self._trial, self._watch = trial, watch
        self._client: poplib.POP3 | None = None

    def login(self) -> Finding:
        """Sign in; Trouble where the server refuses."""
        trial, login = self._trial, self._trial.login
        assert login is not None  # noqa: S101 - the step is there only with a login
        client = self._connected()
        try:
            sign_in(client, login)
        except poplib.error_proto as error:
            if self._watch.is_over:
                raise
            said = words(error.args[0]) if isinstance(error.args[0], bytes) else ""
            raise refusal(
                said or words(str(error).encode()),
                host=trial.host,
                user=login.user,
                by_token=login.token is not None,
            ) from error
        return Finding(Step.LOGIN, Outcome.OK, values={"user": login.user})

    def folder(self) -> Finding:
        """Ask for the mails' ids, without which a mail could not be told from another."""
        client = self._connected()
        try:
            _, ids, _ = client.uidl()
        except poplib.error_proto as error:
            if self._watch.is_over:
                raise
            raise Trouble(Fault.NO_UIDL, said=words(str(error).encode())) from error
        return Finding(
            Step.FOLDER,
            Outcome.OK,
            values={"folders": "INBOX", "count": str(len(ids))},
        )

    def close(self) -> None:
        """Hang up without ceremony: a trial changes nothing."""
        if self._client is not None:
            self._client.close()

    def _connected(self) -> poplib.POP3:
        if self._client is not None:
            return self._client
        trial, seconds = self._trial, self._watch.left
        context = trusting_context()
        self._client = (
            poplib.POP3_SSL(trial.host, trial.port, timeout=seconds, context=context)
            if trial.security == "tls"
            else poplib.POP3(trial.host, trial.port, timeout=seconds)
        )
        self._watch.hold(self._client.sock)
        if trial.security == "starttls":
            self._client.stls(context)
            self._watch.hold(self._client.sock)
        return self._client
