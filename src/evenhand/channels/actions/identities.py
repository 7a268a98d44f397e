"""Say under which name and address a team writes, and what stands below its mails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

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

    Its first is its usual one. `signatures` is language -> text, "" for any language.
    """
    identity = _added(team, described, is_usual=not _locked(team))
    _sign(identity, signatures)
    _tell(identity, kind="sending.identity_added", by=by, at=at)
    return identity


def _added(
    team: Team | None, described: DescribedIdentity, *, is_usual: bool
) -> SendingIdentity:
    """Add a name; what would be the first, where another came first, is one more."""
    try:
        with transaction.atomic():
            return SendingIdentity.objects.create(
                team=team, is_usual=is_usual, **_columns(described)
            )
    except IntegrityError:
        if not is_usual:
            raise
        return _added(team, described, is_usual=False)


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
    row = SendingIdentity.objects.select_for_update(no_key=True).get(pk=identity.pk)
    for name, value in _columns(described).items():
        setattr(row, name, value)
    row.save()
    _sign(row, signatures)
    _tell(row, kind="sending.identity_changed", by=by, at=at)


@transaction.atomic
def make_usual(*, identity: SendingIdentity, by: Member, at: datetime) -> None:
    """Let its team write under this name wherever nothing says otherwise."""
    rows = _locked(identity.team)
    row = next((one for one in rows if one.pk == identity.pk), None)
    if row is None or row.is_usual:
        return
    _be_usual(row, among=rows)
    _tell(row, kind="sending.identity_made_usual", by=by, at=at)


@transaction.atomic
def remove_identity(*, identity: SendingIdentity, by: Member, at: datetime) -> None:
    """Take a name away; of those that are left the oldest becomes the usual one.

    Without any its team writes as the settings say again.
    """
    rows = _locked(identity.team)
    row = next((one for one in rows if one.pk == identity.pk), None)
    if row is None:
        return
    _tell(row, kind="sending.identity_removed", by=by, at=at)
    left = [one for one in rows if one.pk != row.pk]
    row.delete()
    if left and row.is_usual:
        _be_usual(left[0], among=left)
        _tell(left[0], kind="sending.identity_made_usual", by=by, at=at)


def _locked(team: Team | None) -> list[SendingIdentity]:
    """Return the names of a team, or of all, the oldest first; theirs to change alone."""
    found = SendingIdentity.objects.select_for_update(no_key=True).filter(team=team)
    return list(found.order_by("pk"))


def _be_usual(row: SendingIdentity, *, among: Sequence[SendingIdentity]) -> None:
    """Mark it, and before that no other: there is never more than one."""
    SendingIdentity.objects.filter(pk__in=[one.pk for one in among]).update(
        is_usual=False
    )
    SendingIdentity.objects.filter(pk=row.pk).update(is_usual=True)


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
