"""Mail of a fetched folder of sent mail: what left from here is known, the rest joins.

It is no mail to us, and no loop: a mail program or the provider keeps there what was
sent, by this desk or by somebody who wrote without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from evenhand.cases import actions as cases
from evenhand.cases import queries as known_cases
from evenhand.cases.models import Case, Message, SideConversation, SideMessage
from evenhand.channels import identity, queries
from evenhand.channels.actions import meeting, siding
from evenhand.channels.actions.placing import CHANNEL, Unfileable, first_team_of
from evenhand.channels.mail import thread
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.parse import ParsedMail
from evenhand.channels.models import Delivery, Outgoing
from evenhand.channels.rules import SENT_MAIL
from evenhand.customers import actions as customers
from evenhand.customers import queries as known_customers
from evenhand.kernel.addresses import is_address, same_form
from evenhand.kernel.text import language_of

# recipients of one mail who are noted
MOST_PARTIES = 20


@dataclass(frozen=True, slots=True)
class Left:
    """The case in which a mail that we sent belongs, and by which sign ("new" if none)."""

    case: Case
    joined_by: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The case that a mail to a third party is about; `side` where it goes on with one."""

    case: Case
    side: SideConversation | None
    joined_by: str
    to: tuple[str, ...]


def known(*, delivery: Delivery, mail: ParsedMail) -> Outgoing | None:
    """Return the mail of ours that a fetched one is a copy of; its mark proves that.

    One that was delivered to us came back, and is no copy.
    """
    if delivery.mailbox_id is None or not mail.loop_mark:
        return None
    if any(identity.is_ours(each.addr) for each in mail.delivered_to):
        return None
    found = queries.sent_as(mail.message_id)
    if found is None:
        return None
    is_it = identity.is_mark_of(mail.loop_mark, mail_id=found.mail_id)
    return found if is_it else None


def is_ours(*, delivery: Delivery, mail: ParsedMail) -> bool:
    """Whether somebody wrote it for us without the desk."""
    return delivery.source == SENT_MAIL and not identity.bears_our_mark(mail.loop_mark)


def place(*, delivery: Delivery, mail: ParsedMail, at: datetime) -> Left | Beside:
    """Return where the mail belongs: in the case that it names, beside it, or in a new one.

    Beside it where it went to nobody who takes part there: to a third party, or to
    ourselves alone. Where it names no reader it went to the customer. The new one stands closed,
    as nobody waits in it: its customer is whom we wrote to. Unfileable where it went to
    nobody whom we could know.
    """
    aside = siding.answers(delivery=delivery, mail=mail)
    named = Left(aside.side.case, aside.by) if aside else _named(mail)
    if named is None:
        return Left(_new_case(delivery, mail, at=at), "new")
    to = tuple(each.addr for each in _outside(mail)[:MOST_PARTIES])
    parties = known_cases.customer_addresses(named.case)
    if aside is None:
        family = queries.one_with([named.case.ref])[named.case.ref]
        parties |= queries.parties_of(family)
    unnamed = not (mail.to or mail.cc)
    if unnamed or any(same_form(each) in parties for each in to):
        return named
    return Beside(named.case, aside.side if aside else None, named.joined_by, to)


def _named(mail: ParsedMail) -> Left | None:
    """Return the case of a mail that this one answers, or of an answer to it."""
    told = thread.claims(mail, delivered_to=(), secret=identity.secret())
    for ids, by in (
        (told.answers, thread.By.MESSAGE_ID),
        (told.refers, thread.By.REFERENCES),
    ):
        held = queries.cases_of_message_ids(ids) if ids else {}
        for each in ids:
            for ref in held.get(each, ()):
                return Left(queries.case_numbered(ref), by.value)
    open_to = queries.existing_cases(told.tokens)
    for ref in told.tokens:
        if ref in open_to:
            return Left(queries.case_numbered(ref), thread.By.TOKEN.value)
    for ref in meeting.answered_by(mail):
        return Left(queries.case_numbered(ref), "answered")
    return None


def _outside(mail: ParsedMail) -> list[Address]:
    """Return whom it went to of those who are not ourselves."""
    people = [each for each in (*mail.to, *mail.cc) if is_address(each.addr)]
    return [each for each in people if not identity.is_ours(each.addr)]


def _new_case(delivery: Delivery, mail: ParsedMail, *, at: datetime) -> Case:
    other = next(iter(_outside(mail)), None)
    if other is None:
        raise Unfileable("it was sent to nobody outside of this desk")
    language = language_of(f"{mail.subject}\n{mail.words}")
    met = known_customers.acquainted(other.addr)
    customer = (
        met[0]
        if met is not None
        else customers.meet(
            address=other.addr, name=other.name, language=language, at=at
        )
    )
    return cases.open_earlier_case(
        customer=customer,
        subject=mail.subject or mail.words[:80] or "(no subject)",
        team=first_team_of(delivery, at=at),
        channel=CHANNEL,
        language=language or customer.language,
        arrived_at=delivery.arrived_at or at,
        at=at,
    )


def add(
    *,
    left: Left,
    delivery: Delivery,
    mail: ParsedMail,
    said: cases.Said,
    at: datetime,
) -> Message:
    """Write the mail into its case as what left."""
    return cases.add_sent_elsewhere(
        case=left.case,
        said=said,
        sender=mail.author.addr,
        sender_name=mail.author.name,
        joined_by=left.joined_by,
        arrived_at=delivery.arrived_at,
        at=at,
    )


def add_beside(
    *,
    beside: Beside,
    delivery: Delivery,
    mail: ParsedMail,
    said: cases.Said,
    at: datetime,
) -> SideMessage:
    """Write the mail beside its case, as what we told a third party."""
    return cases.add_aside_sent_elsewhere(
        case=beside.case,
        side=beside.side,
        said=said,
        sender=mail.author.addr,
        sender_name=mail.author.name,
        joined_by=beside.joined_by,
        to=beside.to,
        arrived_at=delivery.arrived_at,
        at=at,
    )
