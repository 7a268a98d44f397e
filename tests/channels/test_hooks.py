"""Calls of providers, signed as each documents it: kept once, or refused and nothing kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
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
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail

pytestmark = pytest.mark.django_db
KEY = "key-of-the-tests"
PASSWORD = "desk:a-long-random-text"
NOW = given.MONDAY
# bytes that are no UTF-8: what a form or JSON would spoil
RAW = (
    b"From: Eva <eva@mail.example>\r\nTo: help@shop.example\r\nSubject: Gr\xfc\xdfe\r\n"
    b"Message-ID: <one@mail.example>\r\nContent-Type: text/plain; charset=latin-1\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\nEs pa\xdft nicht.\r\n"
)
PLAIN = RAW.decode("latin-1").encode("ascii", "ignore")
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = base64.b64encode(
    RSA.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()


@dataclass(frozen=True, slots=True)
class Call:
    """A call as a provider makes it."""

    provider: str
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    # what arrives
    raw: bytes = PLAIN
    sender: str = "eva@mail.example"

    def sent(self, client: Client, *, events: bool = False, **changed: Any) -> Any:
        tail = "events/" if events else ""
        return client.post(
            f"/hooks/mail/{self.provider}/{tail}",
            changed.get("body", self.body),
            content_type=self.content_type,
            headers=changed.get("headers", self.headers),
        )


def basic(words: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(words.encode()).decode()}"}


def in_parts(fields: dict[str, bytes]) -> tuple[bytes, str]:
    edge = "edge-of-the-tests"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + value
        + b"\r\n"
        for name, value in fields.items()
    ]
    return (
        b"".join(parts) + f"--{edge}--\r\n".encode(),
        f"multipart/form-data; boundary={edge}",
    )


def mailgun(raw: bytes = RAW, *, stamp: float | None = None) -> Call:
    token = "a-random-text"
    at = str(int(stamp if stamp is not None else NOW.timestamp()))
    signed = hmac.new(KEY.encode(), f"{at}{token}".encode(), hashlib.sha256)
    body, kind = in_parts(
        {
            "body-mime": raw,
            "sender": b"eva@mail.example",
            "recipient": b"help@shop.example",
            "timestamp": at.encode(),
            "token": token.encode(),
            "signature": signed.hexdigest().encode(),
        }
    )
    return Call("mailgun", body, kind, raw=raw)


def mandrill() -> Call:
    message = {"raw_msg": PLAIN.decode(), "email": "help@shop.example"}
    told = json.dumps([{"event": "inbound", "ts": 1, "msg": message}])
    url = "http://127.0.0.1:8000/hooks/mail/mandrill/"
    signed = hmac.new(
        KEY.encode(), f"{url}mandrill_events{told}".encode(), hashlib.sha1
    )
    signature = base64.b64encode(signed.digest()).decode()
    body, kind = in_parts({"mandrill_events": told.encode()})
    headers = {"X-Mandrill-Signature": signature}
    return Call("mandrill", body, kind, headers, sender="")


def mailersend() -> Call:
    data = {
        "raw": PLAIN.decode(),
        "sender": {"email": "eva@mail.example"},
        "recipients": {"rcptTo": [{"email": "help@shop.example"}]},
    }
    body = json.dumps({"type": "inbound.message", "data": data}).encode()
    signature = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    return Call("mailersend", body, headers={"Signature": signature})


def postal() -> Call:
    told = {
        "message": base64.b64encode(RAW).decode(),
        "base64": True,
        "mail_from": "eva@mail.example",
        "rcpt_to": "help@shop.example",
    }
    body = json.dumps(told).encode()
    # the scheme is Postal's: SHA-1
    signature = RSA.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the provider's own
    headers = {"X-Postal-Signature": base64.b64encode(signature).decode()}
    return Call("postal", body, headers=headers, raw=RAW)


def postmark() -> Call:
    told = {
        "RawEmail": PLAIN.decode(),
        "Headers": [{"Name": "Return-Path", "Value": "<eva@mail.example>"}],
        "OriginalRecipient": "help@shop.example",
        "FromFull": {"Email": "eva@mail.example"},
    }
    return Call("postmark", json.dumps(told).encode(), headers=basic())


def sparkpost() -> Call:
    relayed = {
        "content": {
            "email_rfc822": base64.b64encode(RAW).decode(),
            "email_rfc822_is_base64": True,
        },
        "msg_from": "eva@mail.example",
        "rcpt_to": "help@shop.example",
        "protocol": "smtp",
    }
    body = json.dumps([{"msys": {"relay_message": relayed}}]).encode()
    return Call("sparkpost", body, headers=basic(), raw=RAW)


def amazon_ses() -> Call:
    told = {
        "notificationType": "Received",
        "mail": {"source": "eva@mail.example"},
        "receipt": {
            "recipients": ["help@shop.example"],
            "action": {"type": "SNS", "encoding": "BASE64"},
        },
        "content": base64.b64encode(RAW).decode(),
    }
    body = {"Type": "Notification", "MessageId": "m1", "Message": json.dumps(told)}
    headers = {
        **basic(),
        "X-Amz-Sns-Message-Type": "Notification",
        "X-Amz-Sns-Message-Id": "m1",
    }
    return Call("amazon_ses", json.dumps(body).encode(), headers=headers, raw=RAW)


RAW_CALLS = (mailgun, mandrill, mailersend, postal, postmark, sparkpost, amazon_ses)


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
        provider="mailgun", mark="old", body=b"", at=NOW - given.minutes(60 * 49)
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


def a_bounce(mail_id: str, **changed: object) -> Call:
    event = {
        "event": "failed",
        "severity": "permanent",
        "recipient": "eva@mail.example",
        "timestamp": NOW.timestamp(),
        "message": {"headers": {"message-id": mail_id}},
        "reason": "bounce",
        "delivery-status": {"message": "550 no such user"},
        **changed,
    }
    at = str(int(NOW.timestamp()))
    signed = hmac.new(KEY.encode(), f"{at}t9".encode(), hashlib.sha256)
    signature = {"timestamp": at, "token": "t9", "signature": signed.hexdigest()}
    body = json.dumps({"signature": signature, "event-data": event}).encode()
    return Call("mailgun", body)


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
