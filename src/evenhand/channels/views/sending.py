"""Settings of sending: the servers that mail leaves through, their keys."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evenhand.channels import identity, signing
from evenhand.channels.actions import sending_servers as actions
from evenhand.channels.forms.sending import KeyForm, ServerForm
from evenhand.channels.mailboxes import trying
from evenhand.channels.mailboxes.trial import Login, Trial
from evenhand.channels.models import Mailbox, SendingServer
from evenhand.channels.queries import sending as queries
from evenhand.channels.queries.mailboxes import mailboxes
from evenhand.channels.secrets import UnreadableSecret, unseal
from evenhand.channels.views.answers import posted, to
from evenhand.channels.views.mailboxes import answers_from, for_who_sets_up_mail
from evenhand.staff.requests import StaffRequest


@require_safe
@for_who_sets_up_mail
def sending(request: StaffRequest) -> HttpResponse:
    """Show who writes under which name, and through which servers."""
    identities = queries.identities(request.user)
    context = {
        "servers": queries.servers(request.user),
        "identities": identities,
        "several": queries.several_of(identities),
        "elsewhere": _elsewhere(request),
    }
    return render(request, "channels/sending.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_sets_up_mail
def add_server(request: StaffRequest) -> HttpResponse:
    """Add a server that mail can leave through."""
    form = ServerForm(posted(request), server=None)
    if form.is_valid():
        try:
            server = actions.add_server(
                described=form.described,
                secret=form.secret or "",
                by=request.user,
                at=timezone.now(),
            )
        except actions.NameTaken:
            form.add_error("name", _("Another server has this name."))
        else:
            messages.success(request, _("Added. Test whether it takes mail."))
            return to("channels:sending_server", server.pk)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_sets_up_mail
def edit_server(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a server; a password that is not typed again stays."""
    server = queries.server_for(request.user, pk)
    form = ServerForm(posted(request), server=server)
    if form.is_valid():
        try:
            actions.change_server(
                server=server,
                described=form.described,
                secret=form.secret,
                by=request.user,
                at=timezone.now(),
            )
        except actions.NameTaken:
            form.add_error("name", _("Another server has this name."))
        else:
            messages.success(request, _("Saved. Mail leaves so from now on."))
            return to("channels:sending_server", pk)
    return _form(request, form)


@require_POST
@for_who_sets_up_mail
def test_server(request: StaffRequest) -> HttpResponse:
    """Try what was typed, up to the login; nothing is kept and no mail is sent."""
    pk = request.GET.get("server", "")
    is_key = pk.isdecimal() and len(pk) < 19
    own = queries.server_for(request.user, int(pk)) if is_key else None
    form = ServerForm(request.POST, server=own)
    if not form.is_valid():
        return _form(request, form)
    try:
        token = trying.begin(form.trial, by=request.user)
    except trying.TooManyTrials:
        form.add_error(None, _busy())
    except UnreadableSecret:
        form.add_error(None, _unreadable())
    else:
        return _form(request, form, trial=_seen(request, token))
    return _form(request, form)


