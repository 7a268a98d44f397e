"""Files that came with a message, and its own HTML in a frame of its own."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from evenhand.cases.queries import attachment_for, message_for
from evenhand.channels import blobs, frame
from evenhand.channels.mail.attachments import download_type, safe_name
from evenhand.channels.views.answers import isolate
from evenhand.staff.requests import StaffRequest


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
    isolate(response)
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
