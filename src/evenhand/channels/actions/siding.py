"""File a third party's mail in the side conversation that it answers, not in the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from evenhand.cases import actions as cases
from evenhand.cases import queries as known_cases
from evenhand.cases.models import SideConversation, SideMessage
from evenhand.channels import identity, queries
from evenhand.channels.actions import bouncing
from evenhand.channels.mail import thread
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.automatic import Kind
from evenhand.channels.mail.parse import ParsedMail
from evenhand.channels.models import Delivery, Outgoing
from evenhand.kernel.addresses import is_address

MOST_PARTIES = 20


@dataclass(frozen=True, slots=True)
class Answers:
    """The side conversation that a mail answers, and by which sign."""

    side: SideConversation
    by: str


def answers(*, delivery: Delivery, mail: ParsedMail) -> Answers | None:
    """Return the side conversation that a mail belongs to; None where it is a case.

    The first sign decides, as it does among cases: an id it answers, one it refers to,
    a signed token. One query, and none more, for mail that answers no third party.
    """
    told = thread.claims(
        mail, delivered_to=delivery.envelope_to, secret=identity.secret()
    )
    ids = [*told.answers, *told.refers]
    held = known_cases.sides_of_message_ids(ids) if ids else {}
    named = [key for ref in told.tokens if (key := thread.side_key(ref)) is not None]
    if not held and not named:
        return None
    for key, by in _signs(told, held):
        if key is None:
            return None
        side = _side(key)
        if side is not None:
            return Answers(side, by)
    return None


def _signs(
    told: thread.Claims, held: dict[str, int]
) -> Iterator[tuple[int | None, str]]:
    """Yield what each sign names, strongest first; None for one that names a case."""
    of_cases = queries.cases_of_message_ids([*told.answers, *told.refers])
    for ids, by in (
        (told.answers, thread.By.MESSAGE_ID),
        (told.refers, thread.By.REFERENCES),
    ):
        for each in ids:
            if each in held:
                yield held[each], by.value
            elif each in of_cases:
                yield None, by.value
    open_to = queries.existing_cases(told.tokens)
    for ref in told.tokens:
        key = thread.side_key(ref)
        if key is not None:
            yield key, thread.By.TOKEN.value
        elif ref in open_to:
            yield None, thread.By.TOKEN.value


def _side(key: int) -> SideConversation | None:
    found = SideConversation.objects.filter(pk=key)
    return found.select_related("case__team", "case__customer").first()


def is_of_the_customer(*, answered: Answers, mail: ParsedMail) -> bool:
    """Whether the case's own customer wrote it, to whom a third party passed ours on.

    Their words belong into the conversation with them, where they are waited for.
    """
    return mail.writer.key in known_cases.customer_addresses(answered.side.case)


def take_in(
    *, answered: Answers, mail: ParsedMail, said: cases.Said, at: datetime
) -> SideMessage:
    """Add the mail to its side conversation, in the caller's transaction.

    An out-of-office raises no sign; a believed report that a mail of ours came back does.
    """
    side = answered.side
    by_person = mail.automatic is None
    came_back, joined_by = _reported(mail, by=answered.by, at=at)
    message = cases.receive_aside(
        side=side,
        said=said,
        sender=mail.writer.addr,
        sender_name=mail.writer.name,
        joined_by=joined_by,
        is_news=by_person or came_back,
        at=at,
    )
    if by_person:
        _join(side, mail, at=at)
    return message


def _reported(mail: ParsedMail, *, by: str, at: datetime) -> tuple[bool, str]:
    """Mark the mail that a believed report is about; return whether it came back."""
    is_report = (
        mail.automatic is not None and mail.automatic.kind is Kind.DELIVERY_REPORT
    )
    about = queries.sent_as(mail.report.original_id) if mail.report else None
    if not is_report or mail.report is None or about is None:
        return False, by
    if not _is_proven(about, mark=mail.report.original_mark):
        return False, "unproven_report"
    if mail.report.failed:
        bouncing.came_back(about=about, report=mail.report, said=mail.subject, at=at)
    return mail.report.failed, "delivery_report"


def _is_proven(about: Outgoing, *, mark: str) -> bool:
    return about.side_message is not None and identity.is_mark_of(
        mark, mail_id=about.mail_id
    )


def _join(side: SideConversation, mail: ParsedMail, *, at: datetime) -> None:
    """Note who wrote and who was copied; nobody of them is written to by that."""
    for person in _people(mail)[:MOST_PARTIES]:
        if is_address(person.addr) and not _is_ours(person):
            cases.join_side(side=side, address=person.addr, name=person.name, at=at)


def _people(mail: ParsedMail) -> list[Address]:
    return [mail.writer, *mail.cc, *mail.to]


def _is_ours(person: Address) -> bool:
    return person.domain in identity.domains() or identity.is_ours(person.addr)
