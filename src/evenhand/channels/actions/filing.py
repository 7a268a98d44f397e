"""Find the case that a mail belongs to, or open one, and put the mail there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Message
from evenhand.cases.rules import key_of
from evenhand.channels import blobs, identity, queries
from evenhand.channels.actions import outbox
from evenhand.channels.mail import thread
from evenhand.channels.mail.automatic import Kind
from evenhand.channels.mail.parse import ParsedMail, parse
from evenhand.channels.mail.quotes import newest_text
from evenhand.channels.models import Delivery, DeliveryState, Outgoing
from evenhand.customers import actions as customers
from evenhand.customers import queries as known_customers
from evenhand.kernel.addresses import is_address
from evenhand.kernel.text import language_of
from evenhand.ledger import actions as ledger
from evenhand.staff.queries import team_for

CHANNEL = "mail"
MOST_PARTICIPANTS = 20


class Unfileable(Exception):
    """The mail was read but belongs in no case; the text tells a person why."""


@dataclass(frozen=True, slots=True)
class Place:
    """The case a mail goes into, and by what it was found ("new" if by nothing)."""

    case: Case
    joined_by: str
    stranger: bool


def file(*, delivery: Delivery, at: datetime) -> None:
    """Put the mail in its case and mark the delivery filed, in the caller's transaction.

    Unreadable where no mail can be made of the bytes, Unfileable where it belongs in
    no case.
    """
    from_smtp = delivery.source == "smtp"
    mail = parse(
        bytes(delivery.raw),
        return_path=delivery.envelope_from if from_smtp else None,
        most_bytes=settings.MAIL_LARGEST,
    )
    newest = newest_text(mail.words)
    duplicate = queries.same_message(
        message_id=mail.message_id,
        text=newest.text,
        html=mail.html,
        hashes={sha256(each.content).hexdigest() for each in mail.attachments},
    )
    if duplicate is not None:
        _filed(delivery, mail, message=duplicate, duplicate=True)
        return
    _refuse_loops(mail)
    place = _place(delivery, mail, at=at)
    message = cases.receive_message(
        case=place.case,
        said=_said(mail, text=newest.text, hidden=newest.rest, case=place.case),
        sender=mail.author.addr,
        sender_name=mail.author.name,
        joined_by=place.joined_by,
        by=_actor(place.case, mail),
        at=at,
    )
    _join_participants(place, mail, at=at)
    _filed(delivery, mail, message=message, duplicate=False)


def glance(raw: bytes) -> tuple[str, str]:
    """Return sender and subject of a mail for the tray, empty where unreadable."""
    try:
        mail = parse(raw, most_bytes=settings.MAIL_LARGEST)
    except ValueError:
        return "", ""
    return str(mail.author)[:320], mail.subject[:500]


def _refuse_loops(mail: ParsedMail) -> None:
    if mail.loop_mark == identity.loop_mark() or thread.is_ours(
        mail.message_id, domains=identity.domains(), secret=identity.secret()
    ):
        raise Unfileable("it is a mail of our own that came back to us")
    if identity.is_ours(mail.author.addr):
        raise Unfileable(f"it claims to come from our own address {mail.author.addr}")


def _place(delivery: Delivery, mail: ParsedMail, *, at: datetime) -> Place:
    joined = _joined(delivery, mail)
    if mail.automatic is not None and mail.automatic.kind is Kind.DELIVERY_REPORT:
        return _place_of_report(mail, at=at)
    if isinstance(joined, thread.Joined):
        case = Case.objects.select_related("customer", "team").get(
            pk=key_of(joined.case)
        )
        return Place(case, joined.by.value, joined.stranger)
    if mail.automatic is not None:
        raise Unfileable(
            f"it was written by a machine ({mail.automatic.why}) and answers no case"
        )
    return Place(_new_case(delivery, mail, at=at), "new", stranger=False)


def _joined(delivery: Delivery, mail: ParsedMail) -> thread.Joined | thread.New:
    told = thread.claims(
        mail, delivered_to=delivery.envelope_to, secret=identity.secret()
    )
    known = queries.cases_of_message_ids([*told.answers, *told.refers])
    open_to = queries.existing_cases(told.tokens)
    return thread.join(
        told,
        known=known,
        open_to=open_to,
        parties={ref: queries.parties_of(ref) for ref in {*known.values(), *open_to}},
        author=mail.author,
    )


def _place_of_report(mail: ParsedMail, *, at: datetime) -> Place:
    report = mail.report
    about = (
        Outgoing.objects.filter(mail_id=report.original_id)
        .defer("raw")
        .select_related("message__case__customer", "message__case__team")
        .first()
        if report and report.original_id
        else None
    )
    if report is None or about is None or about.message is None:
        raise Unfileable("it reports on a delivery that was not ours")
    if report.failed:
        first = report.recipients[0]
        why = f"{first.addr} {first.status} {first.diagnostic}".strip()
        outbox.bounce(outgoing=about, why=why or mail.subject, at=at)
    return Place(about.message.case, "delivery_report", stranger=False)


def _new_case(delivery: Delivery, mail: ParsedMail, *, at: datetime) -> Case:
    writer = mail.author
    if not is_address(writer.addr):
        raise Unfileable("it names no sender whom we could answer")
    text = f"{mail.subject}\n{mail.words}"
    team = team_for([*delivery.envelope_to, *(to.addr for to in mail.to)])
    if team is None:
        raise Unfileable("there is no team yet: add one, then try again")
    customer = customers.meet(
        address=writer.addr, name=writer.name, language=language_of(text), at=at
    )
    return cases.open_case(
        customer=customer,
        subject=mail.subject or mail.words[:80] or "(no subject)",
        team=team,
        channel=CHANNEL,
        language=language_of(text, default=customer.language),
        order=known_customers.order_named_in(text, customer=customer),
        by=f"customer:{customer.pk}",
        at=at,
    )


def _said(mail: ParsedMail, *, text: str, hidden: str, case: Case) -> cases.Said:
    return cases.Said(
        text=text,
        hidden_text=hidden,
        html=mail.html,
        subject=mail.subject,
        channel=CHANNEL,
        language=language_of(text, default=case.language),
        message_id=mail.message_id,
        automatic=mail.automatic.kind.value if mail.automatic else "",
        attachments=[
            cases.NewAttachment(
                name=attachment.name or "attachment",
                content_type=attachment.content_type,
                size=len(attachment.content),
                sha256=blobs.keep(attachment.content),
                content_id=attachment.cid,
            )
            for attachment in mail.attachments
        ],
    )


def _actor(case: Case, mail: ParsedMail) -> str:
    if mail.automatic is not None:
        return ledger.SYSTEM
    customer = known_customers.by_address(mail.author.addr)
    return f"customer:{(customer or case.customer).pk}"


def _join_participants(place: Place, mail: ParsedMail, *, at: datetime) -> None:
    """Let who was copied take part, and a stranger who wrote into the conversation."""
    if mail.automatic is not None:
        return
    own = {identity.value for identity in place.case.customer.identities.all()}
    copied = [*((mail.author,) if place.stranger else ()), *mail.cc, *mail.to]
    for person in copied[:MOST_PARTICIPANTS]:
        if person.key in own or not is_address(person.addr):
            continue
        if person.domain not in identity.domains():
            cases.join_participant(
                case=place.case,
                address=person.addr,
                name=person.name,
                by=ledger.SYSTEM,
                at=at,
            )


def _filed(
    delivery: Delivery, mail: ParsedMail, *, message: Message, duplicate: bool
) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.FILED,
        message=message,
        duplicate=duplicate,
        attempts=delivery.attempts + 1,
        sender=str(mail.author)[:320],
        subject=mail.subject[:500],
    )
