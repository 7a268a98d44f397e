"""The tray of what no case took, and the bytes of a mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evenhand.cases.queries import NoSuchCase, case_for
from evenhand.channels import queries
from evenhand.channels.actions import intake, tray
from evenhand.channels.actions.filing import AlreadyFiled
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.source import as_letters
from evenhand.channels.views.answers import download, must, to
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission

# of a larger mail the rest is in the download
SHOWN_BYTES = 128 * 1024


@require_safe
def set_aside(request: StaffRequest) -> HttpResponse:
    """Show the mails that no case took, each with the reason."""
    must(request, Permission.MEND_MAIL)
    after = request.GET.get("after", "")
    page = queries.tray(request.user, after=after)
    now = timezone.now()
    late = now - queries.TRAY_WITHIN
    context = {"page": page, "after": after, "now": now, "late_before": late}
    return render(request, "channels/set_aside.html", context)


@require_POST
def try_again(request: StaffRequest, pk: int) -> HttpResponse:
    """File a mail of the tray anew."""
    must(request, Permission.MEND_MAIL)
    delivery = queries.delivery_for(request.user, pk)
    intake.try_again(delivery=delivery, by=request.user, at=timezone.now())
    messages.success(request, _("The mail is being filed again."))
    return to("channels:set_aside")


@require_POST
def place(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a mail of the tray into the case whose number was typed."""
    must(request, Permission.MEND_MAIL)
    delivery = queries.delivery_for(request.user, pk)
    ref = request.POST.get("case", "").strip().lstrip("#")
    try:
        case = case_for(request.user, ref)
        tray.place(delivery=delivery, case=case, by=request.user, at=timezone.now())
    except NoSuchCase:
        messages.error(request, _("There is no case of this number."))
    except tray.NotSetAside:
        messages.info(request, _("This mail is no longer here."))
    except AlreadyFiled:
        messages.error(request, _("The same mail lies in a case already."))
    except Unreadable:
        messages.error(request, _("No mail can be made of these bytes."))
    else:
        messages.success(
            request, _("The mail lies in case #%(ref)s.") % {"ref": case.ref}
        )
    return to("channels:set_aside")


@require_safe
def source(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the bytes of a mail as letters: nothing in them is read as a page."""
    delivery = queries.delivery_for(request.user, pk)
    letters = as_letters(bytes(delivery.raw[:SHOWN_BYTES]))
    context = {
        "delivery": delivery,
        "letters": letters,
        "is_cut": delivery.size > SHOWN_BYTES,
    }
    response = render(request, "channels/source.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def raw(request: StaffRequest, pk: int) -> HttpResponse:
    """Download a mail exactly as it came, the bytes of the wire."""
    delivery = queries.delivery_for(request.user, pk)
    response = HttpResponse(bytes(delivery.raw), content_type="message/rfc822")
    return download(response, f"mail-{delivery.pk}.eml")
