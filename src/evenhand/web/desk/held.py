"""What one does to an answer that waits to leave: undo, another time, leave now."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from evenhand.cases import queries as cases
from evenhand.cases.models import Case
from evenhand.channels.actions.waiting import NotAhead
from evenhand.channels.queries import waiting as beside
from evenhand.replies import queries
from evenhand.replies.actions import holding
from evenhand.replies.models import HeldAnswer
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk.verbs import back_to

NOT_AHEAD = _("Choose a time that is still to come, within a year.")
TOO_LATE = _("Too late: the answer has left.")
TOO_LATE_ASIDE = _("Too late: the mail has left.")


@require_safe
def later(request: StaffRequest) -> HttpResponse:
    """Show the answers that wait for a time, and those of one's own that came back."""
    context = {
        "waiting": queries.held_later(request.user),
        "returned": queries.returned_unseen(request.user),
        "asides_waiting": beside.asides_held_later(request.user),
        "asides_returned": beside.asides_returned(request.user),
        "now": timezone.now(),
    }
    part = request.GET.get("part") == "list"
    return render(request, f"desk/{'_later' if part else 'later'}.html", context)


@require_POST
def take_back(request: StaffRequest, ref: str, pk: int) -> HttpResponse:
    """Undo: put the answer back into the box, as if it had never been sent."""
    case, held = _held(request, ref, pk)
    try:
        holding.take_back(held=held, by=request.user, at=timezone.now())
    except holding.TooLate:
        messages.error(request, TOO_LATE)
        return back_to(case, anchor="thread")
    return back_to(case, anchor="composer")


@require_POST
def change_time(request: StaffRequest, ref: str, pk: int) -> HttpResponse:
    """Let the answer leave at another time; `now` lets it leave at once."""
    case, held = _held(request, ref, pk)
    at = timezone.now()
    try:
        leave_at = at if "now" in request.POST else chosen_time(request.POST)
        holding.change_time(held=held, leave_at=leave_at, by=request.user, at=at)
    except holding.NotAhead:
        messages.error(request, NOT_AHEAD)
    except holding.TooLate:
        messages.error(request, TOO_LATE)
    return back_to(case, anchor=f"held-{held.pk}")


@require_POST
def seen(request: StaffRequest, ref: str, pk: int) -> HttpResponse:
    """Note that its author knows that the answer came back."""
    case, held = _held(request, ref, pk)
    holding.note_seen(held=held, by=request.user, at=timezone.now())
    return back_to(case, anchor="composer")


def chosen_time(posted: QueryDict) -> datetime:
    """Return the time that a form chose, its own before an offered one; else NotAhead."""
    told = (posted.get("leave_on", "").strip() or posted.get("leave", ""))[:40]
    try:
        found = parse_datetime(told)
    except ValueError:
        found = None
    if found is None:
        raise NotAhead(told)
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _held(request: StaffRequest, ref: str, pk: int) -> tuple[Case, HeldAnswer]:
    case = cases.case_for(request.user, ref)
    held = queries.held_for(case, pk)
    if held is None:
        raise cases.NoSuchCase(f"held answer {pk}")
    return case, held
