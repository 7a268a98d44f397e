"""The body of a call: read once, its form parsed with each byte kept as it came."""

from __future__ import annotations

import hashlib
import json
from email import message_from_bytes, policy
from email.message import Message

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict


def read_body(request: HttpRequest, *, charset: str) -> bytes:
    """Read the body, which may be as large as a mail, and its form in this charset.

    Django bounds forms by what people type; the server in front of this has bounded
    the call already (32 MiB).
    """
    body = request.read()
    request._body = body  # noqa: SLF001 - what `body` returns
    request.encoding = charset
    if request.content_type == "multipart/form-data":
        form, files = _parts(request, body, charset=charset)
        request._post, request._files = form, files  # type: ignore[attr-defined]  # noqa: SLF001 - read already
    elif request.content_type == "application/x-www-form-urlencoded":
        form = QueryDict(body, encoding=charset)
        request._post, request._files = form, MultiValueDict()  # type: ignore[attr-defined]  # noqa: SLF001 - read already
    return body


def said_in(request: HttpRequest) -> bytes:
    """Return what a call that was read says, however its form was cut into parts.

    A provider that tries again may write other boundaries, and says the same.
    """
    if request.content_type == "application/json":
        return request.body
    files = []
    for name, each in sorted(request.FILES.lists()):
        for file in each:
            files.append((name, file.name, hashlib.sha256(file.read()).hexdigest()))
            file.seek(0)
    return json.dumps([sorted(request.POST.lists()), files]).encode()


def _parts(
    request: HttpRequest, body: bytes, *, charset: str
) -> tuple[QueryDict, MultiValueDict[str, SimpleUploadedFile]]:
    head = f"Content-Type: {request.META.get('CONTENT_TYPE', '')}\r\n\r\n".encode()
    read: Message = message_from_bytes(head + body, policy=policy.HTTP)
    form = QueryDict(mutable=True, encoding=charset)
    files: MultiValueDict[str, SimpleUploadedFile] = MultiValueDict()
    for part in read.get_payload() if read.is_multipart() else ():
        if not isinstance(part, Message):
            continue
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if (file := part.get_filename()) is not None:
            kind = part.get_content_type()
            files.appendlist(name, SimpleUploadedFile(file or "file", content, kind))
        else:
            form.appendlist(name, content.decode(charset, "replace"))
    return form, files
