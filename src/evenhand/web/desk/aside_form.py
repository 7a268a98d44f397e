"""The form of a mail to a third party: what stands in it, what is passed on with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from uuid import uuid4

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import (
    get_supported_language_variant,
    gettext,
    override,
)

from evenhand.cases import queries
from evenhand.cases.models import Case, Direction, Message, SideConversation
from evenhand.channels.actions.side_checks import Aside
from evenhand.channels.mail.forwarding import passed_on
from evenhand.channels.models import HeldAside
from evenhand.kernel.text import language_of

LONGEST_TEXT = 100_000
LONGEST_SUBJECT = 300
LONGEST_TO = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What stands in the form.

    `along` are keys of files of the case, `file` of those that lie beside the form.
    """

    to: str = ""
    subject: str = ""
    text: str = ""
    token: str = ""
    quote: frozenset[str] = frozenset()
    along: frozenset[str] = frozenset()
    file: frozenset[str] = frozenset()
    # the key of the name that it leaves under
    name: str = ""
    tells_address: bool = False
    do: str = ""
    seen: str = ""
    later: bool = False
    leave: str = ""
    leave_on: str = ""


def wanted_in(posted: QueryDict) -> Wanted:
    """Return what was posted; what is too long is cut."""
    later = "later" in posted
    return Wanted(
        to=posted.get("to", "")[:LONGEST_TO],
        subject=posted.get("subject", "")[:LONGEST_SUBJECT],
        text=posted.get("text", "")
        .replace("\r\n", "\n")
        .replace("\0", "")[:LONGEST_TEXT],
        token=posted.get("token", "")[:64],
        quote=frozenset(posted.getlist("quote")),
        along=frozenset(posted.getlist("along")),
        file=frozenset(posted.getlist("file")),
        name=posted.get("name", "")[:18],
        tells_address="tells_address" in posted,
        do="send" if later else posted.get("do", ""),
        seen=posted.get("seen", ""),
        later=later,
        leave=posted.get("leave", "")[:40],
        leave_on=posted.get("leave_on", "")[:40],
    )


def blank(case: Case, side: SideConversation | None) -> Wanted:
    """Return an empty form; a further mail goes to whom the last ones went."""
    token = uuid4().hex
    if side is None:
        return Wanted(token=token, subject=case.subject)
    to = [one.address for one in side.parties.all() if one.written_to]
    return Wanted(token=token, to=", ".join(to))


def resumed(held: HeldAside) -> Wanted:
    """Return the form as it was when what came back was sent; its files lie beside it."""
    return Wanted(
        to=", ".join(held.to),
        subject=str(held.choices["subject"]),
        text=held.text,
        token=uuid4().hex,
        along=frozenset(map(str, held.choices["files"])),
        name=str(held.choices.get("name") or ""),
        tells_address=bool(held.choices["tells_address"]),
    )


def aside_in(case: Case, wanted: Wanted) -> Aside:
    """Return the mail that the form describes."""
    return Aside(
        to=tuple(filter(None, re.split(r"[\s,;]+", wanted.to))),
        subject=wanted.subject.replace("\0", ""),
        text=wanted.text,
        token=wanted.token,
        language=language_of(wanted.text, default=case.language),
        files=_keys(wanted.along),
        uploads=_keys(wanted.file),
        name=name_in(wanted),
        tells_address=wanted.tells_address,
    )


def quoting(case: Case, wanted: Wanted) -> Wanted:
    """Put the chosen messages below the words, where the writer can still cut them."""
    chosen = [one for one in said_in(case) if str(one.pk) in wanted.quote]
    known = queries.customer_addresses(case)
    leave_out = frozenset() if wanted.tells_address else known
    quotes = [
        passed_on(one.text, heading=_heading(case, one), leave_out=leave_out)
        for one in chosen
    ]
    text = "\n\n".join([wanted.text.rstrip(), *quotes]) if quotes else wanted.text
    return replace(wanted, text=text, quote=frozenset())


def said_in(case: Case) -> list[Message]:
    """Return what was said with the customer, which may be passed on."""
    return [one for one in queries.thread(case) if isinstance(one, Message)]


def _heading(case: Case, message: Message) -> str:
    """Say who wrote when, in the language of the case and without a name of theirs."""
    with override(_catalogue(case.language)):
        day = date_format(timezone.localtime(message.said_at), "DATE_FORMAT")
        if message.direction == Direction.OUT:
            return gettext("On %(day)s we wrote:") % {"day": day}
        return gettext("On %(day)s our customer wrote:") % {"day": day}


def _catalogue(language: str) -> str:
    """Return the language of ours that is nearest: zh-hans for zh, else English."""
    try:
        return get_supported_language_variant(language)
    except LookupError:
        return "en"


def name_in(wanted: Wanted) -> int | None:
    """Return the key of the name that was chosen, None where nobody chose."""
    return int(wanted.name) if _is_key(wanted.name) else None


def _keys(posted: frozenset[str]) -> list[int]:
    return [int(key) for key in posted if _is_key(key)]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
