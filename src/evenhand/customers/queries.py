"""Customers by address, orders by number, and what the side panel tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, Sum

from evenhand.customers.models import Customer, Identity, IdentityKind, Order, Return
from evenhand.kernel.addresses import is_address, same_form
from evenhand.kernel.money import Money

# A number that could be an order's: letters and digits with a dash, four at the least.
_NUMBER = re.compile(r"\b[A-Z]{0,4}-?\d{3,12}(?:-\d{1,6})?\b", re.IGNORECASE)
MOST_NUMBERS = 20


def by_address(address: str) -> Customer | None:
    """Return the customer whose mail address this is."""
    if not is_address(same_form(address)):
        return None
    identity = (
        Identity.objects.filter(kind=IdentityKind.EMAIL, value=same_form(address))
        .select_related("customer")
        .first()
    )
    return identity.customer if identity else None


def address_of(customer: Customer) -> str:
    """Return the mail address to write to first, or an empty text."""
    found = customer.identities.filter(kind=IdentityKind.EMAIL).order_by("pk").first()
    return found.value if found else ""


def addresses_of(customer: Customer) -> frozenset[str]:
    """Return all mail addresses that are this customer's, in the form for comparing."""
    found = customer.identities.filter(kind=IdentityKind.EMAIL)
    return frozenset(found.values_list("value", flat=True))


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What is known of an address, beside a customer.

    `writer` is the key of its own customer, `bounced` whether mail to it came back,
    `own` are the addresses of the customer beside it.
    """

    writer: int | None
    bounced: bool
    own: frozenset[str]


def acquaintance(address: str, *, customer: Customer) -> Acquaintance:
    """Return whose an address is, and which addresses are the customer's; one query."""
    wanted = same_form(address)
    written = Q(kind=IdentityKind.EMAIL, value=wanted)
    found = list(Identity.objects.filter(written | Q(customer=customer)))
    theirs = [
        each
        for each in found
        if each.kind == IdentityKind.EMAIL and each.value == wanted
    ]
    return Acquaintance(
        writer=theirs[0].customer_id if theirs else None,
        bounced=any(each.bounced_at for each in theirs),
        own=frozenset(each.value for each in found if each.customer_id == customer.pk),
    )


def acquainted(address: str) -> tuple[Customer, Acquaintance] | None:
    """Return the customer of an address and what is known of it; one query."""
    wanted = same_form(address)
    found = list(
        Identity.objects.filter(
            customer__identities__kind=IdentityKind.EMAIL,
            customer__identities__value=wanted,
        ).select_related("customer")
    )
    if not found:
        return None
    return found[0].customer, Acquaintance(
        writer=found[0].customer_id,
        bounced=any(
            each.bounced_at
            for each in found
            if each.kind == IdentityKind.EMAIL and each.value == wanted
        ),
        own=frozenset(each.value for each in found),
    )


def known_among(addresses: Iterable[str]) -> frozenset[str]:
    """Return those of the mail addresses that are a customer's, in one query."""
    found = Identity.objects.filter(
        kind=IdentityKind.EMAIL, value__in=[same_form(each) for each in addresses]
    )
    return frozenset(found.values_list("value", flat=True))


def bounced_among(addresses: Iterable[str]) -> list[Identity]:
    """Return those of the mail addresses that mail came back from, with why and since."""
    found = Identity.objects.filter(
        kind=IdentityKind.EMAIL,
        value__in=[same_form(each) for each in addresses],
        bounced_at__isnull=False,
    )
    return list(found.order_by("pk"))


def currency_of(customer: Customer) -> str:
    """Return the currency of the customer's latest order, or an empty text."""
    latest = Order.objects.filter(customer=customer).order_by("-placed_at", "-pk")
    return latest.values_list("currency", flat=True).first() or ""


def orders_of(customer: Customer, *, most: int = 20) -> list[Order]:
    """Return the customer's latest orders with lines and products, latest first."""
    return list(
        Order.objects.filter(customer=customer)
        .prefetch_related("lines__product")
        .order_by("-placed_at", "-pk")[:most]
    )


def order_named_in(text: str, *, customer: Customer) -> Order | None:
    """Return the customer's own order whose number stands in the text.

    Only the customer's own: quoting a stranger's number opens nothing.
    """
    numbers = {found.upper() for found in _NUMBER.findall(text)[:MOST_NUMBERS]}
    if not numbers:
        return None
    return Order.objects.filter(customer=customer, number__in=numbers).first()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a customer at a glance; amounts one for each currency."""

    orders: int
    spent: tuple[Money, ...]
    lines: int
    returned_lines: int

    @property
    def return_rate(self) -> float | None:
        return self.returned_lines / self.lines if self.lines else None


def standing_of(customer: Customer) -> Standing:
    """Return counts of orders and returns and what was spent."""
    orders = Order.objects.filter(customer=customer)
    sums = (
        orders.values("currency")
        .annotate(total=Sum(F("lines__price_minor") * F("lines__quantity")))
        .order_by("currency")
    )
    return Standing(
        orders=orders.count(),
        spent=tuple(Money(row["total"] or 0, row["currency"]) for row in sums),
        lines=orders.filter(lines__isnull=False).values("lines").count(),
        returned_lines=Return.objects.filter(line__order__customer=customer)
        .values("line")
        .distinct()
        .count(),
    )
