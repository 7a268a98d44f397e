"""The board of promises, one promise, and the verbs: each posts to one action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evenhand.cases.actions import CaseClosed
from evenhand.cases.models import Case
from evenhand.cases.queries import case_for
from evenhand.promises import actions, queries
from evenhand.promises.forms import HandOverForm, MakeForm, MoveForm, ReasonForm
from evenhand.promises.models import Promise
from evenhand.staff.requests import StaffRequest

SEE_OTHER = 303
CONFLICT = 409
UNPROCESSABLE = 422


@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """Show what is owed to customers: late, due today, coming."""
    at = timezone.now()
    mine = request.GET.get("which") == "mine"
    after = request.GET.get("after", "")
    found = queries.board(request.user, at=at, mine=mine, after=after)
    template = "promises/_board.html" if _wants_part(request) else "promises/board.html"
    return render(
        request, template, {"board": found, "mine": mine, "after": after, "now": at}
    )


@require_safe
def promise(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one promise with what can be done about it."""
    return _page(request, queries.promise_for(request.user, pk), at=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: StaffRequest, ref: str) -> HttpResponse:
    """Write down a promise on a case."""
    case, at = case_for(request.user, ref), timezone.now()
    if request.method != "POST":
        return _make_page(request, case, MakeForm(case=case, member=request.user))
    form = MakeForm(request.POST, case=case, member=request.user)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.make(
                case=case,
                what=given["what"],
                due_at=form.due_at(zone=case.team.time_zone),
                owner=given["owner"],
                amount=given["money"],
                by=request.user,
                at=at,
            )
        except actions.DueInThePast:
            form.add_error("due_on", _("This has already passed."))
        except CaseClosed:
            form.add_error(None, _("The case is closed. Open it again first."))
        else:
            messages.success(request, _("The promise is written down."))
            return _to_case(case)
    return _make_page(request, case, form, status=UNPROCESSABLE)


@require_POST
def keep(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that a promise was kept."""
    found, at = queries.promise_for(request.user, pk), timezone.now()
    try:
        actions.keep(promise=found, by=request.user, at=at)
    except actions.AlreadyEnded:
        return _ended_before(request, found)
    messages.success(request, _("Noted: the promise was kept."))
    return _back(request, found)


@require_POST
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Move a promise to a later day to which the customer agreed."""
    found, at = queries.promise_for(request.user, pk), timezone.now()
    form = MoveForm(request.POST, prefix="move")

    def act() -> None:
        actions.move(
            promise=found,
            new_due_at=form.due_at(zone=found.case.team.time_zone),
            consent=form.cleaned_data["consent"],
            by=request.user,
            at=at,
        )

    return _act(request, found, form, act, done=_("The promise is moved."))


@require_POST
def break_promise(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that a promise was broken, and why."""
    found, at = queries.promise_for(request.user, pk), timezone.now()
    form = ReasonForm(request.POST, prefix="break")

    def act() -> None:
        reason = form.cleaned_data["reason"]
        actions.break_promise(promise=found, reason=reason, by=request.user, at=at)

    done = _("Noted. Tell the customer: the next answer admits it.")
    return _act(request, found, form, act, done=done)


@require_POST
def release(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that the customer no longer wants what was promised."""
    found, at = queries.promise_for(request.user, pk), timezone.now()
    form = ReasonForm(request.POST, prefix="release")

    def act() -> None:
        reason = form.cleaned_data["reason"]
        actions.release(promise=found, reason=reason, by=request.user, at=at)

    return _act(request, found, form, act, done=_("The promise is released."))


@require_POST
def hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a promise to a colleague of the case's team."""
    found, at = queries.promise_for(request.user, pk), timezone.now()
    form = HandOverForm(request.POST, case=found.case, prefix="hand")

    def act() -> None:
        to = form.cleaned_data["to"]
        actions.hand_over(promise=found, to=to, by=request.user, at=at)

    return _act(request, found, form, act, done=_("The promise is handed over."))


def _act(
    request: StaffRequest,
    found: Promise,
    form: forms.Form,
    act: Callable[[], None],
    *,
    done: str,
) -> HttpResponse:
    """Run one action with a checked form, or show the promise again with its faults."""
    if form.is_valid():
        try:
            act()
        except actions.AlreadyEnded:
            return _ended_before(request, found)
        except actions.TooLateToMove:
            form.add_error(
                None, _("It was due already, so it can be kept late or broken.")
            )
        except actions.DueInThePast:
            form.add_error("due_on", _("This has already passed."))
        else:
            messages.success(request, done)
            return _back(request, found)
    return _page(request, found, at=timezone.now(), wrong=form, status=UNPROCESSABLE)


def _page(
    request: StaffRequest,
    found: Promise,
    *,
    at: datetime,
    wrong: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    shown: dict[str | None, forms.Form] = {
        "move": MoveForm(prefix="move"),
        "break": ReasonForm(prefix="break"),
        "release": ReasonForm(prefix="release"),
        "hand": HandOverForm(case=found.case, prefix="hand"),
    }
    if wrong is not None:
        shown[wrong.prefix] = wrong
    context = {
        "promise": found,
        "card": queries.Card.of(found, at=at),
        "now": at,
        "wrong": wrong.prefix if wrong else "",
        "move_form": shown["move"],
        "break_form": shown["break"],
        "release_form": shown["release"],
        "hand_form": shown["hand"],
        "back": request.POST.get("back", request.GET.get("back", "")),
    }
    return render(request, "promises/promise.html", context, status=status)


def _make_page(
    request: StaffRequest, case: Case, form: MakeForm, *, status: int = 200
) -> HttpResponse:
    context = {"case": case, "form": form}
    return render(request, "promises/make.html", context, status=status)


def _ended_before(request: StaffRequest, found: Promise) -> HttpResponse:
    context = {
        "reason": _("Somebody has already ended this promise. Nothing was changed."),
        "back": reverse("promises:promise", args=[found.pk]),
    }
    return render(request, "409.html", context, status=CONFLICT)


def _back(request: StaffRequest, found: Promise) -> HttpResponse:
    if request.POST.get("back") == "board":
        return HttpResponseRedirect(reverse("promises:board"), status=SEE_OTHER)
    return _to_case(found.case)


def _to_case(case: Case) -> HttpResponse:
    address = reverse("desk:case", args=[case.home_ref])
    return HttpResponseRedirect(f"{address}#promises", status=SEE_OTHER)


def _wants_part(request: HttpRequest) -> bool:
    return request.GET.get("part") == "board"
