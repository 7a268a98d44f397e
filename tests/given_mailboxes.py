"""Mailboxes that are connected, and what was fetched from them."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime

from evenhand.channels.actions import mailboxes
from evenhand.channels.mailboxes.fetcher import Fetcher
from evenhand.channels.mailboxes.findings import Trouble
from evenhand.channels.models import Delivery, Mailbox
from evenhand.staff.models import Team
from tests import given
from tests.channels.dovecot import PASSWORD

LONG_AGO = date(2020, 1, 1)


def now() -> datetime:
    """Real servers stamp mail with the real time."""
    return datetime.now(tz=UTC)


def a_mailbox(
    *,
    user: str,
    port: int,
    kind: str = "imap",
    host: str = "127.0.0.1",
    security: str = "none",
    password: str = PASSWORD,
    folders: tuple[str, ...] = ("INBOX",),
    since: date | None = LONG_AGO,
    afterwards: str = "keep",
    move_to: str = "",
    team: Team | None = None,
    silent_after: int | None = None,
) -> Mailbox:
    """A mailbox that Ada has connected just now, all its mail wanted unless said."""
    return mailboxes.connect(
        described=mailboxes.Described(
            name=f"Mail of {user}",
            address=f"{user}@shop.example",
            kind=kind,
            host=host,
            port=port,
            security=security,
            auth="password",
            username=user,
            folders=folders,
            team=team,
            since=since,
            afterwards=afterwards,
            move_to=move_to,
            silent_after=silent_after,
        ),
        secret=password,
        by=given.the("ada"),
        at=now(),
    )


def described(mailbox: Mailbox) -> mailboxes.Described:
    """What is said of a mailbox, as its form would send it unchanged."""
    names = [each.name for each in fields(mailboxes.Described)]
    said = {name: getattr(mailbox, name) for name in names}
    return mailboxes.Described(**{**said, "folders": tuple(said["folders"])})


def fetched() -> list[Trouble]:
    """Look into every mailbox once, as `evenhand mail fetch --once` does."""
    return [trouble for _, trouble in Fetcher().look_once() if trouble is not None]


def texts() -> list[str]:
    """The last words of each mail that is kept, in the order in which they were kept."""
    kept = Delivery.objects.order_by("pk")
    return [bytes(one.raw).split()[-1].decode() for one in kept]
