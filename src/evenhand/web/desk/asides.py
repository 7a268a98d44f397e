"""Ask a third party about a case: choose what to pass on, see what leaves, send it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.cases import actions, queries
from evenhand.cases.models import Case, SideConversation
from evenhand.channels.actions import side_holding, side_mail, uploads, waiting
from evenhand.channels.actions.side_checks import Aside, box_of
from evenhand.channels.queries.files import upload_for, uploads_of
from evenhand.channels.queries.waiting import brought_back
from evenhand.channels.uploading import takes_files, takes_files_beside
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk import aside_page
from evenhand.web.desk.aside_form import (
    Wanted,
    aside_in,
    blank,
    quoting,
    resumed,
    wanted_in,
)
from evenhand.web.desk.files import keep_files, list_of_files
from evenhand.web.desk.held import NOT_AHEAD, chosen_time
from evenhand.web.desk.verbs import back_to

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
    side_mail.NameGone: _(
        "Not sent: the name that you wrote under is no longer offered. Look at who writes, and send."
    ),
    side_holding.AnotherWaits: _(
        "Not sent: another mail of this conversation waits to leave. Take it back or let"
        " it leave first."
    ),
    side_holding.FormOfAnother: _("This form is incomplete. Please send it again."),
    waiting.NotAhead: NOT_AHEAD,
    actions.CaseMerged: _("The case is merged into another. Write from there."),
}


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: StaffRequest, ref: str) -> HttpResponse:
    """Write the first mail of a side conversation."""
    return _form(request, queries.case_for(request.user, ref), None)


@takes_files_beside
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a side conversation, and write on in it."""
    side = queries.side_for(request.user, pk)
    if request.GET.get("part") == "thread":
        context = aside_page.thread(side, member=request.user)
        return render(request, "desk/_aside_thread.html", context)
    return _form(request, side.case, side)


@takes_files
@require_POST
def attach(request: StaffRequest, ref: str) -> HttpResponse:
    """Keep files beside the first mail of a conversation; a script gets the list."""
    return _attached(request, queries.case_for(request.user, ref), None)


@takes_files_beside
@require_POST
def attach_on(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep files beside the next mail of a conversation; a script gets the list."""
    side = queries.side_for(request.user, pk)
    return _attached(request, side.case, side)


@require_POST
def detach(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a file of one's own from beside a mail to a third party."""
    upload = upload_for(request.user, pk)
    if not upload.beside:
        raise queries.NoSuchCase(f"upload {pk}")
    uploads.remove(upload=upload)
    if request.headers.get("X-Fragment"):
        box = box_of(upload.side)
        return list_of_files(request, upload.case, refused=(), box=box)
    wanted = wanted_in(request.POST)
    return aside_page.show(request, upload.case, upload.side, wanted)


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
        return to_side(file.message.side)
    except uploads.FileRefused:
        messages.error(request, _("Your answer has too many files already."))
        return to_side(file.message.side)
    messages.success(
        request,
        gettext("%(name)s lies beside your answer. It leaves when you send that.")
        % {"name": file.name},
    )
    return back_to(case.merged_into or case, anchor="composer")


def to_side(side: SideConversation, *, anchor: str = "") -> HttpResponse:
    """Send the browser to a side conversation, at the place where something changed."""
    fragment = f"#{anchor}" if anchor else ""
    return HttpResponseRedirect(
        reverse("desk:aside", args=[side.pk]) + fragment, status=HTTPStatus.SEE_OTHER
    )


def _form(
    request: StaffRequest, case: Case, side: SideConversation | None
) -> HttpResponse:
    """Show the form, or do what one of its buttons says."""
    if request.method != "POST":
        back = brought_back(case, side, member=request.user)
        wanted = resumed(back) if back else blank(case, side)
        return aside_page.show(request, case, side, wanted)
    wanted, refused = _posted(request, case, side)
    if refused:
        return aside_page.show(request, case, side, wanted, fault=refused)
    if wanted.do == "quote":
        return aside_page.show(request, case, side, quoting(case, wanted))
    return _looked_at(request, case, side, wanted)


def _looked_at(
    request: StaffRequest, case: Case, side: SideConversation | None, wanted: Wanted
) -> HttpResponse:
    """Show what would leave; send it where that was on the page, letter by letter."""
    leaving = None
    try:
        aside = aside_in(case, wanted)
        leaving = side_mail.as_it_leaves(
            case=case, aside=aside, side=side, by=request.user
        )
        if wanted.do == "send" and wanted.seen == leaving.seal:
            return _sent(request, case, side, aside, later=wanted.later)
    except tuple(REFUSALS) as refusal:
        fault = _said_of(refusal)
        return aside_page.show(
            request, case, side, wanted, leaving=leaving, fault=fault
        )
    return aside_page.show(request, case, side, wanted, leaving=leaving)


def _sent(
    request: StaffRequest,
    case: Case,
    side: SideConversation | None,
    aside: Aside,
    *,
    later: bool,
) -> HttpResponse:
    """Send the mail, or let it wait as long as was asked."""
    at, undo = timezone.now(), timedelta(seconds=settings.UNDO_SECONDS)
    if not later and not undo:
        sent = side_holding.send_at_once(
            case=case, side=side, aside=aside, by=request.user, at=at
        )
        return to_side(sent.side, anchor=f"aside-{sent.pk}")
    held = side_holding.hold(
        case=case,
        side=side,
        aside=aside,
        by=request.user,
        at=at,
        leave_at=chosen_time(request.POST) if later else at + undo,
        later=later,
    )
    if side is not None:
        return to_side(side, anchor=f"held-{held.pk}")
    return HttpResponseRedirect(
        reverse("desk:held_aside", args=[held.pk]), status=HTTPStatus.SEE_OTHER
    )


def _attached(
    request: StaffRequest, case: Case, side: SideConversation | None
) -> HttpResponse:
    wanted, refused = _posted(request, case, side)
    if request.headers.get("X-Fragment"):
        told = [refused] if refused else []
        return list_of_files(request, case, refused=told, box=box_of(side))
    return aside_page.show(request, case, side, wanted, fault=refused)


def _posted(
    request: StaffRequest, case: Case, side: SideConversation | None
) -> tuple[Wanted, str]:
    """Return what stands in the form with the files that came along without a script.

    And a sentence on each file that could not be kept.
    """
    box = box_of(side)
    before = {one.pk for one in uploads_of(case, member=request.user, box=box)}
    refused = keep_files(request, case, box=box)
    now = {one.pk for one in uploads_of(case, member=request.user, box=box)}
    wanted = wanted_in(request.POST)
    new = frozenset(map(str, now - before))
    return replace(wanted, file=wanted.file | new), " ".join(refused)


def _said_of(refusal: Exception) -> str:
    return str(REFUSALS[type(refusal)]) % {"what": str(refusal)}
