"""Pages in the making: begin one, write it, see at once what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evenhand.decisions import actions, drafts
from evenhand.decisions.forms import DraftForm, NewPageForm
from evenhand.decisions.models import PolicyDraft
from evenhand.decisions.previewing import Preview, past_cases, previewed
from evenhand.decisions.rules.reports import CheckReport
from evenhand.decisions.titles import titled_shelves
from evenhand.decisions.trying import Tryout, tried
from evenhand.decisions.views.refusals_of_pages import said_of
from evenhand.policy.errors import PolicyError
from evenhand.policy.printing import formatted
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission

View = Callable[..., HttpResponse]
# A page of as many rows as may be has fewer lines; of a text that is none, these.
MOST_NUMBERED = 5_000


def for_publishers(view: View) -> View:
    """Let only those in who may publish policies."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.may(Permission.PUBLISH_POLICIES):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def draft_for(request: StaffRequest, pk: int) -> PolicyDraft:
    """Return the draft that an address names, else there is no such page."""
    try:
        return drafts.draft_for(request.user, pk)
    except drafts.NoSuchDraft as error:
        raise Http404(str(pk)) from error


def to_draft(draft: PolicyDraft, *, place: str = "draft") -> HttpResponseRedirect:
    address = reverse(f"decisions:{place}", args=[draft.pk])
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


@require_http_methods(["GET", "HEAD", "POST"])
@for_publishers
def new(request: StaffRequest) -> HttpResponse:
    """Begin a page: a small one, a shipped one, the next version of one's own, a text."""
    data = request.POST if request.method == "POST" else None
    today, language = timezone.localdate(), request.user.language
    form = NewPageForm(
        data,
        titles=[
            (shelf.name, title)
            for shelf, title in titled_shelves(today=today, language=language)
        ],
        initial={"start": _start(request)},
        today=today,
        language=language,
    )
    status = HTTPStatus.OK
    if data is not None:
        if form.is_valid():
            try:
                draft = actions.begin_draft(
                    text=form.begins_with.text,
                    based_on=form.begins_with.based_on,
                    by=request.user,
                    at=timezone.now(),
                )
            except actions.NotAPage as refused:
                form.add_error(None, said_of(refused))
            else:
                return to_draft(draft)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    chosen = form["start"].value()
    context = {"form": form, "starts": form.groups, "chosen": chosen}
    return render(request, "decisions/new_page.html", context, status=status)


def _start(request: StaffRequest) -> str:
    name = request.GET.get("page", "")
    return f"next:{name}" if name else "blank"


