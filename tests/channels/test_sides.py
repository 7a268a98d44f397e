"""A side conversation is a thread of its own, and nothing crosses into the other."""

from __future__ import annotations

import re

import pytest

from evenhand.cases import actions as cases
from evenhand.cases import queries
from evenhand.cases.models import (
    Case,
    Message,
    Participant,
    SideConversation,
    SideParty,
)
from evenhand.channels import identity
from evenhand.channels.actions import side_mail
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import DeliveryState
from evenhand.channels.queries import (
    NoSuchMail,
    delivery_for,
    outgoing_for,
    thread_ids,
)
from evenhand.ledger.models import Entry
from evenhand.replies.queries import recipients
from tests import given
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail, report_on
from tests.given_merges import merged, parted
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
    # letters and digits that are made at random could spell a name or a number
    written = re.sub(r"[a-z0-9]{16,}", "", raw.lower())
    for told in (EVA, case.ref, "first@mail.example", "Eva", "Here is what I can do."):
        assert told.lower() not in written


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
    for told in ("carrier", message.message_id, "parcel 4711", "delivered on Friday"):
        assert told.lower() not in raw.lower()
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
    assert Entry.objects.get(kind="case.woken").matter == case.as_matter
    # the customer did not come back, which is what the scorecard counts
    assert not Entry.objects.filter(kind="case.opened_again").exists()


def test_an_undone_merge_leaves_it_open(case: Case) -> None:
    message = asked(case)
    cases.close_case(case=case, by=given.the("mei"), at=given.MONDAY)
    answered(message, at=LATER)
    other = given.a_case(customer=case.customer)

    parted(merged(other, into=case), at=LATER + given.minutes(60))

    case.refresh_from_db()
    assert case.closed_at is None


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
