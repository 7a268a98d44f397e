"""Ask a third party about a case: choose what to pass on, see what leaves, send it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import (
    get_supported_language_variant,
    gettext,
    override,
)
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.cases import actions, queries
from evenhand.cases.models import (
    Case,
    Direction,
    Message,
    SideConversation,
    SideMessage,
)
from evenhand.channels import queries as channels
from evenhand.channels.actions import side_mail, uploads
from evenhand.channels.actions.side_mail import Aside, Leaving
from evenhand.channels.mail.forwarding import passed_on
from evenhand.channels.models import Outgoing
from evenhand.channels.queries.files import scans_of
from evenhand.channels.senders import Sender, side_senders_of
from evenhand.kernel.text import language_of
from evenhand.staff.models import Member
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk.context import ShownFile, shown_file
from evenhand.web.desk.verbs import back_to

LONGEST_TEXT = 100_000
LONGEST_SUBJECT = 300
LONGEST_TO = 2_000
# Why nothing left.
REFUSALS: dict[type[Exception], str | Promise] = {
    side_mail.NothingToSay: _("Write a subject and some words."),
    side_mail.NobodyNamed: _("Name one address, and at most ten."),
    side_mail.NoAddress: _("This is no mail address: %(what)s"),
    side_mail.OurOwn: _("%(what)s is an address of this desk."),
    side_mail.ToTheCustomer: _(
        "%(what)s is the customer. What is said here is never sent to them; answer them"
        " in the case."
    ),
    side_mail.TellsTheAddress: _(
        "The words tell the customer's address %(what)s. Take it out, or tick that it"
        " may be told."
    ),
    side_mail.FilesGone: _(
        "A file is no longer there, or they are too large together."
    ),
    side_mail.Infected: _("The virus scanner found something in %(what)s."),
    actions.CaseMerged: _("The case is merged into another. Write from there."),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What stands in the form."""

    to: str = ""
    subject: str = ""
    text: str = ""
    token: str = ""
    quote: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    tells_address: bool = False
    do: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class SaidAside:
    """One mail of a side conversation as its page shows it."""

    message: SideMessage
    state: Outgoing | None
    files: tuple[ShownFile, ...]
    sender: Sender | None
    # the key of the mail as it came
    delivery: int | None


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: StaffRequest, ref: str) -> HttpResponse:
    """Write the first mail of a side conversation."""
    case = queries.case_for(request.user, ref)
    return _form(request, case, None)


@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a side conversation, and write on in it."""
    side = queries.side_for(request.user, pk)
    return _form(request, side.case, side)


@require_POST
def read(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that what came was read: the sign in the case goes out."""
    side = queries.side_for(request.user, pk)
    actions.look_at_side(side=side, by=request.user, at=timezone.now())
    return back_to(side.case.merged_into or side.case, anchor="side")


@require_POST
def take_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Lay a file of a third party beside one's answer to the customer."""
    file = queries.side_file_for(request.user, pk)
    case = file.message.side.case
    try:
        side_mail.take_over(file=file, by=request.user, at=timezone.now())
    except side_mail.NotWritten as refusal:
        messages.error(request, _said_of(refusal))
        return _to(file.message.side)
    except uploads.FileRefused:
        messages.error(request, _("Your answer has too many files already."))
        return _to(file.message.side)
    messages.success(
        request,
        gettext("%(name)s lies beside your answer. It leaves when you send that.")
        % {"name": file.name},
    )
    return back_to(case.merged_into or case, anchor="composer")


def _form(
    request: StaffRequest, case: Case, side: SideConversation | None
) -> HttpResponse:
    """Show the form, or do what one of its buttons says."""
    if request.method != "POST":
        return _page(request, case, side, _blank(case, side))
    wanted = _wanted(request.POST)
    if wanted.do == "quote":
        return _page(request, case, side, _quoting(case, wanted))
    try:
        aside = _aside(case, wanted)
        leaving = side_mail.as_it_leaves(case=case, aside=aside, side=side)
        seen = _digest(leaving)
        if wanted.do != "send" or wanted.seen != seen:
            # nothing leaves that was not on the page before, letter by letter
            return _page(request, case, side, wanted, leaving=leaving, seen=seen)
        sent = _send(request.user, case, side, aside)
    except (side_mail.NotWritten, actions.CaseMerged) as refusal:
        return _page(request, case, side, wanted, fault=_said_of(refusal))
    return _to(sent.side)


