"""The page of a side conversation: nothing leaves that was not seen, letter by letter."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.cases import queries
from evenhand.cases.models import Case, SideConversation, SideMessage
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import Outgoing, Upload
from tests import given
from tests.given_mail import a_filed, case_of, raw_mail
from tests.given_sides import CARRIER, answered, asked

pytestmark = pytest.mark.django_db
WORDS = "My parcel 4711 is lost. Write to eva@mail.example or call."


@pytest.fixture
def case() -> Case:
    return case_of(a_filed(raw_mail(text=WORDS)))


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(given.the("mei"))
    return client


def form(**more: object) -> dict[str, object]:
    return {
        "to": CARRIER,
        "subject": "Parcel 4711",
        "text": "Where is it?",
        "token": "a-form",
        **more,
    }


def post(desk: Client, case: Case, **more: object) -> str:
    response = desk.post(reverse("desk:begin_aside", args=[case.ref]), form(**more))
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w{64})"', page)
    assert found is not None
    return found[1]


def test_a_chosen_message_is_quoted_without_name_and_address(
    desk: Client, case: Case
) -> None:
    key = case.messages.get().pk

    page = post(desk, case, do="quote", quote=[str(key)])

    words = page[page.index("<textarea") : page.index("</textarea>")]
    assert "our customer wrote:" in words
    assert "&gt; My parcel 4711 is lost. Write to […] or call." in words
    assert "eva@" not in words
    assert "Eva" not in words
    assert not SideMessage.objects.exists()


def test_nothing_is_quoted_that_was_not_chosen(desk: Client, case: Case) -> None:
    page = post(desk, case, do="quote")

    words = page[page.index("<textarea") : page.index("</textarea>")]
    assert words.endswith(">Where is it?")


@pytest.mark.parametrize("language", ["zh", "th", "de"])
def test_a_message_in_any_language_can_be_quoted(
    desk: Client, case: Case, language: str
) -> None:
    Case.objects.update(language=language)

    page = post(desk, case, do="quote", quote=[str(case.messages.get().pk)])

    assert "&gt; My parcel 4711 is lost." in page


def test_nothing_leaves_before_it_was_seen(desk: Client, case: Case) -> None:
    page = post(desk, case, do="send")

    assert "Exactly this leaves" in page
    assert not Outgoing.objects.exists()


def test_what_was_seen_leaves_and_nothing_else(desk: Client, case: Case) -> None:
    seen = seen_in(post(desk, case, do="look"))

    changed = post(desk, case, do="send", seen=seen, text="Where is it now?")
    assert not Outgoing.objects.exists()
    assert seen_in(changed) != seen
    response = desk.post(
        reverse("desk:begin_aside", args=[case.ref]), form(do="send", seen=seen)
    )

    side = SideConversation.objects.get()
    assert response.status_code == 303
    sent = Outgoing.objects.get()
    page = reverse("desk:aside", args=[side.pk])
    assert response.headers["Location"] == f"{page}#aside-{sent.side_message_id}"
    mail = parse(bytes(Outgoing.objects.get().raw))
    assert mail.words.strip() == "Where is it?"
    assert [one.addr for one in mail.to] == [CARRIER]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"to": "eva@mail.example"}, "eva@mail.example is the customer."),
        ({"to": "nobody"}, "This is no mail address: nobody"),
        ({"text": "Ask eva@mail.example"}, "tell the customer&#x27;s address"),
        ({"to": "shop@shop.example"}, "is an address of this desk."),
    ],
)
def test_a_refusal_keeps_what_was_written_and_says_why(
    desk: Client, case: Case, more: dict[str, object], told: str
) -> None:
    response = desk.post(
        reverse("desk:begin_aside", args=[case.ref]), form(do="send", **more)
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert str({**form(), **more}["text"]) in page
    assert not Outgoing.objects.exists()
    assert not SideConversation.objects.exists()


def test_an_answer_shows_as_a_sign_until_it_is_read(desk: Client, case: Case) -> None:
    message = asked(case)
    answered(message)
    here = reverse("desk:case", args=[case.ref])

    assert "data-aside-news" in desk.get(here).content.decode()
    assert "Third party answered" in desk.get(reverse("desk:list")).content.decode()
    desk.post(reverse("desk:aside_read", args=[message.side_id]))

    assert "data-aside-news" not in desk.get(here).content.decode()
    assert "Third party answered" not in desk.get(reverse("desk:list")).content.decode()


def test_what_they_said_stands_on_its_page_and_not_in_the_case(
    desk: Client, case: Case
) -> None:
    message = asked(case)
    answered(message, text="It lies in the depot.")

    beside = desk.get(reverse("desk:aside", args=[message.side_id])).content.decode()
    thread = desk.get(reverse("desk:part", args=[case.ref, "thread"])).content.decode()

    assert "It lies in the depot." in beside
    assert f'value="{CARRIER}"' in beside
    assert "depot" not in thread
    assert "4711?" not in thread


def test_a_file_of_theirs_lies_beside_the_answer_once_it_is_taken(
    desk: Client, case: Case
) -> None:
    message = asked(case)
    raw = raw_mail(
        sender=CARRIER,
        to="shop@shop.example",
        headers=f"In-Reply-To: <{message.message_id}>\n",
    ).replace(b"text/plain", b"text/x-slip")
    a_filed(raw)
    file = queries.said_in(message.side)[-1].files.get()

    response = desk.post(reverse("desk:aside_take", args=[file.pk]))

    assert response.status_code == 303
    assert response.headers["Location"].endswith(f"/cases/{case.ref}/#composer")
    assert Upload.objects.get().name == file.name
