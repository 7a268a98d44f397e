"""Two texts of a page side by side, and a version to take away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evenhand.decisions import checking, drafts, pages
from evenhand.decisions.earlier import told_facts
from evenhand.decisions.models import PolicyVersion
from evenhand.decisions.views.drafts import draft_for, for_publishers
from evenhand.decisions.views.policies import version_or_404
from evenhand.policy.errors import PolicyError
from evenhand.policy.exchange.dmn_write import write_dmn
from evenhand.policy.program import Page
from evenhand.policy.proof.changes import Change, Side
from evenhand.staff.requests import StaffRequest


@dataclass(frozen=True, slots=True)
class ShownSide:
    """What one version answers: its name, and each outcome in words."""

    title: str
    told: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownChange:
    """Cases that get another answer, with one of them."""

    old: Side
    new: Side
    standing: str
    case: tuple[tuple[str, str], ...]
    sides: tuple[ShownSide, ShownSide]


@require_safe
def compare(request: StaffRequest, name: str) -> HttpResponse:
    """Show what changes for customers from one version of a page to another."""
    old = version_or_404(name, request.GET.get("old", ""))
    new = version_or_404(name, request.GET.get("new", ""))
    return _page(request, old, new.text, {"new": new})


@require_safe
@for_publishers
def compare_draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what changes for customers from the version that holds last to a draft."""
    draft = draft_for(request, pk)
    old = drafts.latest_version(draft.policy)
    if old is None:
        raise Http404(draft.policy)
    return _page(request, old, draft.text, {"draft": draft})


def _page(
    request: StaffRequest, old: PolicyVersion, text: str, more: dict[str, object]
) -> HttpResponse:
    context: dict[str, object] = {"old": old, **more}
    try:
        found = checking.compared(pages.ready(old.text), pages.ready(text))
    except PolicyError as error:
        context["faults"] = error.faults
    except checking.ExtraMissing:
        context["missing"] = True
    except checking.Busy:
        context["busy"] = True
    else:
        context["comparison"] = found
        page = pages.ready(text)
        context["changes"] = [_shown(page, change) for change in found.changes]
    return render(request, "decisions/compare.html", context)


def _shown(page: Page, change: Change) -> ShownChange:
    return ShownChange(
        old=change.old,
        new=change.new,
        standing=change.standing.value,
        case=told_facts(page, change.facts),
        sides=(_side(_("Before"), change.old), _side(_("After"), change.new)),
    )


def _side(title: str, side: Side) -> ShownSide:
    return ShownSide(title, tuple(side.told.items()))


@require_safe
def text(_request: StaffRequest, name: str, version: str) -> HttpResponse:
    """Hand out the text of a version as it was published."""
    found = version_or_404(name, version)
    return _file(found.text, _file_name(found, "md"), "text/markdown; charset=utf-8")


@require_safe
def dmn(_request: StaffRequest, name: str, version: str) -> HttpResponse:
    """Hand out a version as DMN; what has no place there is told in a comment below."""
    found = version_or_404(name, version)
    try:
        page = pages.ready(found.text)
    except PolicyError as error:
        raise Http404(str(error)) from error
    xml, left_out = write_dmn(page)
    # in a comment nothing may look like its end
    told = re.sub("-(?=-)", "- ", "\n".join(str(one) for one in left_out))
    if told:
        xml = f"{xml.rstrip()}\n<!-- Not in DMN:\n{told}\n-->\n"
    return _file(xml, _file_name(found, "dmn"), "application/xml; charset=utf-8")


def _file_name(version: PolicyVersion, ending: str) -> str:
    """Return a name of letters that every computer takes, such as returns-2026-01-01.md."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", version.version)
    return f"{version.policy}-{plain}.{ending}"


def _file(content: str, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content.encode(), content_type=kind, headers=headers)
