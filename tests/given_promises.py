"""Promises built through the real actions."""

from __future__ import annotations

from datetime import datetime, timedelta

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Message
from evenhand.kernel.money import Money
from evenhand.promises import actions as promises
from evenhand.promises.models import Promise
from evenhand.staff.models import Member
from tests import given

DUE = given.MONDAY + timedelta(days=4)


def a_promise(
    case: Case | None = None,
    *,
    what: str = "Refund 129.00 to your card",
    due_at: datetime = DUE,
    owner: Member | None = None,
    by: Member | None = None,
    at: datetime = given.MONDAY,
    amount: Money | None = None,
) -> Promise:
    by = by or given.the("mei")
    return promises.make(
        case=case or given.a_case(),
        what=what,
        due_at=due_at,
        owner=owner or by,
        by=by,
        at=at,
        amount=amount,
    )


def an_answer(
    case: Case,
    *,
    text: str = "Here is what I can do.",
    by: Member | None = None,
    at: datetime = given.MONDAY,
) -> Message:
    return cases.add_answer(
        case=case,
        said=cases.Said(text=text, channel="mail"),
        by=by or given.the("mei"),
        at=at,
    )
