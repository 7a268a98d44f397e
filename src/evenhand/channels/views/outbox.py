"""The outbox: what left, waits to leave, or could not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evenhand.channels import queries
from evenhand.channels.actions import outbox as sending
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import Outgoing, OutgoingState
from evenhand.channels.views.answers import must, to
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission


@require_safe
def outbox(request: StaffRequest) -> HttpResponse:
    """Show what left, waits to leave, or could not."""
    must(request, Permission.SEE_THE_OUTBOX)
    which = request.GET.get("which", "")
    after = request.GET.get("after", "")
    which = which if which in OutgoingState.values else ""
    page = queries.outbox(request.user, which=which, after=after)
    context = {
        "page": page,
        "which": which,
        "after": after,
        "now": timezone.now(),
    }
    part = request.GET.get("part") == "list"
    return render(request, f"channels/{'_outbox' if part else 'outbox'}.html", context)


@require_safe
def outgoing(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one mail as it left: who got it, what became of it, its words."""
    must(request, Permission.SEE_THE_OUTBOX)
    mail = queries.outgoing_for(request.user, pk)
    return render(request, "channels/outgoing.html", _shown(mail))


@require_POST
def send_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a failed mail back on its way."""
    must(request, Permission.SEE_THE_OUTBOX)
    mail = queries.outgoing_for(request.user, pk)
    if mail.state != OutgoingState.FAILED:
        messages.info(request, _("This mail is not one that failed."))
    else:
        sending.send_again(outgoing=mail, by=request.user.as_actor, at=timezone.now())
        messages.success(request, _("The mail is on its way again."))
    return to("channels:outgoing", pk)


def _shown(mail: Outgoing) -> dict[str, object]:
    """Read the very bytes that leave, without the links that are their reader's alone.

    Of a mail that the desk wrote by itself stand the words of the thread, which leave
    out the link of a survey. Mail of the sign-in pages is not shown at all: with its
    link a manager would be whoever he likes, who answers his requests among them.
    """
    try:
        read = parse(bytes(mail.raw))
    except Unreadable:
        read = None
    words = read.words if read else ""
    if mail.message is None or mail.message.automatic:
        words = mail.message.text if mail.message else ""
    files = [each.name for each in read.attachments] if read else []
    return {
        "mail": mail,
        "read": read,
        "words": words,
        "files": files,
        "now": timezone.now(),
    }
