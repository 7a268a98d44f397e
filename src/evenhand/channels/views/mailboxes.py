"""Settings of mail: the mailboxes, how each fares, and what can be done with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evenhand.channels import identity, names
from evenhand.channels.actions import mailboxes as actions
from evenhand.channels.forms.mailboxes import silence_of
from evenhand.channels.hooks.doors import doors
from evenhand.channels.mailboxes.oauth import grant_of
from evenhand.channels.mailboxes.providers import provider_of
from evenhand.channels.models import Auth, Mailbox
from evenhand.channels.queries import mailboxes as boxes
from evenhand.channels.queries.conversations import Conversation
from evenhand.channels.queries.mailboxes import mailbox_for
from evenhand.channels.queries.sending import identities_of
from evenhand.channels.secrets import UnreadableSecret
from evenhand.channels.views.answers import must, to
from evenhand.kernel.addresses import same_form
from evenhand.staff.queries import first_team
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission

# a look that was asked for has begun and mostly ended within this time
AWAITED = timedelta(minutes=1)
View = Callable[..., HttpResponse]


def for_who_sets_up_mail(view: View) -> View:
    """Let only those in who may connect mailboxes."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        must(request, Permission.SET_UP_MAIL)
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_who_sets_up_mail
def mailboxes(request: StaffRequest) -> HttpResponse:
    """Show all mailboxes with their health."""
    context = {
        "mailboxes": boxes.mailboxes(request.user),
        "doors": doors(),
        "now": timezone.now(),
    }
    return render(request, "channels/mailboxes.html", context)


@require_safe
@for_who_sets_up_mail
def mailbox(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one mailbox: how it fares, what is fetched, what can be done."""
    return render(request, "channels/mailbox.html", shown(request, pk))


def shown(request: StaffRequest, pk: int) -> dict[str, object]:
    """Return what a mailbox's page shows; `trial` is added where one was begun."""
    found = mailbox_for(request.user, pk)
    provider = provider_of(found.host)
    signed_in, at = is_signed_in(found), timezone.now()
    return {
        "mailbox": found,
        "provider": provider,
        "is_signed_in": signed_in,
        "follows": signed_in and is_looked_into(found, at=at),
        "left_there": boxes.left_there(found),
        "answers_from": answers_from(found),
        "silence": silence_of(found),
        "now": at,
    }


def answers_from(mailbox: Mailbox) -> str:
    """Return the address that answers leave from; "" where it is the mailbox's own."""
    team = mailbox.team or first_team()
    if team is None:
        return ""
    known = Conversation(ours=(mailbox.address,))
    own = names.known_as(identities_of(team), team=team, conversation=known)
    address = identity.sender(team, identity=own).addr
    return "" if same_form(address) == same_form(mailbox.address) else address


def is_looked_into(mailbox: Mailbox, *, at: datetime) -> bool:
    """Whether an answer of the server is awaited: the first, or one that was asked for."""
    contacted, asked = mailbox.contacted_at, mailbox.asked_at
    if not mailbox.enabled:
        return False
    if asked is not None and at - asked < AWAITED and (contacted or asked) <= asked:
        return True
    return contacted is None and mailbox.failing_since is None


def is_signed_in(mailbox: Mailbox) -> bool:
    """Whether nothing is missing to sign in: a password, or the lasting permission."""
    if mailbox.auth != Auth.XOAUTH2:
        return bool(mailbox.secret)
    try:
        return bool(grant_of(mailbox).refresh_token)
    except (UnreadableSecret, ValueError):
        return False


@require_POST
@for_who_sets_up_mail
def pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Fetch a mailbox no more until it is resumed."""
    found = mailbox_for(request.user, pk)
    actions.pause(mailbox=found, by=request.user, at=timezone.now())
    messages.success(request, _("The mailbox is paused."))
    return to("channels:mailbox", pk)


@require_POST
@for_who_sets_up_mail
def resume(request: StaffRequest, pk: int) -> HttpResponse:
    """Fetch a paused mailbox again."""
    found = mailbox_for(request.user, pk)
    if is_signed_in(found):
        actions.resume(mailbox=found, by=request.user, at=timezone.now())
        messages.success(request, _("The mailbox is fetched again."))
    else:
        messages.error(request, _("Nobody has signed in at the provider yet."))
    return to("channels:mailbox", pk)


@require_POST
@for_who_sets_up_mail
def fetch_now(request: StaffRequest, pk: int) -> HttpResponse:
    """Look into a mailbox at once."""
    found = mailbox_for(request.user, pk)
    if found.enabled:
        actions.fetch_now(mailbox=found, by=request.user, at=timezone.now())
        messages.success(request, _("The mailbox is looked into now."))
    else:
        messages.info(request, _("The mailbox is paused."))
    return to("channels:mailbox", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_sets_up_mail
def disconnect(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask whether a mailbox is to be disconnected, and do so."""
    found = mailbox_for(request.user, pk)
    if request.method != "POST":
        return render(request, "channels/disconnect.html", {"mailbox": found})
    actions.disconnect(mailbox=found, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is disconnected.") % {"name": found.name})
    return to("channels:mailboxes")
