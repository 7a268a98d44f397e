"""Take files of a form straight into the blob store, a piece at a time.

Django hands each piece of a file to an upload handler while it reads the request; this
one writes it to a draft of the store. No file is ever whole in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from evenhand.cases.queries import case_for, side_for
from evenhand.channels import blobs
from evenhand.channels.actions.uploads import Arrived
from evenhand.staff.requests import StaffRequest

FIELD = "files"
# enough of the beginning to tell the type
HEAD = 64
# a view: the request, and what its address names
View = Callable[..., HttpResponse]


class Streamed(UploadedFile[Any]):
    """A file of a form whose bytes lie in the store; it has no open file of its own."""

    def __init__(self, *, name: str, size: int, sha256: str, head: bytes) -> None:
        super().__init__(file=None, name=name, size=size)
        self.sha256, self.head = sha256, head


class IntoTheStore(FileUploadHandler):
    """Writes each file to the store; one that is too large is read no further."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._draft: blobs.Draft | None = None
        self._head = b""
        self.too_large: list[str] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.field_name != FIELD:
            raise SkipFile
        self._draft, self._head = blobs.Draft(), b""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        draft = self._writing()
        if start + len(raw_data) > settings.FILE_LARGEST:
            self.upload_interrupted()
            self.too_large.append(self.file_name or "")
            raise SkipFile
        self._head += raw_data[: HEAD - len(self._head)]
        draft.write(raw_data)

    def file_complete(self, file_size: int) -> Streamed:
        draft = self._writing()
        try:
            sha256 = draft.keep()
        finally:
            draft.drop()
        self._draft = None
        return Streamed(
            name=self.file_name or "",
            size=file_size,
            sha256=sha256,
            head=self._head,
        )

    def upload_interrupted(self) -> None:
        """Forget a file whose sender went away in the middle."""
        if self._draft is not None:
            self._draft.drop()
            self._draft = None

    def _writing(self) -> blobs.Draft:
        if self._draft is None:
            raise SkipFile
        return self._draft


def takes_files(view: View) -> View:
    """Let a view of a case take files into the store, from those who may see the case."""
    return _behind(lambda request, ref, **_: case_for(request.user, ref), view)


def takes_files_beside(view: View) -> View:
    """Let a view of a side conversation take files, from those who may see its case."""
    return _behind(lambda request, pk, **_: side_for(request.user, pk), view)


def _behind(door: Callable[..., object], view: View) -> View:
    """Let the view take files into the store, once the door has opened.

    The handler must stand ready before anything reads the form, which the check of the
    form's token does. So that check comes after, around the view itself.
    """
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def ready(request: StaffRequest, **named: Any) -> HttpResponse:
        if request.method == "POST":
            door(request, **named)
            request.upload_handlers = [IntoTheStore(request)]
        return checked(request, **named)

    return ready


def arrived(request: HttpRequest) -> list[Arrived]:
    """Return the files of the form, whose bytes are in the store by now."""
    found = request.FILES.getlist(FIELD)
    return [
        Arrived(
            name=each.name or "",
            size=each.size or 0,
            sha256=each.sha256,
            head=each.head,
        )
        for each in found
        if isinstance(each, Streamed)
    ]


def too_large(request: HttpRequest) -> list[str]:
    """Return the names of files that were not taken because each is too large."""
    _ = request.FILES  # the form is read by now
    return [
        name
        for handler in request.upload_handlers
        if isinstance(handler, IntoTheStore)
        for name in handler.too_large
    ]
