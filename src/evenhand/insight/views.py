"""The pages of figures: the scorecard, and paper beside the counter."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evenhand.decisions.titles import titles_by_name
from evenhand.insight import drifting, queries
from evenhand.insight.forms import DAYS, ScorecardForm
from evenhand.insight.rules.drift_pictures import columns
from evenhand.insight.rules.figures import ENOUGH
from evenhand.insight.rules.periods import Period
from evenhand.staff.models import Team
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission


@require_safe
def scorecard(request: StaffRequest) -> HttpResponse:
    """Show the figures of a period; wrong days show the usual period and what is wrong."""
    at = timezone.now()
    zone = ZoneInfo(timezone.get_current_timezone_name())
    teams = queries.teams_of(request.user)
    form = ScorecardForm(request.GET, teams=teams, zone=zone, at=at)
    form.is_valid()
    team = form.cleaned_data.get("team")
    board = queries.scorecard(
        reach=request.user.reach, period=form.period, at=at, team=team
    )
    context = {
        "form": form,
        "board": board,
        "team": team,
        "choices": [
            (days, f"?{_query(days, team.pk if team else None)}") for days in DAYS
        ],
        "enough": ENOUGH,
        "titles": _titles(request, at) if board.clauses else {},
        "now": at,
    }
    return render(request, "insight/scorecard.html", context)


@require_safe
def paper(request: StaffRequest) -> HttpResponse:
    """Show how decisions of a period left their pages, by row, week and person."""
    at = timezone.now()
    zone = ZoneInfo(timezone.get_current_timezone_name())
    teams = queries.teams_of(request.user)
    form = ScorecardForm(request.GET, teams=teams, zone=zone, at=at)
    form.is_valid()
    team = form.cleaned_data.get("team")
    period = form.period
    found = drifting.paper_and_counter(
        member=request.user, period=period, today=at.astimezone(zone).date(), team=team
    )
    context = {
        "form": form,
        "drift": found,
        "columns": columns(found.weeks),
        "team": team,
        "choices": [
            (days, f"?{_query(days, team.pk if team else None)}") for days in DAYS
        ],
        "earlier": f"?{_days(period.before, team)}",
        "leads": request.user.may(Permission.REACH_ALL_TEAMS),
        "enough": ENOUGH,
        "titles": _titles(request, at),
        "now": at,
    }
    return render(request, "insight/drift.html", context)


def _titles(request: StaffRequest, at: datetime) -> dict[str, str]:
    """Return what the published pages are called in the reader's language."""
    today = timezone.localdate(at)
    return titles_by_name(today=today, language=request.user.language)


def _days(period: Period, team: Team | None) -> str:
    days = {"first": period.start.date(), "last": period.last_day}
    return urlencode(days | ({"team": team.pk} if team else {}))


def _query(days: int, team: int | None) -> str:
    return urlencode({"days": days} | ({"team": team} if team else {}))
