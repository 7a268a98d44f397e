"""A side conversation is a thread of its own, and nothing crosses into the other."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from evenhand.cases import actions as cases
from evenhand.cases import queries
from evenhand.cases.models import (
    Case,
    Message,
    Participant,
    SideConversation,
    SideMessage,
    SideParty,
)
from evenhand.channels import blobs, identity
from evenhand.channels.actions import dead_letters, outbox, side_mail
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import DeliveryState, Outgoing, Upload
from evenhand.channels.queries import (
    NoSuchMail,
    delivery_for,
    outgoing_for,
    thread_ids,
)
from evenhand.channels.queries.files import missing_files, named
from evenhand.customers import actions as customers
from evenhand.ledger.models import Entry
from evenhand.replies.queries import recipients
from tests import given
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail, report_on
from tests.given_merges import merged
from tests.given_sides import (
    CARRIER,
    an_aside,
    answered,
    asked,
    reply_address,
    sent_as,
)

pytestmark = pytest.mark.django_db
LATER = given.MONDAY + given.minutes(30)
EVA = "eva@mail.example"


@pytest.fixture
def case() -> Case:
    return case_of(a_filed(raw_mail(message_id="first@mail.example")))


def nothing_left() -> bool:
    return not (
        SideMessage.objects.exists()
        or SideConversation.objects.exists()
        or Outgoing.objects.exists()
        or Entry.objects.filter(kind__startswith="side.").exists()
    )


def test_what_leaves_has_a_thread_and_a_token_of_its_own(case: Case) -> None:
    an_answer_sent(case)

    message = asked(case)

    sent = sent_as(message)
    mail = parse(bytes(sent.raw))
    assert sent.recipients == [CARRIER]
    assert (mail.in_reply_to, mail.references) == ((), ())
    assert mail.subject == "Parcel 4711"
    assert [each.addr for each in (*mail.to, *mail.cc)] == [CARRIER]
    raw = bytes(sent.raw).decode()
    assert identity.side_reply_to(message.side, author=mail.author).addr in raw
    for told in (EVA, case.ref, "first@mail.example", "Eva", "Here is what I can do."):
        assert told not in raw


def test_the_customer_still_waits_and_no_clock_stops(case: Case) -> None:
    asked(case, at=LATER)

    case.refresh_from_db()
    assert case.waiting_since == given.MONDAY
    assert case.first_answered_at is None
    assert case.clock.stopped_at is None


def test_an_answer_lands_beside_the_case_and_raises_a_sign(case: Case) -> None:
    message = asked(case)

    delivery = answered(message, at=LATER)

    came = message.side.messages.get(direction="in")
    assert (delivery.state, delivery.message) == (DeliveryState.FILED, None)
    assert delivery.side_message == came
    assert (came.text, came.sender) == ("It was delivered on Friday.", CARRIER)
    assert (came.joined_by, came.stranger) == ("message_id", False)
    side = SideConversation.objects.get()
    assert side.news_since == LATER
    assert queries.cases_with_news([case]) == {case.pk}
    assert case.messages.count() == 1
    assert Case.objects.count() == 1


@pytest.mark.parametrize("sign", ["In-Reply-To", "References"])
def test_ids_alone_find_the_side_conversation(case: Case, sign: str) -> None:
    message = asked(case)

    a_filed(
        raw_mail(
            sender="desk@carrier.example",
            to="shop@shop.example",
            headers=f"{sign}: <{message.message_id}>\n",
        )
    )

    assert message.side.messages.filter(direction="in").count() == 1
    assert Case.objects.count() == 1


def test_the_token_alone_finds_it(case: Case) -> None:
    message = asked(case)

    a_filed(raw_mail(sender="desk@carrier.example", to=reply_address(message.side)))

    assert message.side.messages.get(direction="in").joined_by == "token"
    assert Case.objects.count() == 1


def test_a_forged_token_finds_nothing(case: Case) -> None:
    message = asked(case)
    forged = f"shop+s{message.side_id}.aaaaaaaaaaaaaaaa@shop.example"

    a_filed(raw_mail(sender="desk@carrier.example", to=forged))

    assert message.side.messages.filter(direction="in").count() == 0
    assert Case.objects.count() == 2


def test_the_same_mail_twice_lies_there_once(case: Case) -> None:
    message = asked(case)
    answered(message, message_id="one@carrier.example")

    again = answered(
        message, message_id="one@carrier.example", headers="X-Again: yes\n"
    )

    assert again.duplicate
    assert again.side_message == message.side.messages.get(direction="in")


def test_what_the_customer_answers_to_it_is_theirs_and_is_waited_for(
    case: Case,
) -> None:
    an_answer_sent(case)
    message = asked(case)

    delivery = answered(message, sender=f"Eva Novak <{EVA}>", at=LATER)

    case.refresh_from_db()
    assert delivery.message is not None
    assert delivery.message.case == case
    assert case.waiting_since == LATER
    assert message.side.messages.filter(direction="in").count() == 0
    assert SideConversation.objects.get().news_since is None


def test_a_third_party_in_copy_never_joins_the_customer(case: Case) -> None:
    message = asked(case)

    answered(message, headers=f"Cc: {EVA}, Boss <boss@carrier.example>\n")

    parties = SideParty.objects.order_by("pk").values_list("address", "written_to")
    assert list(parties) == [(CARRIER, True), ("boss@carrier.example", False)]
    assert list(Participant.objects.all()) == []


def test_the_answer_to_the_customer_knows_nothing_of_it(case: Case) -> None:
    message = asked(case)
    answered(message, message_id="one@carrier.example")

    sent = an_answer_sent(case)

    reach = recipients(case)
    assert (reach.to, reach.others) == ((EVA,), ())
    assert sent.recipients == [EVA]
    raw = bytes(sent.raw).decode()
    for told in ("carrier", message.message_id, "4711", "delivered on Friday"):
        assert told not in raw
    assert thread_ids(case) == ["first@mail.example", sent.mail_id]
    assert [type(one) for one in queries.thread(case)] == [Message, Message]
    assert queries.writers_of(case) == [EVA]


def test_the_second_mail_carries_the_ids_of_its_own_thread_only(case: Case) -> None:
    message = asked(case)
    answered(message, message_id="one@carrier.example")

    second = side_mail.go_on(
        side=message.side, aside=an_aside(form="b"), by=given.the("mei"), at=LATER
    )

    mail = parse(bytes(sent_as(second).raw))
    assert mail.in_reply_to == ("one@carrier.example",)
    assert mail.references == (message.message_id, "one@carrier.example")
    assert mail.subject == "Re: Parcel 4711"
    assert SideConversation.objects.get().news_since is None


@pytest.mark.parametrize("address", [EVA, "EVA@Mail.Example", f"{CARRIER} {EVA}"])
def test_the_customer_cannot_be_written_to(case: Case, address: str) -> None:
    with pytest.raises(side_mail.ToTheCustomer):
        asked(case, an_aside(to=address))

    assert nothing_left()


def test_nor_a_former_customer_or_one_of_a_merged_case(case: Case) -> None:
    other = given.a_customer("Kim Lund")
    kim = other.identities.get().value
    merged(given.a_case(customer=other), into=case)
    cases.change_customer(
        case=Case.objects.get(pk=case.pk),
        to=given.a_customer("Ida Berg"),
        by=given.the("mei"),
        at=LATER,
    )

    for address in (EVA, kim):
        with pytest.raises(side_mail.ToTheCustomer):
            asked(case, an_aside(to=address))

    assert nothing_left()


def test_the_lower_verb_refuses_the_customer_as_well(case: Case) -> None:
    mei = given.the("mei")
    side = cases.open_side(
        case=case, subject="x", language="en", by=mei, at=given.MONDAY
    )

    with pytest.raises(cases.IsTheCustomer):
        cases.write_aside(
            side=side,
            said=cases.Said(text="x", channel="mail"),
            to=[EVA],
            token="t",
            by=mei,
            at=given.MONDAY,
        )

    assert not SideMessage.objects.exists()


def test_a_bounced_mail_cannot_be_corrected_to_the_customer(case: Case) -> None:
    sent = sent_as(asked(case))
    a_filed(report_on(sent.mail_id), at=LATER)
    sent.refresh_from_db()

    with pytest.raises(outbox.NotSendable):
        dead_letters.correct_address(
            recipient=sent.people.get(), address=EVA, by=given.the("mei"), at=LATER
        )

    assert [one.address for one in sent.people.all()] == [CARRIER]


def test_an_address_that_became_the_customer_s_is_written_to_no_more(
    case: Case,
) -> None:
    message = asked(case)
    carrier = customers.meet(address=CARRIER, name="C", language="en", at=LATER)
    cases.change_customer(case=case, to=carrier, by=given.the("mei"), at=LATER)

    with pytest.raises(side_mail.ToTheCustomer):
        side_mail.go_on(
            side=message.side, aside=an_aside(form="b"), by=given.the("mei"), at=LATER
        )

    assert SideMessage.objects.get() == message


def test_words_that_tell_the_customer_s_address_stay_until_it_is_allowed(
    case: Case,
) -> None:
    aside = an_aside(text="She writes from Eva@Mail.Example.")

    with pytest.raises(side_mail.TellsTheAddress):
        asked(case, aside)
    assert nothing_left()

    asked(case, an_aside(text=aside.text, tells_address=True))
    assert SideMessage.objects.get().text == aside.text


@pytest.mark.parametrize(
    ("aside", "refusal"),
    [
        (an_aside(to=""), side_mail.NobodyNamed),
        (an_aside(to="nobody"), side_mail.NoAddress),
        (an_aside(to="shop@shop.example"), side_mail.OurOwn),
        (an_aside(text=" "), side_mail.NothingToSay),
        (an_aside(subject=" "), side_mail.NothingToSay),
        (an_aside(files=(99,)), side_mail.FilesGone),
        (
            an_aside(to=" ".join(f"a{n}@b.example" for n in range(11))),
            side_mail.NobodyNamed,
        ),
    ],
)
def test_what_cannot_leave_changes_nothing(
    case: Case, aside: side_mail.Aside, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        asked(case, aside)

    assert nothing_left()


def test_files_of_another_case_cannot_be_passed_on(case: Case) -> None:
    label = cases.NewAttachment("label.txt", "text/plain", 7, blobs.keep(b"a label"))
    other = cases.receive_message(
        case=given.a_case(),
        said=cases.Said(text="x", channel="mail", attachments=[label]),
        sender="kim@mail.example",
        sender_name="Kim",
        joined_by="new",
        by=given.SYSTEM,
        at=given.MONDAY,
    )

    with pytest.raises(side_mail.FilesGone):
        asked(case, an_aside(files=(other.attachments.get().pk,)))

    assert nothing_left()


def test_a_file_of_the_case_goes_along_and_one_of_theirs_is_taken_by_hand(
    case: Case,
) -> None:
    label = cases.NewAttachment("label.txt", "text/plain", 7, blobs.keep(b"a label"))
    cases.receive_message(
        case=case,
        said=cases.Said(text="x", channel="mail", attachments=[label]),
        sender=EVA,
        sender_name="Eva",
        joined_by="token",
        by=given.SYSTEM,
        at=given.MONDAY,
    )
    (file,) = queries.attachments_of(case)

    message = asked(case, an_aside(files=(file.pk,)))

    sent = parse(bytes(sent_as(message).raw))
    assert [(one.name, one.content) for one in sent.attachments] == [
        ("label.txt", b"a label")
    ]
    upload = side_mail.take_over(
        file=message.files.get(), by=given.the("noi"), at=LATER
    )
    assert Upload.objects.get() == upload
    assert (upload.case, upload.member.name) == (case, "Noi Prasert")
    assert Entry.objects.get(kind="side.file_taken").data["name"] == "label.txt"


def test_the_store_keeps_what_a_side_conversation_names(case: Case) -> None:
    message = asked(case)
    boundary = (
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
        f"In-Reply-To: <{message.message_id}>\n"
    )
    raw = (
        f"From: {CARRIER}\nTo: {reply_address(message.side)}\nSubject: Re\n{boundary}\n"
        "--b\nContent-Type: text/plain\n\nSee the slip.\n"
        "--b\nContent-Type: text/plain\n"
        "Content-Disposition: attachment; filename=slip.txt\n\na slip\n--b--\n"
    )

    a_filed(raw.encode())

    file = message.side.messages.get(direction="in").files.get()
    assert file.name == "slip.txt"
    assert named([file.sha256]) == {file.sha256}
    assert list(missing_files()) == []


def test_a_second_press_sends_nothing_twice(case: Case) -> None:
    first, second = asked(case), asked(case)

    assert first == second
    assert Outgoing.objects.count() == 1
    assert SideConversation.objects.count() == 1


def test_a_mail_is_of_a_case_or_of_a_side_conversation_never_of_both(
    case: Case,
) -> None:
    sent = an_answer_sent(case)
    message = asked(case)
    Outgoing.objects.filter(side_message=message).delete()

    with pytest.raises(IntegrityError), transaction.atomic():
        Outgoing.objects.filter(pk=sent.pk).update(side_message=message)


def test_a_believed_report_marks_the_mail_and_raises_the_sign(case: Case) -> None:
    message = asked(case)
    sent = sent_as(message)

    a_filed(report_on(sent.mail_id), at=LATER)

    sent.refresh_from_db()
    assert sent.state == "failed"
    assert message.side.messages.get(direction="in").joined_by == "delivery_report"
    assert SideConversation.objects.get().news_since == LATER
    assert case.messages.count() == 1


def test_an_unproven_report_marks_nothing(case: Case) -> None:
    message = asked(case)
    sent = sent_as(message)

    a_filed(report_on(sent.mail_id, mark="0" * 24), at=LATER)

    sent.refresh_from_db()
    assert sent.state == "queued"
    assert message.side.messages.get(direction="in").joined_by == "unproven_report"
    assert SideConversation.objects.get().news_since is None


def test_an_out_of_office_raises_no_sign_and_opens_nothing(case: Case) -> None:
    message = asked(case)
    cases.close_case(case=case, by=given.the("mei"), at=given.MONDAY)

    answered(message, headers="Auto-Submitted: auto-replied\n", at=LATER)

    case.refresh_from_db()
    assert case.closed_at is not None
    assert SideConversation.objects.get().news_since is None
    assert message.side.messages.filter(direction="in").count() == 1


def test_an_answer_opens_a_closed_case_whose_customer_does_not_wait(
    case: Case,
) -> None:
    message = asked(case)
    cases.close_case(case=case, by=given.the("mei"), at=given.MONDAY)

    answered(message, at=LATER)

    case.refresh_from_db()
    assert (case.closed_at, case.waiting_since) == (None, None)
    assert case.moved_at == LATER


def test_a_stranger_is_marked_and_not_written_to(case: Case) -> None:
    message = asked(case)

    answered(message, sender="Kim <kim@other.example>")

    assert message.side.messages.get(direction="in").stranger
    party = SideParty.objects.get(address="kim@other.example")
    assert not party.written_to


def test_a_merged_case_shows_its_news_in_the_living_one(case: Case) -> None:
    message = asked(case)
    home = given.a_case(customer=case.customer)
    merged(case, into=home)

    answered(message, at=LATER)

    home = queries.case_for(given.the("mei"), home.ref)
    assert [side.pk for side in queries.sides_of(home)] == [message.side_id]
    assert queries.cases_with_news([home]) == {home.pk}
    home.refresh_from_db()
    assert home.moved_at == LATER


def test_a_further_department_that_a_third_party_names_gets_it_too(
    case: Case,
) -> None:
    given.a_team("Studio")
    message = asked(case)

    delivery = answered(message, headers="Cc: studio@shop.example\n")

    assert delivery.side_message is not None
    assert [place.team.name for place in delivery.placements.all()] == ["Studio"]
    assert Case.objects.count() == 2


def test_another_team_sees_neither_conversation_file_nor_mail(case: Case) -> None:
    message = asked(case)
    delivery = answered(message)
    sam = given.the("sam")

    for door, key in (
        (queries.side_for, message.side_id),
        (queries.side_message_for, message.pk),
    ):
        assert door(given.the("mei"), key).pk == key
        with pytest.raises(queries.NoSuchCase):
            door(sam, key)
    sent = sent_as(message)
    assert delivery_for(given.the("mei"), delivery.pk) == delivery
    assert outgoing_for(given.the("mei"), sent.pk) == sent
    with pytest.raises(NoSuchMail):
        delivery_for(sam, delivery.pk)
    with pytest.raises(NoSuchMail):
        outgoing_for(sam, sent.pk)
