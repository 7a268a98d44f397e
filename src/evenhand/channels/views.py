"""The outbox, the tray of what no case took, files, and a message in its own frame."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from evenhand.cases.queries import (
    NoSuchCase,
    attachment_for,
    case_for,
    message_for,
)
from evenhand.channels import blobs, frame, queries
from evenhand.channels.actions import intake, tray
from evenhand.channels.actions import outbox as sending
from evenhand.channels.actions.filing import AlreadyFiled
from evenhand.channels.mail.attachments import download_type, safe_name
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.parse import parse
from evenhand.channels.mail.source import as_letters
from evenhand.channels.models import Outgoing, OutgoingState
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission

SEE_OTHER = 303
# of a larger mail the rest is in the download
SHOWN_BYTES = 128 * 1024
# A stranger's bytes: nothing in them may run, wherever they are opened.
DOWNLOAD_POLICY = "default-src 'none'; sandbox"


@require_safe
def outbox(request: StaffRequest) -> HttpResponse:
    """Show what left, waits to leave, or could not."""
    _must(request, Permission.SEE_THE_OUTBOX)
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
    _must(request, Permission.SEE_THE_OUTBOX)
    mail = queries.outgoing_for(request.user, pk)
    return render(request, "channels/outgoing.html", _shown(mail))


@require_POST
def send_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a failed mail back on its way."""
    _must(request, Permission.SEE_THE_OUTBOX)
    mail = queries.outgoing_for(request.user, pk)
    if mail.state != OutgoingState.FAILED:
        messages.info(request, _("This mail is not one that failed."))
    else:
        sending.send_again(outgoing=mail, by=request.user.as_actor, at=timezone.now())
        messages.success(request, _("The mail is on its way again."))
    return _to("channels:outgoing", pk)


@require_safe
def set_aside(request: StaffRequest) -> HttpResponse:
    """Show the mails that no case took, each with the reason."""
    _must(request, Permission.MEND_MAIL)
    after = request.GET.get("after", "")
    page = queries.tray(request.user, after=after)
    now = timezone.now()
    late = now - queries.TRAY_WITHIN
    context = {"page": page, "after": after, "now": now, "late_before": late}
    return render(request, "channels/set_aside.html", context)


@require_POST
def try_again(request: StaffRequest, pk: int) -> HttpResponse:
    """File a mail of the tray anew."""
    _must(request, Permission.MEND_MAIL)
    delivery = queries.delivery_for(request.user, pk)
    intake.try_again(delivery=delivery, by=request.user, at=timezone.now())
    messages.success(request, _("The mail is being filed again."))
    return _to("channels:set_aside")


@require_POST
def place(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a mail of the tray into the case whose number was typed."""
    _must(request, Permission.MEND_MAIL)
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
    return _to("channels:set_aside")


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
    return _download(response, f"mail-{delivery.pk}.eml")


@require_safe
def attachment(request: StaffRequest, pk: int) -> FileResponse:
    """Download a file that came with a message; nothing is shown in the browser."""
    file = attachment_for(request.user, pk)
    try:
        stored = blobs.path_of(file.sha256).open("rb")
    except FileNotFoundError as error:
        raise Http404("the file is gone") from error
    kind = download_type(name=file.name, content=stored.read(16))
    stored.seek(0)
    name = safe_name(file.name)
    response = FileResponse(
        stored, as_attachment=True, filename=name, content_type=kind
    )
    _isolate(response)
    return response


@require_safe
@xframe_options_sameorigin
def message_frame(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a message's own HTML, isolated; `?remote=1` loads pictures of the network."""
    message = message_for(request.user, pk)
    remote = request.GET.get("remote") == "1"
    body = frame.body_of(message, remote=remote)
    response = render(
        request, "channels/frame.html", {"message": message, "body": body}
    )
    response.headers["Content-Security-Policy"] = frame.policy(remote=remote)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


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


def _must(request: StaffRequest, permission: Permission) -> None:
    if not request.user.may(permission):
        raise PermissionDenied


def _download(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    _isolate(response)
    return response


def _isolate(response: HttpResponse | FileResponse) -> None:
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"


def _to(name: str, *arguments: int) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse(name, args=arguments))
    response.status_code = SEE_OTHER
    return response
