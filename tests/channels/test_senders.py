"""What the page of a case says of who wrote a mail."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from evenhand.channels.queries.heads import HEAD_BYTES
from evenhand.channels.senders import senders_of
from tests import given
from tests.given_mail import a_filed, case_of, raw_mail

pytestmark = pytest.mark.django_db

PASSED = (
    "Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=mail.example;\n"
    " dmarc=pass header.from=mail.example\n"
)


def page(client: Client, raw: bytes) -> str:
    case = case_of(a_filed(raw))
    client.force_login(given.the("mei"))
    return client.get(reverse("desk:case", args=[case.ref])).text


def test_a_sender_whom_our_server_verified_is_marked(
    client: Client, settings: Settings
) -> None:
    settings.TRUSTED_AUTH_HOSTS = ["mx.shop.example"]

    shown = page(client, raw_mail(headers=PASSED))

    assert "Sender verified" in shown
    assert "SPF pass, DMARC pass (mx.shop.example)" in shown
    assert "About the sender" not in shown


def test_one_whom_it_refused_is_marked_too(client: Client, settings: Settings) -> None:
    settings.TRUSTED_AUTH_HOSTS = ["mx.shop.example"]

    shown = page(client, raw_mail(headers=PASSED.replace("=pass", "=fail")))

    assert "Sender not verified" in shown
    assert "Sender verified" not in shown


def test_a_server_nobody_named_marks_nothing(client: Client) -> None:
    shown = page(client, raw_mail(headers=PASSED))

    assert "Sender verified" not in shown
    assert "Sender not verified" not in shown


def test_a_sender_who_looks_like_us_is_told_with_the_reason(
    client: Client, settings: Settings
) -> None:
    settings.MAIL_DOMAINS = ["oakshop.example"]

    shown = page(client, raw_mail(sender='"help@oakshop.example" <x@oak-shop.example>'))

    assert (
        "The name shows the address help@oakshop.example, "
        "but the mail is from x@oak-shop.example." in shown
    )
    assert (
        "The domain oak-shop.example looks like ours (oakshop.example) "
        "and is another." in shown
    )


def test_a_name_with_markup_is_shown_as_words(client: Client) -> None:
    shown = page(client, raw_mail(sender='"<b>a@b.example</b>" <x@evil.test>'))

    assert "<b>a@b.example" not in shown


def test_a_head_longer_than_what_is_fetched_is_judged_by_its_beginning() -> None:
    padding = "".join(f"X-Pad-{n}: {'x' * 900}\n" for n in range(60))
    raw = raw_mail(sender="Oak Shop <x@evil.test>", headers=padding)
    message = a_filed(raw).message
    assert message is not None
    assert len(raw) > HEAD_BYTES

    found = senders_of([message], known=())

    assert found[message.pk].author.addr == "x@evil.test"


def test_a_delivery_that_came_twice_is_judged_by_the_first(
    settings: Settings,
) -> None:
    settings.TRUSTED_AUTH_HOSTS = ["mx.shop.example"]
    first = a_filed(raw_mail(message_id="one@mail.example", headers=PASSED))
    a_filed(raw_mail(message_id="one@mail.example"))
    assert first.message is not None

    found = senders_of([first.message], known=())

    assert found[first.message.pk].vouched is True


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ('multipart/encrypted; protocol="application/pgp-encrypted"', "Encrypted"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "Encrypted"),
        ("application/x-pkcs7-mime; smime-type=signed-data", "Signed"),
        ('multipart/signed; micalg="sha-256"', "Signed"),
    ],
)
def test_a_sealed_mail_is_marked(client: Client, kind: str, word: str) -> None:
    raw = raw_mail().replace(b"text/plain; charset=utf-8", kind.encode())

    shown = page(client, raw)

    assert f"{word}</span>" in shown


def test_an_invitation_is_shown_as_what_it_announces(client: Client) -> None:
    invitation = (
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Fitting <b>two</b>\n"
        "DTSTART;TZID=Europe/Berlin:20261116T090000\nLOCATION:Oak Street 1\n"
        "END:VEVENT\nEND:VCALENDAR"
    )
    raw = raw_mail(text=invitation).replace(b"text/plain", b"text/calendar")

    shown = page(client, raw)

    assert "Fitting &lt;b&gt;two&lt;/b&gt;" in shown
    assert "2026-11-16 09:00 Europe/Berlin, Oak Street 1" in shown
    assert "invite.ics" in shown
