"""The outbox: what left, waits to leave, or could not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from evenhand.channels import queries
from evenhand.channels.actions import dead_letters
from evenhand.channels.actions.outbox import NotSendable
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import Outgoing, OutgoingState
from evenhand.channels.views.answers import must, to
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission

NOT_FAILED = lazy("This mail is not one that failed.")


@require_safe
def outbox(request: StaffRequest) -> HttpResponse:
    """Show what could not leave, then what left or waits to leave."""
    must(request, Permission.SEE_THE_OUTBOX)
    which = request.GET.get("which", "")
    after = request.GET.get("after", "")
    which = which if which in OutgoingState.values else ""
    on_top = not after and which in {"", OutgoingState.FAILED}
    context = {
        "page": queries.outbox(request.user, which=which, after=after),
        "dead": queries.dead_letters(request.user) if on_top else [],
        "which": which,
        "after": after,
        "now": timezone.now(),
    }
    part = request.GET.get("part") == "list"
    return render(request, f"channels/{'_outbox' if part else 'outbox'}.html", context)


@require_safe
def outgoing(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one mail as it left: what became of it for each, its words."""
    mail = queries.outgoing_for(request.user, pk)
    may_see_outbox = request.user.may(Permission.SEE_THE_OUTBOX)
    shown = {**_shown(mail), "may_see_outbox": may_see_outbox}
    part = request.GET.get("part") == "mail"
    return render(
        request, f"channels/{'_outgoing' if part else 'outgoing'}.html", shown
    )


@require_POST
def send_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a failed mail back on its way, to those who did not get it."""
    mail = queries.outgoing_for(request.user, pk)
    try:
        dead_letters.send_again(outgoing=mail, by=request.user, at=timezone.now())
    except dead_letters.NotFailed:
        messages.info(request, NOT_FAILED)
    else:
        messages.success(request, _("The mail is on its way again."))
    return to("channels:outgoing", pk)


@require_POST
def correct(request: StaffRequest, pk: int, person: int) -> HttpResponse:
    """Send a failed mail to another address in place of a wrong one."""
    mail = queries.outgoing_for(request.user, pk)
    recipient = next((one for one in mail.people.all() if one.pk == person), None)
    if recipient is None:
        raise queries.NoSuchMail(f"recipient {person} of outgoing {pk}")
    try:
        dead_letters.correct_address(
            recipient=recipient,
            address=request.POST.get("address", "").strip()[:320],
            by=request.user,
            at=timezone.now(),
        )
    except dead_letters.NotFailed:
        messages.info(request, NOT_FAILED)
    except NotSendable:
        messages.error(request, _("That is no other address to write to."))
    else:
        messages.success(request, _("The mail is on its way to the new address."))
    return to("channels:outgoing", pk)


@require_POST
def leave_it(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a failed mail aside, where nothing more is to be done."""
    mail = queries.outgoing_for(request.user, pk)
    try:
        dead_letters.leave_it(outgoing=mail, by=request.user, at=timezone.now())
    except dead_letters.NotFailed:
        messages.info(request, NOT_FAILED)
    else:
        messages.success(request, _("The mail is left as it is."))
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
    if mail.case is None:
        words = ""
    elif mail.message is not None and mail.message.automatic:
        words = mail.message.text
    files = [each.name for each in read.attachments] if read else []
    people = sorted(mail.people.all(), key=lambda one: one.pk)
    return {
        "mail": mail,
        "people": people,
        "somebody_missed_it": any(one.is_dead for one in people),
        "read": read,
        "words": words,
        "files": files,
        "now": timezone.now(),
    }
