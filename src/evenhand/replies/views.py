"""What the answer box asks while one writes: checks, a saved draft, an outline."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from evenhand.cases import queries as cases
from evenhand.replies.actions import drafts
from evenhand.replies.composer import composer_of
from evenhand.replies.forms import written_in
from evenhand.replies.outlines import outline_for
from evenhand.staff.requests import StaffRequest


@require_POST
def check(request: StaffRequest, ref: str) -> HttpResponse:
    """Answer what the checks say about the text as it stands; nothing is saved."""
    case = cases.case_for(request.user, ref)
    composer = composer_of(
        case,
        member=request.user,
        at=timezone.now(),
        written=written_in(request.POST),
    )
    context = {"case": case, "composer": composer, "now": timezone.now()}
    return render(request, "replies/_checks.html", context)


@require_POST
def draft(request: StaffRequest, ref: str) -> HttpResponse:
    """Save what is written so far. A note in the making is not a draft to a customer."""
    case = cases.case_for(request.user, ref)
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
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
def outline(request: StaffRequest, ref: str) -> HttpResponse:
    """Put the outline of an answer into the draft, below what was written already."""
    case = cases.case_for(request.user, ref)
    at = timezone.now()
    written = written_in(request.POST)
    before = written.text.strip()
    begun = outline_for(case, member=request.user, at=at)
    text = f"{before}\n\n{begun}" if before and begun not in before else begun
    drafts.save_draft(
        case=case,
        text=text,
        added=written.added,
        name=written.name_key,
        by=request.user,
        at=at,
    )
    page = reverse("desk:case", args=[case.ref])
    return HttpResponseRedirect(f"{page}#composer", status=HTTPStatus.SEE_OTHER)
