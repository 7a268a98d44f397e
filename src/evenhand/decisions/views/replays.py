"""What a draft would have done: replayed over the desk's own past, with pictures."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from evenhand.decisions import actions, drafts
from evenhand.decisions.models import PolicyDraft, RunState
from evenhand.decisions.pictures import flow_of, months_of, parts_of
from evenhand.decisions.replayed import pages_with_a_past
from evenhand.decisions.rules.replays import Report
from evenhand.decisions.views.drafts import draft_for, for_publishers, to_draft
from evenhand.decisions.views.refusals_of_pages import said_of
from evenhand.staff.requests import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_publishers
def replay(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the latest replay of a draft; a post has the present text replayed."""
    draft = draft_for(request, pk)
    if request.method != "POST":
        return render(request, "decisions/replay.html", _context(draft))
    try:
        actions.ask_replay(
            draft=draft,
            of=_chosen(request.POST.get("of", "")),
            by=request.user,
            at=timezone.now(),
        )
    except actions.AlreadyAtWork as refused:
        messages.error(request, said_of(refused))
    return to_draft(draft, place="replay")


@require_safe
@for_publishers
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far the replay has come, and what it says once it is done."""
    draft = draft_for(request, pk)
    return render(request, "decisions/_replay.html", _context(draft))


def _chosen(name: str) -> str:
    """Return the page that was chosen, if cases were decided by it."""
    return name if name in dict(pages_with_a_past()) else ""


def _context(draft: PolicyDraft) -> dict[str, object]:
    run = drafts.latest_replay(draft)
    context: dict[str, object] = {
        "draft": draft,
        "run": run,
        "pasts": _pasts(draft),
        "is_stale": run is not None and run.content_hash != draft.content_hash,
        "now": timezone.now(),
    }
    if run is None or run.state != RunState.DONE or run.report is None:
        return context
    report = Report.kept(run.report)
    return {
        **context,
        "report": report,
        "flow": flow_of(report),
        "months": months_of(report),
        "parts": parts_of(report),
    }


def _pasts(draft: PolicyDraft) -> list[tuple[str, int]]:
    """Return whose cases may be taken, its own first where it has any."""
    return sorted(pages_with_a_past(), key=lambda past: past[0] != draft.policy)
