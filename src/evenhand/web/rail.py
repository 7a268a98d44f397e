"""The rail's places alone, which live updates fetch so that its counts stay true."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from evenhand.staff.requests import StaffRequest
from evenhand.web.context import places

BARS = {"rail": "web/_rail_places.html", "phone": "web/_phone_places.html"}


@require_GET
def rail(request: StaffRequest) -> HttpResponse:
    """Answer the places as the page at `on` shows them, in its rail or its phone bar."""
    template = BARS.get(request.GET.get("bar", ""), BARS["rail"])
    on = request.GET.get("on", "")
    shown = {"on": on, "places": list(places(request.user, on=on))}
    return render(request, template, shown)
