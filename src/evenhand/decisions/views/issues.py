"""The verbs of an issue: each posts to one action and leads back to the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evenhand.cases.models import Issue
from evenhand.cases.queries import issue_for
from evenhand.decisions import actions, queries
from evenhand.decisions.advising import Advice
from evenhand.decisions.forms import (
    AskForm,
    FindingsForm,
    GrantForm,
    OtherwiseForm,
    is_exception,
)
from evenhand.decisions.rules.options import EXCEPTION
from evenhand.decisions.views.refusals import words_of
from evenhand.staff.requests import StaffRequest

SEE_OTHER = 303
UNPROCESSABLE = 422


@require_POST
def findings(request: StaffRequest, pk: int) -> HttpResponse:
    """Record what was found out about an issue."""
    issue, advice = _issue(request, pk)
    form = FindingsForm(request.POST, reading=advice.reading)
    if form.is_valid():
        try:
            actions.record_findings(
                issue=issue,
                findings=form.cleaned_data["findings"],
                by=request.user,
                at=timezone.now(),
            )
        except actions.WrongFindings as wrong:
            form.add_error(None, str(wrong))
        else:
            return _to_issue(issue)
    again = Refusal(
        form=form,
        address=reverse("decisions:findings", args=[pk]),
        button=_("Save the facts"),
        kept=_statuses(request),
    )
    return _refused(request, issue, again)


def _statuses(request: StaffRequest) -> dict[str, str]:
    sent = request.POST.items()
    return {name: str(value) for name, value in sent if name.startswith("status-")}


@require_POST
def grant(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide an issue by one of the policy's options."""
    issue, advice = _issue(request, pk)
    form = GrantForm(request.POST, currency=advice.currency)
    address = reverse("decisions:grant", args=[pk])
    if not form.is_valid():
        again = Refusal(form=form, address=address, button=_("Grant"))
        return _refused(request, issue, again)
    try:
        actions.grant(
            issue=issue,
            option=form.cleaned_data["option"],
            goodwill=form.cleaned_data["goodwill"],
            seen=request.POST.getlist("seen"),
            by=request.user,
            at=timezone.now(),
        )
    except actions.BeyondLimit as beyond:
        return _refused(request, issue, _asking(request, pk, advice, beyond))
    except actions.NotGranted as refused:
        return _refused(request, issue, Refusal(fault=words_of(refused)))
    messages.success(request, _("Decided."))
    return _to_issue(issue)


def _asking(
    request: StaffRequest, pk: int, advice: Advice, beyond: actions.BeyondLimit
) -> Refusal:
    """Offer the way on: the same grant, to be asked of whoever may make it."""
    form = AskForm(None, currency=advice.currency)
    form.initial = {
        "option": request.POST.get("option", ""),
        "goodwill": request.POST.get("goodwill", ""),
    }
    return Refusal(
        fault=words_of(beyond),
        form=form,
        address=reverse("decisions:ask", args=[pk]),
        button=_("Ask for approval"),
    )


@require_POST
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for approval of what is above the member's own limit."""
    issue, advice = _issue(request, pk)
    address = reverse("decisions:ask", args=[pk])
    form = _ask_form(request, issue, advice)
    kept = {"option": EXCEPTION} if isinstance(form, OtherwiseForm) else {}
    again = Refusal(form=form, address=address, button=_("Ask for approval"), kept=kept)
    if not form.is_valid():
        return _refused(request, issue, again)
    given = form.cleaned_data
    try:
        actions.ask_approval(
            issue=issue,
            option=request.POST.get("option", ""),
            goodwill=given.get("goodwill"),
            why=given.get("why") or given.get("reason", ""),
            seen=request.POST.getlist("seen"),
            otherwise=form.otherwise if isinstance(form, OtherwiseForm) else None,
            by=request.user,
            at=timezone.now(),
        )
    except (actions.NotGranted, actions.BelowTheLaw, actions.WorthNeeded) as refused:
        form.add_error(None, words_of(refused))
        return _refused(request, issue, again)
    messages.success(
        request, _("Asked. You see the answer here as soon as it is given.")
    )
    return _to_issue(issue)


def _ask_form(
    request: StaffRequest, issue: Issue, advice: Advice
) -> AskForm | OtherwiseForm:
    if is_exception(request.POST):
        return _otherwise_form(request, issue, advice)
    return AskForm(request.POST, currency=advice.currency)


def _otherwise_form(
    request: StaffRequest, issue: Issue, advice: Advice
) -> OtherwiseForm:
    return OtherwiseForm(
        request.POST, currency=advice.currency, language=issue.case.language
    )


@require_POST
def exception(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide an issue otherwise than the policy, with name and reason."""
    issue, advice = _issue(request, pk)
    form = _otherwise_form(request, issue, advice)
    again = Refusal(
        form=form,
        address=reverse("decisions:exception", args=[pk]),
        button=_("Make the exception"),
        kept={"option": EXCEPTION},
        ask_address=reverse("decisions:ask", args=[pk]),
    )
    if not form.is_valid():
        return _refused(request, issue, again)
    try:
        actions.make_exception(
            issue=issue,
            otherwise=form.otherwise,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except (actions.NotGranted, actions.BelowTheLaw, actions.WorthNeeded) as refused:
        form.add_error(None, words_of(refused))
        return _refused(request, issue, again)
    messages.success(request, _("Decided, as an exception in your name."))
    return _to_issue(issue)


@dataclass(frozen=True)
class Refusal:
    """What is shown when nothing was done: why, and the form to do it right."""

    fault: str = ""
    form: forms.Form | None = None
    address: str = ""
    button: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    ask_address: str = ""


def _refused(request: StaffRequest, issue: Issue, refusal: Refusal) -> HttpResponse:
    context = {"issue": issue, "case": issue.case, "refusal": refusal}
    return render(request, "decisions/refused.html", context, status=UNPROCESSABLE)


def _issue(request: StaffRequest, pk: int) -> tuple[Issue, Advice]:
    issue = issue_for(request.user, pk)
    return issue, queries.advice(issue, member=request.user, at=timezone.now())


def _to_issue(issue: Issue) -> HttpResponse:
    address = reverse("desk:case", args=[issue.case.home_ref])
    return HttpResponseRedirect(f"{address}#issue-{issue.pk}", status=SEE_OTHER)
