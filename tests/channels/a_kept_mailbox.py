"""A mailbox as the desk keeps it, which no server stands behind."""

from __future__ import annotations

from evenhand.channels.models import Mailbox
from evenhand.channels.secrets import seal
from tests import given

SECRET = "Pflaume-7 of eva"


def a_mailbox(**changed: object) -> Mailbox:
    fields: dict[str, object] = {
        "name": "Help",
        "address": "help@shop.example",
        "kind": "imap",
        "host": "imap.shop.example",
        "port": 993,
        "username": "help@shop.example",
        "secret": seal(SECRET),
        "folders": ["INBOX"],
        "connected_at": given.MONDAY,
        "enabled_at": given.MONDAY,
    }
    return Mailbox.objects.create(**{**fields, **changed})