@require_http_methods(["GET", "HEAD", "POST"])
@for_publishers
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the page as a text to write, with all that can be said of it."""
    found = draft_for(request, pk)
    if request.method != "POST":
        return _editor(request, found, DraftForm(initial=_initial(found)))
    form = DraftForm(request.POST)
    if form.is_valid():
        try:
            _keep(request, found, form)
        except (actions.DraftChanged, actions.DraftClosed, actions.NotAPage) as no:
            form.add_error(None, said_of(no))
            theirs = no.draft if isinstance(no, actions.DraftChanged) else None
            return _editor(request, found, form, theirs=theirs, status=409)
        except PolicyError as error:
            form.add_error(None, _("It is formatted once it can be read: %s") % error)
        else:
            return to_draft(found)
    return _editor(request, found, form, status=422)


def _keep(request: StaffRequest, found: PolicyDraft, form: DraftForm) -> None:
    text = form.cleaned_data["text"]
    if "format" in request.POST:
        text = formatted(text)
    actions.keep_draft(
        draft=found,
        text=text,
        revision=form.cleaned_data["revision"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("Saved."))


def _initial(found: PolicyDraft) -> dict[str, object]:
    return {"text": found.text, "revision": found.revision}


def _editor(
    request: StaffRequest,
    found: PolicyDraft,
    form: DraftForm,
    *,
    theirs: PolicyDraft | None = None,
    status: int = 200,
) -> HttpResponse:
    text = form["text"].value() or ""
    tryout = tried(text)
    cases = past_cases(found.policy, member=request.user)
    context = {
        "draft": found,
        "form": form,
        "theirs": theirs,
        "tryout": tryout,
        "lines": range(1, min(text.count("\n") + 1, MOST_NUMBERED) + 1),
        **_found_by_checks(found),
        "cases": cases,
        "preview": _preview(request, found, tryout, request.GET.get("case", "")),
        "chosen": request.GET.get("case", ""),
        "now": timezone.now(),
    }
    return render(request, "decisions/draft.html", context, status=status)


@require_POST
@for_publishers
def save(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep what is written so far: 204 with the new revision, 409 if somebody else did."""
    found = draft_for(request, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        kept = actions.keep_draft(
            draft=found,
            text=form.cleaned_data["text"],
            revision=form.cleaned_data["revision"],
            by=request.user,
            at=timezone.now(),
        )
    except actions.NotAPage as refused:
        context = {"draft": found, "said": said_of(refused), "theirs": None}
    except (actions.DraftChanged, actions.DraftClosed) as refused:
        context = {
            "draft": found,
            "said": said_of(refused),
            "theirs": refused.draft,
            "now": timezone.now(),
        }
    else:
        headers = {"X-Revision": str(kept.revision)}
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)
    page = "decisions/_conflict.html"
    return render(request, page, context, status=HTTPStatus.CONFLICT)


@require_POST
@for_publishers
def copy(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep one's own words as a draft of their own, beside what a colleague kept."""
    found = draft_for(request, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return to_draft(found)
    try:
        mine = actions.begin_draft(
            text=form.cleaned_data["text"],
            based_on=found.based_on,
            by=request.user,
            at=timezone.now(),
        )
    except actions.NotAPage as refused:
        messages.error(request, said_of(refused))
        return to_draft(found)
    return to_draft(mine)


@require_POST
@for_publishers
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what can be said at once of the text as it stands; nothing is kept."""
    found = draft_for(request, pk)
    form = DraftForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else found.text
    tryout = tried(text)
    context = {
        "draft": found,
        "tryout": tryout,
        "preview": _preview(request, found, tryout, request.POST.get("case", "")),
        "chosen": request.POST.get("case", ""),
        "cases": past_cases(found.policy, member=request.user),
        "now": timezone.now(),
    }
    return render(request, "decisions/_tryout.html", context)


@require_safe
@for_publishers
def findings(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what the proof found in the text that was kept last."""
    found = draft_for(request, pk)
    context = {"draft": found, **_found_by_checks(found)}
    return render(request, "decisions/_findings.html", context)


@require_POST
@for_publishers
def drop(request: StaffRequest, pk: int) -> HttpResponse:
    """Lay a draft aside."""
    found = draft_for(request, pk)
    try:
        actions.drop_draft(draft=found, by=request.user, at=timezone.now())
    except actions.DraftClosed as refused:
        messages.error(request, said_of(refused))
        return to_draft(found)
    messages.success(request, _("Laid aside."))
    address = reverse("decisions:policies")
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def _found_by_checks(found: PolicyDraft) -> dict[str, object]:
    run = drafts.check_of(found)
    return {"check": run, "report": CheckReport.kept(run.report if run else None)}


def _preview(
    request: StaffRequest, found: PolicyDraft, tryout: Tryout, chosen: str
) -> Preview | None:
    """Answer the chosen past case by the text as it stands, where it can be read."""
    if tryout.page is None or not chosen.isascii() or not chosen.isdigit():
        return None
    cases = past_cases(found.policy, member=request.user)
    decision = next((one for one in cases if one.pk == int(chosen)), None)
    if decision is None:
        return None
    against = found.based_on or drafts.latest_version(found.policy)
    return previewed(tryout.page, decision, against=against)
