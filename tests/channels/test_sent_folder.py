"""A folder of sent mail is fetched too: what left stands in its case, once, as ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from evenhand.cases.models import (
    Case,
    Clock,
    Direction,
    Message,
    SideConversation,
    SideMessage,
)
from evenhand.channels.actions import intake, outbox, side_mail
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import Delivery, DeliveryState, Mailbox, Outgoing
from evenhand.surveys.models import Survey
from tests import given
from tests.channels.dovecot import Dovecot
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail
from tests.given_mailboxes import a_mailbox, fetched
from tests.given_sides import CARRIER, an_aside, answered, asked, sent_as

pytestmark = pytest.mark.django_db(transaction=True)

LAST_YEAR = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
LATER = given.MONDAY + timedelta(minutes=30)
SHOP = "Mei of the shop <help@shop.example>"
EVA = "Eva Novak <eva@mail.example>"


@pytest.fixture
def mailbox() -> Mailbox:
    given.a_team()
    return a_mailbox(user="help", port=1)


def from_sent(
    raw: bytes, *, mailbox: Mailbox, arrived_at: datetime | None = None
) -> Delivery:
    delivery, _ = intake.store(
        raw=raw,
        source="sent",
        envelope=intake.Envelope(mailbox=mailbox.pk, arrived_at=arrived_at),
        at=LATER,
    )
    return intake.file(delivery_pk=delivery.pk, at=LATER)


def by_hand(answers: str = "", *, to: str = EVA, text: str = "Send it back.") -> bytes:
    headers = f"In-Reply-To: <{answers}>\n" if answers else ""
    return raw_mail(
        sender=SHOP, to=to, subject="Re: The dress", text=text, headers=headers
    )


def test_what_the_desk_sent_is_known_and_lies_nowhere_twice(mailbox: Mailbox) -> None:
    case = case_of(a_filed(raw_mail(message_id="first@mail.example")))
    sent = an_answer_sent(case)
    beside = sent_as(asked(case))

    copy = from_sent(bytes(sent.raw), mailbox=mailbox)
    aside = from_sent(bytes(beside.raw), mailbox=mailbox)

    assert (copy.state, copy.duplicate, copy.message) == (
        DeliveryState.FILED,
        True,
        sent.message,
    )
    assert (aside.state, aside.side_message) == (
        DeliveryState.FILED,
        beside.side_message,
    )
    assert case.messages.count() == 2


def test_a_mail_of_the_sign_in_pages_is_known_and_read_by_nobody(
    mailbox: Mailbox, client: Client
) -> None:
    to = ["mei@mail.example"]
    mail = EmailMessage("Reset", "Here is your link.", "help@shop.example", to)
    outbox.queue_plain(mail, at=LATER)
    sent = Outgoing.objects.get()

    copy = from_sent(bytes(sent.raw), mailbox=mailbox)

    assert (copy.state, copy.duplicate, copy.reason) == (DeliveryState.OURS, True, "")
    assert Case.objects.count() == 0
    client.force_login(given.the("ada"))
    page = client.get(reverse("channels:raw", args=[copy.pk]))
    assert page.status_code == 404


def test_a_mail_of_ours_that_was_delivered_to_us_is_a_loop_still(
    mailbox: Mailbox,
) -> None:
    sent = an_answer_sent(case_of(a_filed(raw_mail())))

    looped = from_sent(
        b"Delivered-To: help@shop.example\r\n" + bytes(sent.raw), mailbox=mailbox
    )

    assert looped.state == DeliveryState.SET_ASIDE


def test_what_was_written_with_a_mail_program_answers_its_case(
    mailbox: Mailbox, client: Client
) -> None:
    case = case_of(a_filed(raw_mail(message_id="first@mail.example")))

    delivery = from_sent(by_hand("first@mail.example"), mailbox=mailbox)

    message = delivery.message
    assert message is not None
    assert (message.case, message.direction, message.member) == (
        case,
        Direction.OUT,
        None,
    )
    assert (message.sender, message.joined_by) == ("help@shop.example", "message_id")
    case.refresh_from_db()
    assert (case.waiting_since, case.first_answered_at) == (None, LATER)
    assert Clock.objects.get(case=case).stopped_at == LATER
    assert Outgoing.objects.count() == 0
    client.force_login(given.the("ada"))
    page = client.get(reverse("desk:case", args=[case.ref])).text
    assert "With a mail program" in page
    assert "Mei of the shop" in page


def test_history_joins_as_history_whichever_was_fetched_first(
    mailbox: Mailbox,
) -> None:
    two_days = timedelta(days=2)
    ours = from_sent(
        by_hand("first@mail.example"),
        mailbox=mailbox,
        arrived_at=LAST_YEAR + two_days,
    )
    delivery, _ = intake.store(
        raw=raw_mail(message_id="first@mail.example"),
        source="imap",
        envelope=intake.Envelope(mailbox=mailbox.pk, arrived_at=LAST_YEAR),
        at=LATER,
    )
    theirs = intake.file(delivery_pk=delivery.pk, at=LATER)

    assert ours.message is not None
    assert theirs.message is not None
    case = Case.objects.get()
    assert {ours.message.case, theirs.message.case} == {case}
    assert case.customer.identities.get().value == "eva@mail.example"
    assert (case.opened_at, case.closed_at) == (LAST_YEAR, LAST_YEAR + two_days)
    assert ours.message.earlier
    assert (Clock.objects.count(), Survey.objects.count()) == (0, 0)


def test_what_was_sent_to_a_third_party_stands_beside_the_case_that_it_names(
    mailbox: Mailbox, client: Client
) -> None:
    case = case_of(a_filed(raw_mail(message_id="first@mail.example")))
    raw = by_hand("first@mail.example", to=CARRIER, text="Where is parcel 4711?")

    first = from_sent(raw, mailbox=mailbox)
    again = from_sent(b"X-Moved: yes\r\n" + raw, mailbox=mailbox)

    side = SideConversation.objects.get()
    assert (side.case, side.opened_by, first.message) == (case, None, None)
    message = SideMessage.objects.get()
    assert first.side_message == again.side_message == message
    assert (message.direction, message.sender, message.joined_by, again.duplicate) == (
        Direction.OUT,
        "help@shop.example",
        "message_id",
        True,
    )
    case.refresh_from_db()
    assert (case.waiting_since, case.first_answered_at) == (given.MONDAY, None)
    assert (Case.objects.count(), case.messages.count()) == (1, 1)
    client.force_login(given.the("ada"))
    page = client.get(reverse("desk:aside", args=[side.pk])).text
    assert "With a mail program" in page
    journey = client.get(reverse("desk:case", args=[case.ref])).text
    assert "wrote beside the case with a mail program" in journey


def test_what_is_written_on_from_here_answers_what_the_mail_program_sent(
    mailbox: Mailbox,
) -> None:
    a_filed(raw_mail(message_id="first@mail.example"))
    from_sent(by_hand("first@mail.example", to=CARRIER), mailbox=mailbox)
    theirs = SideMessage.objects.get()

    ours = side_mail.go_on(
        side=theirs.side, aside=an_aside(), by=given.the("mei"), at=LATER
    )

    mail = parse(bytes(sent_as(ours).raw))
    assert mail.in_reply_to == (theirs.message_id,)
    assert mail.references == (theirs.message_id,)
    assert [one.addr for one in mail.to] == [CARRIER]


def test_a_third_party_is_answered_where_they_wrote(mailbox: Mailbox) -> None:
    case = case_of(a_filed(raw_mail(message_id="first@mail.example")))
    first = asked(case)
    theirs = answered(first, message_id="theirs@carrier.example")

    ours = from_sent(by_hand("theirs@carrier.example", to=CARRIER), mailbox=mailbox)
    told = from_sent(by_hand("theirs@carrier.example"), mailbox=mailbox)

    assert theirs.side_message is not None
    assert ours.side_message is not None
    assert ours.side_message.side == first.side
    assert told.message is not None
    assert (told.message.case, told.side_message) == (case, None)
    first.side.refresh_from_db()
    assert first.side.news_since is None
    assert written_to(first.side) == {CARRIER}


def written_to(side: SideConversation) -> set[str]:
    return {each.address for each in side.parties.all() if each.written_to}


@pytest.mark.parametrize(
    ("to", "answers"), [("returns@shop.example", False), ("undisclosed:;", True)]
)
def test_what_went_to_ourselves_alone_is_no_answer_to_the_customer(
    mailbox: Mailbox, to: str, *, answers: bool
) -> None:
    given.a_team("Returns")
    case = case_of(a_filed(raw_mail(message_id="first@mail.example")))

    delivery = from_sent(by_hand("first@mail.example", to=to), mailbox=mailbox)

    case.refresh_from_db()
    assert (case.first_answered_at is not None) is answers
    assert (delivery.message is not None) is answers
    assert SideConversation.objects.filter(case=case).exists() is not answers


def test_who_takes_part_in_the_case_is_no_third_party(mailbox: Mailbox) -> None:
    copied = raw_mail(message_id="first@mail.example", headers=f"Cc: {CARRIER}\n")
    case = case_of(a_filed(copied))

    delivery = from_sent(by_hand("first@mail.example", to=CARRIER), mailbox=mailbox)

    assert delivery.message is not None
    assert delivery.message.case == case
    assert SideConversation.objects.count() == 0


def test_the_same_sent_mail_twice_is_one(mailbox: Mailbox) -> None:
    raw = by_hand()

    from_sent(raw, mailbox=mailbox)
    again = from_sent(b"X-Moved: yes\r\n" + raw, mailbox=mailbox)

    assert (again.state, again.duplicate) == (DeliveryState.FILED, True)
    assert Message.objects.count() == 1


def test_what_went_to_nobody_outside_is_set_aside_with_the_reason(
    mailbox: Mailbox,
) -> None:
    delivery = from_sent(by_hand(to="help@shop.example"), mailbox=mailbox)

    assert delivery.reason == "it was sent to nobody outside of this desk"


def test_our_address_as_the_sender_of_other_mail_is_refused_as_before() -> None:
    forged = a_filed(by_hand())

    assert forged.state == DeliveryState.SET_ASIDE


@pytest.mark.slow
def test_the_server_tells_which_folder_keeps_what_was_sent(
    dovecot: Dovecot, eva: str
) -> None:
    dovecot.put(eva, by_hand(), folder="Sent")
    dovecot.put(eva, raw_mail())
    a_mailbox(user=eva, port=dovecot.imap, folders=("INBOX", "Sent"))

    assert fetched() == []

    found = Delivery.objects.order_by("pk").values_list("source", flat=True)
    assert sorted(found) == ["imap", "sent"]
