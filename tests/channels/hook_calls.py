"""Calls as providers make them, signed by the scheme that each documents."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.test import Client

from tests import given

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
