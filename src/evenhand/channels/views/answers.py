"""What the pages of mail answer alike: refusals, downloads, the way back."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.urls import reverse

from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission

SEE_OTHER = 303
# A stranger's bytes: nothing in them may run, wherever they are opened.
DOWNLOAD_POLICY = "default-src 'none'; sandbox"


def must(request: StaffRequest, permission: Permission) -> None:
    if not request.user.may(permission):
        raise PermissionDenied


def download(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    isolate(response)
    return response


def isolate(response: HttpResponse | FileResponse) -> None:
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"


def to(name: str, *arguments: int) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse(name, args=arguments))
    response.status_code = SEE_OTHER
    return response


def posted(request: StaffRequest) -> QueryDict | None:
    """Return what a form was sent with, which may be nothing; None where none was."""
    return request.POST if request.method == "POST" else None
