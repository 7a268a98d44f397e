"""Write down what a customer said on the phone or at the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.customers import actions as customers
from evenhand.customers import queries as known
from evenhand.staff.models import Member, Team

CHANNEL = "phone"


@dataclass(frozen=True, slots=True)
class Heard:
    """Who said what; `address` is the mail address that an answer will go to."""

    name: str
    address: str
    subject: str
    words: str
    kind: str
    language: str


@transaction.atomic
def open_by_hand(*, heard: Heard, team: Team, by: Member, at: datetime) -> Case:
    """Open a case for a spoken word: customer, case, message, and who wrote it down.

    The member who wrote it down owns it. A number of the customer's own order among
    the words links that order, as it does for a mail.
    """
    customer = customers.meet(
        address=heard.address, name=heard.name, language=heard.language, at=at
    )
    case = cases.open_case(
        customer=customer,
        subject=heard.subject,
        team=team,
        channel=CHANNEL,
        kind=heard.kind,
        language=heard.language,
        order=known.order_named_in(
            f"{heard.subject}\n{heard.words}", customer=customer
        ),
        owner=by,
        by=by.as_actor,
        at=at,
    )
    cases.receive_message(
        case=case,
        said=cases.Said(
            text=heard.words,
            channel=CHANNEL,
            subject=heard.subject,
            language=heard.language,
        ),
        sender=heard.address,
        sender_name=heard.name,
        joined_by="by_hand",
        by=by.as_actor,
        at=at,
    )
    return case
