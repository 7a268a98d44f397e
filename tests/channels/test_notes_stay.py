"""A note leaves by none of the ways that mail has learnt: later, again, beside, merged."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from django.test import Client

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Message, Note
from evenhand.channels.actions import dead_letters, delivering
from evenhand.channels.models import Outgoing
from evenhand.channels.transport import Answer
from tests import given
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail
from tests.given_merges import merged

pytestmark = pytest.mark.django_db
SECRET = "Between us: he returns everything."


def noted(case: Case) -> Note:
    """A note whose key is no message's, however few messages there are."""
    notes = [
        cases.add_note(case=case, text=SECRET, by=given.the("mei"), at=given.MONDAY)
        for _ in range(Message.objects.count() + 5)
    ]
    return notes[-1]


def words_that_left() -> str:
    """All the words of all the mails in the outbox, decoded."""
    mails = [
        message_from_bytes(bytes(one.raw), policy=policy.default)
        for one in Outgoing.objects.all()
    ]
    return "\n".join(
        f"{mail['Subject']}\n{part.get_content()}"
        for mail in mails
        for part in mail.walk()
        if part.get_content_type().startswith("text/")
    )


@pytest.fixture
def case() -> Case:
    return case_of(a_filed())


def test_quoting_to_a_third_party_takes_no_note(client: Client, case: Case) -> None:
    note = noted(case)
    client.force_login(given.the("mei"))
    said = case.messages.get()

    page = client.post(
        f"/cases/{case.ref}/beside/",
        {
            "to": "desk@carrier.example",
            "subject": "Parcel",
            "text": "Please look.",
            "quote": [str(note.pk), f"note-{note.pk}", str(said.pk)],
            "do": "quote",
        },
    )

    assert said.text in page.content.decode()
    assert SECRET not in page.content.decode()


def test_splitting_moves_no_note(client: Client, case: Case) -> None:
    note = noted(case)
    client.force_login(given.the("mei"))

    page = client.post(f"/cases/{case.ref}/split/", {"message": str(note.pk)})

    assert page.status_code == 422
    assert Case.objects.count() == 1
    assert {each.case_id for each in Note.objects.all()} == {case.pk}


def test_an_answer_in_a_merged_case_quotes_and_sends_none(case: Case) -> None:
    other = case_of(a_filed(raw_mail(sender="Bo <bo@mail.example>")))
    noted(case)
    noted(other)
    merged(other, into=case)

    an_answer_sent(case)

    assert "Here is what I can do." in words_that_left()
    assert SECRET not in words_that_left()


def test_sending_again_to_another_address_sends_none(case: Case) -> None:
    mail = an_answer_sent(case)
    noted(case)
    delivering.write_down(
        tried=mail,
        answers={"eva@mail.example": Answer(550, "no such user")},
        by="smtp",
        at=given.MONDAY,
    )

    dead_letters.correct_address(
        recipient=mail.people.get(),
        address="eva.novak@mail.example",
        by=given.the("mei"),
        at=given.MONDAY,
    )

    assert "Here is what I can do." in words_that_left()
    assert SECRET not in words_that_left()
