"""Servers that our mail leaves through, and the names under which teams write."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from evenhand.channels.models import Outgoing, SendingIdentity, SendingServer, Signature
from evenhand.channels.queries.doors import NoSuchMail, must
from evenhand.kernel.addresses import same_form, without_tag
from evenhand.kernel.look import seen
from evenhand.staff.models import Member, Team
from evenhand.staff.rules import Permission

MINUTE = timedelta(minutes=1)


def identity_of(team: Team | None) -> SendingIdentity | None:
    """Return under which name a team writes: its own, else that of all teams."""
    found = SendingIdentity.objects.select_related("server").filter(
        Q(team=team) | Q(team__isnull=True)
    )
    # the team's own before the one for all
    return min(found, key=lambda one: one.team_id is None, default=None)


def signature_of(identity: SendingIdentity | None, *, language: str) -> str:
    """Return what stands below a mail in this language; "" where nothing does.

    The very language (zh-hant), else its first part (zh), else the one for any.
    """
    if identity is None:
        return ""
    texts = dict(identity.signatures.values_list("language", "text"))
    primary = language.partition("-")[0]
    return next((texts[one] for one in (language, primary, "") if one in texts), "")


def identity_addresses() -> dict[str, int | None]:
    """Return the addresses that identities write from -> the team whose it is."""
    return seen("identity addresses", _identity_addresses)[0]


def _identity_addresses() -> tuple[dict[str, int | None]]:
    found = SendingIdentity.objects.exclude(address="")
    return (
        {
            same_form(without_tag(address)): team
            for address, team in found.values_list("address", "team_id")
        },
    )


def taken_lately(server: SendingServer, *, at: datetime) -> int:
    """Return how many mails a server took within the last minute."""
    return Outgoing.objects.filter(server=server, sent_at__gt=at - MINUTE).count()


def servers(member: Member) -> list[SendingServer]:
    """Return the servers in use, by name; for who sets up mail alone."""
    must(member, Permission.SET_UP_MAIL)
    found = SendingServer.objects.filter(retired_at__isnull=True)
    return list(found.defer("secret", "dkim_key").order_by("name", "pk"))


def server_for(member: Member, pk: int) -> SendingServer:
    """Return a server in use, for who sets up mail; NoSuchMail else."""
    must(member, Permission.SET_UP_MAIL)
    found = SendingServer.objects.filter(pk=pk, retired_at__isnull=True).first()
    if found is None:
        raise NoSuchMail(f"sending server {pk}")
    return found


def identities(member: Member) -> list[SendingIdentity]:
    """Return all identities, that of all teams first; for who sets up mail alone."""
    must(member, Permission.SET_UP_MAIL)
    found = SendingIdentity.objects.select_related("team", "server")
    return sorted(found, key=lambda one: (one.team is not None, str(one.team)))


def identity_for(member: Member, pk: int) -> SendingIdentity:
    """Return an identity with its signatures, for who sets up mail; NoSuchMail else."""
    must(member, Permission.SET_UP_MAIL)
    found = SendingIdentity.objects.select_related("team", "server").filter(pk=pk)
    identity = found.prefetch_related("signatures").first()
    if identity is None:
        raise NoSuchMail(f"sending identity {pk}")
    return identity


def signatures(identity: SendingIdentity) -> list[Signature]:
    """Return the signatures of an identity, that for any language first."""
    return list(identity.signatures.order_by("language"))