@require_safe
@for_who_sets_up_mail
def server(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one server: how it is reached, whether it signs, what can be done."""
    return _page(request, queries.server_for(request.user, pk))


@require_POST
@for_who_sets_up_mail
def try_server(request: StaffRequest, pk: int) -> HttpResponse:
    """Try a server as it is kept, up to the login; no mail is sent."""
    own = queries.server_for(request.user, pk)
    try:
        login = None
        if own.username:
            login = Login(own.username, password=unseal(own.secret))
        trial = Trial("smtp", own.host, own.port, own.security, login)
        token = trying.begin(trial, by=request.user)
    except trying.TooManyTrials:
        messages.error(request, _busy())
        return to("channels:sending_server", pk)
    except UnreadableSecret:
        messages.error(request, _unreadable())
        return to("channels:sending_server", pk)
    return _page(request, own, trial=_seen(request, token))


@require_POST
@for_who_sets_up_mail
def make_key(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a DKIM key; mail is signed with it once its record is published."""
    own = queries.server_for(request.user, pk)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, own, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    actions.make_key(
        server=own, **form.cleaned_data, by=request.user, at=timezone.now()
    )
    messages.success(request, _("The key is made. Publish its record, then check it."))
    return to("channels:sending_server", pk)


@require_POST
@for_who_sets_up_mail
def check_key(request: StaffRequest, pk: int) -> HttpResponse:
    """Look whether the record is published; where it is, sign from now on."""
    own = queries.server_for(request.user, pk)
    if not own.dkim_key:
        messages.error(request, _("Make a key first."))
        return to("channels:sending_server", pk)
    try:
        signing.check_record(own)
        actions.sign_mail(server=own, on=True, by=request.user, at=timezone.now())
    except signing.NoRecord:
        said = _("The record is not there yet. New records can take an hour to show.")
        messages.error(request, said)
    except signing.AnotherKey:
        messages.error(request, _("Another record stands under this name."))
    except UnreadableSecret:
        messages.error(request, _unreadable())
    else:
        messages.success(request, _("The record is right. Mail is signed from now on."))
    return to("channels:sending_server", pk)


@require_POST
@for_who_sets_up_mail
def stop_signing(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign no longer; the key stays."""
    own = queries.server_for(request.user, pk)
    actions.sign_mail(server=own, on=False, by=request.user, at=timezone.now())
    messages.success(request, _("Mail is no longer signed here."))
    return to("channels:sending_server", pk)


@require_POST
@for_who_sets_up_mail
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a server out of use."""
    own = queries.server_for(request.user, pk)
    try:
        actions.retire_server(server=own, by=request.user, at=timezone.now())
    except actions.StillUsed:
        messages.error(request, _("Teams write through it. Give them another first."))
        return to("channels:sending_server", pk)
    messages.success(request, _("Removed. Mail that waits still leaves through it."))
    return to("channels:sending")


def _elsewhere(request: StaffRequest) -> list[tuple[Mailbox, str]]:
    """Return each mailbox whose mail is answered under another address, with that."""
    boxes = mailboxes(request.user).exclude(address="")
    found = [(box, answers_from(box)) for box in boxes]
    return [(box, address) for box, address in found if address]


def _seen(request: StaffRequest, token: str) -> trying.Tried | None:
    """Return how far a trial is; without our script nobody asks again, so it is awaited."""
    look = trying.so_far if request.headers.get("HX-Request") else trying.waited_for
    return look(token, by=request.user)


def _busy() -> str:
    return _("Other tests are still running. Test again in half a minute.")


def _unreadable() -> str:
    return _(
        "The kept password cannot be read: the desk's secret key has changed. "
        "Type the password again."
    )


def _form(
    request: StaffRequest, form: ServerForm, *, trial: trying.Tried | None = None
) -> HttpResponse:
    refused = form.is_bound and trial is None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    place, of = reverse("channels:add_server"), ""
    if form.server is not None:
        place = reverse("channels:edit_server", args=[form.server.pk])
        of = f"?server={form.server.pk}"
    context = {
        "form": form,
        "server": form.server,
        "trial": trial,
        "holding": form.holding if form.is_bound and form.is_valid() else "",
        "address": place,
        "test_address": reverse("channels:test_server") + of,
    }
    response = render(
        request, "channels/sending_server_form.html", context, status=status
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _new_key(own: SendingServer) -> dict[str, str]:
    """Return what stands in the form of a new key: our domain, a name of its own."""
    used, today = own.dkim_selector, timezone.localdate()
    return {
        "domain": own.dkim_domain or identity.domain(),
        "selector": signing.fresh_selector(used, on=today),
    }


def _page(
    request: StaffRequest,
    own: SendingServer,
    *,
    trial: trying.Tried | None = None,
    form: KeyForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    record = None
    try:
        record = signing.record_of(own) if own.dkim_key else None
    except UnreadableSecret:
        messages.error(request, _unreadable())
    context = {
        "server": own,
        "trial": trial,
        "record": record,
        "key_form": form or KeyForm(initial=_new_key(own)),
    }
    return render(request, "channels/sending_server.html", context, status=status)
