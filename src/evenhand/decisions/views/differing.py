"""The decisions that no longer follow from their pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evenhand.decisions.differing import differing as found
from evenhand.decisions.views.drafts import for_publishers
from evenhand.staff.requests import StaffRequest


@require_safe
@for_publishers
def differing(request: StaffRequest) -> HttpResponse:
    """List the faults of the nightly rounds, those found last first."""
    before = request.GET.get("before", "")
    pk = (
        int(before)
        if before.isascii() and before.isdigit() and len(before) < 19
        else None
    )
    context = {"board": found(request.user, before=pk), "before": pk}
    return render(request, "decisions/differing.html", context)