def _send(
    member: Member, case: Case, side: SideConversation | None, aside: Aside
) -> SideMessage:
    at = timezone.now()
    if side is None:
        return side_mail.begin(case=case, aside=aside, by=member, at=at)
    return side_mail.go_on(side=side, aside=aside, by=member, at=at)


def _wanted(posted: QueryDict) -> Wanted:
    return Wanted(
        to=posted.get("to", "")[:LONGEST_TO],
        subject=posted.get("subject", "")[:LONGEST_SUBJECT],
        text=posted.get("text", "")
        .replace("\r\n", "\n")
        .replace("\0", "")[:LONGEST_TEXT],
        token=posted.get("token", "")[:64],
        quote=frozenset(posted.getlist("quote")),
        files=frozenset(posted.getlist("file")),
        tells_address="tells_address" in posted,
        do=posted.get("do", ""),
        seen=posted.get("seen", ""),
    )


def _blank(case: Case, side: SideConversation | None) -> Wanted:
    """Return an empty form; a further mail goes to whom the last ones went."""
    token = uuid4().hex
    if side is None:
        return Wanted(token=token, subject=case.subject)
    to = [one.address for one in side.parties.all() if one.written_to]
    return Wanted(token=token, to=", ".join(to))


def _aside(case: Case, wanted: Wanted) -> Aside:
    return Aside(
        to=tuple(filter(None, re.split(r"[\s,;]+", wanted.to))),
        subject=wanted.subject.replace("\0", ""),
        text=wanted.text,
        token=wanted.token,
        language=language_of(wanted.text, default=case.language),
        files=[int(key) for key in wanted.files if _is_key(key)],
        tells_address=wanted.tells_address,
    )


def _quoting(case: Case, wanted: Wanted) -> Wanted:
    """Put the chosen messages below the words, where the writer can still cut them."""
    chosen = [one for one in _said(case) if str(one.pk) in wanted.quote]
    known = queries.customer_addresses(case)
    leave_out = frozenset() if wanted.tells_address else known
    quotes = [
        passed_on(one.text, heading=_heading(case, one), leave_out=leave_out)
        for one in chosen
    ]
    text = "\n\n".join([wanted.text.rstrip(), *quotes]) if quotes else wanted.text
    return replace(wanted, text=text, quote=frozenset())


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


def _said(case: Case) -> list[Message]:
    return [one for one in queries.thread(case) if isinstance(one, Message)]


def _page(
    request: StaffRequest,
    case: Case,
    side: SideConversation | None,
    wanted: Wanted,
    *,
    leaving: Leaving | None = None,
    seen: str = "",
    fault: str = "",
) -> HttpResponse:
    shown = {
        "case": case,
        "side": side,
        "wanted": wanted,
        "leaving": leaving,
        "seen": seen,
        "fault": fault,
        "said": _said(case),
        "files": queries.attachments_of(case),
        "known": queries.earlier_third_parties(case),
        "thread": _shown(side, member=request.user) if side else [],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return render(request, "desk/aside.html", shown, status=status)


def _shown(side: SideConversation, *, member: Member) -> list[SaidAside]:
    said = queries.said_in(side)
    states = channels.side_states_of(said)
    deliveries = channels.deliveries_of(said)
    parties = [one.address for one in side.parties.all() if one.written_to]
    senders = side_senders_of(said, known=parties)
    scans = scans_of([file.sha256 for one in said for file in one.files.all()])
    return [
        SaidAside(
            message=one,
            state=states.get(one.pk),
            files=tuple(
                shown_file(file, scans=scans, member=member) for file in one.files.all()
            ),
            sender=senders.get(one.pk),
            delivery=deliveries.get(one.pk),
        )
        for one in said
    ]


def _digest(leaving: Leaving) -> str:
    """Return a word for all that leaves; another letter gives another one."""
    files = [(one.pk, one.sha256) for one in leaving.files]
    told = [str(leaving.author), leaving.to, leaving.subject, leaving.text, files]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _said_of(refusal: Exception) -> str:
    return str(REFUSALS[type(refusal)]) % {"what": str(refusal)}


def _to(side: SideConversation) -> HttpResponse:
    return HttpResponseRedirect(
        reverse("desk:aside", args=[side.pk]), status=HTTPStatus.SEE_OTHER
    )


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
