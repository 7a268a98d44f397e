"""Add the servers that our mail leaves through, change and retire them, make keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from evenhand.channels import signing
from evenhand.channels.models import SendingIdentity, SendingServer
from evenhand.channels.secrets import seal
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedServer:
    """All that is said of a server but its secrets."""

    name: str
    host: str
    port: int
    security: str
    username: str
    per_minute: int | None


class NameTaken(Exception):
    """Another server has this name."""


class StillUsed(Exception):
    """Teams write through the server; give them another one first."""


@transaction.atomic
def add_server(
    *, described: DescribedServer, secret: str, by: Member, at: datetime
) -> SendingServer:
    """Keep a new server with its password sealed; NameTaken, and nothing is kept."""
    server = SendingServer(
        **asdict(described), secret=seal(secret) if secret else "", added_at=at
    )
    _save(server)
    _tell(server, kind="sending.server_added", by=by, at=at, data=_told(server))
    return server


@transaction.atomic
def change_server(
    *,
    server: SendingServer,
    described: DescribedServer,
    secret: str | None,
    by: Member,
    at: datetime,
) -> None:
    """Write what is said of a server now; None leaves its password. NameTaken."""
    row = _locked(server)
    for name, value in asdict(described).items():
        setattr(row, name, value)
    if secret is not None:
        row.secret = seal(secret) if secret else ""
    _save(row)
    _tell(row, kind="sending.server_changed", by=by, at=at, data=_told(row))


@transaction.atomic
def retire_server(*, server: SendingServer, by: Member, at: datetime) -> None:
    """Take a server out of use; mail that waits still leaves through it. StillUsed."""
    row = _locked(server)
    if SendingIdentity.objects.filter(server=row).exists():
        raise StillUsed(row.name)
    if row.retired_at is None:
        # its name is free again
        row.name, row.retired_at = f"{row.name[:80]} ({row.pk})", at
        row.save(update_fields=["name", "retired_at"])
        _tell(row, kind="sending.server_retired", by=by, at=at)


@transaction.atomic
def make_key(
    *, server: SendingServer, domain: str, selector: str, by: Member, at: datetime
) -> None:
    """Make a fresh DKIM key for a domain. Nothing is signed with it before `sign_mail`."""
    row = _locked(server)
    row.dkim_domain, row.dkim_selector = domain.casefold(), selector.casefold()
    row.dkim_key, row.dkim_on = seal(signing.new_key()), False
    row.save(update_fields=["dkim_domain", "dkim_selector", "dkim_key", "dkim_on"])
    data = {"domain": row.dkim_domain, "selector": row.dkim_selector}
    _tell(row, kind="sending.key_made", by=by, at=at, data=data)


@transaction.atomic
def sign_mail(*, server: SendingServer, on: bool, by: Member, at: datetime) -> None:
    """Sign what leaves through the server from now on, or no longer."""
    row = _locked(server)
    if row.dkim_on != on and row.dkim_key:
        row.dkim_on = on
        row.save(update_fields=["dkim_on"])
        data = {"domain": row.dkim_domain}
        if on:
            _tell(row, kind="sending.signing_began", by=by, at=at, data=data)
        else:
            _tell(row, kind="sending.signing_ended", by=by, at=at, data=data)


def _locked(server: SendingServer) -> SendingServer:
    return SendingServer.objects.select_for_update(no_key=True).get(pk=server.pk)


def _save(server: SendingServer) -> None:
    try:
        with transaction.atomic():
            server.save()
    except IntegrityError as error:
        if SendingServer.objects.filter(name=server.name).exclude(pk=server.pk):
            raise NameTaken(server.name) from error
        raise


def _told(server: SendingServer) -> dict[str, object]:
    return {"host": server.host, "port": server.port, "security": server.security}


def _tell(
    server: SendingServer,
    *,
    kind: str,
    by: Member,
    at: datetime,
    data: Mapping[str, object] | None = None,
) -> None:
    named = f"sending_server:{server.pk}"
    ledger.record(
        kind=kind, subject=named, matter=named, by=by.as_actor, at=at, data=data
    )
