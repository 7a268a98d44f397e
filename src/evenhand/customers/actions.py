"""Get to know a customer and whether mail reaches them; record products, orders and returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from evenhand.customers import queries
from evenhand.customers.models import (
    Customer,
    Identity,
    IdentityKind,
    Order,
    OrderLine,
    Product,
    Return,
    SoldVia,
)
from evenhand.kernel.addresses import same_form
from evenhand.ledger import actions as ledger


class AddressTaken(Exception):
    """The address already belongs to another customer."""


@transaction.atomic
def add_customer(
    *,
    name: str,
    email: str,
    language: str,
    by: str,
    at: datetime,
    country: str = "",
    tier: str = "",
    since_on: date | None = None,
) -> Customer:
    """Add a customer with a mail address; AddressTaken where somebody has it."""
    customer = Customer.objects.create(
        name=name[:200],
        language=language,
        country=country,
        tier=tier,
        since_on=since_on or timezone.localdate(at, timezone.get_default_timezone()),
    )
    try:
        with transaction.atomic():
            Identity.objects.create(
                customer=customer, kind=IdentityKind.EMAIL, value=same_form(email)
            )
    except IntegrityError as error:
        raise AddressTaken(f"{email} belongs to another customer") from error
    ledger.record(
        kind="customer.added",
        subject=f"customer:{customer.pk}",
        by=by,
        at=at,
        data={"language": language},
    )
    return customer


def meet(
    *,
    address: str,
    name: str,
    language: str,
    at: datetime,
    by: str = ledger.SYSTEM,
) -> Customer:
    """Return the customer of this address, who is added if we have not met.

    Two mails of one stranger at once: the second waits for the first and finds it.
    """
    known = queries.by_address(address)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return add_customer(
                name=name or address.partition("@")[0],
                email=address,
                language=language,
                by=by,
                at=at,
            )
    except AddressTaken:
        found = queries.by_address(address)
        if found is None:
            raise
        return found


@transaction.atomic
def mark_address(*, address: str, reason: str, at: datetime) -> None:
    """Mark a customer's mail address as one that mail came back from, and why.

    `reason` is a word of the delivery report's reader. One that is marked keeps the
    instant of the first report; an address of no customer marks nothing.
    """
    found = _locked(address)
    if found is None or (found.bounced_at and found.bounce_reason == reason):
        return
    found.bounced_at = found.bounced_at or at
    found.bounce_reason = reason
    found.save(update_fields=["bounced_at", "bounce_reason"])
    ledger.record(
        kind="customer.address_bounced",
        subject=f"identity:{found.pk}",
        matter=f"customer:{found.customer_id}",
        by=ledger.SYSTEM,
        at=at,
        data={"reason": reason},
    )


def trust_address(*, address: str, at: datetime) -> None:
    """Take the mark off an address that somebody wrote from."""
    # every mail asks; hardly any address is marked
    if queries.bounced_among([address]):
        _unmark(address, at=at)


@transaction.atomic
def _unmark(address: str, *, at: datetime) -> None:
    found = _locked(address)
    if found is None or found.bounced_at is None:
        return
    found.bounced_at, found.bounce_reason = None, ""
    found.save(update_fields=["bounced_at", "bounce_reason"])
    ledger.record(
        kind="customer.address_works",
        subject=f"identity:{found.pk}",
        matter=f"customer:{found.customer_id}",
        by=ledger.SYSTEM,
        at=at,
    )


def _locked(address: str) -> Identity | None:
    found = Identity.objects.select_for_update(no_key=True).filter(
        kind=IdentityKind.EMAIL, value=same_form(address)
    )
    return found.first()


def add_product(*, sku: str, name: str, category: str) -> Product:
    """Add a product, or rename the one of this sku."""
    product, _ = Product.objects.update_or_create(
        sku=sku, defaults={"name": name, "category": category}
    )
    return product


@dataclass(frozen=True, slots=True)
class NewLine:
    product: Product
    price_minor: int
    quantity: int = 1


@transaction.atomic
def add_order(
    *,
    customer: Customer,
    number: str,
    sold_via: SoldVia,
    country: str,
    currency: str,
    placed_at: datetime,
    lines: Sequence[NewLine],
    by: str,
    at: datetime,
    delivered_at: datetime | None = None,
    delivery_minor: int = 0,
    express_minor: int = 0,
) -> Order:
    """Record a purchase with its lines; prices are minor units of `currency` a piece."""
    order = Order.objects.create(
        customer=customer,
        number=number.upper(),
        sold_via=sold_via,
        country=country,
        currency=currency,
        placed_at=placed_at,
        delivered_at=delivered_at,
        delivery_minor=delivery_minor,
        express_minor=express_minor,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product=line.product,
            price_minor=line.price_minor,
            quantity=line.quantity,
        )
        for line in lines
    )
    ledger.record(
        kind="order.recorded",
        subject=f"order:{order.pk}",
        matter=f"customer:{customer.pk}",
        by=by,
        at=at,
        data={"number": order.number},
    )
    return order


@transaction.atomic
def record_return(
    *,
    line: OrderLine,
    reason: str,
    by: str,
    at: datetime,
    received_at: datetime | None = None,
    used: bool | None = None,
) -> Return:
    """Record that goods come back, asked at `at`."""
    returned = Return.objects.create(
        line=line, asked_at=at, received_at=received_at, reason=reason, used=used
    )
    ledger.record(
        kind="return.recorded",
        subject=f"return:{returned.pk}",
        matter=f"customer:{line.order.customer_id}",
        by=by,
        at=at,
        data={"reason": reason},
    )
    return returned
