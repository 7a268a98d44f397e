"""Files that came with a message or wait beside an answer; a message's own HTML."""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from evenhand.cases.models import Attachment, Message, SideFile, SideMessage
from evenhand.cases.queries import (
    attachment_for,
    message_for,
    side_file_for,
    side_message_for,
)
from evenhand.channels import blobs, frame, scanned
from evenhand.channels.mail.attachments import download_type, is_picture, safe_name
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.whole import NoSuchPiece
from evenhand.channels.models import Upload
from evenhand.channels.queries import delivery_for, delivery_of
from evenhand.channels.queries.files import upload_for
from evenhand.channels.views.answers import isolate
from evenhand.staff.requests import StaffRequest

HEAD = 64
# digits of a part's number
LONGEST_NUMBER = 6


@require_safe
def attachment(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    """Download a file that came with a message; nothing is shown in the browser."""
    return _handed_over(request, attachment_for(request.user, pk))


@require_safe
def side_file(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    """Download a file of a side conversation."""
    return _handed_over(request, side_file_for(request.user, pk))


@require_safe
def upload(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    """Download a file of one's own that waits beside an answer."""
    return _handed_over(request, upload_for(request.user, pk))


def _handed_over(
    request: StaffRequest, file: Attachment | SideFile | Upload
) -> HttpResponse | FileResponse:
    held = scanned.held(file.sha256, member=request.user)
    if held is not None:
        return _kept_back(request, file, why=held, status=HTTPStatus.LOCKED)
    try:
        stored = blobs.open_blob(file.sha256)
    except FileNotFoundError:
        return _kept_back(request, file, why="missing", status=HTTPStatus.NOT_FOUND)
    except blobs.StoreDown:
        return _kept_back(
            request, file, why="down", status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    kind = download_type(name=file.name, content=stored.read(HEAD))
    stored.seek(0)
    response = FileResponse(
        stored, as_attachment=True, filename=safe_name(file.name), content_type=kind
    )
    isolate(response)
    return response


def _kept_back(
    request: StaffRequest,
    file: Attachment | SideFile | Upload,
    *,
    why: str,
    status: HTTPStatus,
) -> HttpResponse:
    """Say why a file cannot be had, and what to do, in place of it."""
    context = {"file": file, "why": why}
    return render(request, "channels/file_kept_back.html", context, status=status)


@require_safe
def picture(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    """Show an enclosed picture in its message's frame: raster pictures, nothing else."""
    file = attachment_for(request.user, pk)
    if file.size > frame.LARGEST_PICTURE or scanned.held(
        file.sha256, member=request.user
    ):
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    try:
        stored = blobs.open_blob(file.sha256)
    except (FileNotFoundError, blobs.StoreDown):
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    head = stored.read(HEAD)
    if not is_picture(head):
        stored.close()
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    stored.seek(0)
    response = FileResponse(stored, content_type=download_type(name="", content=head))
    isolate(response)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@require_safe
@xframe_options_sameorigin
def message_frame(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a message's own HTML, isolated; `?remote=1` loads pictures of the network."""
    message = message_for(request.user, pk)
    remote = request.GET.get("remote") == "1"
    body = frame.body_of(message, remote=remote)
    more = _whole(message, in_html=True)
    return _framed(request, message, body, remote=remote, whole=more)


@require_safe
@xframe_options_sameorigin
def side_frame(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the own HTML of a side message, as isolated; its pictures are files there."""
    message = side_message_for(request.user, pk)
    remote = request.GET.get("remote") == "1"
    body = frame.side_body_of(message, remote=remote)
    more = _whole(message, in_html=True)
    return _framed(request, message, body, remote=remote, whole=more)


@require_safe
@xframe_options_sameorigin
def words(request: StaffRequest, pk: int) -> HttpResponse:
    """Show all words of a message that is too long for the page of its case."""
    message = message_for(request.user, pk)
    body = frame.words_of(message)
    more = _whole(message, in_html=False)
    return _framed(request, message, body, remote=False, whole=more)


@require_safe
@xframe_options_sameorigin
def whole(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one part of a mail that is longer than what is kept of it beside its case.

    `?part=` counts from one; with `?html=1` the part is of the mail's own HTML.
    """
    delivery = delivery_for(request.user, pk)
    in_html = request.GET.get("html") == "1"
    part = request.GET.get("part", "1")
    number = int(part) if part.isdecimal() and len(part) < LONGEST_NUMBER else 0
    try:
        piece, body = frame.piece_of(delivery, number=number, in_html=in_html)
    except (NoSuchPiece, Unreadable) as error:
        raise Http404(str(error)) from error
    message = delivery.message or delivery.side_message
    return _framed(request, message, body, remote=False, piece=piece, in_html=in_html)


def _whole(message: Message | SideMessage, *, in_html: bool) -> str:
    """Return where all of a mail can be read, empty where the message has all of it."""
    if not frame.is_cut(message, in_html=in_html):
        return ""
    key = delivery_of(message)
    if key is None:
        return ""
    address = reverse("channels:whole", args=[key])
    return f"{address}?html=1" if in_html and message.html.strip() else address


def _framed(
    request: StaffRequest,
    message: Message | SideMessage | None,
    body: str,
    *,
    remote: bool,
    **more: object,
) -> HttpResponse:
    """Answer a page that runs nothing and, unless asked to, loads nothing from afar."""
    context = {"message": message, "body": body, **more}
    response = render(request, "channels/frame.html", context)
    response.headers["Content-Security-Policy"] = frame.policy(remote=remote)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response
