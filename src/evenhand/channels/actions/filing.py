"""Put a mail into its cases: message, files, participants and order, all or nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction

from evenhand.cases import actions as cases
from evenhand.cases import queries as known_cases
from evenhand.cases.models import Case, Message, SideMessage
from evenhand.channels import blobs, identity, queries
from evenhand.channels.actions import meeting, scanning, sent_elsewhere, siding
from evenhand.channels.actions.placing import (
    CHANNEL,
    Place,
    Unfileable,
    places,
    places_beside,
)
from evenhand.channels.actions.reading import read
from evenhand.channels.actions.refusing import refuse_floods, refuse_loops
from evenhand.channels.mail.attachments import download_type, safe_name, unnamed
from evenhand.channels.mail.limits import LONGEST_TEXT
from evenhand.channels.mail.parse import ParsedMail, parse
from evenhand.channels.mail.quotes import newest_text
from evenhand.channels.models import Delivery, DeliveryState, Placement
from evenhand.customers import actions as customers
from evenhand.customers import queries as known_customers
from evenhand.kernel.addresses import is_address, same_form, without_tag
from evenhand.kernel.look import one_look
from evenhand.kernel.text import language_of
from evenhand.ledger import actions as ledger

__all__ = ["AlreadyFiled", "Unfileable", "content_key", "file", "file_into", "glance"]


class AlreadyFiled(Exception):
    """The same mail, brought by another delivery, lies in a case."""


MOST_PARTICIPANTS = 20
_FILED_FIELDS = (
    *("state", "message", "side_message", "duplicate", "attempts"),
    *("sender", "subject", "author"),
)


def file(*, delivery: Delivery, at: datetime) -> None:
    """Put the mail in its cases and mark the delivery filed, in the caller's transaction.

    The caller has locked the delivery's row: whoever else files it waits, and then
    finds it filed. Unreadable where no mail can be made of the bytes, Unfileable where it belongs in
    no case. Of a mail that was filed before only the places are added that it has not
    got yet: a second copy may name a further team.
    """
    mail = read(delivery)
    first = _claim(delivery, mail)
    holder = first or delivery
    if _is_sent(delivery, mail, first=first, at=at):
        return
    refuse_loops(mail)
    if first is None and delivery.arrived_at is None:
        refuse_floods(mail, at=at)
    meeting.hold(mail)
    beside = siding.answers(delivery=delivery, mail=mail)
    with one_look(), ledger.together():
        if beside is None:
            found = places(delivery=delivery, mail=mail, holder=holder, at=at)
            aside = None
        else:
            found = _places_beside(beside, delivery, mail, holder=holder, at=at)
            aside = _put_aside(beside, mail, holder=holder, at=at)
        messages = [
            _put(place, mail, holder=holder, arrived_at=delivery.arrived_at, at=at)
            for place in found
        ]
    message = holder.message or (messages[0] if messages else None)
    if first is None and mail.automatic is None and message is not None:
        meeting.await_answered(mail, message=message)
    delivery.side_message = aside
    _filed(delivery, mail, message=message, duplicate=first is not None)


def _is_sent(
    delivery: Delivery, mail: ParsedMail, *, first: Delivery | None, at: datetime
) -> bool:
    """File a mail that we sent, and say so: a copy of ours, or written elsewhere."""
    copied = sent_elsewhere.known(delivery=delivery, mail=mail)
    if copied is not None:
        delivery.side_message = copied.side_message
        # what the sign-in pages wrote is no matter of any case
        state = DeliveryState.FILED if copied.case else DeliveryState.OURS
        message = copied.message
        _filed(delivery, mail, message=message, duplicate=True, state=state)
        return True
    if not sent_elsewhere.is_ours(delivery=delivery, mail=mail):
        return False
    if first is None:
        message = _put_sent(delivery, mail, at=at)
    else:
        message, delivery.side_message = first.message, first.side_message
    _filed(delivery, mail, message=message, duplicate=first is not None)
    return True


def _put_sent(delivery: Delivery, mail: ParsedMail, *, at: datetime) -> Message | None:
    """Write the mail into its case; beside it, and None, where a third party got it."""
    meeting.hold(mail)
    left = sent_elsewhere.place(delivery=delivery, mail=mail, at=at)
    said = _said(mail, language=left.case.language)
    scanning.ask(hashes=[one.sha256 for one in said.attachments], at=at)
    if isinstance(left, sent_elsewhere.Beside):
        delivery.side_message = sent_elsewhere.add_beside(
            beside=left, delivery=delivery, mail=mail, said=said, at=at
        )
        return None
    message = sent_elsewhere.add(
        left=left, delivery=delivery, mail=mail, said=said, at=at
    )
    meeting.await_answered(mail, message=message)
    Placement.objects.create(delivery=delivery, team=left.case.team, message=message)
    return message


def _places_beside(
    beside: siding.Answers,
    delivery: Delivery,
    mail: ParsedMail,
    *,
    holder: Delivery,
    at: datetime,
) -> list[Place]:
    """Return the cases of a mail that answers a third party's conversation.

    The case itself where its own customer wrote, and one for each further department.
    """
    case = beside.side.case
    own = [Place(case, case.team, beside.by, stranger=False)]
    is_theirs = siding.is_of_the_customer(answered=beside, mail=mail)
    is_new = holder.message is None and is_theirs
    further = places_beside(
        delivery=delivery, mail=mail, holder=holder, side=beside.side, at=at
    )
    return [*(own if is_new else ()), *further]


def _put_aside(
    beside: siding.Answers, mail: ParsedMail, *, holder: Delivery, at: datetime
) -> SideMessage | None:
    """Write the mail into the side conversation, unless it lies there or the customer's."""
    is_theirs = siding.is_of_the_customer(answered=beside, mail=mail)
    if holder.side_message is not None or is_theirs:
        return holder.side_message
    said = _said(mail, language=beside.side.language)
    message = siding.take_in(answered=beside, mail=mail, said=said, at=at)
    scanning.ask(hashes=[one.sha256 for one in said.attachments], at=at)
    return message


