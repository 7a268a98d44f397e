"""The outbox, the tray, files and frames show what is the member's to see, safely."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evenhand.cases.models import Attachment, Message
from evenhand.channels.actions import delivering, outbox
from evenhand.channels.models import (
    Delivery,
    DeliveryState,
    Outgoing,
    OutgoingState,
)
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from tests import given
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail
from tests.given_surveys import a_survey

pytestmark = pytest.mark.django_db

Enter = Callable[[str], Client]


@pytest.fixture
def enter() -> Enter:
    """Sign one of the cast in."""

    def client(person: str) -> Client:
        found = Client()
        found.force_login(given.the(person))
        return found

    return client


def a_tray_mail(subject: str = "Out of office") -> Delivery:
    return a_filed(raw_mail(subject=subject, headers="Auto-Submitted: auto-replied\n"))


def html_message(body: str, *, files: bytes = b"") -> Message:
    head = raw_mail().partition(b"Content-Type:")[0]
    delivery = a_filed(
        head + b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode() + b"\r\n"
        + files + b"--b--\r\n"
    )  # fmt: skip
    assert delivery.message is not None
    return delivery.message


def test_the_outbox_lists_what_left_and_why_not(enter: Enter) -> None:
    mail = an_answer_sent(case_of(a_filed()))
    Outgoing.objects.update(state=OutgoingState.FAILED, error="550 no such user")

    page = enter("marta").get("/outbox/")

    assert page.status_code == 200
    text = page.content.decode()
    assert f"/outbox/{mail.pk}/" in text
    assert "550 no such user" in text
    assert "Failed" in text
    assert (
        f"/outbox/{mail.pk}/"
        not in enter("marta").get("/outbox/?which=sent").content.decode()
    )


def test_one_mail_shows_the_very_words_that_leave(enter: Enter) -> None:
    mail = an_answer_sent(case_of(a_filed()), text="退款 59.00 <b>")

    page = enter("marta").get(f"/outbox/{mail.pk}/").content.decode()

    assert "退款 59.00 &lt;b&gt;" in page
    assert mail.mail_id in page


def test_the_link_of_a_survey_is_its_readers_alone(enter: Enter) -> None:
    survey, link = a_survey()
    mail = Outgoing.objects.get(message=survey.message)

    page = enter("marta").get(f"/outbox/{mail.pk}/").content.decode()

    assert link in bytes(mail.raw).decode()
    assert link not in page
    assert "[…]" in page


def test_the_link_for_a_new_password_is_its_readers_alone(enter: Enter) -> None:
    link = "https://desk.example/accounts/password/reset/key/1-secret/"
    outbox.queue_plain(
        EmailMessage("Set a new password", link, to=[given.the("ada").email]),
        at=given.MONDAY,
    )
    mail = Outgoing.objects.get()

    page = enter("marta").get(f"/outbox/{mail.pk}/").content.decode()

    assert link in bytes(mail.raw).decode()
    assert "1-secret" not in page
    assert "for its reader alone" in page


def test_a_mail_of_no_case_is_asked_after_while_it_waits(enter: Enter) -> None:
    outbox.queue_plain(
        EmailMessage("Set a new password", "A link", to=[given.the("ada").email]),
        at=given.MONDAY,
    )
    address = f"/outbox/{Outgoing.objects.get().pk}/"
    asks = f'data-poll="{address}?part=mail"'

    waiting = enter("marta").get(address).text
    Outgoing.objects.update(state=OutgoingState.SENT, sent_at=given.MONDAY)
    part = enter("marta").get(f"{address}?part=mail").text

    assert asks in waiting
    assert 'id="outgoing"' in part
    assert asks not in part
    assert "data-live" not in part


def test_a_failed_mail_is_sent_again_from_its_page(enter: Enter) -> None:
    mail = an_answer_sent(case_of(a_filed()))
    Outgoing.objects.update(state=OutgoingState.FAILED, error="x")
    Job.objects.all().delete()

    answer = enter("marta").post(f"/outbox/{mail.pk}/again/")

    mail.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/outbox/{mail.pk}/",
    )
    assert mail.state == OutgoingState.QUEUED
    assert Job.objects.count() == 1


def test_the_tray_tells_the_reason_and_files_anew(enter: Enter) -> None:
    delivery = a_tray_mail()

    page = enter("ada").get("/set-aside/").content.decode()
    answer = enter("ada").post(f"/set-aside/{delivery.pk}/again/")

    delivery.refresh_from_db()
    assert "Out of office" in page
    assert "answers no case" in page
    assert answer.status_code == 303
    assert delivery.state == DeliveryState.STORED


@pytest.mark.parametrize("person", ["mei", "oscar", "sam"])
def test_only_who_mends_mail_opens_the_tray_and_the_outbox(
    enter: Enter, person: str
) -> None:
    tray = a_tray_mail()
    a_filed()
    outbox.queue_plain(
        EmailMessage("Reset", "A link", "help@shop.example", ["mei@shop.example"]),
        at=given.MONDAY,
    )
    sign_in = Outgoing.objects.get()
    client = enter(person)
    before = Entry.objects.count()

    for method, address, status in (
        (client.get, "/outbox/", 403),
        (client.get, f"/outbox/{sign_in.pk}/", 404),
        (client.post, f"/outbox/{sign_in.pk}/again/", 404),
        (client.get, "/set-aside/", 403),
        (client.post, f"/set-aside/{tray.pk}/again/", 403),
        (client.get, f"/mail/{tray.pk}/raw/", 404),
    ):
        assert method(address).status_code == status

    tray.refresh_from_db()
    assert tray.state == DeliveryState.SET_ASIDE
    assert Entry.objects.count() == before


def test_a_raw_mail_is_downloaded_as_it_came(enter: Enter) -> None:
    raw = raw_mail(headers="Auto-Submitted: auto-replied\n")
    delivery = a_filed(raw)

    answer = enter("ada").get(f"/mail/{delivery.pk}/raw/")

    assert answer.content == raw
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_is_only_ever_downloaded(enter: Enter) -> None:
    message = html_message(
        "<p>Hi</p>",
        files=b"--b\r\nContent-Type: text/html\r\n"
        b'Content-Disposition: attachment; filename="page.html"\r\n\r\n<script>x</script>\r\n',
    )
    file = Attachment.objects.get(message=message)

    answer = enter("mei").get(f"/attachments/{file.pk}/")

    assert answer.getvalue() == b"<script>x</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert enter("sam").get(f"/attachments/{file.pk}/").status_code == 404


def test_the_frame_isolates_a_message(enter: Enter) -> None:
    message = html_message(
        '<script>x</script><p style="color:red">Hi</p><img src="https://spy.example/p.gif">'
    )

    answer = enter("mei").get(f"/messages/{message.pk}/frame/")

    policy = answer.headers["Content-Security-Policy"]
    text = answer.content.decode()
    assert '<p style="color:red">Hi</p>' in text
    assert "<script" not in text
    assert ' src="https://spy' not in text
    assert "sandbox" in policy
    assert "img-src 'self' data:;" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert enter("sam").get(f"/messages/{message.pk}/frame/").status_code == 404


def test_pictures_of_the_network_load_only_when_asked_for(enter: Enter) -> None:
    message = html_message('<img src="https://pics.example/p.gif">')

    answer = enter("mei").get(f"/messages/{message.pk}/frame/?remote=1")

    assert ' src="https://pics.example/p.gif"' in answer.content.decode()
    assert (
        "img-src 'self' data: http: https:;"
        in answer.headers["Content-Security-Policy"]
    )


def test_enclosed_pictures_are_asked_for_by_whom_may_see_them(enter: Enter) -> None:
    message = html_message(
        '<img src="cid:logo"><img src="cid:evil"><img src="cid:none">',
        files=b"--b\r\nContent-Type: image/gif\r\nContent-ID: <logo>\r\n\r\nGIF89a\r\n"
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <evil>\r\n\r\n<svg onload=x>\r\n",
    )

    text = enter("mei").get(f"/messages/{message.pk}/frame/").content.decode()

    logo, evil = message.attachments.order_by("pk")
    address = f"/attachments/{logo.pk}/picture/"
    assert f'src="{address}"' in text
    assert "cid:" not in text
    shown = enter("mei").get(address)
    assert shown.headers["Content-Type"] == "image/gif"
    assert shown.getvalue() == b"GIF89a"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert enter("sam").get(address).status_code == 404
    # what calls itself a picture and is none is not shown as one
    assert enter("mei").get(f"/attachments/{evil.pk}/picture/").status_code == 404


@pytest.mark.parametrize("address", ["/outbox/", "/set-aside/"])
def test_a_list_takes_as_many_queries_for_three_as_for_one(
    enter: Enter, address: str
) -> None:
    client = enter("marta")
    an_answer_sent(case_of(a_filed()))
    a_tray_mail("one")
    client.get(address)
    for_one = _queries_of(client, address)
    for number in range(2):
        an_answer_sent(case_of(a_filed()))
        a_tray_mail(f"more {number}")

    assert _queries_of(client, address) == for_one


def _queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_long_lists_are_read_page_by_page(enter: Enter) -> None:
    for number in range(51):
        plain = raw_mail(subject=f"n{number}", headers="Auto-Submitted: auto-replied\n")
        a_filed(plain, at=given.MONDAY + given.minutes(number))

    first = enter("ada").get("/set-aside/")
    page = first.context["page"]
    second = enter("ada").get("/set-aside/", {"after": page.next_key})

    assert [d.subject for d in page.deliveries] == [f"n{n}" for n in range(50, 0, -1)]
    assert [d.subject for d in second.context["page"].deliveries] == ["n0"]
    assert second.context["page"].next_key == ""


def test_a_broken_page_key_shows_nothing(enter: Enter) -> None:
    a_tray_mail()

    page = enter("ada").get("/set-aside/", {"after": "x'_1"})

    assert page.status_code == 200
    assert page.context["page"].deliveries == []


def test_sending_again_a_mail_that_did_not_fail_changes_nothing(enter: Enter) -> None:
    mail = an_answer_sent(case_of(a_filed()))
    delivering.send(outgoing_pk=mail.pk, at=given.MONDAY)
    jobs = Job.objects.count()

    answer = enter("marta").post(f"/outbox/{mail.pk}/again/")

    mail.refresh_from_db()
    assert answer.status_code == 303
    assert mail.state == OutgoingState.SENT
    assert Job.objects.count() == jobs
