"""The mails that a call hands over: their own bytes where the provider gives them.

Where it gives only fields, a mail is made of them, and is marked as made.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email import policy
from email.message import Message
from typing import Any

from django.http import HttpRequest


class NotUnderstood(Exception):
    """The call is true and holds no mail that can be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A mail of a call; `is_made` where its bytes are not those that were sent."""

    raw: bytes
    sender: str
    recipients: tuple[str, ...]
    is_made: bool = False


def mails_of(request: HttpRequest, key: str, reading: Any) -> list[Brought]:
    """Return the mails that a proven call hands over; NotUnderstood.

    `reading` is the provider's reader, which makes a mail of fields where need be.
    """
    try:
        found = list(_READERS[key](request))
        return found or list(_made(request, reading))
    except NotUnderstood:
        raise
    except Exception as error:
        raise NotUnderstood(repr(error)) from error


def _of_mailgun(request: HttpRequest) -> Iterator[Brought]:
    form = request.POST
    if "body-mime" in form:
        yield Brought(
            raw=form["body-mime"].encode("latin-1"),
            sender=_text(form.get("sender", "")),
            recipients=_addresses(_text(form.get("recipient", ""))),
        )


def _of_mandrill(request: HttpRequest) -> Iterator[Brought]:
    for event in json.loads(request.POST["mandrill_events"]):
        if event.get("event") != "inbound":
            raise NotUnderstood("this address takes mail, not events")
        message = event["msg"]
        yield Brought(_bytes(message["raw_msg"]), "", _addresses(message["email"]))


def _of_postmark(request: HttpRequest) -> Iterator[Brought]:
    call = json.loads(request.body)
    if "RawEmail" in call:
        first = (call.get("Headers") or [{}])[0]
        is_path = str(first.get("Name", "")).lower() == "return-path"
        yield Brought(
            raw=_bytes(call["RawEmail"]),
            sender=str(first["Value"]).strip("<>") if is_path else "",
            recipients=_addresses(call.get("OriginalRecipient")),
        )


def _of_sparkpost(request: HttpRequest) -> Iterator[Brought]:
    for event in json.loads(request.body):
        relayed = event["msys"].get("relay_message")
        if relayed is None:
            continue
        content = relayed["content"]
        raw = content["email_rfc822"]
        is_base64 = content.get("email_rfc822_is_base64")
        yield Brought(
            raw=b64decode(raw) if is_base64 else _bytes(raw),
            sender=str(relayed.get("msg_from") or ""),
            recipients=_addresses(relayed.get("rcpt_to")),
        )


def _of_mailersend(request: HttpRequest) -> Iterator[Brought]:
    brought = json.loads(request.body)["data"]
    people = brought.get("recipients", {}).get("rcptTo", [])
    yield Brought(
        raw=_bytes(brought["raw"]),
        sender=str(brought.get("sender", {}).get("email") or ""),
        recipients=tuple(str(each["email"]) for each in people),
    )


def _of_postal(request: HttpRequest) -> Iterator[Brought]:
    call = json.loads(request.body)
    raw = call["message"]
    yield Brought(
        raw=b64decode(raw) if call.get("base64") is True else _bytes(raw),
        sender=str(call.get("mail_from") or ""),
        recipients=_addresses(call.get("rcpt_to")),
    )


def _of_amazon_ses(request: HttpRequest) -> Iterator[Brought]:
    told = json.loads(json.loads(request.body)["Message"])
    if told.get("notificationType") != "Received":
        raise NotUnderstood("this address takes mail, not events")
    receipt = told["receipt"]
    action = receipt.get("action", {})
    if "content" not in told:
        raise NotUnderstood(f"the rule's action is {action.get('type')}, not SNS")
    is_base64 = action.get("encoding") == "BASE64"
    yield Brought(
        raw=b64decode(told["content"]) if is_base64 else _bytes(told["content"]),
        sender=str(told.get("mail", {}).get("source") or ""),
        recipients=tuple(map(str, receipt.get("recipients", ()))),
    )


def _of_fields(_request: HttpRequest) -> Iterator[Brought]:
    """Give nothing: this provider hands over fields alone."""
    yield from ()


_READERS: Mapping[str, Callable[[HttpRequest], Iterator[Brought]]] = {
    "mailgun": _of_mailgun,
    "mandrill": _of_mandrill,
    "postmark": _of_postmark,
    "sparkpost": _of_sparkpost,
    "mailersend": _of_mailersend,
    "postal": _of_postal,
    "amazon_ses": _of_amazon_ses,
    "mailjet": _of_fields,
}


def _made(request: HttpRequest, reading: Any) -> Iterator[Brought]:
    """Make a mail of what the provider tells of it, the same bytes for the same call."""
    if request.encoding == "latin-1":
        # fields are read as what they are, and only bytes of a mail as bytes
        _as_utf8(request)
    for number, event in enumerate(reading.parse_events(request)):
        message = event.message
        _name_boundaries(message, f"{number}:".encode() + request.body)
        yield Brought(
            raw=message.as_bytes(policy=policy.SMTP.clone(max_line_length=None)),
            sender=str(message.envelope_sender or ""),
            recipients=_addresses(message.envelope_recipient),
            is_made=True,
        )


def _as_utf8(request: HttpRequest) -> None:
    form = request.POST.copy()
    for name in form:
        form.setlist(name, [_text(each) for each in form.getlist(name)])
    request._post = form  # type: ignore[attr-defined]  # noqa: SLF001 - the form that was read


def _name_boundaries(message: Message, seed: bytes) -> None:
    """Give each multipart a boundary that a repeated call gives it again."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            digest = hashlib.sha256(seed + b":%d" % number).hexdigest()
            part.set_boundary(f"=_{digest[:32]}")


def _text(read: str) -> str:
    """Return what was read byte by byte as the UTF-8 that it is."""
    return read.encode("latin-1").decode("utf-8", "replace")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _addresses(told: object) -> tuple[str, ...]:
    return tuple(filter(None, (each.strip() for each in str(told or "").split(","))))
