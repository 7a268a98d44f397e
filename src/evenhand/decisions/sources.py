"""Facts that the desk knows by itself: from the order, the customer, the case.

`SOURCES` maps the name that a policy page declares to where the fact comes from. A
fact of any other name comes from findings. Findings go before sources: what somebody
checked outweighs what the record says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from django.utils.translation import gettext

from evenhand.customers.models import SoldVia
from evenhand.decisions.subjects import Subject
from evenhand.kernel.money import Money
from evenhand.policy.kinds import Kind
from evenhand.policy.tree import Fact

# A tuple holds words for the same thing, the most exact first: ("DE", "EU", "OTHER").
# The page's domain decides which of them it is.
One = Money | bool | int | float | str | date | tuple[str, ...] | None
# An order's lines, each with what is known of it by the names that a page may declare.
Found = One | list[dict[str, One]]
Read = Callable[[Subject], Found]


# Where EU law is in force; a page may ask for the law instead of the country.
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
LAW = {"GB": "UK", "CN": "CN", "TH": "TH", "JP": "JP", "US": "US"}
WITHDRAWAL_DAYS = 14
LONGEST_SHIFT = 5


def fitted(found: Found, fact: Fact) -> object:
    """Give what was found in the form that the page declares for the fact.

    Money as minor units or as a number, one word out of several for the same thing;
    of each order line the fields that the page declares.
    """
    if isinstance(found, list):
        return [
            {field.name: fitted(line.get(field.name), field) for field in fact.fields}
            for line in found
        ]
    if isinstance(found, Money):
        return found.minor if fact.kind is Kind.MONEY else float(found.major)
    if isinstance(found, tuple):
        words = fact.domain.words
        return next((word for word in found if word in words or not words), None)
    return found.isoformat() if isinstance(found, date) else found


class Origin(Enum):
    ORDER = "order"
    CUSTOMER = "customer"
    CASE = "case"
    CLOCK = "clock"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Source:
    """How a fact is read, and what it is read from."""

    read: Read
    origin: Origin

    def where(self, subject: Subject) -> str:
        """Say for people where the fact comes from: "Order A-20417"."""
        if self.origin is Origin.ORDER and subject.order is not None:
            return gettext("Order %s") % subject.order.number
        if self.origin is Origin.CUSTOMER:
            return gettext("Customer's record")
        if self.origin is Origin.CLOCK:
            return gettext("Today")
        if self.origin is Origin.CALENDAR:
            return gettext("Calendar")
        return gettext("First message")


SOURCES: dict[str, Source] = {}


def _known(*names: str, origin: Origin) -> Callable[[Read], Read]:
    def register(read: Read) -> Read:
        for name in names:
            SOURCES[name] = Source(read, origin)
        return read

    return register


@_known("ordered_on", "bought_on", "order_date", origin=Origin.ORDER)
def _ordered_on(subject: Subject) -> Found:
    return subject.day(subject.order.placed_at) if subject.order else None


@_known("delivered_on", "received_on", origin=Origin.ORDER)
def _delivered_on(subject: Subject) -> Found:
    return subject.day(subject.order.delivered_at) if subject.order else None


@_known("days_since_delivery", origin=Origin.ORDER)
def _days_since_delivery(subject: Subject) -> Found:
    delivered = _delivered_on(subject)
    if not isinstance(delivered, date):
        return None
    return (subject.asked_on - delivered).days


@_known("days_since_order", "days_since_sale", origin=Origin.ORDER)
def _days_since_order(subject: Subject) -> Found:
    ordered = _ordered_on(subject)
    if not isinstance(ordered, date):
        return None
    return (subject.asked_on - ordered).days


@_known("price", origin=Origin.ORDER)
def _price(subject: Subject) -> Found:
    if subject.line is not None:
        return subject.line.price
    return None


@_known("delivery_paid", "delivery", origin=Origin.ORDER)
def _delivery_paid(subject: Subject) -> Found:
    """All that was paid for delivery, the surplus for express included."""
    order = subject.order
    if order is None:
        return None
    return Money(order.delivery_minor + order.express_minor, order.currency)


@_known("standard_delivery", origin=Origin.ORDER)
def _standard_delivery(subject: Subject) -> Found:
    order = subject.order
    return Money(order.delivery_minor, order.currency) if order else None


@_known("express_surplus", "express_paid", origin=Origin.ORDER)
def _express(subject: Subject) -> Found:
    order = subject.order
    return Money(order.express_minor, order.currency) if order else None


@_known("currency", origin=Origin.ORDER)
def _currency(subject: Subject) -> Found:
    return subject.order.currency if subject.order else None


@_known("sold_via", "channel", "bought", origin=Origin.ORDER)
def _sold_via(subject: Subject) -> Found:
    if subject.order is None:
        return None
    via = SoldVia(subject.order.sold_via)
    return (via.value, *_SOLD_VIA[via])


_SOLD_VIA = {
    SoldVia.WEB: ("online", "distance"),
    SoldVia.PHONE: ("distance",),
    SoldVia.STORE: ("shop",),
    SoldVia.CONTRACT: ("contract",),
}


@_known("sold_here", "bought_here", origin=Origin.ORDER)
def _sold_here(subject: Subject) -> Found:
    return True if subject.order else None


@_known("last_day_shift", origin=Origin.CALENDAR)
def _last_day_shift(subject: Subject) -> Found:
    """How far the fourteenth day moves for a weekend or a holiday of the team's."""
    delivered = _delivered_on(subject)
    if not isinstance(delivered, date):
        return None
    last = delivered + timedelta(days=WITHDRAWAL_DAYS)
    holidays = set(subject.file.case.team.holidays)
    for shift in range(LONGEST_SHIFT + 1):
        day = last + timedelta(days=shift)
        if day.weekday() < 5 and day.isoformat() not in holidays:
            return shift
    return LONGEST_SHIFT


