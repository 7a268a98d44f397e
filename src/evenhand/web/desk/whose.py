"""Say whose case it is: a page that says who will be written to from then on; its undo."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.cases import actions
from evenhand.cases import queries as cases
from evenhand.cases.models import Case
from evenhand.channels.identity import is_ours
from evenhand.customers import queries as customers
from evenhand.customers.models import Customer
from evenhand.kernel.addresses import is_address
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk.forms import StrangerForm
from evenhand.web.desk.verbs import back_to

LONGEST_ADDRESS = 254
NO_ADDRESS = _("This is not a mail address, such as eva@mail.example.")
OUR_OWN = _("This is an address of this desk.")
THE_SAME = _("The case is this customer's already.")
CHANGED_SINCE = _("This was undone already, or the case has another customer since.")


@require_http_methods(["GET", "HEAD", "POST"])
def customer(request: StaffRequest, ref: str) -> HttpResponse:
    """Choose the customer by a mail address, see what follows, and change it.

    Who is not known yet is added with a name, as for a case by hand.
    """
    case = cases.case_for(request.user, ref)
    asked = request.POST if request.method == "POST" else request.GET
    address = asked.get("address", "").strip()[:LONGEST_ADDRESS]
    found = customers.by_address(address) if address else None
    fault = _fault_of(address) if found is None else ""
    if request.method != "POST":
        form = StrangerForm(initial={"language": case.language})
        return _page(request, case, address, found, form, fault)
    form = StrangerForm(request.POST)
    if found is None and (fault or not form.is_valid()):
        return _page(request, case, address, found, form, fault)
    try:
        _change(request, case, address, found, form)
    except actions.SameCustomer:
        return _page(request, case, address, found, form, THE_SAME)
    return back_to(case, anchor="head")


@require_POST
def undo_customer(request: StaffRequest, ref: str, pk: int) -> HttpResponse:
    """Give the case back to the customer whose it was."""
    case = cases.case_for(request.user, ref)
    try:
        actions.undo_customer_change(
            case=case, change=pk, by=request.user, at=timezone.now()
        )
    except actions.ChangedSince:
        shown = {"case": case, "reason": CHANGED_SINCE}
        return render(request, "409.html", shown, status=HTTPStatus.CONFLICT)
    return back_to(case, anchor="head")


def _change(
    request: StaffRequest,
    case: Case,
    address: str,
    found: Customer | None,
    form: StrangerForm,
) -> None:
    at = timezone.now()
    if found is not None:
        actions.change_customer(case=case, to=found, by=request.user, at=at)
        return
    actions.change_to_stranger(
        case=case, address=address, **form.cleaned_data, by=request.user, at=at
    )


def _fault_of(address: str) -> str | Promise:
    """Say why an address that nobody has cannot become a customer's."""
    if address and not is_address(address):
        return NO_ADDRESS
    return OUR_OWN if address and is_ours(address) else ""


def _page(
    request: StaffRequest,
    case: Case,
    address: str,
    found: Customer | None,
    form: StrangerForm,
    fault: str | Promise,
) -> HttpResponse:
    writers = cases.writers_of(case)
    theirs = customers.addresses_of(found) if found else frozenset()
    shown = {
        "case": case,
        "address": address,
        "found": found,
        # who wrote in it before is no stranger to the conversation
        "asks_once_more": theirs.isdisjoint(each.casefold() for each in writers),
        "form": form if address and not found and not fault else None,
        "writers": writers,
        "address_now": customers.address_of(case.customer),
        "fault": fault,
    }
    posted = request.method == "POST"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if posted else HTTPStatus.OK
    return render(request, "desk/customer.html", shown, status=status)
