"""Lay files beside an answer in the making and take them away; the text stays."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evenhand.cases import queries as cases
from evenhand.cases.models import Case
from evenhand.channels.actions import uploads
from evenhand.channels.models import ANSWER, Box
from evenhand.channels.queries.files import upload_for, uploads_of
from evenhand.channels.uploading import arrived, takes_files, too_large
from evenhand.replies.actions import drafts
from evenhand.replies.forms import written_in
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk.verbs import back_to


@takes_files
@require_POST
def attach(request: StaffRequest, ref: str) -> HttpResponse:
    """Keep the files of the form beside the answer; a script gets the list of them."""
    case = cases.case_for(request.user, ref)
    refused = keep_files(request, case)
    return _answered(request, case, refused=refused)


@require_POST
def detach(request: StaffRequest, ref: str, pk: int) -> HttpResponse:
    """Take a file of one's own from beside the answer."""
    case = cases.case_for(request.user, ref)
    upload = upload_for(request.user, pk)
    if upload.case_id != case.pk or upload.beside:
        raise cases.NoSuchCase(f"upload {pk}")
    uploads.remove(upload=upload)
    return _answered(request, case, refused=())


def keep_files(request: StaffRequest, case: Case, *, box: Box = ANSWER) -> list[str]:
    """Keep what came with the form; return a sentence for each file that was not."""
    told = [_sentence(uploads.TooLarge(name)) for name in too_large(request)]
    for file in arrived(request):
        try:
            uploads.add(
                case=case, file=file, by=request.user, at=timezone.now(), box=box
            )
        except uploads.FileRefused as refusal:
            told.append(_sentence(refusal))
    return told


def _answered(
    request: StaffRequest, case: Case, *, refused: Iterable[str]
) -> HttpResponse:
    """Answer a script with the list; a form without one goes back to the page."""
    if request.headers.get("X-Fragment"):
        return list_of_files(request, case, refused=refused)
    written = written_in(request.POST)
    if written.mode != "note":
        drafts.save_draft(
            case=case,
            text=written.text,
            added=written.added,
            name=written.name_key,
            by=request.user,
            at=timezone.now(),
        )
    for sentence in refused:
        messages.error(request, sentence)
    return back_to(case, anchor="composer")


def list_of_files(
    request: StaffRequest, case: Case, *, refused: Iterable[str], box: Box = ANSWER
) -> HttpResponse:
    """Answer a script with the files that lie beside the mail, and what was refused."""
    files = uploads_of(case, member=request.user, box=box)
    context = {"case": case, "files": files, "refused": refused}
    return render(request, "replies/_file_list.html", context)


def _sentence(refusal: uploads.FileRefused) -> str:
    """Say why a file was not taken, with its name and the limit that it passes."""
    limits = {
        "name": refusal.name,
        "most": settings.FILES_MOST,
        "largest": filesizeformat(settings.FILE_LARGEST),
        "together": filesizeformat(settings.FILES_LARGEST),
    }
    sentences = {
        uploads.TooLarge: _(
            "%(name)s is larger than %(largest)s and was not attached."
        ),
        uploads.TooMuch: _(
            "%(name)s was not attached: the files of an answer may have %(together)s"
            " together."
        ),
        uploads.TooMany: _(
            "%(name)s was not attached: an answer may have %(most)s files."
        ),
    }
    return sentences[type(refusal)] % limits