@_known("category", origin=Origin.ORDER)
def _category(subject: Subject) -> Found:
    return (subject.line.product.category,) if subject.line else None


@_known("product", origin=Origin.ORDER)
def _product(subject: Subject) -> Found:
    """The product by its name, or by the kind of goods that a page tells apart."""
    product = subject.line.product if subject.line else None
    return (product.name, product.category) if product else None


@_known("quantity", origin=Origin.ORDER)
def _quantity(subject: Subject) -> Found:
    return subject.line.quantity if subject.line else None


@_known("lines", "order_lines", origin=Origin.ORDER)
def _lines(subject: Subject) -> Found:
    """The lines of the order, as a page may declare them: `lines.price` and so on."""
    order = subject.order
    if order is None:
        return None
    return [
        {
            "price": line.price,
            "quantity": line.quantity,
            "category": (line.product.category,),
            "product": (line.product.name, line.product.category),
        }
        for line in subject.file.lines
        if line.order_id == order.pk
    ]


@_known("country", "law", "region", origin=Origin.ORDER)
def _country(subject: Subject) -> Found:
    order = subject.order
    code = order.country if order else subject.customer.country
    if not code:
        return None
    law = "EU" if code in EU else LAW.get(code, "OTHER")
    return (code, law, "OTHER", "other")


@_known("tier", "customer_tier", origin=Origin.CUSTOMER)
def _tier(subject: Subject) -> Found:
    return subject.customer.tier or None


@_known("return_rate", origin=Origin.CUSTOMER)
def _return_rate(subject: Subject) -> Found:
    return subject.file.standing.return_rate


@_known("orders_12m", origin=Origin.CUSTOMER)
def _orders_12m(subject: Subject) -> Found:
    return subject.file.orders_in_a_year


@_known("asked_on", "notice_on", "reported_on", origin=Origin.CASE)
def _asked_on(subject: Subject) -> Found:
    return subject.asked_on


@_known("today", origin=Origin.CLOCK)
def _today(subject: Subject) -> Found:
    return subject.file.read_on


@_known("language", origin=Origin.CASE)
def _language(subject: Subject) -> Found:
    return subject.file.case.language
