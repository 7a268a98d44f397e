"""What the case's page and each of its parts show, gathered in fixed numbers of queries.

A part's function gives exactly the names that its partial reads; the whole page is all
of them together. Templates never query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import QueryDict

from evenhand.cases import queries as cases
from evenhand.cases.models import Case, Direction, Kind, Message, Note
from evenhand.customers import queries as customers
from evenhand.customers.models import Customer, Order
from evenhand.kernel.money import Money
from evenhand.ledger import queries as ledger
from evenhand.promises import queries as promises
from evenhand.staff import queries as staff
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission
from evenhand.web.desk.forms import (
    HandOverForm,
    IssueForm,
    KindForm,
    NoteForm,
    OrderForm,
)
from evenhand.web.desk.journey import Step, journey_of

Context = dict[str, object]


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at which case, and when: one page speaks of one instant."""

    case: Case
    member: Member
    at: datetime


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One message or note of the conversation; `state` is how far an answer got."""

    what: str
    mine: bool
    lang: str
    message: Message | None = None
    note: Note | None = None
    state: object = None
    attachments: tuple[Any, ...] = ()
    has_html: bool = False


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order as the side panel tells it."""

    order: Order
    total: Money
    lines: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AboutCustomer:
    """What is known of the customer at a glance."""

    orders: int
    spent: tuple[Money, ...]
    return_rate: float | None
    complaints: int


def frame(look: Look) -> Context:
    """Return what every part may read, without a query beyond the case's own."""
    return {
        "case": look.case,
        "member": look.member,
        "now": look.at,
        "may": {
            "approve": look.member.may(Permission.APPROVE),
            "override": look.member.may(Permission.OVERRIDE_A_BLOCK),
        },
    }


def head(look: Look) -> Context:
    """Return what `desk/_head.html` reads."""
    return {
        "standing": look.case.standing,
        "kinds": Kind.values,
        "colleagues": colleagues_of(look.case),
        "policies": policies(),
        **presence(look),
    }


def presence(look: Look) -> Context:
    """Return what `desk/_presence.html` reads: who else has the case open."""
    return {
        "case": look.case,
        "present": cases.present_at(look.case, at=look.at, but=look.member),
    }


def thread(look: Look) -> Context:
    """Return what `desk/_thread.html` reads, in the order in which it was said."""
    said = cases.thread(look.case)
    return {"thread": [_entry(one, member=look.member) for one in said]}


def decide(look: Look) -> Context:
    """Return what `desk/_decide.html` reads."""
    return {"issues": cases.issues_of(look.case)}


def promised(look: Look) -> Context:
    """Return what `desk/_promises.html` reads: each promise and how it stands."""
    return {"promises": promises.cards_of(look.case, at=look.at)}


def side(look: Look) -> Context:
    """Return what `desk/_side.html` reads: customer, orders, clock, promises, journey."""
    customer = look.case.customer
    return {
        "reading": cases.read_clock(look.case, at=look.at),
        "about": _about(customer, member=look.member),
        "address": customers.address_of(customer),
        "orders": [_purchase(order) for order in customers.orders_of(customer)],
        "journey": journey(look.case),
        **promised(look),
    }


def journey(case: Case) -> list[Step]:
    """Return what happened in the case, latest first."""
    entries = ledger.of_matter(case.as_matter)
    return journey_of(entries, customer_name=case.customer.name)[::-1]


PARTS: Mapping[str, Callable[[Look], Context]] = {
    "head": head,
    "presence": presence,
    "thread": thread,
    "decide": decide,
    "promises": promised,
    "side": side,
}


def whole(look: Look, *, forms: Mapping[str, Form]) -> Context:
    """Return the context of `desk/case.html`; `forms` are refused ones to show again."""
    context = frame(look)
    for name, part in PARTS.items():
        if name not in {"presence", "promises"}:
            # they come with the head and the side
            context |= part(look)
    context["forms"] = {**_blank_forms(look.case), **forms}
    return context


def colleagues_of(case: Case) -> list[Member]:
    """Return who may be given the case: the active members of its team."""
    return list(staff.members_of(case.team))


def policies() -> list[tuple[str, str]]:
    """Return name and title of each policy page in force."""
    return []


def issue_form(case: Case, *, data: QueryDict | None = None) -> IssueForm:
    """Return the form that raises a point, with what can be chosen."""
    form = IssueForm(data)
    form.offer(policies=policies(), order_key=case.order_id)
    return form


def _blank_forms(case: Case) -> dict[str, Form]:
    return {
        "note": NoteForm(),
        "kind": KindForm(initial={"kind": case.kind}),
        "hand_over": HandOverForm(initial={"to": case.owner_id}),
        "issue": IssueForm(),
        "order": OrderForm(),
    }


def _entry(said: Message | Note, *, member: Member) -> ThreadEntry:
    mine = said.member_id == member.pk
    if isinstance(said, Note):
        return ThreadEntry(what="note", mine=mine, lang="", note=said)
    return ThreadEntry(
        what="message",
        mine=mine and said.direction == Direction.OUT,
        lang=said.language,
        message=said,
        attachments=tuple(said.attachments.all()),
        has_html=bool(said.html),
    )


def _about(customer: Customer, *, member: Member) -> AboutCustomer:
    known = customers.standing_of(customer)
    complaints = cases.visible_to(member.reach).filter(
        customer=customer, kind=Kind.COMPLAINT
    )
    return AboutCustomer(
        orders=known.orders,
        spent=known.spent,
        return_rate=known.return_rate,
        complaints=complaints.count(),
    )


def _purchase(order: Order) -> Purchase:
    lines = tuple(order.lines.all())
    total = sum(line.price_minor * line.quantity for line in lines)
    return Purchase(order=order, total=Money(total, order.currency), lines=lines)
