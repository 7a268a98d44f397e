"""Which case a mail belongs to: by the ids it answers or by a token we signed.

The token `c10042.k3jv…` names a case and carries the first 80 bits of an
HMAC-SHA256. It rides in the Reply-To of every mail we send
(`support+c10042.k3jv…@shop.example`) and in its Message-ID
(`<out.0f3a….c10042.k3jv…@shop.example>`), so that an answer finds its case even
when a mailer drops References. A subject alone never joins two mails.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.parse import ParsedMail

_SIGNATURE_BYTES = 10
_TOKEN = re.compile(
    r"(?<![a-z0-9-])([a-z0-9][a-z0-9-]{0,23})\.([a-z2-7]{16})(?![a-z0-9])"
)
_OURS = re.compile(r"out\.[0-9a-f]{32}\.")
MAX_CLAIMS = 50


class By(StrEnum):
    """What joined a mail to its case, strongest first."""

    MESSAGE_ID = "message_id"
    REFERENCES = "references"
    TOKEN = "token"  # noqa: S105 - the name of a rule, no secret


@dataclass(frozen=True, slots=True)
class Claims:
    """What a mail says about the thread it belongs to, newest first.

    `answers` are the ids of In-Reply-To, `refers` those of References, `tokens`
    the references of cases whose signature is ours.
    """

    answers: tuple[str, ...]
    refers: tuple[str, ...]
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """The case a mail belongs to, and by what.

    `stranger` marks a sender who was no party of the case: whoever quotes a
    Message-ID may write, and is shown to staff as new in this conversation.
    """

    case: str
    by: By
    stranger: bool


@dataclass(frozen=True, slots=True)
class New:
    """The mail opens a case of its own."""


def case_token(ref: str, *, secret: str) -> str:
    """Return the signed token of a case: lower-case letters, digits, dash, one dot."""
    named = ref.lower()
    digest = hmac.new(
        secret.encode(), f"case:{named}".encode(), hashlib.sha256
    ).digest()
    signature = base64.b32encode(digest[:_SIGNATURE_BYTES]).decode("ascii").lower()
    return f"{named}.{signature}"


def cases_in(text: str, *, secret: str) -> Iterator[str]:
    """Yield the cases that genuine tokens in this text name (compared in constant time)."""
    for found in _TOKEN.finditer(text.lower()[:2000]):
        if hmac.compare_digest(case_token(found[1], secret=secret), found[0]):
            yield found[1]


def reply_address(ref: str, *, base: str, secret: str) -> str:
    """Return our address for answers to this case: `support+TOKEN@shop.example`."""
    local, _, domain = base.rpartition("@")
    return f"{local}+{case_token(ref, secret=secret)}@{domain}"


def outgoing_id(ref: str, *, unique: str, domain: str, secret: str) -> str:
    """Return the Message-ID (no brackets) of a mail we send; `unique` is 32 hex digits."""
    return f"out.{unique}.{case_token(ref, secret=secret)}@{domain}"


def is_ours(message_id: str, *, domains: Collection[str], secret: str) -> bool:
    """Whether we made this Message-ID: our form, our domain, our signature."""
    _, _, domain = message_id.rpartition("@")
    formed = _OURS.match(message_id) and domain.lower() in domains
    return bool(formed) and any(cases_in(message_id, secret=secret))


def claims(mail: ParsedMail, *, delivered_to: Collection[str], secret: str) -> Claims:
    """Gather what the mail and its envelope say; bounded, without duplicates."""
    answers = _unique(mail.in_reply_to)
    refers = _unique(reversed(mail.references))
    reported = (
        (mail.report.original_id,) if mail.report and mail.report.original_id else ()
    )
    addressed = (*delivered_to, *(each.addr for each in _recipients(mail)))
    told = (*reported, *answers, *refers, *addressed)
    tokens = (case for text in told for case in cases_in(text, secret=secret))
    return Claims(_unique((*reported, *answers)), refers, _unique(tokens))


def join(
    told: Claims,
    *,
    known: Mapping[str, str],
    open_to: Collection[str],
    parties: Mapping[str, Collection[str]],
    author: Address,
) -> Joined | New:
    """Decide the case: an answered id, then a referred one, then a signed token.

    `known` maps Message-IDs to cases, `open_to` holds the cases that exist among
    the tokens, `parties` the addresses (casefolded) known in each case.
    """
    for ids, by in ((told.answers, By.MESSAGE_ID), (told.refers, By.REFERENCES)):
        found = next((known[each] for each in ids if each in known), None)
        if found is not None:
            return Joined(found, by, author.key not in parties.get(found, ()))
    found = next((case for case in told.tokens if case in open_to), None)
    if found is not None:
        return Joined(found, By.TOKEN, author.key not in parties.get(found, ()))
    return New()


def _recipients(mail: ParsedMail) -> Iterator[Address]:
    yield from mail.to
    yield from mail.cc
    yield from mail.delivered_to


def _unique(items: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))[:MAX_CLAIMS]
