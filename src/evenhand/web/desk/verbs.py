"""What a member does to a case from its page: one action each, then back to the page."""

from __future__ import annotations

from http import HTTPStatus

from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evenhand.cases import actions
from evenhand.cases import queries as cases
from evenhand.cases.models import Case, Kind
from evenhand.customers import queries as customers
from evenhand.replies.forms import written_in
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk import case as pages
from evenhand.web.desk import context
from evenhand.web.desk.forms import (
    HandOverForm,
    KindForm,
    NoteForm,
    OrderForm,
    PresenceForm,
)


def back_to(case: Case, *, anchor: str = "") -> HttpResponse:
    """Send the browser to the case's page, at the place where something changed."""
    fragment = f"#{anchor}" if anchor else ""
    return HttpResponseRedirect(
        reverse("desk:case", args=[case.ref]) + fragment, status=HTTPStatus.SEE_OTHER
    )


def refused(
    request: StaffRequest, case: Case, *, verb: str, form: Form, fault: str = ""
) -> HttpResponse:
    """Show the case again with the form as it was sent and what is wrong with it."""
    if fault:
        form.add_error(None, fault)
    return pages.show(
        request,
        case,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        forms={verb: form},
    )


@require_POST
def note(request: StaffRequest, ref: str) -> HttpResponse:
    """Leave a note for colleagues."""
    case = cases.case_for(request.user, ref)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return pages.show(
            request,
            case,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            forms={"note": form},
            written=written_in(request.POST),
        )
    written = actions.add_note(
        case=case, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
    )
    return back_to(case, anchor=f"note-{written.pk}")


@require_POST
def kind(request: StaffRequest, ref: str) -> HttpResponse:
    """Say whether it is a question, a request, a complaint or praise."""
    case = cases.case_for(request.user, ref)
    form = KindForm(request.POST)
    if not form.is_valid():
        return refused(request, case, verb="kind", form=form)
    actions.change_kind(
        case=case,
        kind=Kind(form.cleaned_data["kind"]),
        by=request.user,
        at=timezone.now(),
    )
    return back_to(case, anchor="head")


@require_POST
def close(request: StaffRequest, ref: str) -> HttpResponse:
    """Close the case."""
    case = cases.case_for(request.user, ref)
    actions.close_case(case=case, by=request.user, at=timezone.now())
    return back_to(case, anchor="head")


@require_POST
def reopen(request: StaffRequest, ref: str) -> HttpResponse:
    """Open a closed case again."""
    case = cases.case_for(request.user, ref)
    actions.open_case_again(case=case, by=request.user, at=timezone.now())
    return back_to(case, anchor="head")


@require_POST
def take(request: StaffRequest, ref: str) -> HttpResponse:
    """Make the case one's own."""
    case = cases.case_for(request.user, ref)
    actions.hand_over(case=case, to=request.user, by=request.user, at=timezone.now())
    return back_to(case, anchor="head")


@require_POST
def hand_over(request: StaffRequest, ref: str) -> HttpResponse:
    """Give the case to a colleague, or lay it back."""
    case = cases.case_for(request.user, ref)
    form = HandOverForm(request.POST)
    form.offer(context.colleagues_of(case))
    if not form.is_valid():
        return refused(request, case, verb="hand_over", form=form)
    actions.hand_over(
        case=case, to=form.cleaned_data["to"], by=request.user, at=timezone.now()
    )
    return back_to(case, anchor="head")


@require_POST
def issue(request: StaffRequest, ref: str) -> HttpResponse:
    """Raise a point that wants its own verdict."""
    case = cases.case_for(request.user, ref)
    form = context.issue_form(case, data=request.POST)
    if not form.is_valid():
        return refused(request, case, verb="issue", form=form)
    raised = actions.raise_issue(
        case=case,
        title=form.cleaned_data["title"],
        policy=form.cleaned_data["policy"],
        line=form.cleaned_data["line"],
        by=request.user.as_actor,
        at=timezone.now(),
    )
    return back_to(case, anchor=f"issue-{raised.pk}")


@require_POST
def order(request: StaffRequest, ref: str) -> HttpResponse:
    """Say which of the customer's orders the case is about."""
    case = cases.case_for(request.user, ref)
    form = OrderForm(request.POST)
    if not form.is_valid():
        return refused(request, case, verb="order", form=form)
    found = customers.order_named_in(
        form.cleaned_data["number"], customer=case.customer
    )
    if found is None:
        fault = _("The customer has no order of this number.")
        return refused(request, case, verb="order", form=form, fault=fault)
    actions.link_order(
        case=case, order=found, by=request.user.as_actor, at=timezone.now()
    )
    return back_to(case, anchor="side")


@require_POST
def presence(request: StaffRequest, ref: str) -> HttpResponse:
    """Note that the member has the case open or types; answer who else has."""
    case = cases.case_for(request.user, ref)
    form = PresenceForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    at = timezone.now()
    actions.be_present(
        case=case,
        member=request.user,
        typing=form.cleaned_data["state"] == "typing",
        at=at,
    )
    look = context.Look(case=case, member=request.user, at=at)
    return render(request, "desk/_presence.html", context.presence(look))
