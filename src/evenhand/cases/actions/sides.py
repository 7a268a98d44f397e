"""Talk about a case with a third party: open that, write, take in what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from evenhand.cases import queries
from evenhand.cases.actions.matters import NothingSaid
from evenhand.cases.actions.messages import Said, columns_of, columns_of_file
from evenhand.cases.actions.standing import locked_living
from evenhand.cases.actions.telling import tell
from evenhand.cases.models import (
    Case,
    Direction,
    SideConversation,
    SideFile,
    SideMessage,
    SideParty,
)
from evenhand.kernel.addresses import same_form
from evenhand.kernel.text import one_line
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member


class IsTheCustomer(ValueError):
    """An address of the case's customer cannot be written to beside the case."""


@transaction.atomic
def open_side(
    *, case: Case, subject: str, language: str, by: Member, at: datetime
) -> SideConversation:
    """Begin a side conversation; NothingSaid without a subject, CaseMerged of no more.

    A closed case may have one: what a carrier owes us outlives the matter.
    """
    case = locked_living(case)
    if not subject.strip():
        raise NothingSaid("a side conversation needs a subject")
    side = SideConversation.objects.create(
        case=case,
        subject=one_line(subject, most=300),
        language=language,
        opened_by=by,
        opened_at=at,
        moved_at=at,
    )
    _tell(side, kind="side.opened", by=by.as_actor, at=at)
    return side


@transaction.atomic
def write_aside(
    *,
    side: SideConversation,
    said: Said,
    to: Sequence[str],
    token: str,
    by: Member,
    at: datetime,
) -> SideMessage:
    """Add what we write in a side conversation; it counts as looked at.

    IsTheCustomer where an address is one of the case's customer. No clock of the case
    stops, and the customer still waits. It only writes the message down: whoever calls
    puts it into the outbox in the same transaction.
    """
    side = _locked(side)
    barred = queries.customer_addresses(side.case)
    if any(same_form(address) in barred for address in to):
        raise IsTheCustomer(side.case.ref)
    message = _add(
        side=side, said=said, direction=Direction.OUT, member=by, token=token, at=at
    )
    for address in to:
        _join(side, address=address, name="", written_to=True, at=at)
    side.moved_at, side.news_since = max(side.moved_at, at), None
    side.save(update_fields=["moved_at", "news_since"])
    _tell(side, kind="side.written", by=by.as_actor, at=at, about=message, to=[*to])
    return message


@transaction.atomic(savepoint=False)
def receive_aside(
    *,
    side: SideConversation,
    said: Said,
    sender: str,
    sender_name: str,
    joined_by: str,
    at: datetime,
    is_news: bool,
) -> SideMessage:
    """Add what a third party answered; with `is_news` the case shows that it came.

    A closed case opens, so that somebody sees it; its customer does not wait for it.
    """
    _own, home = queries.locked_with_home(side.case)
    side = _locked(side)
    known = queries.is_party_of(side, sender)
    message = _add(
        side=side,
        said=said,
        direction=Direction.IN,
        sender=sender[:254],
        sender_name=sender_name[:200],
        joined_by=joined_by,
        stranger=not known and is_news and not said.automatic,
        at=at,
    )
    side.moved_at = max(side.moved_at, at)
    if is_news:
        side.news_since = side.news_since or at
        _wake(home, side=side, at=at)
    side.save(update_fields=["moved_at", "news_since"])
    who = (sender_name or sender)[:200]
    _tell(
        side,
        kind="side.received",
        by=ledger.SYSTEM,
        at=at,
        about=message,
        who=who,
        automatic=said.automatic,
    )
    return message


