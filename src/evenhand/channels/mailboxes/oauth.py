"""Tokens of OAuth 2.0 with which a mailbox is signed in to (XOAUTH2).

The owner agrees once in the browser (authorisation code with PKCE, RFC 7636); from then
on the refresh token gives access tokens that hold about an hour (RFC 6749, section 6).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from evenhand.channels.actions import mailboxes as actions
from evenhand.channels.mailboxes.dialogue import words
from evenhand.channels.mailboxes.findings import Fault, Trouble
from evenhand.channels.models import Mailbox
from evenhand.channels.secrets import unseal

# seconds to connect, and for each wait for the answer
TIMEOUT = (5, 10)
LARGEST_ANSWER = 64 * 1024
# a token is not used in its last minute
SPARE_SECONDS = 60
USUAL_SECONDS = 3600
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# RFC 6749, section 5.2
_ERRORS: Mapping[str, Fault] = {
    "invalid_grant": Fault.SIGN_IN_REVOKED,
    "interaction_required": Fault.SIGN_IN_REVOKED,
    "invalid_client": Fault.CLIENT_REFUSED,
    "unauthorized_client": Fault.CLIENT_REFUSED,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a mailbox keeps, sealed: whose program asks, and the lasting permission."""

    client_id: str
    token_url: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    authorize_url: str = ""
    scope: str = ""

    def as_text(self) -> str:
        """Return the JSON that is sealed; `from_text` reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Grant:
        """Read what `as_text` wrote; ValueError for anything else."""
        read = json.loads(text)
        if not isinstance(read, dict):
            raise ValueError("no grant")  # noqa: TRY004 - one error for all that is no grant
        known = {name: str(read.get(name, "")) for name in cls.__slots__}
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token, how many seconds it holds, and a refresh token where one came."""

    access_token: str = field(repr=False)
    seconds: int
    refresh_token: str = field(default="", repr=False)


def grant_of(mailbox: Mailbox) -> Grant:
    """Return what a mailbox keeps; UnreadableSecret where the desk's key has changed."""
    return Grant.from_text(unseal(mailbox.secret))


def with_permission(grant: Grant, refresh_token: str) -> Grant:
    """Return the grant with a lasting permission."""
    return replace(grant, refresh_token=refresh_token)


def is_fit_address(url: str) -> bool:
    """Whether secrets may be sent there: by https, or to this machine itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    )


@dataclass(frozen=True, slots=True)
class Request:
    """A sign-in that was begun: `state` ties the answer to it, `verifier` proves us."""

    state: str
    verifier: str = field(repr=False)

    @classmethod
    def fresh(cls) -> Request:
        """Return a request that nobody can guess."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(64))

    @property
    def challenge(self) -> str:
        """The verifier's hash (S256, RFC 7636, section 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorization_address(
    grant: Grant,
    request: Request,
    *,
    back_to: str,
    user: str,
    extra: Mapping[str, str],
) -> str:
    """Return the page of the provider where the owner agrees."""
    asked = {
        "client_id": grant.client_id,
        "response_type": "code",
        "redirect_uri": back_to,
        "scope": grant.scope,
        "state": request.state,
        "code_challenge": request.challenge,
        "code_challenge_method": "S256",
        "login_hint": user,
        **extra,
    }
    between = "&" if urlsplit(grant.authorize_url).query else "?"
    return f"{grant.authorize_url}{between}{urlencode(asked)}"


def exchanged(grant: Grant, request: Request, *, code: str, back_to: str) -> Tokens:
    """Return the tokens for a code that the provider sent back; Trouble where refused."""
    return _asked(
        grant,
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "code_verifier": request.verifier,
        },
    )


def refreshed(grant: Grant) -> Tokens:
    """Return a new access token for the lasting permission; Trouble where refused."""
    if not grant.refresh_token:
        raise Trouble(Fault.NOT_SIGNED_IN)
    asked = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
    return _asked(grant, asked)


def _asked(grant: Grant, form: Mapping[str, str]) -> Tokens:
    if not is_fit_address(grant.token_url):
        raise Trouble(Fault.TOKENS_REFUSED, said=grant.token_url)
    known = {"client_id": grant.client_id, "client_secret": grant.client_secret}
    # a public client has no secret and sends none
    sent = {**form, **{name: value for name, value in known.items() if value}}
    try:
        # a redirection would carry the secrets elsewhere
        with requests.post(
            grant.token_url,
            data=sent,
            headers={"Accept": "application/json"},
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            status = answer.status_code
            body = answer.raw.read(LARGEST_ANSWER, decode_content=True)
    except (requests.RequestException, OSError) as error:
        said = words(str(error).encode())
        raise Trouble(
            Fault.TOKENS_UNREACHABLE, url=grant.token_url, said=said
        ) from error
    return _read(status, body)


def _read(status: int, body: bytes) -> Tokens:
    try:
        read: Any = json.loads(body)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Trouble(Fault.TOKENS_REFUSED, said=f"HTTP {status}")
    if status != requests.codes.ok or not read.get("access_token"):
        error = str(read.get("error", ""))
        said = str(read.get("error_description") or error or f"HTTP {status}")
        fault = _ERRORS.get(error, Fault.TOKENS_REFUSED)
        raise Trouble(fault, said=words(said.encode()))
    try:
        seconds = int(read.get("expires_in", USUAL_SECONDS))
    except (TypeError, ValueError):
        seconds = USUAL_SECONDS
    return Tokens(
        access_token=str(read["access_token"]),
        seconds=seconds,
        refresh_token=str(read.get("refresh_token") or ""),
    )


_kept: dict[tuple[int, str], tuple[str, float]] = {}
_lock = threading.Lock()


def access_token(mailbox: Mailbox) -> str:
    """Return an access token of a mailbox, asked for anew when the last one ends.

    Trouble where none is given: not signed in, revoked, the client refused, no way to
    the provider. Never call it within a transaction: it speaks with the provider, and a
    refresh token that the provider replaced (RFC 6749, section 6) is kept at once.
    """
    grant = grant_of(mailbox)
    key = (mailbox.pk, hashlib.sha256(grant.as_text().encode()).hexdigest())
    with _lock:
        token, until = _kept.get(key, ("", 0.0))
    if token and monotonic() < until:
        return token
    tokens = refreshed(grant)
    if tokens.refresh_token and tokens.refresh_token != grant.refresh_token:
        key = _kept_anew(mailbox, grant, tokens.refresh_token)
    with _lock:
        for old in [known for known in _kept if known[0] == mailbox.pk]:
            del _kept[old]
        _kept[key] = (
            tokens.access_token,
            monotonic() + max(0, tokens.seconds - SPARE_SECONDS),
        )
    return tokens.access_token


def forget(mailbox: Mailbox) -> None:
    """Ask anew next time: the mail server took the kept token no longer."""
    with _lock:
        for old in [known for known in _kept if known[0] == mailbox.pk]:
            del _kept[old]


def _kept_anew(mailbox: Mailbox, grant: Grant, refresh_token: str) -> tuple[int, str]:
    text = with_permission(grant, refresh_token).as_text()
    actions.keep_secret_anew(mailbox=mailbox, secret=text)
    return mailbox.pk, hashlib.sha256(text.encode()).hexdigest()
