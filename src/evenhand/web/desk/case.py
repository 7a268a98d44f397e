"""One case with everything that is known of it, as a page and in its parts."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from evenhand.cases import queries as cases
from evenhand.cases.models import Case
from evenhand.replies.composer import Written
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk import context, inbox


@require_GET
def page(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one case beside the list it was chosen from."""
    return show(request, cases.case_for(request.user, ref))


def show(
    request: StaffRequest,
    case: Case,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    forms: Mapping[str, Form] | None = None,
    written: Written | None = None,
    fault: str = "",
) -> HttpResponse:
    """Show the case's page; the last three carry what a refused POST had said."""
    look = context.Look(case=case, member=request.user, at=timezone.now())
    shown = context.whole(look, forms=forms or {}, written=written, fault=fault)
    beside = inbox.listing(request, selected=case.ref)
    return render(request, "desk/case.html", {**beside, **shown}, status=status)


@require_GET
def part(request: StaffRequest, ref: str, part: str) -> HttpResponse:
    """Answer one part of the page alone, for live updates."""
    assemble = context.PARTS.get(part)
    if assemble is None:
        raise Http404(part)
    case = cases.case_for(request.user, ref)
    look = context.Look(case=case, member=request.user, at=timezone.now())
    shown = {**context.frame(look), **assemble(look)}
    return render(request, f"desk/_{part}.html", shown)
