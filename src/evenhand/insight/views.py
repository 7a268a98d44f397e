"""The scorecard's page."""

from __future__ import annotations

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evenhand.insight import queries
from evenhand.insight.forms import DAYS, ScorecardForm
from evenhand.insight.rules.figures import ENOUGH
from evenhand.staff.requests import StaffRequest


@require_safe
def scorecard(request: StaffRequest) -> HttpResponse:
    """Show the figures of a period; wrong days show the usual period and what is wrong."""
    at = timezone.now()
    zone = ZoneInfo(timezone.get_current_timezone_name())
    teams = queries.teams_of(request.user)
    form = ScorecardForm(request.GET, teams=teams, zone=zone, at=at)
    form.is_valid()
    team = form.cleaned_data.get("team")
    context = {
        "form": form,
        "board": queries.scorecard(
            reach=request.user.reach, period=form.period, at=at, team=team
        ),
        "team": team,
        "choices": [
            (days, f"?{_query(days, team.pk if team else None)}") for days in DAYS
        ],
        "enough": ENOUGH,
        "now": at,
    }
    return render(request, "insight/scorecard.html", context)


def _query(days: int, team: int | None) -> str:
    return urlencode({"days": days} | ({"team": team} if team else {}))
