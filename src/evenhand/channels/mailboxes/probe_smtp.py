"""Sign in to an SMTP server, for a trial; no mail is begun."""

from __future__ import annotations

import smtplib

from evenhand.channels.mailboxes.dialogue import words
from evenhand.channels.mailboxes.findings import Fault, Finding, Outcome, Step, Trouble
from evenhand.channels.mailboxes.probe_imap import refusal
from evenhand.channels.mailboxes.reach import Watch
from evenhand.channels.mailboxes.trial import Login, Trial, trusting_context


class Session:
    """A connection of smtplib that signs in."""

    def __init__(self, trial: Trial, watch: Watch) -> None:
        self._trial, self._watch = trial, watch
        self._client: smtplib.SMTP | None = None

    def login(self) -> Finding:
        """Sign in; Trouble where the server refuses or knows no login here."""
        trial, login = self._trial, self._trial.login
        assert login is not None  # noqa: S101 - the step is there only with a login
        client = self._connected()
        if not client.has_extn("auth"):
            raise Trouble(Fault.LOGIN_NEEDS_TLS, said="AUTH")
        try:
            _sign_in(client, login)
        except smtplib.SMTPAuthenticationError as error:
            said = error.smtp_error
            raise refusal(
                words(said if isinstance(said, bytes) else str(said).encode()),
                host=trial.host,
                user=login.user,
                by_token=login.token is not None,
            ) from error
        return Finding(Step.LOGIN, Outcome.OK, values={"user": login.user})

    def folder(self) -> Finding:
        """An SMTP server has no folders: the step is never among its steps."""
        raise Trouble(Fault.HUNG_UP)

    def close(self) -> None:
        """Hang up without ceremony."""
        if self._client is not None:
            self._client.close()

    def _connected(self) -> smtplib.SMTP:
        trial, seconds = self._trial, self._watch.left
        context = trusting_context()
        self._client = (
            smtplib.SMTP_SSL(trial.host, trial.port, timeout=seconds, context=context)
            if trial.security == "tls"
            else smtplib.SMTP(trial.host, trial.port, timeout=seconds)
        )
        if self._client.sock is not None:
            self._watch.hold(self._client.sock)
        if trial.security == "starttls":
            self._client.starttls(context=context)
        self._client.ehlo()
        return self._client


def _sign_in(client: smtplib.SMTP, login: Login) -> None:
    if login.token is None:
        client.login(login.user, login.password)
        return
    said = f"user={login.user}\1auth=Bearer {login.token()}\1\1"
    client.auth("XOAUTH2", lambda _challenge=None: said)
