"""Connect mailboxes of other servers, change, pause and disconnect them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import IntegrityError, transaction

from evenhand.channels.actions import fetching
from evenhand.channels.models import Mailbox
from evenhand.channels.secrets import seal
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """All that is said of a mailbox but its secret; the words are the model's."""

    name: str
    address: str
    kind: str
    host: str
    port: int
    security: str
    auth: str
    username: str
    folders: tuple[str, ...]
    team: Team | None
    since: date | None
    afterwards: str
    move_to: str
    silent_after: int | None


class NameTaken(Exception):
    """Another mailbox has this name."""


# of what a change may write: never the secret, which no entry and no page repeats
_FIELDS = tuple(each.name for each in fields(Described))
# a change of one of these means other mail under the same numbers, or earlier mail
_ANOTHER = frozenset({"kind", "host", "username"})
# a change of one of these may mend, or break, how it is reached
_REACHED_BY = _ANOTHER | {"port", "security", "auth", "secret", "folders"}
_BEGINS_ANEW = _ANOTHER | {"since"}
_FAILING = {
    "failing_since": None,
    "fault": "",
    "error": "",
    "alarm": "",
    "alarmed_at": None,
}


def connect(
    *,
    described: Described,
    secret: str,
    by: Member,
    at: datetime,
    enabled: bool = True,
) -> Mailbox:
    """Keep a new mailbox with its secret sealed; it is fetched from now on if enabled.

    NameTaken, and nothing is kept.
    """
    try:
        with transaction.atomic():
            mailbox = Mailbox.objects.create(
                **_written(described),
                secret=seal(secret),
                connected_at=at,
                enabled=enabled,
                enabled_at=at,
            )
            _record(
                kind="mailbox.connected",
                mailbox=mailbox,
                by=by,
                at=at,
                data=_told(mailbox),
            )
    except IntegrityError as error:
        raise _taken(described, error) from error
    return mailbox


def change(
    *,
    mailbox: Mailbox,
    described: Described,
    secret: str | None,
    by: Member,
    at: datetime,
) -> None:
    """Write what is said of a mailbox now; its secret stays where None is given.

    How far it was read stays too, unless it is another account now or another day to
    begin at: then all is looked through again from that day on. Where it is reached in
    another way it is looked into at once.
    NameTaken, and nothing is changed.
    """
    try:
        with transaction.atomic():
            locked = Mailbox.objects.select_for_update(no_key=True).get(pk=mailbox.pk)
            written = _written(described)
            changed = [
                name for name in _FIELDS if getattr(locked, name) != written[name]
            ]
            for name in changed:
                setattr(locked, name, written[name])
            if secret is not None:
                locked.secret = seal(secret)
                changed.append("secret")
            if not changed:
                return
            if _REACHED_BY & set(changed):
                # whoever mended it wants to see at once whether it is mended
                locked.asked_at = at
            locked.save(update_fields=[*changed, "asked_at"])
            if _BEGINS_ANEW & set(changed):
                since = at if _ANOTHER & set(changed) else None
                fetching.begin_anew(mailbox=locked, since=since)
            _record(
                kind="mailbox.changed",
                mailbox=locked,
                by=by,
                at=at,
                data={**_told(locked), "changed": changed},
            )
    except IntegrityError as error:
        raise _taken(described, error) from error
    mailbox.refresh_from_db()


@transaction.atomic
def pause(*, mailbox: Mailbox, by: Member, at: datetime) -> None:
    """Fetch it no more until it is resumed; a paused mailbox raises no alarm."""
    changed = Mailbox.objects.filter(pk=mailbox.pk, enabled=True).update(
        enabled=False, **_FAILING
    )
    if changed:
        _record(kind="mailbox.paused", mailbox=mailbox, by=by, at=at)


@transaction.atomic
def resume(*, mailbox: Mailbox, by: Member, at: datetime) -> None:
    """Fetch it again, from where it was left."""
    changed = Mailbox.objects.filter(pk=mailbox.pk, enabled=False).update(
        enabled=True, enabled_at=at
    )
    if changed:
        _record(kind="mailbox.resumed", mailbox=mailbox, by=by, at=at)


@transaction.atomic
def fetch_now(*, mailbox: Mailbox, by: Member, at: datetime) -> None:
    """Ask whoever fetches it to look at once."""
    changed = Mailbox.objects.filter(pk=mailbox.pk, enabled=True).update(asked_at=at)
    if changed:
        _record(kind="mailbox.asked", mailbox=mailbox, by=by, at=at)


@transaction.atomic
def disconnect(*, mailbox: Mailbox, by: Member, at: datetime) -> None:
    """Forget a mailbox, its secret and how far it was read; the mails it brought stay."""
    locked = (
        Mailbox.objects.select_for_update(no_key=True).filter(pk=mailbox.pk).first()
    )
    if locked is None:
        return
    _record(
        kind="mailbox.disconnected", mailbox=locked, by=by, at=at, data=_told(locked)
    )
    locked.delete()


@transaction.atomic
def sign_in(*, mailbox: Mailbox, secret: str, by: Member, at: datetime) -> None:
    """Keep the lasting permission that the owner gave in the browser, and fetch."""
    Mailbox.objects.filter(pk=mailbox.pk).update(
        secret=seal(secret), enabled=True, enabled_at=at, **_FAILING
    )
    _record(kind="mailbox.signed_in", mailbox=mailbox, by=by, at=at)


@transaction.atomic
def keep_secret_anew(*, mailbox: Mailbox, secret: str) -> bool:
    """Keep a secret that the provider replaced by itself; return whether it was kept.

    Not where somebody wrote another one meanwhile. No entry is made: nobody did it.
    """
    sealed = seal(secret)
    changed = Mailbox.objects.filter(pk=mailbox.pk, secret=mailbox.secret).update(
        secret=sealed
    )
    if changed:
        mailbox.secret = sealed
    return bool(changed)


def _written(described: Described) -> dict[str, object]:
    given = {name: getattr(described, name) for name in _FIELDS}
    return {**given, "folders": list(described.folders)}


def _told(mailbox: Mailbox) -> dict[str, object]:
    return {
        "name": mailbox.name,
        "kind": mailbox.kind,
        "host": mailbox.host,
        "user": mailbox.username,
    }


def _record(
    *,
    kind: str,
    mailbox: Mailbox,
    by: Member,
    at: datetime,
    data: Mapping[str, object] | None = None,
) -> None:
    ledger.record(
        kind=kind,
        subject=f"mailbox:{mailbox.pk}",
        by=by.as_actor,
        at=at,
        data=data or {"name": mailbox.name},
    )


def _taken(described: Described, error: IntegrityError) -> Exception:
    """Return NameTaken where that is what the database refused, else its own error."""
    taken = Mailbox.objects.filter(name=described.name).exists()
    return NameTaken(described.name) if taken else error
