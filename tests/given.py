"""Situations built only through the real actions, with a standing cast.

Mei and Noi answer in the shop team, Oscar approves there, Marta manages everything,
Ada administers; Sam answers in the studio team and must not see the shop's cases.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Issue, Kind, Message
from evenhand.customers import actions as customers
from evenhand.customers.models import Customer, Order, SoldVia
from evenhand.kernel.money import Money
from evenhand.staff import actions as staff
from evenhand.staff.models import Member, Team
from evenhand.staff.rules import Role

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PASSWORD = "a long and quiet river"
SYSTEM = "system"
CAST = {
    "mei": ("Mei Chen", Role.AGENT, "Shop"),
    "noi": ("Noi Prasert", Role.AGENT, "Shop"),
    "oscar": ("Oscar Lind", Role.APPROVER, "Shop"),
    "marta": ("Marta Ruiz", Role.MANAGER, "Shop"),
    "ada": ("Ada Okafor", Role.ADMIN, "Shop"),
    "sam": ("Sam Reed", Role.AGENT, "Studio"),
}
LIMITS = {Role.AGENT: "50.00", Role.APPROVER: "200.00", Role.MANAGER: "2000.00"}
_numbers = count(1)


def minutes(many: int) -> timedelta:
    return timedelta(minutes=many)


def a_team(name: str = "Shop") -> Team:
    """The team of this name, open round the clock so that tests need no calendar."""
    found = Team.objects.filter(name=name).first()
    return found or staff.add_team(
        name=name,
        mailbox=name.lower(),
        hours={str(day): [["00:00", "23:59"]] for day in range(7)},
        by=SYSTEM,
        at=MONDAY,
    )


def the(person: str) -> Member:
    """One of the cast, such as the("mei"), taken on at first mention."""
    name, role, team = CAST[person]
    found = Member.objects.filter(email=f"{person}@shop.example").first()
    return found or staff.add_member(
        email=f"{person}@shop.example",
        name=name,
        role=role,
        password=PASSWORD,
        teams=[a_team(team)],
        by=SYSTEM,
        at=MONDAY,
    )


def limits(currency: str = "EUR") -> None:
    for level, amount in LIMITS.items():
        staff.set_limit(
            level=level, limit=Money.of(amount, currency), by=SYSTEM, at=MONDAY
        )


def a_customer(name: str = "Eva Novak", *, language: str = "en") -> Customer:
    return customers.add_customer(
        name=name,
        email=f"customer-{next(_numbers)}@mail.example",
        language=language,
        country="DE",
        by=SYSTEM,
        at=MONDAY,
    )


def an_order(
    customer: Customer,
    *,
    price: str = "129.00",
    product: str = "Dress Lena",
    delivered_at: datetime | None = MONDAY - timedelta(days=9),
) -> Order:
    number = next(_numbers)
    return customers.add_order(
        customer=customer,
        number=f"A-{20000 + number}",
        sold_via=SoldVia.WEB,
        country="DE",
        currency="EUR",
        placed_at=MONDAY - timedelta(days=12),
        delivered_at=delivered_at,
        delivery_minor=495,
        lines=[
            customers.NewLine(
                product=customers.add_product(
                    sku=f"SKU-{number}", name=product, category="apparel"
                ),
                price_minor=Money.of(price, "EUR").minor,
            )
        ],
        by=SYSTEM,
        at=MONDAY,
    )


def a_case(
    *,
    customer: Customer | None = None,
    subject: str = "The dress does not fit",
    team: str = "Shop",
    kind: Kind = Kind.COMPLAINT,
    at: datetime = MONDAY,
    order: Order | None = None,
) -> Case:
    customer = customer or a_customer()
    return cases.open_case(
        customer=customer,
        subject=subject,
        team=a_team(team),
        channel="mail",
        kind=kind,
        order=order,
        by=f"customer:{customer.pk}",
        at=at,
    )


def an_issue(case: Case, *, title: str = "Dress Lena back", policy: str = "") -> Issue:
    line = case.order.lines.get() if case.order else None
    return cases.raise_issue(
        case=case, title=title, policy=policy, line=line, by=SYSTEM, at=MONDAY
    )


def a_message(
    case: Case, *, text: str = "It does not fit.", at: datetime = MONDAY
) -> Message:
    return cases.receive_message(
        case=case,
        said=cases.Said(text=text, channel="mail", subject=case.subject),
        sender=case.customer.identities.get().value,
        sender_name=case.customer.name,
        joined_by="new",
        by=f"customer:{case.customer_id}",
        at=at,
    )
