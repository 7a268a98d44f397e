"""Settings of sending: the names that teams write under, and what stands below."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.channels.actions import identities as actions
from evenhand.channels.forms.sending import IdentityForm
from evenhand.channels.queries import sending as queries
from evenhand.channels.queries.mailboxes import mailbox_for
from evenhand.channels.views.answers import posted, to
from evenhand.channels.views.mailboxes import for_who_sets_up_mail
from evenhand.staff.queries import first_team
from evenhand.staff.requests import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_sets_up_mail
def add(request: StaffRequest) -> HttpResponse:
    """Give a team, or all of them, a name to write under; `?mailbox=` fills it in."""
    form = IdentityForm(posted(request), identity=None)
    form.initial.update(_of_mailbox(request))
    if form.is_valid():
        made = actions.write_as(
            team=form.cleaned_data["team"],
            described=form.described,
            signatures=form.signatures,
            by=request.user,
            at=timezone.now(),
        )
        if made.is_usual:
            messages.success(request, _("Saved. New mail leaves so from now on."))
        else:
            messages.success(request, _("Saved. Who answers can choose it."))
        return to("channels:sending")
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_sets_up_mail
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a name, what stands below, and through which server it leaves."""
    identity = queries.identity_for(request.user, pk)
    form = IdentityForm(posted(request), identity=identity)
    if form.is_valid():
        actions.change_identity(
            identity=identity,
            described=form.described,
            signatures=form.signatures,
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Saved. New mail leaves so from now on."))
        return to("channels:sending")
    return _form(request, form)


@require_POST
@for_who_sets_up_mail
def make_usual(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a team write under this name wherever nothing says otherwise."""
    identity = queries.identity_for(request.user, pk)
    actions.make_usual(identity=identity, by=request.user, at=timezone.now())
    messages.success(request, _("It is the usual one now."))
    return to("channels:sending")


@require_POST
@for_who_sets_up_mail
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a name away."""
    identity = queries.identity_for(request.user, pk)
    actions.remove_identity(identity=identity, by=request.user, at=timezone.now())
    messages.success(request, _("Removed."))
    return to("channels:sending")


def _of_mailbox(request: StaffRequest) -> dict[str, object]:
    """Return the address and the team of the mailbox that the form was opened for."""
    key = request.GET.get("mailbox", "")
    if not key.isdecimal() or len(key) >= 19:
        return {}
    box = mailbox_for(request.user, int(key))
    team = box.team or first_team()
    return {"address": box.address, "team": team.pk if team else None}


def _form(request: StaffRequest, form: IdentityForm) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    own = form.identity
    is_only = own is not None and len(queries.names_beside(own)) == 0
    context = {"form": form, "identity": own, "is_only": is_only}
    return render(request, "channels/identity_form.html", context, status=status)
