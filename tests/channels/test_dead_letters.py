"""Mail that did not arrive is seen where people look, and can be mended there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evenhand.cases.models import Case
from evenhand.channels.actions import dead_letters, delivering
from evenhand.channels.models import Outgoing, OutgoingState, Recipient
from evenhand.channels.queries.doors import FORGOTTEN_AFTER
from evenhand.channels.tasks import send_outgoing
from evenhand.channels.transport import Answer
from evenhand.jobs.models import Job
from evenhand.replies.queries import recipients
from evenhand.web import context
from tests import given
from tests.channels.sink import Sink
from tests.channels.test_pages import Enter, enter
from tests.channels.test_recipients import (
    BO,
    EVA,
    KIM,
    TAKEN,
    WAITING,
    a_mail_to,
    jobs,
    sink,
    states,
    try_once,
)
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail

__all__ = ["enter", "sink"]
pytestmark = pytest.mark.django_db


def a_dead_letter() -> Outgoing:
    mail = an_answer_sent(case_of(a_filed()))
    delivering.write_down(
        tried=mail,
        answers={"eva@mail.example": Answer(550, "no such user")},
        by="smtp",
        at=given.MONDAY,
    )
    mail.refresh_from_db()
    return mail


def test_a_dead_letter_stands_on_top_of_the_outbox_and_on_the_rail(
    enter: Enter,
) -> None:
    dead, later = a_dead_letter(), an_answer_sent(case_of(a_filed()))

    page = enter("marta").get("/outbox/").text

    top = page.index("Did not reach everybody")
    assert top < page.index(f"/outbox/{dead.pk}/") < page.index("By time")
    assert page.index("By time") < page.index(f"/outbox/{later.pk}/")
    assert "550 no such user" in page
    [place] = [
        one for one in context.places(given.the("marta"), on="/") if one.icon == "send"
    ]
    assert (place.count, place.alarm) == ("1", "did not reach everyone")


def test_the_inbox_marks_its_case_until_somebody_has_dealt_with_it(
    enter: Enter,
) -> None:
    dead = a_dead_letter()
    an_answer_sent(case_of(a_filed()))
    client = enter("mei")

    marked = client.get("/").text.count("Not delivered")
    client.post(f"/outbox/{dead.pk}/leave/")

    assert (marked, client.get("/").text.count("Not delivered")) == (1, 0)


def test_its_agent_reads_in_the_case_for_whom_it_failed_and_sends_it_elsewhere(
    enter: Enter,
) -> None:
    dead = a_dead_letter()
    assert dead.message is not None
    client = enter("mei")

    case = client.get(f"/cases/{dead.message.case.ref}/").text
    person = dead.people.get()
    answer = client.post(
        f"/outbox/{dead.pk}/people/{person.pk}/", {"address": "eva.n@mail.example"}
    )

    assert "Not delivered to eva@mail.example:" in case
    assert f"/outbox/{dead.pk}/" in case
    assert answer.status_code == 303
    dead.refresh_from_db()
    assert dead.state == OutgoingState.QUEUED
    assert dead.people.get(state="waiting").address == "eva.n@mail.example"


def test_the_page_of_a_mail_follows_what_becomes_of_it(enter: Enter) -> None:
    dead = a_dead_letter()
    assert dead.case is not None
    client = enter("mei")

    page = client.post(f"/outbox/{dead.pk}/again/", follow=True).text
    taken = {EVA: Answer(250, "taken")}
    delivering.write_down(tried=dead, answers=taken, by="smtp", at=given.MONDAY)
    part = client.get(f"/outbox/{dead.pk}/?part=mail").text

    source = f'data-live-src="/outbox/{dead.pk}/?part=mail"'
    assert f'data-live="case:{dead.case.pk}"' in page
    assert (page.count(source), part.count(source)) == (1, 1)
    assert "<html" not in part
    assert "Sent" not in page
    assert "Sent" in part


def test_the_case_tells_who_got_an_answer_that_went_to_several(enter: Enter) -> None:
    several = a_mail_to(BO)
    assert several.message is not None

    page = enter("mei").get(f"/cases/{several.message.case.ref}/").text

    assert f"To {EVA}, {BO}</p>" in page


def test_what_is_no_address_is_refused_with_a_sentence(enter: Enter) -> None:
    dead = a_dead_letter()

    page = enter("mei").post(
        f"/outbox/{dead.pk}/people/{dead.people.get().pk}/",
        {"address": "eva"},
        follow=True,
    )

    assert "That is no other address to write to." in page.text
    dead.refresh_from_db()
    assert (dead.state, dead.people.count()) == (OutgoingState.FAILED, 1)


def test_a_person_of_another_mail_is_not_found(enter: Enter) -> None:
    dead, other = a_dead_letter(), a_dead_letter()

    answer = enter("mei").post(
        f"/outbox/{dead.pk}/people/{other.people.get().pk}/",
        {"address": "kim@mail.example"},
    )

    assert answer.status_code == 404
    assert not Recipient.objects.filter(address="kim@mail.example").exists()


def test_a_mail_that_is_left_is_off_the_rail_and_stays_in_the_list(
    enter: Enter,
) -> None:
    dead = a_dead_letter()
    client = enter("marta")

    page = client.post(f"/outbox/{dead.pk}/leave/", follow=True).text

    assert "Somebody looked at it and left it as it is." in page
    listed = client.get("/outbox/?which=failed").text
    assert "Did not reach everybody" not in listed
    assert f"/outbox/{dead.pk}/" in listed


def test_what_is_sent_again_while_others_wait_is_planned_once(sink: Sink) -> None:
    sink.refused = {BO: "550 5.7.1 not from you", KIM: "451 later"}
    mail = try_once(a_mail_to(BO, KIM))
    sink.refused = {}

    dead_letters.send_again(outgoing=mail, by=given.the("marta"), at=given.MONDAY)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (OutgoingState.QUEUED, 0)
    # the job of the first try finds that the mail was begun anew
    send_outgoing.call(outgoing_pk=mail.pk, attempts=1)
    assert states(mail) == {EVA: TAKEN, BO: WAITING, KIM: WAITING}
    send_outgoing.call(outgoing_pk=mail.pk, attempts=0)
    assert states(mail) == {EVA: TAKEN, BO: TAKEN, KIM: TAKEN}


def test_who_waits_beside_a_failure_is_not_forgotten_with_the_job(sink: Sink) -> None:
    sink.refused = {BO: "550 5.7.1 not from you", KIM: "451 later"}
    mail = try_once(a_mail_to(BO, KIM))
    Job.objects.all().delete()
    late = mail.queued_at + FORGOTTEN_AFTER + timedelta(minutes=1)

    taken_up = [delivering.take_up_again(at=late), delivering.take_up_again(at=late)]

    assert (taken_up, jobs()) == ([1, 0], 1)


@pytest.mark.parametrize(
    ("said", "marked"),
    [("550 5.1.1 unknown", "no_such_address"), ("550 5.7.1 spam", "")],
)
def test_an_address_that_its_server_does_not_know_is_marked(
    sink: Sink, said: str, marked: str
) -> None:
    sink.refused = {EVA: said}

    mail = try_once(a_mail_to())

    assert mail.message is not None
    [known] = mail.message.case.customer.identities.filter(value=EVA)
    assert known.bounce_reason == marked


def corrected(mail: Outgoing, right: str) -> Case:
    """The case of a mail that somebody sent to another address an hour later."""
    dead_letters.correct_address(
        recipient=mail.people.get(),
        address=right,
        by=given.the("mei"),
        at=given.MONDAY + timedelta(hours=1),
    )
    assert mail.message is not None
    return mail.message.case


def test_the_next_answer_goes_where_the_last_was_corrected_to(sink: Sink) -> None:
    sink.refused = {EVA: "550 5.1.1 unknown"}

    reach = recipients(corrected(try_once(a_mail_to()), KIM))

    assert (reach.to, reach.in_place_of) == ((KIM,), EVA)


def test_a_corrected_address_is_left_once_the_customer_writes_from_the_old_one(
    sink: Sink,
) -> None:
    sink.refused = {EVA: "550 5.1.1 unknown"}
    mail = try_once(a_mail_to())
    case = corrected(mail, KIM)

    again = raw_mail(headers=f"In-Reply-To: <{mail.mail_id}>\n")
    a_filed(again, at=given.MONDAY + timedelta(hours=2))

    assert recipients(case).to == (EVA,)


def test_a_correction_to_another_customers_address_holds_for_that_mail_alone(
    sink: Sink,
) -> None:
    a_filed(raw_mail(sender=f"Kim <{KIM}>"))
    sink.refused = {EVA: "550 5.1.1 unknown"}

    case = corrected(try_once(a_mail_to()), KIM)

    assert recipients(case).to == (EVA,)
