"""Which case a mail belongs to: by the ids it answers or by a token we signed.

The token `c10042.k3jv…` names a case and carries the first 80 bits of an
HMAC-SHA256. It rides in the Reply-To of every mail we send
(`support+c10042.k3jv…@shop.example`) and in its Message-ID
(`<out.0f3a….c10042.k3jv…@shop.example>`), so that an answer finds its case even
when a mailer drops References. A side conversation has a token of its own, `s57.…`,
which leads to no case. A subject alone never joins two mails.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    ANSWERED = "answered"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a mail says about the thread it belongs to, newest first.

    `answers` are the ids of In-Reply-To, `refers` those of References, `tokens`
    the references of cases whose signature is ours; `addressed` those of them that
    stand in an address the mail went to.
    """

    answers: tuple[str, ...]
    refers: tuple[str, ...]
    tokens: tuple[str, ...]
    addressed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """The case a mail belongs to, and by what.

    `stranger` marks a sender who was no party of the case: whoever quotes a
    Message-ID may write, and is shown to staff as new in this conversation. `team`
    is for whom it lands there, None for the team that has the case.
    """

    case: str
    by: By
    stranger: bool
    team: int | None = None


@dataclass(frozen=True, slots=True)
class New:
    """The mail opens a case of its own, for this team or for the desk's first."""

    team: int | None = None


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


def side_ref(key: int) -> str:
    """Return the name of a side conversation in a token, `s57`; a case's is a number."""
    return f"s{key}"


def side_key(ref: str) -> int | None:
    """Return the key in the name of a side conversation; None for a case's number."""
    digits = ref.removeprefix("s")
    named = ref.startswith("s") and digits.isdigit() and len(digits) < 16
    return int(digits) if named else None


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
    return Claims(
        _unique((*reported, *answers)),
        refers,
        _unique(_cases_of(told, secret=secret)),
        _unique(_cases_of(addressed, secret=secret)),
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk knows of the cases that a mail could belong to.

    `known` maps Message-IDs to the cases that hold them, `open_to` are the cases that
    exist among the tokens, `parties` the addresses (`Address.key`) known in each case,
    `served` the teams that a case was ever answered or reached for, `answered_by` the
    cases of what was filed as an answer to this very mail before it came,
    `quoted` the one case of the author whose words of ours the mail quotes.
    """

    known: Mapping[str, Sequence[str]]
    open_to: Collection[str]
    parties: Mapping[str, Collection[str]]
    served: Mapping[str, Collection[int]]
    answered_by: Sequence[str] = ()
    quoted: Sequence[str] = ()


def destinations(
    told: Claims,
    desk: Desk,
    *,
    author: Address,
    named: Sequence[int] = (),
    already: Collection[str] = (),
) -> tuple[Joined | New, ...]:
    """Decide the cases: one for the thread, and one for each further team it names.

    The strongest sign decides the first: an answered id, then a referred one, then a
    signed token; where several departments hold the same mail, the department that is
    written to. `named` are the teams whose mailbox the mail went to: each that none of
    the cases serves takes its own case of the same thread, or a new one. `already`
    are the cases that hold this mail; they are not named again.
    """
    found = _candidates(told, desk, author)
    chosen: list[Joined | New] = []
    covered = {team for case in already for team in desk.served.get(case, ())}
    if found and not already:
        case, by = _strongest(found, desk, named)
        chosen.append(_joined(case, by, desk, author))
        covered.update(desk.served.get(case, ()))
    for team in named:
        if team in covered:
            continue
        own = next(
            (each for each in found if team in desk.served.get(each[0], ())), None
        )
        chosen.append(_joined(*own, desk, author, team) if own else New(team))
        covered.add(team)
    return tuple(chosen) if chosen or already else (New(),)


def _candidates(told: Claims, desk: Desk, author: Address) -> list[tuple[str, By]]:
    """Return each case that a sign of the mail points to, by its strongest sign.

    An earlier answer draws a mail only into a case that its author is a party of:
    nobody fetches another's mail by naming its id beforehand.
    """
    answered = [
        case for case in desk.answered_by if author.key in desk.parties.get(case, ())
    ]
    signs = [
        *((By.MESSAGE_ID, desk.known.get(each, ())) for each in told.answers),
        *((By.REFERENCES, desk.known.get(each, ())) for each in told.refers),
        *((By.TOKEN, (each,)) for each in told.tokens if each in desk.open_to),
        (By.ANSWERED, answered),
        (By.QUOTE, desk.quoted),
    ]
    found: dict[str, By] = {}
    for by, cases in signs:
        for case in cases:
            found.setdefault(case, by)
    return list(found.items())


def _strongest(
    found: list[tuple[str, By]], desk: Desk, named: Sequence[int]
) -> tuple[str, By]:
    """Return the first; of equals that hold one mail, a case of a team written to."""
    first, by = found[0]
    sets = (*desk.known.values(), desk.answered_by)
    equals = next((held for held in sets if first in held), (first,))
    for case, sign in found:
        if sign == by and case in equals and set(named) & {*desk.served.get(case, ())}:
            return case, sign
    return first, by


def _joined(
    case: str, by: By, desk: Desk, author: Address, team: int | None = None
) -> Joined:
    return Joined(case, by, author.key not in desk.parties.get(case, ()), team)


def _cases_of(texts: Iterable[str], *, secret: str) -> Iterator[str]:
    return (case for text in texts for case in cases_in(text, secret=secret))


def _recipients(mail: ParsedMail) -> Iterator[Address]:
    yield from mail.to
    yield from mail.cc
    yield from mail.delivered_to


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))[:MAX_CLAIMS]
