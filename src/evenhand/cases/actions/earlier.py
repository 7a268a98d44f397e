"""Keep mail from before the desk: what was said then is read here, nobody answers it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.cases import queries
from evenhand.cases.actions.messages import Said, add_message
from evenhand.cases.actions.standing import stop_clocks
from evenhand.cases.actions.telling import tell
from evenhand.cases.models import Case, Direction, Message
from evenhand.customers.models import Customer
from evenhand.kernel.text import one_line
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Team


# filing calls both for each mail: a savepoint of their own would only cost time there
@transaction.atomic(savepoint=False)
def open_earlier_case(
    *,
    customer: Customer,
    subject: str,
    team: Team,
    channel: str,
    language: str,
    arrived_at: datetime,
    at: datetime,
) -> Case:
    """Open a case as of when its first mail arrived elsewhere, and leave it closed.

    No clock starts, and no closing is told: no survey asks about it, and no scorecard
    counts it. What comes in it from today on opens it.
    """
    case = Case.objects.create(
        customer=customer,
        subject=one_line(subject, most=300),
        team=team,
        channel=channel,
        language=language or customer.language,
        opened_at=arrived_at,
        moved_at=arrived_at,
        closed_at=arrived_at,
        earlier=True,
    )
    data = {"channel": channel, "team": team.pk, "arrived_at": arrived_at.isoformat()}
    tell(case, kind="case.kept", by=ledger.SYSTEM, at=at, data=data)
    return case


@transaction.atomic(savepoint=False)
def receive_earlier(
    *,
    case: Case,
    said: Said,
    sender: str,
    sender_name: str,
    joined_by: str,
    arrived_at: datetime,
    at: datetime,
) -> Message:
    """Add what the other side said before the desk was there; the case stands as it did.

    It opens nothing and waits for nobody: in a case of today it is read at its own time.
    """
    case, _ = queries.locked_with_home(case)
    message = add_message(
        case=case,
        said=said,
        direction=Direction.IN,
        at=arrived_at,
        sender=sender[:254],
        sender_name=sender_name[:200],
        joined_by=joined_by,
        earlier=True,
    )
    _reach(case, arrived_at)
    tell(
        case,
        kind="message.fetched",
        about=f"message:{message.pk}",
        by=ledger.SYSTEM,
        at=at,
        data={"joined_by": joined_by, "arrived_at": arrived_at.isoformat()},
    )
    return message


@transaction.atomic(savepoint=False)
def add_sent_elsewhere(
    *,
    case: Case,
    said: Said,
    sender: str,
    sender_name: str,
    joined_by: str,
    arrived_at: datetime | None,
    at: datetime,
) -> Message:
    """Add what we wrote with a mail program and not here: no member is known of it.

    From before the desk (`arrived_at`) it changes nothing. Else it answers the case as
    an answer from here does, whoever wrote it; a machine's mail does not.
    """
    case, home = queries.locked_with_home(case)
    message = add_message(
        case=case,
        said=said,
        direction=Direction.OUT,
        at=arrived_at or at,
        sender=sender[:254],
        sender_name=sender_name[:200],
        joined_by=joined_by,
        earlier=arrived_at is not None,
    )
    if arrived_at is not None:
        _reach(case, arrived_at)
    elif not said.automatic:
        _answers(home, message)
    tell(
        case,
        kind="message.sent_elsewhere",
        about=f"message:{message.pk}",
        by=ledger.SYSTEM,
        at=at,
        data={"joined_by": joined_by},
    )
    return message


def _answers(case: Case, answer: Message) -> None:
    """Let a locked case wait for the customer: we have answered, wherever that was."""
    if case.first_answered_at is None:
        case.first_answered_at = answer.said_at
    stop_clocks(case=case, answer=answer)
    case.waiting_since = None
    case.moved_at = max(case.moved_at, answer.said_at)
    case.save(update_fields=["first_answered_at", "waiting_since", "moved_at"])


def _reach(case: Case, instant: datetime) -> None:
    """Let a case of earlier mail span its mails: folders are not fetched in their order."""
    before = (case.opened_at, case.moved_at, case.closed_at)
    if case.earlier:
        case.opened_at = min(case.opened_at, instant)
    if case.closed_at is not None:
        case.closed_at = max(case.closed_at, instant)
    case.moved_at = max(case.moved_at, instant)
    if (case.opened_at, case.moved_at, case.closed_at) != before:
        case.save(update_fields=["opened_at", "moved_at", "closed_at"])
