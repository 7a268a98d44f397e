"""Say whose case it is, and undo that."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.cases import queries
from evenhand.cases.actions.standing import locked_living
from evenhand.cases.actions.telling import tell
from evenhand.cases.models import Case, CustomerChange
from evenhand.customers import actions as customers
from evenhand.customers.models import Customer, Order
from evenhand.staff.models import Member


class SameCustomer(ValueError):
    """The case is this customer's already."""


class ChangedSince(ValueError):
    """The change was undone already, or the case has another customer since."""


@transaction.atomic
def change_customer(*, case: Case, to: Customer, by: Member, at: datetime) -> Case:
    """Give the case another customer; SameCustomer or CaseMerged, and nothing changed.

    Mail that is on its way keeps its recipients, and who took part still does. An
    answer to the new customer is asked about first: `queries.redirected`. An order of
    the former customer is no longer linked.
    """
    case = locked_living(case)
    if case.customer == to:
        raise SameCustomer(case.ref)
    order = case.order
    keeps = order is None or order.customer_id == to.pk
    _give(
        case,
        CustomerChange(
            to=to,
            order=None if keeps else order,
            changed_by=by,
            changed_at=at,
        ),
        order=order if keeps else None,
    )
    return case


@transaction.atomic
def change_to_stranger(
    *, case: Case, name: str, address: str, language: str, by: Member, at: datetime
) -> Case:
    """Give the case a customer whom nobody has met, who is added; as `change_customer`.

    Where the address became somebody's meanwhile, the case becomes theirs.
    """
    to = customers.meet(
        address=address, name=name, language=language, by=by.as_actor, at=at
    )
    return change_customer(case=case, to=to, by=by, at=at)


@transaction.atomic
def undo_customer_change(*, case: Case, change: int, by: Member, at: datetime) -> Case:
    """Give a case back to whose it was, with its order; ChangedSince or CaseMerged.

    `change` is the key of the change. Only the latest is undone, and an undo is not undone in turn: then the
    customer is simply changed. Who was added for it stays known.
    """
    case = locked_living(case)
    latest = queries.customer_change_of(case)
    if latest is None or latest.pk != change or latest.undoes_id is not None:
        raise ChangedSince(case.ref)
    _give(
        case,
        CustomerChange(to=latest.was, undoes=latest, changed_by=by, changed_at=at),
        order=case.order or latest.order,
    )
    return case


def _give(case: Case, change: CustomerChange, *, order: Order | None) -> None:
    """Give a locked case away, and write down whose it was."""
    change.case, change.was = case, case.customer
    case.customer, case.order = change.to, order
    case.save(update_fields=["customer", "order"])
    change.save(force_insert=True)
    tell(
        case,
        kind="case.customer_changed",
        by=change.changed_by.as_actor,
        at=change.changed_at,
        data={
            "was": change.was.name,
            "to": change.to.name,
            "was_customer": f"customer:{change.was.pk}",
            "to_customer": f"customer:{change.to.pk}",
        },
    )
