"""The policies as pages to read, and the form that publishes a version."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evenhand.decisions import actions, pages, queries
from evenhand.decisions.forms import PublishForm
from evenhand.decisions.models import PolicyVersion
from evenhand.decisions.showing import ShownPage, shown_page
from evenhand.policy.errors import Fault, PolicyError
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission

SEE_OTHER = 303
UNPROCESSABLE = 422


@require_safe
def policies(request: StaffRequest) -> HttpResponse:
    """List every policy page with its versions."""
    versions = queries.policies()
    today = timezone.localdate()
    by_page = [
        (name, list(of_page))
        for name, of_page in groupby(versions, key=lambda v: v.policy)
    ]
    context = {
        "policies": [(name, _now(found, today), found) for name, found in by_page],
        "may_publish": request.user.may(Permission.PUBLISH_POLICIES),
    }
    return render(request, "decisions/policies.html", context)


@require_safe
def policy(request: StaffRequest, name: str) -> HttpResponse:
    """Show one version of a page: the one asked for, else the one in force today."""
    try:
        versions = queries.versions_of(name)
    except queries.NoSuchPolicy as error:
        raise Http404(name) from error
    wanted = request.GET.get("version", "")
    in_force = _now(versions, timezone.localdate())
    chosen = _named(versions, wanted) if wanted else in_force or versions[0]
    page, faults = _read(chosen.text)
    context = {
        "version": chosen,
        "versions": versions,
        "in_force": in_force,
        "page": page,
        "faults": faults,
        "may_publish": request.user.may(Permission.PUBLISH_POLICIES),
    }
    return render(request, "decisions/policy.html", context)


def _read(text: str) -> tuple[ShownPage | None, tuple[Fault, ...]]:
    """Lay out a stored text; one that a later release reads no more tells its faults."""
    try:
        return shown_page(pages.ready(text), text), ()
    except PolicyError as error:
        return None, error.faults


def _now(versions: list[PolicyVersion], today: date) -> PolicyVersion | None:
    return pages.in_force(versions, day_of=lambda _judged_on: today)


def _named(versions: list[PolicyVersion], wanted: str) -> PolicyVersion:
    for version in versions:
        if version.version == wanted:
            return version
    raise Http404(wanted)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: StaffRequest) -> HttpResponse:
    """Publish a version of a page, or show every fault that keeps it from it."""
    if not request.user.may(Permission.PUBLISH_POLICIES):
        raise PermissionDenied
    if request.method != "POST":
        return _publish_page(request, PublishForm(initial=_draft_of(request)))
    form = PublishForm(request.POST)
    faults: tuple[Fault, ...] = ()
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            version = actions.publish(text=text, by=request.user, at=timezone.now())
        except PolicyError as error:
            faults = error.faults
        except actions.AlreadyPublished:
            form.add_error(
                None, _("This version is published already: give it another.")
            )
        except actions.WindowsOverlap as error:
            form.add_error(None, _("The days overlap: %s.") % error)
        else:
            messages.success(request, _("Published."))
            address = reverse("decisions:policy", args=[version.policy])
            query = f"?version={quote(version.version)}"
            return HttpResponseRedirect(address + query, status=SEE_OTHER)
    return _publish_page(request, form, faults=faults, status=UNPROCESSABLE)


def _draft_of(request: StaffRequest) -> dict[str, str]:
    """Begin with the latest text of the page that is to be changed."""
    try:
        latest = queries.versions_of(request.GET.get("page", ""))[0]
    except queries.NoSuchPolicy:
        return {}
    return {"text": latest.text}


def _publish_page(
    request: StaffRequest,
    form: PublishForm,
    *,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "faults": faults}
    return render(request, "decisions/publish.html", context, status=status)
