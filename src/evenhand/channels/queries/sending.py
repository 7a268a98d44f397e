"""Servers that our mail leaves through, and the names under which teams write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from evenhand.channels.models import Outgoing, SendingIdentity, SendingServer
from evenhand.channels.queries.doors import NoSuchMail, must
from evenhand.kernel.addresses import same_form, without_tag
from evenhand.kernel.look import seen
from evenhand.staff.models import Member, Team
from evenhand.staff.rules import Permission

MINUTE = timedelta(minutes=1)


def identities_of(team: Team | None) -> list[SendingIdentity]:
    """Return the names that a team may write under, the usual one first.

    Its own, else those of all teams. None where the settings alone say it.
    """
    found = (
        SendingIdentity.objects.select_related("server")
        .prefetch_related("signatures")
        .filter(Q(team=team) | Q(team__isnull=True))
        .order_by("-is_usual", "pk")
    )
    return [one for one in found if one.team_id is not None] or list(found)


def usual_identity(team: Team | None) -> SendingIdentity | None:
    """Return under which name a team writes where nothing says otherwise."""
    return next(iter(identities_of(team)), None)


def signature_of(identity: SendingIdentity | None, *, language: str) -> str:
    """Return what stands below a mail in this language; "" where nothing does.

    The very language (zh-hant), else its first part (zh), else the one for any.
    """
    if identity is None:
        return ""
    texts = {one.language: one.text for one in identity.signatures.all()}
    primary = language.partition("-")[0]
    return next((texts[one] for one in (language, primary, "") if one in texts), "")


def identity_addresses() -> dict[str, frozenset[int | None]]:
    """Return the addresses that identities write from -> the teams whose they are.

    Among them None for all teams that have none of their own.
    """
    return seen("identity addresses", _identity_addresses)[0]


def _identity_addresses() -> tuple[dict[str, frozenset[int | None]]]:
    found: dict[str, frozenset[int | None]] = {}
    for one in SendingIdentity.objects.exclude(address="").only("address", "team"):
        plain = same_form(without_tag(one.address))
        found[plain] = found.get(plain, frozenset()) | {one.team_id}
    return (found,)


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
    """Return all identities by team, those of all teams first; each team's usual first.

    For who sets up mail alone.
    """
    must(member, Permission.SET_UP_MAIL)
    found = SendingIdentity.objects.select_related("team", "server")
    return sorted(
        found.order_by("-is_usual", "pk"),
        key=lambda one: (one.team is not None, str(one.team)),
    )


def several_of(identities: Sequence[SendingIdentity]) -> set[int | None]:
    """Return the keys of the teams, None for all teams, that have more than one."""
    counted = Counter(one.team_id for one in identities)
    return {team for team, count in counted.items() if count > 1}


def identity_for(member: Member, pk: int) -> SendingIdentity:
    """Return an identity with its signatures, for who sets up mail; NoSuchMail else."""
    must(member, Permission.SET_UP_MAIL)
    found = SendingIdentity.objects.select_related("team", "server").filter(pk=pk)
    identity = found.prefetch_related("signatures").first()
    if identity is None:
        raise NoSuchMail(f"sending identity {pk}")
    return identity


def names_beside(identity: SendingIdentity) -> list[SendingIdentity]:
    """Return the other names of its team, or of all teams."""
    found = SendingIdentity.objects.filter(team=identity.team_id)
    return list(found.exclude(pk=identity.pk).order_by("-is_usual", "pk"))
