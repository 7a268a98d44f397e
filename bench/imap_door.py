"""A real Dovecot whose mailboxes the desk fetches; None where it is not installed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage

from desk import ROOT

sys.path.insert(0, str(ROOT))

from tests.channels.dovecot import PASSWORD, Dovecot, a_dovecot  # needs the path

__all__ = ["PASSWORD", "USERS", "ImapDoor", "an_imap_door"]

USERS = ("help", "more")


@dataclass(frozen=True, slots=True)
class ImapDoor:
    """Mailboxes into which mails are laid for the desk to fetch, and to delete there."""

    server: Dovecot

    @property
    def port(self) -> int:
        return self.server.imap

    def put(self, mail: EmailMessage, number: int) -> bool:
        """Lay a mail into one of the mailboxes; whether the server took it."""
        self.server.put(USERS[number % len(USERS)], mail.as_bytes(policy=_CRLF))
        return True

    def left(self) -> int:
        """Return how many mails lie there still: none, once the desk has them all."""
        return sum(len(self.server.held(user)) for user in USERS)


_CRLF = EmailMessage().policy.clone(linesep="\r\n")


@contextmanager
def an_imap_door() -> Iterator[ImapDoor | None]:
    """Run the server with its mailboxes."""
    if shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        print("Dovecot is not installed: no mail comes by IMAP", file=sys.stderr)
        yield None
        return
    with a_dovecot() as server:
        for user in USERS:
            server.user(user)
        yield ImapDoor(server)
