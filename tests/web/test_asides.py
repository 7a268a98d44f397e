"""The page of a side conversation: nothing leaves that was not seen, letter by letter."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from evenhand.cases import queries
from evenhand.cases.models import Case, SideConversation, SideMessage
from evenhand.channels.actions import side_holding
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import HeldAside, Outgoing, Upload
from tests import given
from tests.given_mail import a_filed, case_of, raw_mail
from tests.given_merges import merged
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


@pytest.fixture
def waits(settings: Settings) -> None:
    settings.UNDO_SECONDS = 10


def sent(desk: Client, case: Case, **more: object) -> HeldAside:
    """What waits after it was looked at and sent."""
    seen = seen_in(post(desk, case, do="look", **more))
    answer = desk.post(
        reverse("desk:begin_aside", args=[case.ref]),
        form(do="send", seen=seen, **more),
    )
    held = HeldAside.objects.latest("pk")
    assert answer.headers["Location"] == reverse("desk:held_aside", args=[held.pk])
    return held


@pytest.mark.usefixtures("waits")
def test_what_was_sent_waits_and_undo_brings_it_back_into_the_form(
    desk: Client, case: Case
) -> None:
    held = sent(desk, case)
    page = desk.get(reverse("desk:held_aside", args=[held.pk])).text
    assert "Leaves in a moment" in page
    assert "Where is it?" in page
    beside = desk.get(reverse("desk:case", args=[case.ref])).text
    assert "Parcel 4711" in beside

    back = desk.post(reverse("desk:aside_take_back", args=[held.pk]), follow=True).text

    assert "The mail was taken back and did not leave" in back
    assert f'value="{CARRIER}"' in back
    assert ">Where is it?</textarea>" in back
    assert not Outgoing.objects.exists()
    dropped = desk.post(reverse("desk:aside_drop", args=[held.pk]), follow=True).text
    assert "Where is it?" not in dropped


@pytest.mark.usefixtures("waits")
def test_once_it_left_its_page_leads_to_the_conversation(
    desk: Client, case: Case
) -> None:
    held = sent(desk, case)
    message = side_holding.let_leave(held_pk=held.pk, at=held.leave_at)

    here = reverse("desk:held_aside", args=[held.pk])
    part = desk.get(here, {"part": "held"}).text
    page = desk.get(here)
    late = desk.post(reverse("desk:aside_take_back", args=[held.pk]), follow=True).text

    assert message is not None
    assert "The mail has left." in part
    there = reverse("desk:aside", args=[message.side_id])
    assert page.headers["Location"] == f"{there}#aside-{message.pk}"
    assert "Too late: the mail has left." in late


@pytest.mark.usefixtures("waits")
def test_a_mail_for_a_time_stands_under_later_and_says_why_it_came_back(
    desk: Client, case: Case
) -> None:
    side = asked(case).side
    there = reverse("desk:aside", args=[side.pk])
    look = desk.post(there, form(do="look")).text
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    more = {"seen": seen_in(look), "token": "second"}
    past = desk.post(there, form(later="1", leave="2020-01-01T00:00", **more))
    assert (past.status_code, HeldAside.objects.count()) == (422, 0)

    desk.post(there, form(later="1", leave=tomorrow, **more))

    held = HeldAside.objects.get()
    assert "Parcel 4711" in desk.get(reverse("desk:later")).text
    assert "data-held" in desk.get(there).text
    merged(case, into=given.a_case(customer=case.customer))
    side_holding.return_overtaken(at=timezone.now())
    later = desk.get(reverse("desk:later")).text
    assert "Your mail to a third party did not leave." in later
    assert "The case was merged into another one meanwhile." in desk.get(there).text
    assert held.text in desk.get(there).text


def test_files_of_ones_own_lie_beside_this_form_alone(desk: Client, case: Case) -> None:
    attach = reverse("desk:attach_aside", args=[case.ref])
    slip = SimpleUploadedFile("slip.txt", b"4711")
    listed = desk.post(attach, {"files": slip}, headers={"X-Fragment": "1"}).text
    upload = Upload.objects.get()
    remove = reverse("desk:detach_aside", args=[upload.pk])
    assert remove in listed
    assert "slip.txt" not in desk.get(reverse("desk:case", args=[case.ref])).text

    without_a_script = post(
        desk, case, do="look", files=SimpleUploadedFile("2.txt", b"2"), file=upload.pk
    )

    shown = without_a_script[without_a_script.index("data-leaves") :]
    assert "slip.txt" in shown
    assert "2.txt" in shown
    assert "Where is it?" in desk.post(remove, form()).text
    assert Upload.objects.get().name == "2.txt"
    assert desk.post(reverse("desk:detach_aside", args=[0])).status_code == 404
