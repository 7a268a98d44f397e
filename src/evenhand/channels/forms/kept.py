"""What stays of a mailbox's secret in a form, and who signs in with it in a test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from time import time
from typing import Any

from evenhand.channels.mailboxes.findings import Fault, Trouble
from evenhand.channels.mailboxes.oauth import access_token
from evenhand.channels.mailboxes.trial import Login, Trial
from evenhand.channels.models import Auth, Mailbox
from evenhand.channels.secrets import UnreadableSecret, seal, unseal

# how long a secret that was typed lives in the page between a test and the saving
HELD_SECONDS = 60 * 60


def trial_of(mailbox: Mailbox) -> Trial:
    """Return what trying a mailbox as it is kept means; UnreadableSecret."""
    return Trial(
        protocol=mailbox.kind,
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        login=login_of(mailbox.username, mailbox=mailbox, secret=None),
        folders=tuple(mailbox.folders),
    )


def login_of(user: str, *, mailbox: Mailbox | None, secret: str | None) -> Login:
    """Return who signs in: with what was typed, or with what the mailbox keeps."""
    if secret is not None or mailbox is None:
        return Login(user, password=secret or "")
    if mailbox.auth == Auth.XOAUTH2:
        return Login(user, token=lambda: access_token(mailbox))
    return Login(user, password=unseal(mailbox.secret))


def nobody_signed_in() -> str:
    """Stand in for the token of a permission that nobody gave yet."""
    raise Trouble(Fault.NOT_SIGNED_IN)


def place(kind: str, auth: str, given: Mapping[str, Any]) -> list[str]:
    """Return where a secret would be sent, and for whom."""
    named = (given["host"], given["port"], given["security"], given["username"])
    return [kind, auth, *map(str, named)]


def place_of(box: Mailbox) -> list[str]:
    """Return where a mailbox's own secret is sent, and for whom."""
    named = (box.host, box.port, box.security, box.username)
    return [box.kind, box.auth, *map(str, named)]


def holding(secret: str, where: list[str]) -> str:
    """Return a typed secret as the page may carry it to its saving: sealed."""
    return seal(json.dumps([where, secret, int(time())]))


def held(sealed: str, where: list[str]) -> str | None:
    """Return the secret that the page held for this very place, None where it has none."""
    if not sealed:
        return None
    try:
        for_place, secret, since = json.loads(unseal(sealed))
    except (UnreadableSecret, ValueError, TypeError):
        return None
    fresh = time() - float(since) < HELD_SECONDS
    return str(secret) if for_place == where and fresh else None
