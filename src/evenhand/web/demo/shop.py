"""The demo shop's shelf and people: products, staff, customers, orders, returns."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from evenhand.channels import identity
from evenhand.channels.actions import identities
from evenhand.channels.models import ReplyPolicy
from evenhand.customers import actions as customers
from evenhand.customers.models import Customer, Order, Product, SoldVia
from evenhand.kernel.money import Money
from evenhand.staff import actions as staff
from evenhand.staff.models import Member, Team
from evenhand.staff.rules import LEVELS, Role

DATA = Path(__file__).parent
PASSWORD = "fair to both sides"  # noqa: S105 - printed by the demo for whoever tries it
DOMAIN = "kiteandloom.example"
BY = "system"
ORDERS = 300
FIRST_ORDER = 20100
# one order in five comes back, as online shops see (domain page, section 3)
RETURN_SHARE = 0.2
REASONS = (
    "changed_mind",
    "changed_mind",
    "not_as_described",
    "defective",
    "wrong_item",
)


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


@dataclass(slots=True)
class Shop:
    """What the stories draw from; `at` is the instant the demo calls now."""

    at: datetime
    random: Random
    team: Team
    studio: Team
    staff: dict[str, Member] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    people: dict[str, list[Customer]] = field(default_factory=dict)
    orders: dict[int, list[Order]] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    prices: dict[str, float] = field(default_factory=dict)
    rates: dict[str, dict[str, float]] = field(default_factory=dict)

    def price(self, sku: str, currency: str) -> Money:
        rate = self.rates[currency]
        steps = round(self.prices[sku] * rate["times"] / rate["step"])
        return Money.of(f"{steps * rate['step']:.2f}", currency)


def open_shop(*, at: datetime, random: Random) -> Shop:
    """Make teams, four members of staff with their limits, and the shelf."""
    since = at - timedelta(days=400)
    round_the_week = {
        str(day): [["08:00", "12:30"], ["13:30", "18:00"]] for day in range(7)
    }
    shop = Shop(
        at=at,
        random=random,
        team=staff.add_team(
            name="Shop",
            mailbox="help",
            time_zone="UTC",
            hours=round_the_week,
            first_answer_minutes=240,
            by=BY,
            at=since,
        ),
        studio=staff.add_team(
            name="Studio", mailbox="studio", hours=round_the_week, by=BY, at=since
        ),
    )
    _take_on_staff(shop, since)
    _name_the_shop(shop, since)
    shelf = read("catalogue.toml")
    shop.rates = shelf["rates"]
    for sku, (name, category, price) in shelf["products"].items():
        shop.products[sku] = customers.add_product(
            sku=sku, name=name, category=category
        )
        shop.prices[sku] = price
    return shop


def _take_on_staff(shop: Shop, since: datetime) -> None:
    people = read("people.toml")
    for person in people["staff"]:
        shop.staff[person["key"]] = staff.add_member(
            email=person["email"],
            name=person["name"],
            role=Role(person["role"]),
            language=person["language"],
            password=PASSWORD,
            teams=[shop.team, shop.studio],
            by=BY,
            at=since,
        )
    for currency, amounts in people["limits"].items():
        for level, amount in zip(LEVELS, amounts, strict=True):
            staff.set_limit(
                level=level, limit=Money.of(amount, currency), by=BY, at=since
            )


def _name_the_shop(shop: Shop, since: datetime) -> None:
    """Let its team write under two names; the usual one has the team's own address."""
    repairs = f"repairs@{identity.domain()}"
    for name, address, below in (
        ("Kite & Loom", "", "Open from eight to six, every day"),
        ("Kite & Loom Repairs", repairs, "The workshop of Kite & Loom"),
    ):
        identities.write_as(
            team=shop.team,
            described=identities.DescribedIdentity(
                from_name=name,
                address=address,
                reply_policy=ReplyPolicy.CASE,
                server=None,
            ),
            signatures={"": name, "en": below},
            by=shop.staff["sam"],
            at=since,
        )


def meet_customers(shop: Shop) -> None:
    """Add the 120 customers, each with a language, a country and its currency."""
    number = 0
    for group in read("people.toml")["customers"]:
        language = group["language"]
        names = _names(group, shop.random)
        places = list(group["countries"].items())
        shop.people[language] = []
        for name in names[: group["count"]]:
            number += 1
            country, currency = shop.random.choice(places)
            days = shop.random.randint(30, 1500)
            customer = customers.add_customer(
                name=name,
                email=f"customer{number}@mail.example",
                language=language,
                country=country,
                tier=shop.random.choice(["regular", "regular", "silver", "gold"]),
                since_on=(shop.at - timedelta(days=days)).date(),
                by=BY,
                at=shop.at - timedelta(days=days),
            )
            shop.people[language].append(customer)
            shop.currencies[country] = currency


def _names(group: dict[str, Any], random: Random) -> list[str]:
    shape = group["order"]
    names = [
        shape.replace("given", given).replace("family", family).replace("+", "")
        for given in group["given"]
        for family in group["family"]
    ]
    random.shuffle(names)
    return names


def sell(shop: Shop) -> None:
    """Record 300 orders over the last year, of which a fifth comes back."""
    everyone = [person for group in shop.people.values() for person in group]
    skus = [sku for sku in shop.products if not sku.startswith("CON-")]
    for number in range(ORDERS):
        customer = everyone[number % len(everyone)]
        age = shop.random.randint(6, 40 if number % 3 == 0 else 330)
        order = order_for(
            shop,
            customer,
            number=f"A-{FIRST_ORDER + number}",
            skus=shop.random.sample(skus, shop.random.choice([1, 1, 1, 2, 3])),
            placed_at=shop.at - timedelta(days=age, hours=shop.random.randint(0, 20)),
        )
        if shop.random.random() < RETURN_SHARE and age > 12:
            asked_at = shop.at - timedelta(days=age - 9)
            customers.record_return(
                line=order.lines.all()[0],
                reason=shop.random.choice(REASONS),
                received_at=asked_at + timedelta(days=3),
                used=shop.random.random() < 0.1,
                by=BY,
                at=asked_at,
            )


def order_for(
    shop: Shop,
    customer: Customer,
    *,
    number: str,
    skus: list[str],
    placed_at: datetime,
    sold_via: SoldVia = SoldVia.WEB,
) -> Order:
    """Record one order of a customer, delivered three days after it was placed."""
    currency = shop.currencies.get(customer.country, "EUR")
    order = customers.add_order(
        customer=customer,
        number=number,
        sold_via=sold_via,
        country=customer.country,
        currency=currency,
        placed_at=placed_at,
        delivered_at=placed_at + timedelta(days=3),
        delivery_minor=Money.of(
            f"{round(4.95 * shop.rates[currency]['times'])}", currency
        ).minor,
        lines=[
            customers.NewLine(
                product=shop.products[sku],
                price_minor=shop.price(sku, currency).minor,
            )
            for sku in skus
        ],
        by=BY,
        at=placed_at,
    )
    shop.orders.setdefault(customer.pk, []).append(order)
    return order
