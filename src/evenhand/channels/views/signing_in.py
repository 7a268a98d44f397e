"""Sign in at a provider, so that a mailbox is fetched without its password."""

from __future__ import annotations

import secrets
from time import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evenhand.channels.actions import mailboxes as actions
from evenhand.channels.mailboxes import oauth
from evenhand.channels.mailboxes.dialogue import words
from evenhand.channels.mailboxes.findings import Trouble
from evenhand.channels.mailboxes.providers import provider_of
from evenhand.channels.models import Auth
from evenhand.channels.queries.mailboxes import mailbox_for
from evenhand.channels.secrets import UnreadableSecret
from evenhand.channels.templatetags.fault_words import WRONGS
from evenhand.channels.views.answers import to
from evenhand.channels.views.mailboxes import for_who_sets_up_mail
from evenhand.staff.requests import StaffRequest

BEGUN = "mail_sign_in"
# longer than anybody takes to type a password and a second factor
WITHIN_SECONDS = 15 * 60


def back_to() -> str:
    """Return the address that the provider sends the owner back to."""
    return f"{settings.PUBLIC_URL}{reverse('channels:signed_in')}"


@require_safe
@for_who_sets_up_mail
def sign_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Lead to the provider's own page; the answer is tied to this very session."""
    mailbox = mailbox_for(request.user, pk)
    try:
        grant = oauth.grant_of(mailbox) if mailbox.auth == Auth.XOAUTH2 else None
    except (UnreadableSecret, ValueError):
        grant = None
    if grant is None or not oauth.is_fit_address(grant.authorize_url):
        messages.error(request, _("Give the client ID and its secret first."))
        return to("channels:edit_mailbox", pk)
    begun = oauth.Request.fresh()
    request.session[BEGUN] = {
        "state": begun.state,
        "verifier": begun.verifier,
        "mailbox": pk,
        "client": grant.client_id,
        "since": time(),
    }
    provider = provider_of(mailbox.host)
    extra = provider.sign_in.extra if provider and provider.sign_in else {}
    address = oauth.authorization_address(
        grant, begun, back_to=back_to(), user=mailbox.username, extra=extra
    )
    return HttpResponseRedirect(address)


@require_safe
@for_who_sets_up_mail
def signed_in(request: StaffRequest) -> HttpResponse:
    """Take the provider's answer, once, from the session that began."""
    begun = request.session.pop(BEGUN, None)
    state = request.GET.get("state", "")
    if not begun or not _fits(begun, state):
        messages.error(request, _("This sign-in was not begun here. Begin it again."))
        return to("channels:mailboxes")
    pk = int(begun["mailbox"])
    mailbox = mailbox_for(request.user, pk)
    code = request.GET.get("code", "")
    if not code:
        said = request.GET.get("error_description") or request.GET.get("error", "")
        refused = words(said.encode())
        messages.error(
            request, _("The provider did not agree: %(said)s") % {"said": refused}
        )
        return to("channels:mailbox", pk)
    wrong = _kept(request, mailbox.pk, begun, code)
    if wrong:
        messages.error(request, wrong)
    else:
        messages.success(request, _("Signed in. New mail comes in from now on."))
    return to("channels:mailbox", pk)


def _kept(request: StaffRequest, pk: int, begun: dict[str, Any], code: str) -> str:
    """Change the code for tokens and keep the lasting one; return what is wrong."""
    mailbox = mailbox_for(request.user, pk)
    asked = oauth.Request(begun["state"], begun["verifier"])
    try:
        grant = oauth.grant_of(mailbox)
        if grant.client_id != begun["client"]:
            return _("The client ID was changed meanwhile. Sign in again.")
        tokens = oauth.exchanged(grant, asked, code=code, back_to=back_to())
    except Trouble as trouble:
        said = trouble.values.get("said", "")
        return f"{WRONGS[trouble.fault] % {'url': '', **trouble.values}} {said}".strip()
    except (UnreadableSecret, ValueError):
        return _("Give the client ID and its secret first.")
    if not tokens.refresh_token:
        return _(
            "The provider gave no lasting permission. Take the desk's access away there, then sign in again."
        )
    kept = oauth.with_permission(grant, tokens.refresh_token)
    actions.sign_in(
        mailbox=mailbox, secret=kept.as_text(), by=request.user, at=timezone.now()
    )
    return ""


def _fits(begun: dict[str, Any], state: str) -> bool:
    fresh = time() - float(begun["since"]) < WITHIN_SECONDS
    return fresh and secrets.compare_digest(begun["state"].encode(), state.encode())
