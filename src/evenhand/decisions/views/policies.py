"""The policies as pages to read."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evenhand.decisions import drafts, pages, queries
from evenhand.decisions.differing import open_faults
from evenhand.decisions.models import PolicyVersion
from evenhand.decisions.shelves import state_of
from evenhand.decisions.showing import ShownPage, shown_page
from evenhand.decisions.titles import titled_shelves
from evenhand.policy.errors import Fault, PolicyError
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission


@require_safe
def policies(request: StaffRequest) -> HttpResponse:
    """List every policy page with its versions, and what is in the making."""
    context = {
        "shelves": titled_shelves(
            today=timezone.localdate(), language=request.user.language
        ),
        "drafts": drafts.open_drafts(request.user),
        "needs_second": drafts.needs_second_person(),
        "may_publish": request.user.may(Permission.PUBLISH_POLICIES),
        "may_set_up": request.user.may(Permission.SET_UP_PUBLISHING),
        "now": timezone.now(),
        "differing": _differing(request),
    }
    return render(request, "decisions/policies.html", context)


@require_safe
def policy(request: StaffRequest, name: str) -> HttpResponse:
    """Show one version of a page: the one asked for, else the one in force today."""
    versions = _versions(name)
    wanted = request.GET.get("version", "")
    in_force = _now(versions, timezone.localdate())
    chosen = _named(versions, wanted) if wanted else in_force or versions[0]
    page, faults = _read(chosen.text, language=request.user.language)
    context = {
        "version": chosen,
        "versions": versions,
        "in_force": in_force,
        "state": state_of(chosen, today=timezone.localdate()),
        "page": page,
        "faults": faults,
        "may_publish": request.user.may(Permission.PUBLISH_POLICIES),
    }
    return render(request, "decisions/policy.html", context)


def version_or_404(name: str, version: str) -> PolicyVersion:
    """Return one version of a policy by its name; there is no such page if it is none."""
    return _named(_versions(name), version)


def _versions(name: str) -> list[PolicyVersion]:
    try:
        return queries.versions_of(name)
    except queries.NoSuchPolicy as error:
        raise Http404(name) from error


def _differing(request: StaffRequest) -> int:
    """Return how many stored decisions no longer follow, for those who mend pages."""
    if not request.user.may(Permission.PUBLISH_POLICIES):
        return 0
    return open_faults(request.user).count()


def _read(text: str, *, language: str) -> tuple[ShownPage | None, tuple[Fault, ...]]:
    """Lay out a stored text; one that a later release reads no more tells its faults."""
    try:
        return shown_page(pages.ready(text), text, language=language[:2]), ()
    except PolicyError as error:
        return None, error.faults


def _now(versions: list[PolicyVersion], today: date) -> PolicyVersion | None:
    return pages.in_force(versions, day_of=lambda _judged_on: today)


def _named(versions: list[PolicyVersion], wanted: str) -> PolicyVersion:
    for version in versions:
        if version.version == wanted:
            return version
    raise Http404(wanted)
