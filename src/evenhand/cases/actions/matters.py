"""Open a case, say what it is about, hand it over, close it, open it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.cases import queries
from evenhand.cases.actions.standing import CaseClosed, begin_clock, locked_living
from evenhand.cases.actions.telling import tell
from evenhand.cases.models import Case, Clock, Issue, Kind
from evenhand.customers.models import Customer, Order, OrderLine
from evenhand.kernel.text import one_line
from evenhand.staff.models import Member, Team


class NothingSaid(ValueError):
    """A note or an issue without words."""


# filing calls it for each mail: a savepoint of its own would only cost time there
@transaction.atomic(savepoint=False)
def open_case(
    *,
    customer: Customer,
    subject: str,
    team: Team,
    channel: str,
    by: str,
    at: datetime,
    kind: str = Kind.REQUEST,
    language: str = "",
    order: Order | None = None,
    owner: Member | None = None,
) -> Case:
    """Open a case and start its clock for the first answer, in the team's hours."""
    case = Case.objects.create(
        customer=customer,
        subject=one_line(subject, most=300),
        team=team,
        owner=owner,
        order=order,
        kind=kind,
        channel=channel,
        language=language or customer.language,
        opened_at=at,
        moved_at=at,
        waiting_since=at,
    )
    begin_clock(case=case, at=at)
    tell(
        case,
        kind="case.opened",
        by=by,
        at=at,
        data={"kind": kind, "channel": channel, "team": team.pk},
    )
    return case


@transaction.atomic
def raise_issue(
    *,
    case: Case,
    title: str,
    by: str,
    at: datetime,
    policy: str = "",
    line: OrderLine | None = None,
) -> Issue:
    """Add a point that wants its own verdict; NothingSaid without a title."""
    if not title.strip():
        raise NothingSaid("an issue needs a title")
    issue = Issue.objects.create(
        case=case,
        title=one_line(title, most=200),
        policy=policy,
        line=line,
        raised_at=at,
    )
    tell(
        case,
        kind="issue.raised",
        about=f"issue:{issue.pk}",
        by=by,
        at=at,
        data={"title": issue.title, "policy": policy},
    )
    return issue


@transaction.atomic
def change_kind(*, case: Case, kind: Kind, by: Member, at: datetime) -> Case:
    """Say what kind of matter it is; the same kind again changes and tells nothing."""
    case = locked_living(case)
    was = case.kind
    if was == kind:
        return case
    case.kind = kind
    case.save(update_fields=["kind"])
    tell(
        case,
        kind="case.kind_changed",
        by=by.as_actor,
        at=at,
        data={"from": was, "to": kind.value},
    )
    return case


@transaction.atomic
def hand_over(*, case: Case, to: Member | None, by: Member, at: datetime) -> Case:
    """Give the case to a colleague, or lay it back where anyone may take it.

    To the one who has it already: nothing changes, and nothing is told.
    """
    case = locked_living(case)
    if case.owner_id == (to.pk if to else None):
        return case
    case.owner = to
    case.save(update_fields=["owner"])
    tell(
        case,
        kind="case.handed_over",
        by=by.as_actor,
        at=at,
        data={"to": to.as_actor if to else ""},
    )
    return case


@transaction.atomic
def link_order(*, case: Case, order: Order, by: str, at: datetime) -> Case:
    """Say which order the case is about; the same one again tells nothing."""
    case = queries.locked_case(case)
    if case.order_id == order.pk:
        return case
    case.order = order
    case.save(update_fields=["order"])
    tell(case, kind="case.order_linked", by=by, at=at, data={"order": order.number})
    return case


@transaction.atomic
def close_case(*, case: Case, by: Member, at: datetime) -> Case:
    """Close the case; CaseClosed if it was closed before, CaseMerged if it is no more."""
    case = locked_living(case)
    if case.closed_at is not None:
        raise CaseClosed(case.ref)
    case.closed_at = max(at, case.opened_at)
    case.waiting_since = None
    case.save(update_fields=["closed_at", "waiting_since"])
    tell(case, kind="case.closed", by=by.as_actor, at=at)
    return case


@transaction.atomic
def open_case_again(*, case: Case, by: Member, at: datetime) -> Case:
    """Open a closed case again; an open one stays as it is."""
    case = locked_living(case)
    if case.closed_at is not None:
        open_again(case=case, by=by.as_actor, at=at)
        case.save(update_fields=["closed_at"])
    return case


def open_again(
    *, case: Case, by: str, at: datetime, message: int | None = None
) -> None:
    """Let a locked case be open again; whoever calls saves it.

    `message` is the key of what came and opened it; none where a person did. A case of
    earlier mail is work from now on, and its limit for the first answer begins.
    """
    case.closed_at = None
    if case.earlier and not Clock.objects.filter(case=case).exists():
        begin_clock(case=case, at=at)
    data = {"message": message} if message else {}
    tell(case, kind="case.opened_again", by=by, at=at, data=data)
