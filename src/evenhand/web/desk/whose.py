"""Say whose case it is: a page that says who will be written to from then on."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from evenhand.cases import actions
from evenhand.cases import queries as cases
from evenhand.cases.models import Case
from evenhand.customers import queries as customers
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk.verbs import back_to

LONGEST_ADDRESS = 254
NOBODY = _("No customer has this address. A mail or a new case adds them.")
THE_SAME = _("The case is this customer's already.")


@require_http_methods(["GET", "HEAD", "POST"])
def customer(request: StaffRequest, ref: str) -> HttpResponse:
    """Choose the customer by a mail address, see what follows, and change it."""
    case = cases.case_for(request.user, ref)
    asked = request.POST if request.method == "POST" else request.GET
    address = asked.get("address", "").strip()[:LONGEST_ADDRESS]
    found = customers.by_address(address) if address else None
    fault: str | Promise = NOBODY if address and found is None else ""
    if request.method == "POST" and found is not None:
        try:
            actions.change_customer(
                case=case, to=found, by=request.user, at=timezone.now()
            )
        except actions.SameCustomer:
            fault = THE_SAME
        else:
            return back_to(case, anchor="side")
    elif request.method == "POST":
        fault = NOBODY
    return _page(request, case, address=address, fault=fault)


def _page(
    request: StaffRequest, case: Case, *, address: str, fault: str | Promise
) -> HttpResponse:
    shown = {
        "case": case,
        "address": address,
        "found": customers.by_address(address) if address else None,
        "writers": cases.writers_of(case),
        "address_now": customers.address_of(case.customer),
        "fault": fault,
    }
    status = HTTPStatus.OK
    if fault and request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "desk/customer.html", shown, status=status)
