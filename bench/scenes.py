"""A desk with cases to look at, built through the desk's own actions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.test import Client  # noqa: E402 - after setup

from evenhand.cases import actions as cases  # noqa: E402 - after setup
from evenhand.cases.models import Case, Kind  # noqa: E402 - after setup
from evenhand.customers import actions as customers  # noqa: E402 - after setup
from evenhand.customers.models import Customer  # noqa: E402 - after setup
from evenhand.staff import actions as staff  # noqa: E402 - after setup
from evenhand.staff.models import Member, Team  # noqa: E402 - after setup
from evenhand.staff.rules import Role  # noqa: E402 - after setup

WORDS = "The parcel came late and the dress has a hole in its left sleeve. " * 6


def build(*, many: int) -> tuple[str, str]:
    """Build a team, a member and so many cases; return the member's cookie and a case."""
    at = datetime.now(tz=UTC) - timedelta(days=1)
    team = staff.add_team(name="Shop", by="system", at=at)
    member = staff.add_member(
        email="mei@shop.example",
        name="Mei Chen",
        role=Role.AGENT,
        password="a long and quiet river",  # noqa: S106 - of a desk that lives for a minute
        teams=[team],
        by="system",
        at=at,
    )
    opened = []
    for number in range(many):
        customer = customers.meet(
            address=f"customer{number}@mail.example",
            name=f"Customer {number}",
            language="en",
            at=at,
        )
        opened.append(
            _case(customer, team, number=number, at=at + timedelta(minutes=number))
        )
    _talk(opened[-1], member, at=at + timedelta(hours=5))
    client = Client()
    client.force_login(member)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}", opened[-1].ref


def _case(customer: Customer, team: Team, *, number: int, at: datetime) -> Case:
    case = cases.open_case(
        customer=customer,
        subject=f"The dress has a hole {number}",
        team=team,
        channel="mail",
        kind=Kind.COMPLAINT,
        by=f"customer:{customer.pk}",
        at=at,
    )
    _write(case, at=at)
    return case


def _write(case: Case, *, at: datetime) -> None:
    cases.receive_message(
        case=case,
        said=cases.Said(text=WORDS, channel="mail", subject=case.subject),
        sender=case.customer.identities.get().value,
        sender_name=case.customer.name,
        joined_by="new",
        by=f"customer:{case.customer_id}",
        at=at,
    )


def _talk(case: Case, member: Member, *, at: datetime) -> None:
    """A conversation of nine messages and a note, with an issue and no decision yet."""
    cases.raise_issue(
        case=case,
        title="Dress with a hole",
        policy="returns",
        by=member.as_actor,
        at=at,
    )
    for turn in range(4):
        said = cases.Said(
            text=f"Dear customer, we look into it. {turn}", channel="mail"
        )
        cases.add_answer(case=case, said=said, by=member, at=at + timedelta(hours=turn))
        _write(case, at=at + timedelta(hours=turn, minutes=30))
    cases.add_note(case=case, text="She has been patient.", by=member, at=at)
