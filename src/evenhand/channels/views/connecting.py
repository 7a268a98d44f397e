"""Connect a mailbox or change one, and try it before it is kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evenhand.channels.actions import mailboxes as actions
from evenhand.channels.forms.beginning import Shape
from evenhand.channels.forms.kept import trial_of
from evenhand.channels.forms.mailboxes import MailboxForm
from evenhand.channels.mailboxes import trying
from evenhand.channels.mailboxes.providers import (
    MICROSOFT,
    provider_called,
    provider_of,
)
from evenhand.channels.mailboxes.trial import Trial
from evenhand.channels.models import Auth, Mailbox, MailboxKind
from evenhand.channels.queries.mailboxes import mailbox_for
from evenhand.channels.secrets import UnreadableSecret
from evenhand.channels.views.answers import to
from evenhand.channels.views.mailboxes import for_who_sets_up_mail, shown
from evenhand.channels.views.signing_in import back_to
from evenhand.staff.requests import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_sets_up_mail
def connect(request: StaffRequest) -> HttpResponse:
    """Connect a mailbox: by a provider's preset, or by hand."""
    shape = _shape(request)
    if request.method != "POST":
        return _page(request, MailboxForm(shape=shape))
    form = MailboxForm(request.POST, shape=shape)
    if form.is_valid():
        try:
            kept = actions.connect(
                described=form.described,
                secret=form.secret or "",
                by=request.user,
                at=timezone.now(),
                enabled=shape.auth == Auth.PASSWORD,
            )
        except actions.NameTaken:
            form.add_error("name", _("Another mailbox has this name."))
        else:
            return _connected(request, kept)
    return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_sets_up_mail
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a mailbox; a secret that is not typed again stays."""
    mailbox = mailbox_for(request.user, pk)
    shape = _shape(request, mailbox)
    if request.method != "POST":
        return _page(request, MailboxForm(shape=shape, mailbox=mailbox))
    form = MailboxForm(request.POST, shape=shape, mailbox=mailbox)
    if form.is_valid():
        try:
            actions.change(
                mailbox=mailbox,
                described=form.described,
                secret=form.secret,
                by=request.user,
                at=timezone.now(),
            )
        except actions.NameTaken:
            form.add_error("name", _("Another mailbox has this name."))
        else:
            messages.success(
                request, _("Saved. The mailbox is fetched so from now on.")
            )
            return to("channels:mailbox", pk)
    return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@for_who_sets_up_mail
def test(request: StaffRequest) -> HttpResponse:
    """Try what was typed; nothing is kept, and the form stays as it is."""
    mailbox = _mailbox_of(request)
    form = MailboxForm(request.POST, shape=_shape(request, mailbox), mailbox=mailbox)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        tried = _begun(request, form.trial)
    except (trying.TooManyTrials, UnreadableSecret) as error:
        form.add_error(None, _said(error))
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, form, tried=tried)


@require_POST
@for_who_sets_up_mail
def try_kept(request: StaffRequest, pk: int) -> HttpResponse:
    """Try a mailbox as it is kept."""
    mailbox = mailbox_for(request.user, pk)
    try:
        tried = _begun(request, trial_of(mailbox))
    except (trying.TooManyTrials, UnreadableSecret) as error:
        messages.error(request, _said(error))
        return to("channels:mailbox", pk)
    context = {**shown(request, pk), "trial": tried}
    return render(request, "channels/mailbox.html", context)


@require_safe
@for_who_sets_up_mail
def trial(request: StaffRequest, token: str) -> HttpResponse:
    """Show how far a trial has come, and the folders that it found."""
    tried = trying.so_far(token, by=request.user)
    if tried is None:
        raise Http404(token)
    return render(request, "channels/trial.html", {"trial": tried, **_ticked(tried)})


def _begun(request: StaffRequest, trial: Trial) -> trying.Tried | None:
    """Begin a trial; without our script nobody asks again, so the page waits for it."""
    asked = {"folders": list(trial.folders), "offers": trial.protocol == "imap"}
    token = trying.begin(trial, by=request.user, asked=asked)
    if request.headers.get("HX-Request"):
        return trying.so_far(token, by=request.user)
    return trying.waited_for(token, by=request.user)


def _said(error: Exception) -> str:
    if isinstance(error, UnreadableSecret):
        return _(
            "The kept password cannot be read: the desk's secret key has changed. "
            "Type the password again."
        )
    return _("Other tests are still running. Test again in half a minute.")


def _page(
    request: StaffRequest,
    form: MailboxForm,
    *,
    tried: trying.Tried | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "form": form,
        "mailbox": form.mailbox,
        "shape": form.shape,
        "trial": tried,
        "offered": _offered(form, tried),
        "holding": form.holding if form.is_bound and form.is_valid() else "",
        "address": _address(form, "save"),
        "test_address": _address(form, "test"),
        "back_to": back_to(),
    }
    form.mark_what_is_needed(held=bool(context["holding"]))
    response = render(request, "channels/connect.html", context, status=status)
    # what was typed is in the page, sealed: it is kept nowhere on the way
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _offered(form: MailboxForm, tried: trying.Tried | None) -> list[tuple[str, bool]]:
    """Return the folders to offer, each with whether it is ticked."""
    if "folders" not in form.fields:
        return []
    ticked = form["folders"].value() or []
    if form.is_bound and form.is_valid():
        ticked = form.cleaned_data["folders"]
    folders: Any = form.fields["folders"]
    known = [name for name, _ in folders.choices]
    if tried and tried.names:  # what is not there is not offered: the test says so
        return [(name, name in ticked) for name in tried.names]
    return [(name, name in ticked) for name in dict.fromkeys([*known, *ticked])]


def _address(form: MailboxForm, verb: str) -> str:
    """Return where the form is sent to, which says what it asks for."""
    asked = {"kind": form.shape.kind, "auth": form.shape.auth}
    if form.shape.provider is not None and form.mailbox is None:
        asked["with"] = form.shape.provider.key
    if verb == "test":
        place = reverse("channels:test_mailbox")
        asked |= {"mailbox": str(form.mailbox.pk)} if form.mailbox else {}
    elif form.mailbox is not None:
        place = reverse("channels:edit_mailbox", args=[form.mailbox.pk])
    else:
        place = reverse("channels:connect")
    return f"{place}?{urlencode(asked)}"


def _shape(request: StaffRequest, mailbox: Mailbox | None = None) -> Shape:
    """Return what the form asks for: what the address says, else what is kept."""
    provider = provider_called(request.GET.get("with", ""))
    if mailbox is not None:
        provider = provider_of(mailbox.host)
    usual = mailbox.auth if mailbox else _usual_auth(provider)
    kind = request.GET.get("kind", mailbox.kind if mailbox else "")
    auth = request.GET.get("auth", usual)
    return Shape(
        kind=kind if kind in MailboxKind.values else MailboxKind.IMAP.value,
        auth=auth if auth in Auth.values else Auth.PASSWORD.value,
        provider=provider,
    )


def _usual_auth(provider: object) -> str:
    return (Auth.XOAUTH2 if provider is MICROSOFT else Auth.PASSWORD).value


def _mailbox_of(request: StaffRequest) -> Mailbox | None:
    """Return the mailbox that is being changed, None where one is being connected."""
    pk = request.GET.get("mailbox", "")
    is_key = pk.isdecimal() and len(pk) < 19
    return mailbox_for(request.user, int(pk)) if is_key else None


def _connected(request: StaffRequest, mailbox: Mailbox) -> HttpResponseRedirect:
    said = (
        _("Connected. New mail comes in from now on.")
        if mailbox.enabled
        else _("Saved. Now sign in at the provider.")
    )
    messages.success(request, said)
    return to("channels:mailbox", mailbox.pk)


def _ticked(tried: trying.Tried) -> dict[str, object]:
    """Return the folders to offer, and which of them the tester had ticked."""
    if not (tried.names and tried.asked.get("offers")):
        return {}
    ticked = list(tried.asked.get("folders", ()))
    return {"offered": [(name, name in ticked) for name in tried.names]}
