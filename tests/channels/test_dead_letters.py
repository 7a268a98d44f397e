"""Mail that did not arrive is seen where people look, and can be mended there."""

from __future__ import annotations

import pytest

from evenhand.channels.actions import delivering
from evenhand.channels.models import Outgoing, OutgoingState, Recipient
from evenhand.channels.transport import Answer
from evenhand.web import context
from tests import given
from tests.channels.test_pages import Enter, enter
from tests.given_mail import a_filed, an_answer_sent, case_of

__all__ = ["enter"]
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
