"""What one does to a mail to a third party that waits: look, undo, another time, drop."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evenhand.channels.actions import side_holding, waiting
from evenhand.channels.models import HeldAside, HeldState
from evenhand.channels.queries.waiting import held_aside_for
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk.aside_page import files_of
from evenhand.web.desk.asides import to_side
from evenhand.web.desk.held import NOT_AHEAD, TOO_LATE_ASIDE, chosen_time


@require_safe
def held(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a mail that will begin a conversation; of others lead to where they are."""
    row = held_aside_for(request.user, pk)
    context = {"held": row, "case": row.case, "held_files": files_of(row)}
    if request.GET.get("part") == "held":
        return render(request, "desk/_aside_waits.html", context)
    if row.side is None and row.state == HeldState.HELD:
        return render(request, "desk/aside_waits.html", context)
    return _where_it_is(row)


@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Undo: put the mail back into its form, as if it had never been sent."""
    row = held_aside_for(request.user, pk)
    try:
        row = side_holding.take_back(held=row, by=request.user, at=timezone.now())
    except waiting.TooLate:
        messages.error(request, TOO_LATE_ASIDE)
        row.refresh_from_db()
    return _where_it_is(row)


@require_POST
def change_time(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the mail leave at another time; `now` lets it leave at once."""
    row, at = held_aside_for(request.user, pk), timezone.now()
    try:
        leave_at = at if "now" in request.POST else chosen_time(request.POST)
        side_holding.change_time(held=row, leave_at=leave_at, by=request.user, at=at)
    except waiting.NotAhead:
        messages.error(request, NOT_AHEAD)
    except waiting.TooLate:
        messages.error(request, TOO_LATE_ASIDE)
    return _where_it_is(row)


@require_POST
def drop(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget the words that came back; the form is empty again."""
    row = held_aside_for(request.user, pk)
    side_holding.drop(held=row, by=request.user, at=timezone.now())
    return _where_it_is(row)


def _where_it_is(row: HeldAside) -> HttpResponse:
    """Lead to the conversation, to the mail that waits, or to its words in the form."""
    if row.side is not None:
        anchor = f"held-{row.pk}" if row.state == HeldState.HELD else "aside-form"
        return to_side(row.side, anchor=anchor)
    if row.message is not None:
        return to_side(row.message.side, anchor=f"aside-{row.message.pk}")
    if row.state == HeldState.HELD:
        place = reverse("desk:held_aside", args=[row.pk])
    else:
        home = row.case.merged_into or row.case
        place = reverse("desk:begin_aside", args=[home.ref]) + "#aside-form"
    return HttpResponseRedirect(place, status=HTTPStatus.SEE_OTHER)