def file_into(*, delivery: Delivery, case: Case, at: datetime) -> Message:
    """Put a mail into the case that a person chose, in the caller's transaction.

    Unreadable where no mail can be made of the bytes; AlreadyFiled where another
    delivery brought the same mail and it lies in a case.
    """
    mail = read(delivery)
    if _claim(delivery, mail) is not None:
        raise AlreadyFiled
    known_cases.locked_with_home(case)
    family = queries.one_with([case.ref])[case.ref]
    stranger = mail.writer.key not in queries.parties_of(family)
    place = Place(case, case.team, "by_hand", stranger)
    came = delivery.arrived_at
    message = _put(place, mail, holder=delivery, arrived_at=came, at=at)
    _filed(delivery, mail, message=message, duplicate=False)
    Delivery.objects.filter(pk=delivery.pk).update(reason="")
    return message


def _put(
    place: Place,
    mail: ParsedMail,
    *,
    holder: Delivery,
    arrived_at: datetime | None,
    at: datetime,
) -> Message:
    """Write the mail into one case, and that it lies there.

    `arrived_at` is set where it came to its mailbox before the desk did.
    """
    by_person = mail.automatic is None
    known = _known(place, mail) if by_person else None
    said = _said(mail, language=place.case.language)
    by = _actor(place.case, known)
    message = _received(place, mail, said, by=by, arrived_at=arrived_at, at=at)
    scanning.ask(hashes=[one.sha256 for one in said.attachments], at=at)
    if known is not None:
        if known.bounced and arrived_at is None:
            customers.trust_address(address=mail.writer.addr, at=at)
        _join_participants(place, mail, own=known.own, at=at)
        _link_order(place.case, mail, at=at)
    Placement.objects.create(
        delivery=holder, team=place.team, message=message, stranger=place.stranger
    )
    return message


def _known(place: Place, mail: ParsedMail) -> known_customers.Acquaintance:
    return place.known or known_customers.acquaintance(
        mail.writer.addr, customer=place.case.customer
    )


def _received(
    place: Place,
    mail: ParsedMail,
    said: cases.Said,
    *,
    by: str,
    arrived_at: datetime | None,
    at: datetime,
) -> Message:
    """Add what came to the case: from today, or from before the desk was there."""
    if arrived_at is not None:
        return cases.receive_earlier(
            case=place.case,
            said=said,
            sender=mail.writer.addr,
            sender_name=mail.writer.name,
            joined_by=place.joined_by,
            arrived_at=arrived_at,
            at=at,
        )
    return cases.receive_message(
        case=place.case,
        said=said,
        sender=mail.writer.addr,
        sender_name=mail.writer.name,
        joined_by=place.joined_by,
        by=by,
        at=at,
        opened_now=place.joined_by == "new",
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
        # locked: two further copies that name one more team open one case, not two
        held = Delivery.objects.defer("raw").select_for_update(no_key=True)
        return held.get(content_key=key)
    return None


def content_key(mail: ParsedMail) -> str:
    """Return the SHA-256 of all that a mail says; transport changes none of it.

    Empty lines at the end are none of it either: relays add and drop them.
    """
    said = (
        mail.message_id,
        mail.author.key,
        mail.subject,
        mail.text.rstrip(),
        mail.html.rstrip(),
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


def _said(mail: ParsedMail, *, language: str) -> cases.Said:
    """Return what the mail says; of a reply the newest words, the rest beside them."""
    newest = newest_text(mail.words)
    return cases.Said(
        text=newest.text[:LONGEST_TEXT],
        hidden_text=(newest.text[LONGEST_TEXT:] + newest.rest)[:LONGEST_TEXT],
        html=mail.html,
        subject=mail.subject,
        channel=CHANNEL,
        language=language_of(newest.text, default=language),
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
    if case.order_id is not None:
        return
    text = f"{mail.subject}\n{mail.words[:LONGEST_TEXT]}"
    order = known_customers.order_named_in(text, customer=case.customer)
    if order is not None:
        linked = cases.link_order(case=case, order=order, by=ledger.SYSTEM, at=at)
        case.order = linked.order


def _actor(case: Case, known: known_customers.Acquaintance | None) -> str:
    if known is None:
        return ledger.SYSTEM
    return f"customer:{known.writer or case.customer.pk}"


def _join_participants(
    place: Place, mail: ParsedMail, *, own: Collection[str], at: datetime
) -> None:
    """Let who was copied take part, and a stranger who wrote into the conversation."""
    copied = [*((mail.writer,) if place.stranger else ()), *mail.cc, *mail.to]
    others = [
        person
        for person in copied[:MOST_PARTICIPANTS]
        if person.key not in own
        and is_address(person.addr)
        and person.domain not in identity.domains()
    ]
    # a fetched mailbox may be ours at a provider whose other addresses are strangers'
    ours = identity.own_addresses() if others else frozenset()
    for person in others:
        if same_form(without_tag(person.addr)) not in ours:
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
    duplicate: bool,
    state: DeliveryState = DeliveryState.FILED,
) -> None:
    delivery.state = state
    delivery.message = message
    delivery.duplicate = duplicate
    delivery.attempts += 1
    delivery.sender = str(mail.author)[:320]
    delivery.subject = mail.subject[:500]
    delivery.author = mail.author.key[:320]
    delivery.save(update_fields=_FILED_FIELDS)
