"""The list of cases, as a page and as the fragment that live updates fetch."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from evenhand.cases import queries as cases
from evenhand.channels import queries as channels
from evenhand.channels.actions import by_hand
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk.forms import NewCaseForm

LONGEST_WORDS = 200


def listing(request: StaffRequest, *, selected: str = "") -> dict[str, object]:
    """Return the context of `desk/_list.html`: one page of the chosen inbox.

    `selected` is the number of the case that is open beside the list.
    """
    asked = request.GET.get("which", "")
    which = asked if asked in cases.INBOXES else cases.INBOXES[0]
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    after = request.GET.get("after", "")
    page = cases.inbox(request.user, which=which, words=words, after=after)
    return {
        "page": page,
        # beside which somebody has answered, and nobody has read it
        "news_beside": cases.cases_with_news(page.cases),
        # a mail of which did not reach everybody, and nobody has dealt with it
        "not_reached": channels.cases_not_reached(page.cases),
        "which": which,
        "inboxes": cases.INBOXES,
        "q": words,
        "after": after,
        "selected": selected or request.GET.get("selected", ""),
        "now": timezone.now(),
    }


@require_GET
def inbox(request: StaffRequest) -> HttpResponse:
    """Show the inbox; a case is opened beside it by its own address."""
    return render(request, "desk/inbox.html", listing(request))


@require_GET
def list_fragment(request: StaffRequest) -> HttpResponse:
    """Answer the list alone, for live updates."""
    return render(request, "desk/_list.html", listing(request))


@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: StaffRequest) -> HttpResponse:
    """Open a case by hand for something said on the phone or at the counter."""
    form = NewCaseForm(request.POST if request.method == "POST" else None)
    form.offer(request.user)
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "desk/new_case.html", {"form": form}, status=status)
    said = form.cleaned_data
    case = by_hand.open_by_hand(
        heard=by_hand.Heard(
            name=said["name"],
            address=said["address"],
            subject=said["subject"],
            words=said["words"],
            kind=said["kind"],
            language=said["language"],
        ),
        team=said["team"],
        by=request.user,
        at=timezone.now(),
    )
    return HttpResponseRedirect(
        reverse("desk:case", args=[case.ref]), status=HTTPStatus.SEE_OTHER
    )
