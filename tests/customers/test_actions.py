"""People are met once, orders are theirs alone, and every record is in the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from evenhand.customers import actions, queries
from evenhand.customers.models import Customer, IdentityKind, Order, SoldVia
from evenhand.kernel.money import Money
from evenhand.ledger.models import Entry
from tests import given

pytestmark = pytest.mark.django_db


def eva(email: str = "Eva@Mail.example") -> Customer:
    return actions.add_customer(
        name="Eva Novak", email=email, language="en", by=given.SYSTEM, at=given.MONDAY
    )


def test_an_address_belongs_to_one_customer_whatever_its_case() -> None:
    customer = eva()

    assert queries.by_address(" <EVA@mail.EXAMPLE>") == customer
    assert queries.address_of(customer) == "eva@mail.example"
    assert queries.addresses_of(customer) == {"eva@mail.example"}


def test_a_second_customer_of_one_address_is_refused_and_not_added() -> None:
    eva()
    entries = Entry.objects.count()

    with pytest.raises(actions.AddressTaken, match=r"EVA@mail\.example belongs to"):
        eva(email="EVA@mail.example")

    assert Customer.objects.count() == 1
    assert Entry.objects.count() == entries


def test_a_stranger_is_added_at_the_first_meeting_and_found_at_the_second() -> None:
    first, second = (
        actions.meet(address=address, name="", language="th", at=given.MONDAY)
        for address in ("noi@mail.example", "NOI@mail.example")
    )

    assert first == second
    assert (first.name, first.language) == ("noi", "th")
    assert Entry.objects.filter(kind="customer.added").count() == 1


def test_a_customer_is_one_since_the_day_where_the_desk_is(settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Bangkok"

    customer = actions.meet(
        address="noi@mail.example",
        name="Noi",
        language="th",
        at=datetime(2026, 11, 16, 18, 0, tzinfo=UTC),
    )

    assert customer.since_on == date(2026, 11, 17)


def test_only_the_customers_own_order_is_found_by_its_number() -> None:
    customer, other = given.a_customer("Eva Novak"), given.a_customer("Ada Berg")
    own, foreign = given.an_order(customer), given.an_order(other)

    def named(text: str) -> Order | None:
        return queries.order_named_in(text, customer=customer)

    assert named(f"Where is my order {own.number.lower()}?") == own
    assert named(f"Where is order {foreign.number}?") is None
    assert named("It came on 16 November.") is None


def an_order_in(currency: str, *, customer: Customer, price: str, days: int) -> Order:
    """Two pieces of one thing, bought so many days before Monday."""
    product = actions.add_product(sku=currency, name="Scarf", category="apparel")
    placed_at = given.MONDAY - timedelta(days=days)
    return actions.add_order(
        customer=customer,
        number=f"S-{currency}",
        sold_via=SoldVia.WEB,
        country="JP",
        currency=currency,
        placed_at=placed_at,
        lines=[actions.NewLine(product, Money.of(price, currency).minor, quantity=2)],
        by=given.SYSTEM,
        at=placed_at,
    )


def test_what_was_spent_stands_once_for_each_currency_in_its_own_units() -> None:
    customer = given.a_customer()
    an_order_in("JPY", customer=customer, price="5000", days=1)
    euros = an_order_in("EUR", customer=customer, price="12.50", days=9)
    actions.record_return(
        line=euros.lines.get(), reason="too_small", by=given.SYSTEM, at=given.MONDAY
    )

    standing = queries.standing_of(customer)

    assert standing.spent == (Money(2_500, "EUR"), Money(10_000, "JPY"))
    assert [str(sum_) for sum_ in standing.spent] == ["€25.00", "¥10,000"]
    assert (standing.orders, standing.lines, standing.returned_lines) == (2, 2, 1)
    assert standing.return_rate == 0.5
    assert queries.currency_of(customer) == "JPY"


def test_nothing_is_known_of_a_customer_without_orders() -> None:
    customer = given.a_customer()

    assert queries.standing_of(customer) == queries.Standing(0, (), 0, 0)
    assert queries.standing_of(customer).return_rate is None
    assert queries.currency_of(customer) == ""


def test_records_are_told_under_the_customer_they_belong_to() -> None:
    customer = given.a_customer()
    order = given.an_order(customer)
    actions.record_return(
        line=order.lines.get(), reason="too_small", by="member:3", at=given.MONDAY
    )

    told = Entry.objects.filter(matter=f"customer:{customer.pk}").order_by("pk")

    assert [(entry.kind, entry.actor) for entry in told] == [
        ("customer.added", "system"),
        ("order.recorded", "system"),
        ("return.recorded", "member:3"),
    ]


def test_who_is_asked_for_by_address_is_known_with_all_that_is_theirs() -> None:
    customer = eva()
    customer.identities.create(kind=IdentityKind.EMAIL, value="e.berg@work.example")
    eva("other@mail.example")

    found = queries.acquainted(" <EVA@mail.EXAMPLE>")

    assert found is not None
    assert found[0] == customer
    assert found[1] == queries.acquaintance("eva@mail.example", customer=customer)
    assert found[1].own == {"eva@mail.example", "e.berg@work.example"}
    assert queries.acquainted("nobody@mail.example") is None


def test_only_the_address_itself_tells_that_mail_to_it_came_back() -> None:
    customer = eva()
    customer.identities.create(kind=IdentityKind.EMAIL, value="e.berg@work.example")
    actions.mark_address(address="e.berg@work.example", reason="full", at=given.MONDAY)

    returned, works = (
        queries.acquainted(address)
        for address in ("e.berg@work.example", "eva@mail.example")
    )

    assert returned is not None
    assert works is not None
    assert (returned[1].bounced, works[1].bounced) == (True, False)