@transaction.atomic(savepoint=False)
def add_aside_sent_elsewhere(
    *,
    case: Case,
    side: SideConversation | None,
    said: Said,
    sender: str,
    sender_name: str,
    joined_by: str,
    to: Sequence[str],
    arrived_at: datetime | None,
    at: datetime,
) -> SideMessage:
    """Add what we wrote to a third party with a mail program: no member is known of it.

    Without a `side` it begins one beside the case. No clock of the case stops, and the
    customer still waits. From before the desk (`arrived_at`) it makes nothing read.
    """
    queries.locked_with_home(case)
    said_at = arrived_at or at
    side = _locked(side) if side else _begun_elsewhere(case, said, at=said_at)
    message = _add(
        side=side,
        said=said,
        direction=Direction.OUT,
        sender=sender[:254],
        sender_name=sender_name[:200],
        joined_by=joined_by,
        at=said_at,
    )
    for address in to:
        _join(side, address=address, name="", written_to=True, at=at)
    side.moved_at = max(side.moved_at, said_at)
    if arrived_at is None and not said.automatic:
        side.news_since = None
    side.save(update_fields=["moved_at", "news_since"])
    _tell(
        side,
        kind="side.sent_elsewhere",
        by=ledger.SYSTEM,
        at=at,
        about=message,
        who=(sender_name or sender)[:200],
        to=[*to],
    )
    return message


def _begun_elsewhere(case: Case, said: Said, *, at: datetime) -> SideConversation:
    return SideConversation.objects.create(
        case=case,
        subject=one_line(said.subject or said.text, most=300),
        language=said.language,
        opened_by=None,
        opened_at=at,
        moved_at=at,
    )


@transaction.atomic(savepoint=False)
def join_side(*, side: SideConversation, address: str, name: str, at: datetime) -> None:
    """Note who wrote or was copied; a customer's address never takes part."""
    if same_form(address) not in queries.customer_addresses(side.case):
        _join(side, address=address, name=name, written_to=False, at=at)


@transaction.atomic
def look_at_side(*, side: SideConversation, by: Member, at: datetime) -> None:
    """Note that a member has read what came; nothing new changes and tells nothing."""
    side = _locked(side)
    if side.news_since is None:
        return
    side.news_since = None
    side.save(update_fields=["news_since"])
    _tell(side, kind="side.read", by=by.as_actor, at=at)


def _wake(home: Case, *, side: SideConversation, at: datetime) -> None:
    """Let a closed case be seen again; its customer was content, so no closing failed."""
    if home.closed_at is not None:
        home.closed_at = None
        data = {"side": side.pk}
        tell(home, kind="case.woken", by=ledger.SYSTEM, at=at, data=data)
    home.moved_at = max(home.moved_at, at)
    home.save(update_fields=["moved_at", "closed_at"])


def _join(
    side: SideConversation,
    *,
    address: str,
    name: str,
    written_to: bool,
    at: datetime,
) -> None:
    party, _is_new = SideParty.objects.get_or_create(
        side=side,
        address=same_form(address)[:254],
        defaults={"name": name[:200], "written_to": written_to, "joined_at": at},
    )
    party.name = party.name or name[:200]
    party.written_to = party.written_to or written_to
    party.save(update_fields=["name", "written_to"])


def _add(
    *,
    side: SideConversation,
    said: Said,
    direction: Direction,
    at: datetime,
    member: Member | None = None,
    sender: str = "",
    sender_name: str = "",
    joined_by: str = "",
    stranger: bool = False,
    token: str = "",
) -> SideMessage:
    message = SideMessage.objects.create(
        side=side,
        direction=direction,
        member=member,
        sender=sender,
        sender_name=sender_name,
        **columns_of(said),
        joined_by=joined_by,
        stranger=stranger,
        token=token or None,
        said_at=at,
    )
    SideFile.objects.bulk_create(
        SideFile(message=message, **columns_of_file(file)) for file in said.attachments
    )
    return message


def _locked(side: SideConversation) -> SideConversation:
    """Lock the conversation's row and return it as it is now, with its case."""
    held = SideConversation.objects.select_for_update(no_key=True, of=("self",))
    return held.select_related("case").get(pk=side.pk)


def _tell(
    side: SideConversation,
    *,
    kind: str,
    by: str,
    at: datetime,
    about: SideMessage | None = None,
    **data: object,
) -> None:
    tell(
        side.case,
        kind=kind,
        by=by,
        at=at,
        about=f"side_message:{about.pk}" if about else f"side:{side.pk}",
        data={"side": side.pk, "subject": side.subject, **data},
    )
