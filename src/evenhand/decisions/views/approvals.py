"""What waits for an answer, and what became of one's own requests."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evenhand.cases.actions import CaseClosed
from evenhand.decisions import actions, queries
from evenhand.decisions.forms import AnswerForm
from evenhand.decisions.models import Approval
from evenhand.decisions.views.refusals import words_of
from evenhand.staff.requests import StaffRequest
from evenhand.staff.rules import Permission

SEE_OTHER = 303
UNPROCESSABLE = 422


@require_safe
def approvals(request: StaffRequest) -> HttpResponse:
    """Show what waits for this member's answer, and what he asked for himself."""
    return _approvals_page(request)


@require_POST
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Grant or refuse what a colleague asked for."""
    try:
        approval = queries.approval_for(request.user, pk)
    except queries.NoSuchApproval as error:
        raise Http404(pk) from error
    form = AnswerForm(request.POST, auto_id=f"answer-{pk}-%s")
    if not form.is_valid():
        return _approvals_page(request, wrong=(approval, form))
    granted = form.cleaned_data["granted"] == "yes"
    try:
        actions.answer_approval(
            approval=approval,
            granted=granted,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except (actions.NotGranted, actions.BelowTheLaw, CaseClosed) as refused:
        form.add_error(None, words_of(refused))
        return _approvals_page(request, wrong=(approval, form))
    messages.success(request, _("Granted.") if granted else _("Refused."))
    return HttpResponseRedirect(reverse("decisions:approvals"), status=SEE_OTHER)


def _approvals_page(
    request: StaffRequest, *, wrong: tuple[Approval, AnswerForm] | None = None
) -> HttpResponse:
    waiting = queries.approvals_for(request.user)
    shown = {a.pk: AnswerForm(auto_id=f"answer-{a.pk}-%s") for a in waiting}
    if wrong is not None:
        shown[wrong[0].pk] = wrong[1]
    context = {
        "cards": [(approval, shown[approval.pk]) for approval in waiting],
        # what cannot be answered any more is said above the list
        "elsewhere": wrong if wrong and wrong[0] not in waiting else None,
        "asked": queries.asked_by(request.user),
        "may_answer": request.user.may(Permission.APPROVE),
        "now": timezone.now(),
    }
    part = request.GET.get("part") == "list"
    template = "decisions/_approvals.html" if part else "decisions/approvals.html"
    return render(request, template, context, status=UNPROCESSABLE if wrong else 200)
