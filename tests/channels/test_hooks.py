"""Calls of providers, signed as each documents it: kept once, or refused and nothing kept."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_django.fixtures import Settings

from evenhand.channels.actions import hooks as actions
from evenhand.channels.actions.intake import TooLarge
from evenhand.channels.hooks.mails import Brought
from evenhand.channels.models import Delivery, HookCall, RecipientState
from evenhand.customers.models import Identity
from evenhand.ledger.models import Entry
from evenhand.web.environment import Environment, WrongSetting
from evenhand.web.hook_settings import SHOWING, SIGNING, hooks
from tests import given
from tests.channels.hook_calls import (
    KEY,
    NOW,
    PASSWORD,
    PLAIN,
    PUBLIC,
    RAW,
    RAW_CALLS,
    Call,
    a_bounce,
    basic,
    mailersend,
    mailgun,
    postal,
    postmark,
)
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def set_up(settings: Settings) -> None:
    settings.HOOKS = {
        **dict.fromkeys(SIGNING, KEY),
        **dict.fromkeys(SHOWING, PASSWORD),
        "postal": PUBLIC,
    }
    settings.PUBLIC_URL = "http://127.0.0.1:8000"


@pytest.mark.parametrize("made", RAW_CALLS)
@time_machine.travel(NOW, tick=False)
def test_a_proven_call_keeps_the_mail_byte_for_byte_and_once(
    client: Client, made: Callable[[], Call]
) -> None:
    call = made()

    answers = [call.sent(client).status_code for _ in range(2)]

    delivery = Delivery.objects.get()
    assert answers == [200, 200]
    assert bytes(delivery.raw) == call.raw
    assert delivery.source == "webhook"
    assert delivery.envelope_from == call.sender
    assert delivery.envelope_to == ["help@shop.example"]


@pytest.mark.parametrize("made", RAW_CALLS)
@time_machine.travel(NOW, tick=False)
def test_a_call_that_proves_nothing_is_refused_and_nothing_is_kept(
    client: Client, made: Callable[[], Call], settings: Settings
) -> None:
    call = made()
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = other.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    wrong = base64.b64encode(public).decode() if call.provider == "postal" else "other"
    settings.HOOKS = {call.provider: wrong}

    forged = call.sent(client).status_code
    bare = call.sent(client, headers={}).status_code

    # whoever shows a password hears that it is wrong, and may try again
    refused = 401 if call.provider in SHOWING else 403
    assert (forged, bare) == (refused, refused)
    assert not Delivery.objects.exists()
    assert not HookCall.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_second_try_of_a_signed_call_may_cut_its_form_otherwise(
    client: Client,
) -> None:
    call = mailgun()
    edge = b"edge-of-the-tests"
    other = replace(
        call,
        body=call.body.replace(edge, b"another-edge"),
        content_type=call.content_type.replace(edge.decode(), "another-edge"),
    )

    answers = [each.sent(client).status_code for each in (call, other)]

    assert answers == [200, 200]
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("made", [mailersend, postal])
def test_a_signed_call_with_another_body_is_refused(
    client: Client, made: Callable[[], Call]
) -> None:
    call = made()

    answer = call.sent(client, body=call.body.replace(b"help@", b"hulp@"))

    assert answer.status_code == 403
    assert not Delivery.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_signature_that_leaves_the_body_out_counts_for_its_first_body_alone(
    client: Client,
) -> None:
    first = mailgun().sent(client).status_code
    replayed = mailgun(PLAIN).sent(client).status_code
    again = mailgun().sent(client).status_code

    assert (first, replayed, again) == (200, 403, 200)
    assert bytes(Delivery.objects.get().raw) == RAW


@pytest.mark.parametrize("hours", [-25, 1])
@time_machine.travel(NOW, tick=False)
def test_a_signature_of_another_day_is_refused(client: Client, hours: int) -> None:
    stamp = (NOW + given.minutes(60 * hours)).timestamp()

    assert mailgun(stamp=stamp).sent(client).status_code == 403
    assert not Delivery.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_marks_are_forgotten_once_their_signature_is_too_old(client: Client) -> None:
    actions.believe_once(
        provider="mailgun", mark="old", said=b"", at=NOW - given.minutes(60 * 49)
    )

    mailgun().sent(client)

    assert HookCall.objects.count() == 1


@pytest.mark.parametrize("provider", [*SIGNING, *SHOWING, "nobody"])
def test_a_provider_that_is_not_set_up_has_no_address(
    client: Client, settings: Settings, provider: str
) -> None:
    settings.HOOKS = {}

    assert client.post(f"/hooks/mail/{provider}/").status_code == 404
    assert client.post(f"/hooks/mail/{provider}/events/").status_code == 404


def test_a_mail_beyond_the_bound_is_refused_for_good_and_written_down(
    client: Client, settings: Settings
) -> None:
    settings.MAIL_LARGEST = len(RAW) - 1

    with time_machine.travel(NOW, tick=False):
        for_good = mailgun().sent(client).status_code
    settings.MAIL_LARGEST = len(PLAIN) - 1
    likewise = postmark().sent(client).status_code
    refused = postal().sent(client).status_code

    assert (for_good, likewise, refused) == (406, 403, 413)
    assert not Delivery.objects.exists()
    entries = Entry.objects.filter(kind="mail.refused")
    assert [entry.data["sender"] for entry in entries] == ["eva@mail.example"] * 3


def test_a_mail_larger_than_a_form_may_be_is_taken(client: Client) -> None:
    raw = PLAIN + b"x" * (6 * 2**20)

    with time_machine.travel(NOW, tick=False):
        answer = mailgun(raw).sent(client)

    assert answer.status_code == 200
    assert Delivery.objects.get().size == len(raw)


def test_a_mail_of_fields_is_made_the_same_each_time_and_marked_so(
    client: Client,
) -> None:
    told = {
        "Headers": {
            "From": "Eva <eva@mail.example>",
            "To": "help@shop.example",
            "Subject": "Größe",
            "Message-ID": "<two@mail.example>",
        },
        "Parts": [],
        "Text-part": "Es paßt nicht.",
        "Html-part": "<p>Es paßt nicht.</p>",
        "Sender": "eva@mail.example",
        "Recipient": "help@shop.example",
    }
    call = Call("mailjet", json.dumps(told).encode(), headers=basic())

    answers = [call.sent(client).status_code for _ in range(2)]

    delivery = Delivery.objects.get()
    filed = a_filed(bytes(delivery.raw))
    assert answers == [200, 200]
    assert delivery.source == "rebuilt"
    assert delivery.envelope_to == ["help@shop.example"]
    assert filed.message is not None
    assert filed.message.text.strip() == "Es paßt nicht."
    assert case_of(filed).subject == "Größe"


def test_a_call_without_a_mail_is_said_not_to_be_understood(client: Client) -> None:
    call = Call("sparkpost", b'[{"msys": {"oddity": {}}}]', headers=basic())

    assert call.sent(client).status_code == 422
    assert not Delivery.objects.exists()


def test_all_mails_of_a_call_are_kept_or_none(settings: Settings) -> None:
    settings.MAIL_LARGEST = 65536
    mails = [Brought(raw_mail(), "", ()), Brought(b"x" * 65537, "", ())]

    with pytest.raises(TooLarge):
        actions.take(mails=mails, at=NOW)

    assert not Delivery.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_told_bounce_marks_the_mail_for_its_recipient_and_the_address(
    client: Client,
) -> None:
    sent = an_answer_sent(case_of(a_filed()))

    answer = a_bounce(sent.mail_id).sent(client, events=True)

    person = sent.people.get()
    assert answer.status_code == 200
    assert person.state == RecipientState.BOUNCED
    assert "550 no such user" in person.words
    assert Identity.objects.get(value="eva@mail.example").bounced_at == NOW


@pytest.mark.parametrize(
    "changed", [{"severity": "temporary"}, {"event": "opened"}, {"event": "delivered"}]
)
@time_machine.travel(NOW, tick=False)
def test_what_may_still_arrive_or_has_arrived_marks_nothing(
    client: Client, changed: dict[str, object]
) -> None:
    sent = an_answer_sent(case_of(a_filed()))
    before = sent.people.get().state

    answer = a_bounce(sent.mail_id, **changed).sent(client, events=True)

    assert answer.status_code == 200
    assert sent.people.get().state == before
    assert Identity.objects.get(value="eva@mail.example").bounced_at is None


@time_machine.travel(NOW, tick=False)
def test_a_complaint_marks_the_mail_and_not_the_address(client: Client) -> None:
    sent = an_answer_sent(case_of(a_filed()))

    a_bounce(sent.mail_id, event="complained").sent(client, events=True)

    assert "junk" in sent.people.get().words
    assert Identity.objects.get(value="eva@mail.example").bounced_at is None


def test_a_topic_is_confirmed_only_at_amazons_own_address(client: Client) -> None:
    told = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "m1",
        "SubscribeURL": "http://169.254.169.254/latest/",
    }
    headers = {
        **basic(),
        "X-Amz-Sns-Message-Type": "SubscriptionConfirmation",
        "X-Amz-Sns-Message-Id": "m1",
    }
    call = Call("amazon_ses", json.dumps(told).encode(), headers=headers)

    assert call.sent(client).status_code == 422


@pytest.mark.parametrize("value", ["postmark", "postmark:short", ":a-long-random-text"])
def test_a_weak_password_stops_the_start(value: str) -> None:
    with pytest.raises(WrongSetting):
        hooks(Environment({"EVENHAND_HOOK_POSTMARK": value}))


def test_only_what_is_set_may_call() -> None:
    given_ = {"EVENHAND_HOOK_POSTMARK": PASSWORD, "EVENHAND_HOOK_MAILGUN": KEY}

    assert hooks(Environment(given_)) == {"postmark": PASSWORD, "mailgun": KEY}
