"""Say whose case it is."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.cases.actions.standing import locked_living
from evenhand.cases.actions.telling import tell
from evenhand.cases.models import Case, CustomerChange
from evenhand.customers.models import Customer
from evenhand.staff.models import Member


class SameCustomer(ValueError):
    """The case is this customer's already."""


@transaction.atomic
def change_customer(*, case: Case, to: Customer, by: Member, at: datetime) -> Case:
    """Give the case another customer; SameCustomer or CaseMerged, and nothing changed.

    Mail that is on its way keeps its recipients, and who took part still does. An
    answer to the new customer is asked about first: `queries.redirected`. An order of
    the former customer is no longer linked.
    """
    case = locked_living(case)
    was = case.customer
    if was == to:
        raise SameCustomer(case.ref)
    case.customer = to
    if case.order is not None and case.order.customer_id != to.pk:
        case.order = None
    case.save(update_fields=["customer", "order"])
    CustomerChange.objects.create(
        case=case, was=was, to=to, changed_by=by, changed_at=at
    )
    tell(
        case,
        kind="case.customer_changed",
        by=by.as_actor,
        at=at,
        data={
            "was": was.name,
            "to": to.name,
            "was_customer": f"customer:{was.pk}",
            "to_customer": f"customer:{to.pk}",
        },
    )
    return case
