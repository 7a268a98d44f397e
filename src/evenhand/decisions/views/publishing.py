"""Publish a page: what stands in its way, the second person, back to an earlier text."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.decisions import actions, drafts
from evenhand.decisions.forms import ProposeForm, RevertForm, SecondPersonForm, WhyForm
from evenhand.decisions.models import DraftState, PolicyDraft, PolicyVersion
from evenhand.decisions.readiness import Readiness, readiness
from evenhand.decisions.rules.versions import Window, first_free_day
from evenhand.decisions.views.drafts import draft_for, for_publishers, to_draft
from evenhand.decisions.views.policies import version_or_404
from evenhand.decisions.views.refusals_of_pages import said_of
from evenhand.policy.errors import PolicyError
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission

REFUSED = (
    actions.AlreadyBegun,
    actions.AlreadyCalledOff,
    actions.AlreadyPublished,
    actions.ChecksFailed,
    actions.DraftChanged,
    actions.DraftClosed,
    actions.NotAPage,
    actions.NotAcknowledged,
    actions.NotChecked,
    actions.OtherDay,
    actions.OwnProposal,
    actions.WhyNeeded,
    actions.WindowsOverlap,
    PolicyError,
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_publishers
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what stands between a draft and its publishing; take what is said for it."""
    draft = draft_for(request, pk)
    ready = readiness(draft, today=_today())
    if request.method != "POST":
        return _page(request, draft, ready, _propose_form(draft, ready))
    form = _propose_form(draft, ready, request=request)
    if form.is_valid():
        try:
            done = _proposed(request, draft, form)
        except REFUSED as refused:
            form.add_error(None, said_of(refused))
            ready = readiness(draft_for(request, pk), today=_today())
        else:
            return _after(request, done)
    return _page(request, draft, ready, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _proposed(
    request: StaffRequest, draft: PolicyDraft, form: ProposeForm
) -> PolicyDraft:
    given = form.cleaned_data
    return actions.propose(
        draft=draft,
        revision=given["revision"],
        proposal=actions.Proposal(
            why=given["why"], begins=given["begins"], acknowledged=given["meant"]
        ),
        by=request.user,
        at=timezone.now(),
    )


def _propose_form(
    draft: PolicyDraft, ready: Readiness, *, request: StaffRequest | None = None
) -> ProposeForm:
    return ProposeForm(
        request.POST if request else None,
        points=ready.points,
        initial={
            "revision": draft.revision,
            "why": draft.why,
            "begins": draft.begins or ready.begins or ready.free_from,
        },
    )


def _page(
    request: StaffRequest,
    draft: PolicyDraft,
    ready: Readiness,
    form: ProposeForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "draft": draft,
        "ready": ready,
        "form": form,
        "meant": form["meant"].value() or [],
        "second": SecondPersonForm(),
        "needs_second": drafts.needs_second_person(),
        "is_own": draft.proposed_by_id == request.user.pk,
        "now": timezone.now(),
    }
    return render(request, "decisions/publish.html", context, status=status)


@require_POST
@for_publishers
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the second person's answer."""
    draft = draft_for(request, pk)
    form = SecondPersonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Publish it or send it back."))
        return to_draft(draft, place="publish")
    try:
        done = actions.answer_proposal(
            draft=draft,
            granted=form.cleaned_data["granted"] == "yes",
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except REFUSED as refused:
        messages.error(request, said_of(refused))
        return to_draft(draft, place="publish")
    return _after(request, done)


@require_POST
@for_publishers
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a proposal back to write on."""
    draft = draft_for(request, pk)
    try:
        actions.withdraw_proposal(draft=draft, by=request.user, at=timezone.now())
    except actions.DraftClosed as refused:
        messages.error(request, said_of(refused))
    return to_draft(draft)


def _after(request: StaffRequest, draft: PolicyDraft) -> HttpResponse:
    """Say what became of it and go to where it is now."""
    if draft.state == DraftState.PUBLISHED and draft.version is not None:
        messages.success(request, _("Published."))
        return to_version(draft.version)
    if draft.state == DraftState.PROPOSED:
        messages.success(request, _("A second person is asked."))
        return to_draft(draft, place="publish")
    messages.success(request, _("Sent back."))
    return to_draft(draft)


def to_version(version: PolicyVersion) -> HttpResponseRedirect:
    address = reverse("decisions:policy", args=[version.policy])
    query = f"?version={quote(version.version)}"
    return HttpResponseRedirect(address + query, status=HTTPStatus.SEE_OTHER)


@require_http_methods(["GET", "HEAD", "POST"])
@for_publishers
def revert(request: StaffRequest, name: str, version: str) -> HttpResponse:
    """Bring the text of an earlier version back."""
    chosen = version_or_404(name, version)
    if not actions.has_held(chosen, on=_today()):
        raise Http404(version)
    data = request.POST if request.method == "POST" else None
    form = RevertForm(data, initial={"begins": _free_day(name)})
    if data is not None and form.is_valid():
        try:
            done = actions.revert(
                version=chosen,
                why=form.cleaned_data["why"],
                begins=form.cleaned_data["begins"],
                by=request.user,
                at=timezone.now(),
            )
        except REFUSED as refused:
            form.add_error(None, said_of(refused))
        else:
            return _after(request, done)
    context = {
        "version": chosen,
        "form": form,
        "needs_second": drafts.needs_second_person(),
    }
    status = 200 if data is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "decisions/revert.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_publishers
def call_off(request: StaffRequest, name: str, version: str) -> HttpResponse:
    """Call a version off that has not begun."""
    chosen = version_or_404(name, version)
    if chosen.is_called_off:
        messages.info(request, said_of(actions.AlreadyCalledOff()))
        return to_version(chosen)
    data = request.POST if request.method == "POST" else None
    form = WhyForm(data)
    if data is not None and form.is_valid():
        try:
            actions.call_off(
                version=chosen,
                why=form.cleaned_data["why"],
                by=request.user,
                at=timezone.now(),
            )
        except REFUSED as refused:
            form.add_error(None, said_of(refused))
        else:
            messages.success(request, _("Called off."))
            return to_version(chosen)
    context = {"version": chosen, "form": form}
    status = 200 if data is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "decisions/call_off.html", context, status=status)


@require_POST
def second_person(request: StaffRequest) -> HttpResponse:
    """Say whether a page needs a second person to be published."""
    if not request.user.may(Permission.SET_UP_PUBLISHING):
        raise PermissionDenied
    required = request.POST.get("second_person") == "yes"
    actions.require_second_person(required=required, by=request.user, at=timezone.now())
    told = _("Two people publish a page.") if required else _("One person publishes.")
    messages.success(request, told)
    address = reverse("decisions:policies")
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def _free_day(name: str) -> date:
    """Return tomorrow, or the first day after it on which no version holds yet."""
    versions = PolicyVersion.objects.filter(policy=name, called_off_at__isnull=True)
    windows = [Window(v.effective_from, v.effective_to) for v in versions]
    return first_free_day(windows, today=_today() + timedelta(days=1))


def _today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())
