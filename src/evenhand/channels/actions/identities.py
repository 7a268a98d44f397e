"""Say under which name and address a team writes, and what stands below its mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evenhand.channels.models import SendingIdentity, SendingServer, Signature
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedIdentity:
    """All that is said of an identity; blanks leave what the settings say."""

    from_name: str
    address: str
    reply_policy: str
    server: SendingServer | None


class TeamHasOne(Exception):
    """The team writes under a name already; change that one."""


@transaction.atomic
def write_as(
    *,
    team: Team | None,
    described: DescribedIdentity,
    signatures: Mapping[str, str],
    by: Member,
    at: datetime,
) -> SendingIdentity:
    """Give a team, or all that have none of their own, a name to write under.

    `signatures` is language -> text, "" for any language. TeamHasOne.
    """
    if SendingIdentity.objects.filter(team=team).exists():
        raise TeamHasOne(str(team))
    identity = SendingIdentity.objects.create(team=team, **_columns(described))
    _sign(identity, signatures)
    _tell(identity, kind="sending.identity_added", by=by, at=at)
    return identity


@transaction.atomic
def change_identity(
    *,
    identity: SendingIdentity,
    described: DescribedIdentity,
    signatures: Mapping[str, str],
    by: Member,
    at: datetime,
) -> None:
    """Write what is said of an identity now; mail on its way stays as it was made."""
    row = SendingIdentity.objects.select_for_update().get(pk=identity.pk)
    for name, value in _columns(described).items():
        setattr(row, name, value)
    row.save()
    _sign(row, signatures)
    _tell(row, kind="sending.identity_changed", by=by, at=at)


@transaction.atomic
def remove_identity(*, identity: SendingIdentity, by: Member, at: datetime) -> None:
    """Let its team write as the settings say again."""
    row = SendingIdentity.objects.select_for_update().filter(pk=identity.pk).first()
    if row is not None:
        _tell(row, kind="sending.identity_removed", by=by, at=at)
        row.delete()


def _columns(described: DescribedIdentity) -> dict[str, object]:
    # asdict would copy the server's row
    return {name: getattr(described, name) for name in described.__dataclass_fields__}


def _sign(identity: SendingIdentity, signatures: Mapping[str, str]) -> None:
    identity.signatures.all().delete()
    Signature.objects.bulk_create(
        Signature(identity=identity, language=language, text=text.strip())
        for language, text in sorted(signatures.items())
        if text.strip()
    )


def _tell(identity: SendingIdentity, *, kind: str, by: Member, at: datetime) -> None:
    named = f"sending_identity:{identity.pk}"
    team = f"team:{identity.team_id}" if identity.team_id else ""
    ledger.record(
        kind=kind,
        subject=named,
        matter=named,
        by=by.as_actor,
        at=at,
        data={"team": team, "address": identity.address},
    )
