"""What the form of a mailbox begins with: the mailbox as it is, or what is known of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evenhand.channels.mailboxes.findings import usual_port
from evenhand.channels.mailboxes.oauth import grant_of
from evenhand.channels.mailboxes.providers import Provider
from evenhand.channels.models import Afterwards, Auth, Mailbox, MailboxKind, Security
from evenhand.channels.secrets import UnreadableSecret


@dataclass(frozen=True, slots=True)
class Shape:
    """Which fields the form has: of which protocol, and of which way to sign in."""

    kind: str = MailboxKind.IMAP.value
    auth: str = Auth.PASSWORD.value
    provider: Provider | None = None


def first_values(shape: Shape, mailbox: Mailbox | None) -> dict[str, Any]:
    """Return the first values of the form's fields; secrets are never among them."""
    if mailbox is not None:
        return {**_of_mailbox(mailbox), **_of_grant(mailbox)}
    first: dict[str, Any] = {
        "security": Security.TLS,
        "port": usual_port(shape.kind, Security.TLS),
        "folders": ["INBOX"],
        "afterwards": Afterwards.KEEP,
        "silent_after": "",
    }
    provider = shape.provider
    if provider is not None:
        first["host"] = provider.hosts.get(shape.kind, "")
    if provider is not None and provider.sign_in is not None:
        sign_in = provider.sign_in
        first |= {
            "authorize_url": sign_in.authorize_url,
            "token_url": sign_in.token_url,
            "scope": sign_in.scopes.get(shape.kind, ""),
        }
    return first


def _of_mailbox(mailbox: Mailbox) -> dict[str, Any]:
    same = (
        *("address", "name", "host", "security", "port", "username", "folders"),
        *("since", "team", "afterwards", "move_to", "silent_after"),
    )
    return {name: getattr(mailbox, name) for name in same}


def _of_grant(mailbox: Mailbox) -> dict[str, Any]:
    """Return what may be shown of a permission: never its secrets."""
    if mailbox.auth != Auth.XOAUTH2 or not mailbox.secret:
        return {}
    try:
        grant = grant_of(mailbox)
    except (UnreadableSecret, ValueError):
        return {}
    shown = ("client_id", "authorize_url", "token_url", "scope")
    return {name: getattr(grant, name) for name in shown}
