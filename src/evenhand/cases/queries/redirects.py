"""Whether an answer would go to somebody else than this conversation was with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from evenhand.cases.models import Case, CustomerChange, Direction, Message
from evenhand.cases.queries.merges import family_of
from evenhand.cases.queries.said import writers_of
from evenhand.customers import queries as customers
from evenhand.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Redirected:
    """The case changed hands, and nobody has yet said that the new one is to be written to.

    `was` are the addresses that the conversation was with, the latest first; `key`
    stands for this change in a form that confirms it.
    """

    customer_was: Customer
    was: tuple[str, ...]
    changed_at: datetime
    key: str


def customer_change_of(case: Case) -> CustomerChange | None:
    """Return how the case got the customer it has; None where it always was theirs."""
    found = CustomerChange.objects.filter(case=case)
    return (
        found.select_related("was", "to", "changed_by", "order").order_by("-pk").first()
    )


def redirected(case: Case) -> Redirected | None:
    """Return whom an answer would be turned away from; None where there is no doubt.

    There is none once the present customer has written here, or was written to since
    the case became theirs.
    """
    change = customer_change_of(case)
    if change is None:
        return None
    said = Message.objects.filter(case__in=family_of(case), automatic="")
    answered = said.filter(direction=Direction.OUT, said_at__gt=change.changed_at)
    wrote = writers_of(case)
    own = customers.addresses_of(case.customer)
    if answered.exists() or any(each.casefold() in own for each in wrote):
        return None
    return Redirected(
        customer_was=change.was,
        was=tuple(wrote) or (customers.address_of(change.was),),
        changed_at=change.changed_at,
        key=f"redirected-{change.pk}",
    )
