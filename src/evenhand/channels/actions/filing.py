"""Find the case that a mail belongs to, or open one, and put the mail there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Message
from evenhand.channels import blobs, identity, queries
from evenhand.channels.actions import outbox
from evenhand.channels.mail import thread
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.attachments import download_type, safe_name, unnamed
from evenhand.channels.mail.automatic import Kind
from evenhand.channels.mail.parse import ParsedMail, parse
from evenhand.channels.mail.quotes import newest_text
from evenhand.channels.models import Delivery, DeliveryState
from evenhand.customers import actions as customers
from evenhand.customers import queries as known_customers
from evenhand.kernel.addresses import is_address
from evenhand.kernel.text import language_of
from evenhand.ledger import actions as ledger
from evenhand.staff.actions import add_team
from evenhand.staff.models import Team
from evenhand.staff.queries import team_for

CHANNEL = "mail"
MOST_PARTICIPANTS = 20
LONGEST_TEXT = 200_000
FIRST_TEAM = "Desk"


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
    mail = _read(delivery)
    first = _claim(delivery, mail)
    if first is not None:
        _filed(delivery, mail, message=first.message, duplicate=True)
        return
    _refuse_loops(mail)
    place = _place(delivery, mail, at=at)
    message = cases.receive_message(
        case=place.case,
        said=_said(mail, place=place),
        sender=mail.writer.addr,
        sender_name=mail.writer.name,
        joined_by=place.joined_by,
        by=_actor(place.case, mail),
        at=at,
    )
    _join_participants(place, mail, at=at)
    _link_order(place.case, mail, at=at)
    _filed(delivery, mail, message=message, stranger=place.stranger)


def _read(delivery: Delivery) -> ParsedMail:
    """Parse the bytes; a file tells no envelope, and so no empty sender either."""
    from_smtp = delivery.source == "smtp"
    return parse(
        bytes(delivery.raw),
        return_path=delivery.envelope_from if from_smtp else None,
        most_bytes=settings.MAIL_LARGEST,
    )


def _claim(delivery: Delivery, mail: ParsedMail) -> Delivery | None:
    """Take what the mail says for this delivery; return the one that had it before.

    The unique column decides between two workers: the second waits for the first to
    commit. Without a Message-ID two equal mails are two mails; the same id with other
    words is another mail, for some programs reuse ids.
    """
    if not mail.message_id:
        return None
    key = content_key(mail)
    try:
        with transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(content_key=key)
    except IntegrityError:
        return Delivery.objects.defer("raw").get(content_key=key)
    return None


def content_key(mail: ParsedMail) -> str:
    """Return the SHA-256 of all that a mail says; transport changes none of it."""
    said = (
        mail.message_id,
        mail.author.key,
        mail.subject,
        mail.text,
        mail.html,
        *(sha256(each.content).hexdigest() for each in mail.attachments),
    )
    return sha256("\0".join(said).encode()).hexdigest()


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
        return _place_of_report(mail, joined, at=at)
    if isinstance(joined, thread.Joined):
        case = queries.case_numbered(joined.case)
        return Place(case, joined.by, joined.stranger)
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
        author=mail.writer,
    )


def _place_of_report(
    mail: ParsedMail, joined: thread.Joined | thread.New, *, at: datetime
) -> Place:
    """Find the case of the mail that a delivery report is about, and mark that mail."""
    report = mail.report
    about = queries.sent_as(report.original_id) if report else None
    if report is not None and about is not None and about.message is not None:
        if report.failed:
            outbox.bounce(outgoing=about, why=report.why or mail.subject, at=at)
        return Place(about.message.case, "delivery_report", stranger=False)
    if isinstance(joined, thread.Joined):
        # the mail itself is not enclosed, but our signed address says the case
        return Place(queries.case_numbered(joined.case), joined.by, stranger=False)
    raise Unfileable("it reports on a delivery that was not ours")


def _new_case(delivery: Delivery, mail: ParsedMail, *, at: datetime) -> Case:
    writer = _writer(delivery, mail)
    if not is_address(writer.addr):
        raise Unfileable("it names no sender whom we could answer")
    text = f"{mail.subject}\n{mail.words}"
    team = team_for([*delivery.envelope_to, *(to.addr for to in mail.to)])
    customer = customers.meet(
        address=writer.addr, name=writer.name, language=language_of(text), at=at
    )
    return cases.open_case(
        customer=customer,
        subject=mail.subject or mail.words[:80] or "(no subject)",
        team=team or _first_team(at=at),
        channel=CHANNEL,
        language=language_of(text, default=customer.language),
        by=f"customer:{customer.pk}",
        at=at,
    )


def _writer(delivery: Delivery, mail: ParsedMail) -> Address:
    """Return who wrote; where the head names no address, who handed the mail over."""
    if is_address(mail.writer.addr) or not is_address(delivery.envelope_from):
        return mail.writer
    return Address(mail.writer.name, delivery.envelope_from)


def _first_team(*, at: datetime) -> Team:
    """Add the team that a desk without any gives its first mail to.

    Two first mails at once: the second waits for the first one's team and takes it.
    """
    try:
        with transaction.atomic():
            return add_team(name=FIRST_TEAM, by=ledger.SYSTEM, at=at)
    except IntegrityError:
        return Team.objects.get(name=FIRST_TEAM)


def _said(mail: ParsedMail, *, place: Place) -> cases.Said:
    """Return what the mail says; of a reply the newest words, the rest beside them."""
    newest = newest_text(mail.words)
    return cases.Said(
        text=newest.text[:LONGEST_TEXT],
        hidden_text=(newest.text[LONGEST_TEXT:] + newest.rest)[:LONGEST_TEXT],
        html=mail.html,
        subject=mail.subject,
        channel=CHANNEL,
        language=language_of(newest.text, default=place.case.language),
        message_id=mail.message_id,
        automatic=mail.automatic.kind.value if mail.automatic else "",
        attachments=_files(mail),
    )


def _files(mail: ParsedMail) -> list[cases.NewAttachment]:
    """Store the files; what machines wrote for machines stays in the raw mail."""
    named = (
        (each.name or unnamed(each.content_type), each)
        for each in mail.attachments
        if not each.hidden
    )
    return [
        cases.NewAttachment(
            name=safe_name(name),
            content_type=download_type(name=name, content=each.content),
            size=len(each.content),
            sha256=blobs.keep(each.content),
            content_id=each.cid,
        )
        for name, each in named
    ]


def _link_order(case: Case, mail: ParsedMail, *, at: datetime) -> None:
    """Link the customer's own order that the mail names, unless one is linked."""
    if mail.automatic is not None or case.order_id is not None:
        return
    text = f"{mail.subject}\n{mail.words[:LONGEST_TEXT]}"
    order = known_customers.order_named_in(text, customer=case.customer)
    if order is not None:
        cases.link_order(case=case, order=order, by=ledger.SYSTEM, at=at)


def _actor(case: Case, mail: ParsedMail) -> str:
    if mail.automatic is not None:
        return ledger.SYSTEM
    customer = known_customers.by_address(mail.writer.addr)
    return f"customer:{(customer or case.customer).pk}"


def _join_participants(place: Place, mail: ParsedMail, *, at: datetime) -> None:
    """Let who was copied take part, and a stranger who wrote into the conversation."""
    if mail.automatic is not None:
        return
    own = {identity.value for identity in place.case.customer.identities.all()}
    copied = [*((mail.writer,) if place.stranger else ()), *mail.cc, *mail.to]
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
    delivery: Delivery,
    mail: ParsedMail,
    *,
    message: Message | None,
    duplicate: bool = False,
    stranger: bool = False,
) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.FILED,
        message=message,
        duplicate=duplicate,
        stranger=stranger,
        attempts=delivery.attempts + 1,
        sender=str(mail.author)[:320],
        subject=mail.subject[:500],
    )
